//! Secrets that were imported from other systems.

use mintkey_domain::{ImportedAlgorithm, ImportedKeyPattern, KeyLookup, LookupPart};
use mintkey_store::{Constraint, ImportedHash, StoreError, StoredHash, Token, TokenSecret};

use super::{
    harness::Database,
    make::{self, at},
};

on_both_engines! {
    an_imported_secret_is_found_by_its_hash_or_its_lookup
    a_slow_hash_is_replaced_once
    no_two_tokens_have_the_same_imported_key
    the_forms_of_imported_keys_are_kept
}

fn imported(algorithm: ImportedAlgorithm, hash: &[u8], lookup: Option<KeyLookup>) -> ImportedHash {
    ImportedHash { algorithm, hash: hash.to_vec(), lookup }
}

async fn insert(database: &Database, hash: &ImportedHash) -> Result<(Token, TokenSecret), StoreError> {
    let token = make::token(database.organization().await, make::person(), "imported");
    let secret = TokenSecret { hash: StoredHash::Imported(hash.clone()), ..make::secret(&token, 1) };
    let row = (token.clone(), secret.clone());
    let write = database.store.write(move |tx| {
        Box::pin(async move {
            tx.insert_token(&row.0, &row.1);
            Ok(())
        })
    });
    write.await.map(|()| (token, secret))
}

async fn an_imported_secret_is_found_by_its_hash_or_its_lookup(database: &Database) {
    let sha256 = imported(ImportedAlgorithm::Sha256, &[1; 32], None);
    let sha512 = imported(ImportedAlgorithm::Sha512, &[2; 64], None);
    let lookup = KeyLookup::End("00c0ffee".to_owned());
    let bcrypt = imported(ImportedAlgorithm::Bcrypt, b"$2b$12$", Some(lookup.clone()));
    let (token, _) = insert(database, &sha256).await.unwrap();
    let (_, by_sha512) = insert(database, &sha512).await.unwrap();
    let (_, by_lookup) = insert(database, &bcrypt).await.unwrap();
    let store = &database.store;
    assert_eq!(store.imported_token(&[1; 32]).await.unwrap(), Some(token.id));
    assert_eq!(store.imported_token(&[3; 32]).await.unwrap(), None);
    assert_eq!(store.imported_secret_by_sha512(&[2; 64]).await.unwrap(), Some(by_sha512));
    assert_eq!(store.imported_secret_by_sha512(&[1; 32]).await.unwrap(), None, "that is no SHA-512");
    assert_eq!(store.imported_secret_by_lookup(&lookup).await.unwrap(), Some(by_lookup));
    assert_eq!(store.imported_secret_by_lookup(&KeyLookup::Start("00c0ffee".to_owned())).await.unwrap(), None);
}

async fn a_slow_hash_is_replaced_once(database: &Database) {
    let lookup = KeyLookup::Start("abcd1234".to_owned());
    let before = imported(ImportedAlgorithm::Bcrypt, b"$2b$12$", Some(lookup.clone()));
    let (token, secret) = insert(database, &before).await.unwrap();
    let replaced = database
        .done(move |tx| {
            Box::pin(async move {
                let first = tx.upgrade_imported_hash(&secret, &before, &[7; 32], at(1)).await?;
                Ok((first, tx.upgrade_imported_hash(&secret, &before, &[8; 32], at(2)).await?))
            })
        })
        .await;
    assert_eq!(replaced, (true, false));
    assert_eq!(database.store.imported_token(&[7; 32]).await.unwrap(), Some(token.id));
    assert_eq!(database.store.imported_secret_by_lookup(&lookup).await.unwrap(), None);
}

async fn no_two_tokens_have_the_same_imported_key(database: &Database) {
    let lookup = || Some(KeyLookup::Start("abcd1234".to_owned()));
    let by_hash = imported(ImportedAlgorithm::Sha256, &[1; 32], None);
    let by_lookup = imported(ImportedAlgorithm::Bcrypt, b"$2b$12$", lookup());
    let other_hash = imported(ImportedAlgorithm::Bcrypt, b"$2b$11$", lookup());
    let (token, _) = insert(database, &by_hash).await.unwrap();
    insert(database, &by_lookup).await.unwrap();
    for taken in [by_hash.clone(), other_hash] {
        let error = insert(database, &taken).await.map(drop).unwrap_err();
        assert!(matches!(error, StoreError::Unique(Constraint::Other)), "{error}");
    }
    let found = database.done(move |tx| Box::pin(async move { tx.token_of_imported_secret(&by_hash).await })).await;
    assert_eq!(found, Some(token.id));
}

async fn the_forms_of_imported_keys_are_kept(database: &Database) {
    let organization = database.organization().await;
    let pattern = |prefix: &str, length, lookup| ImportedKeyPattern { prefix: prefix.to_owned(), length, lookup };
    let patterns = [
        pattern("", None, None),
        pattern("sk_live_", Some(40), Some(LookupPart::Start(16))),
        pattern("", Some(40), Some(LookupPart::End(8))),
    ];
    let added = patterns.clone();
    let mut kept = database
        .done(move |tx| {
            Box::pin(async move {
                for pattern in added.iter().chain(&added) {
                    tx.insert_imported_key_pattern(organization, pattern, at(1)).await?;
                }
                tx.imported_key_patterns(organization).await
            })
        })
        .await;
    let mut all = database.store.imported_key_patterns().await.unwrap();
    for found in [&mut kept, &mut all] {
        assert_eq!(found.len(), patterns.len());
        assert!(patterns.iter().all(|pattern| found.contains(pattern)), "{found:?}");
    }
}
