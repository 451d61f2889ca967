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
    an_imported_key_is_remembered_without_its_token
    the_patterns_of_imported_keys_are_kept
}

fn imported(algorithm: ImportedAlgorithm, hash: &[u8], lookup: Option<KeyLookup>) -> ImportedHash {
    ImportedHash { algorithm, hash: hash.to_vec(), lookup, prefix: "sk_".to_owned(), length: Some(40) }
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
    let (_, by_sha256) = insert(database, &sha256).await.unwrap();
    let (_, by_sha512) = insert(database, &sha512).await.unwrap();
    let (_, by_lookup) = insert(database, &bcrypt).await.unwrap();
    let store = &database.store;
    let found = async |sha256: [u8; 32], sha512: [u8; 64], lookups: &[KeyLookup]| {
        store.imported_secrets(&sha256, &sha512, lookups).await.unwrap()
    };
    assert_eq!(found([1; 32], [0; 64], &[]).await, [by_sha256]);
    assert_eq!(found([0; 32], [2; 64], &[]).await, [by_sha512]);
    assert_eq!(found([0; 32], [0; 64], &[KeyLookup::Start("other".to_owned()), lookup]).await, [by_lookup]);
    assert_eq!(found([0; 32], [0; 64], &[KeyLookup::Start("00c0ffee".to_owned())]).await, []);
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
    let found = database.store.imported_secrets(&[7; 32], &[0; 64], &[]).await.unwrap();
    assert_eq!(found.iter().map(|secret| secret.token_id).collect::<Vec<_>>(), [token.id]);
    assert_eq!(database.store.imported_secrets(&[8; 32], &[0; 64], &[lookup]).await.unwrap(), []);
}

async fn no_two_tokens_have_the_same_imported_key(database: &Database) {
    let lookup = || Some(KeyLookup::Start("abcd1234".to_owned()));
    let by_hash = imported(ImportedAlgorithm::Sha256, &[1; 32], None);
    let by_lookup = imported(ImportedAlgorithm::Bcrypt, b"$2b$12$", lookup());
    let other_hash = imported(ImportedAlgorithm::Bcrypt, b"$2b$11$", lookup());
    insert(database, &by_hash).await.unwrap();
    insert(database, &by_lookup).await.unwrap();
    for taken in [by_hash.clone(), other_hash] {
        let error = insert(database, &taken).await.map(drop).unwrap_err();
        assert!(matches!(error, StoreError::Unique(Constraint::Other)), "{error}");
    }
}

async fn an_imported_key_is_remembered_without_its_token(database: &Database) {
    let hash = imported(ImportedAlgorithm::Sha256, &[1; 32], None);
    let (token, _) = insert(database, &hash).await.unwrap();
    let (organization, id, key) = (token.organization_id, token.id, hash.fingerprint());
    let found = database
        .done(move |tx| {
            Box::pin(async move {
                let before = tx.token_of_imported_key(&key).await?;
                tx.insert_imported_keys(organization, &[(key, id)], at(1)).await?;
                tx.delete_token(organization, id).await?;
                Ok((before, tx.token_of_imported_key(&key).await?))
            })
        })
        .await;
    assert_eq!(found, (None, Some(id)));
    let lookup = |text: &str| Some(KeyLookup::Start(text.to_owned()));
    let fingerprint = |hash: &[u8], lookup| imported(ImportedAlgorithm::Bcrypt, hash, lookup).fingerprint();
    assert_eq!(fingerprint(b"a", lookup("abcdef")), fingerprint(b"b", lookup("abcdef")), "the look-up identifies it");
    assert_ne!(fingerprint(b"a", None), fingerprint(b"b", None));
}

async fn the_patterns_of_imported_keys_are_kept(database: &Database) {
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
