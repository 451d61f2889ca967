//! The lifecycle of a token: create, edit, rotate, invalidate, delete.

use mintkey_domain::{ScopeSet, TokenKind};
use mintkey_store::{ClientKeys, Token, TokenCertificate, TokenSecret};

use super::{
    harness::Database,
    make::{self, DAY, at},
};

on_both_engines! {
    a_token_comes_back_as_it_was_made
    an_edit_changes_what_people_may_edit
    rotating_at_once_leaves_the_new_secret_only
    rotating_with_overlap_ends_the_old_secrets_in_time
    an_overlap_can_be_moved_and_ended
    invalidating_is_for_good
    deleting_takes_everything_but_the_audit_events
    a_thousand_scopes_are_kept
}

async fn made(database: &Database) -> Token {
    let token = make::token(database.organization().await, make::person(), "edge");
    database.insert(std::slice::from_ref(&token)).await;
    token
}

async fn secrets(database: &Database, token: &Token) -> Vec<TokenSecret> {
    database.store.token_secrets(token.organization_id, token.id).await.unwrap()
}

async fn found(database: &Database, token: &Token) -> Option<Token> {
    database.store.token(token.organization_id, token.id).await.unwrap()
}

async fn a_token_comes_back_as_it_was_made(database: &Database) {
    let organization = database.organization().await;
    let full = Token {
        description: Some("for the gateway".to_owned()),
        kind: TokenKind::ClientCertificate,
        allowed_cidrs: make::ranges(&["192.0.2.0/24", "2001:db8::/32"]),
        created_by: mintkey_domain::Principal::ServiceAccount(mintkey_domain::ServiceAccountId::from_uuid(make::id())),
        expires_at: None,
        invalidated_at: Some(at(1)),
        keep_access_tokens: true,
        rotated_at: Some(at(2)),
        previous_secret_expires_at: Some(at(3)),
        last_used_at: Some(at(4)),
        last_used_ip: Some("192.0.2.1".to_owned()),
        certificate: Some(TokenCertificate { fingerprint: [7; 32], expires_at: at(7) }),
        ..make::token(organization, make::person(), "Üb er, 😀")
    };
    let secret = TokenSecret {
        certificate: full.certificate,
        expires_at: Some(at(5)),
        last_used_at: Some(at(6)),
        last_used_ip: Some("192.0.2.2".to_owned()),
        last_used_agent: Some("curl/8".to_owned()),
        ..make::secret(&full, 3)
    };
    let (token, stored) = (full.clone(), secret.clone());
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_token(&token, &stored);
                Ok(())
            })
        })
        .await;
    assert_eq!(found(database, &full).await.as_ref(), Some(&full));
    assert_eq!(database.store.token_any(full.id).await.unwrap().as_ref(), Some(&full));
    assert_eq!(secrets(database, &full).await, [secret]);
}

async fn an_edit_changes_what_people_may_edit(database: &Database) {
    let token = made(database).await;
    let edited = Token {
        label: make::label("gateway"),
        description: Some("new".to_owned()),
        scopes: make::scopes(&["z", "a"]),
        allowed_cidrs: make::ranges(&["192.0.2.0/24"]),
        expires_at: None,
        updated_at: at(1),
        ..token.clone()
    };
    let mut change = edited.clone();
    change.key_hint = "another".into();
    change.invalidated_at = Some(at(1));
    let before = token.clone();
    assert!(database.changed(move |tx| Box::pin(async move { tx.update_token(&before, &change).await })).await);
    assert_eq!(found(database, &token).await, Some(edited));
    let mut missing = token;
    missing.id = mintkey_domain::TokenId::from_uuid(make::id());
    assert!(!database.changed(move |tx| Box::pin(async move { tx.update_token(&missing, &missing).await })).await);
}

async fn rotate(database: &Database, token: &Token, generation: i64, old_end: Option<i64>) -> bool {
    let mut token = token.clone();
    token.rotated_at = Some(at(generation));
    token.updated_at = at(generation);
    token.previous_secret_expires_at = old_end.map(at);
    token.key_hint = format!("mk_…{generation}");
    database
        .changed(move |tx| {
            Box::pin(async move {
                let end = token.previous_secret_expires_at;
                tx.rotate_token(&token, &make::secret(&token, generation), end, ClientKeys::EndWithSecrets).await
            })
        })
        .await
}

async fn rotating_at_once_leaves_the_new_secret_only(database: &Database) {
    let token = made(database).await;
    assert!(rotate(database, &token, 2, None).await);
    let left = secrets(database, &token).await;
    assert_eq!(left.iter().map(|secret| secret.generation).collect::<Vec<_>>(), [2]);
    let token = found(database, &token).await.unwrap();
    assert_eq!((token.rotated_at, token.key_hint.as_str()), (Some(at(2)), "mk_…2"));
}

async fn rotating_with_overlap_ends_the_old_secrets_in_time(database: &Database) {
    let token = made(database).await;
    assert!(rotate(database, &token, 2, Some(DAY)).await);
    assert!(rotate(database, &token, 3, Some(2 * DAY)).await);
    let left: Vec<_> = secrets(database, &token).await.iter().map(|s| (s.generation, s.expires_at)).collect();
    // The first secret's earlier end isn't extended.
    assert_eq!(left, [(3, None), (2, Some(at(2 * DAY))), (1, Some(at(DAY)))]);
    assert_eq!(found(database, &token).await.unwrap().previous_secret_expires_at, Some(at(2 * DAY)));
}

async fn an_overlap_can_be_moved_and_ended(database: &Database) {
    let token = made(database).await;
    assert!(rotate(database, &token, 2, Some(DAY)).await);
    let (organization, id) = (token.organization_id, token.id);
    let set = async |end: Option<i64>, now: i64| {
        let end = end.map(at);
        database
            .changed(move |tx| {
                Box::pin(async move { tx.set_previous_secret_end(organization, id, end, at(now)).await })
            })
            .await
    };
    let ends = async || secrets(database, &token).await.iter().map(|s| s.expires_at).collect::<Vec<_>>();
    assert!(set(Some(3 * DAY), 10).await);
    assert_eq!(ends().await, [None, Some(at(3 * DAY))]);
    assert!(!set(Some(9 * DAY), 4 * DAY).await, "what is dead stays dead");
    assert_eq!(ends().await, [None, Some(at(3 * DAY))]);
    assert_eq!(found(database, &token).await.unwrap().previous_secret_expires_at, Some(at(3 * DAY)));
    assert!(set(None, 10).await);
    assert_eq!(ends().await, [None]);
    assert_eq!(found(database, &token).await.unwrap().previous_secret_expires_at, None);
}

async fn invalidating_is_for_good(database: &Database) {
    let token = made(database).await;
    let (organization, id) = (token.organization_id, token.id);
    let invalidate = async |at| {
        database.changed(move |tx| Box::pin(async move { tx.invalidate_token(organization, id, at, true).await })).await
    };
    assert!(invalidate(at(1)).await);
    assert!(!invalidate(at(2)).await);
    let stopped = found(database, &token).await.unwrap();
    assert_eq!((stopped.invalidated_at, stopped.keep_access_tokens), (Some(at(1)), true));
    assert!(!rotate(database, &token, 2, None).await);
    assert_eq!(secrets(database, &token).await.len(), 1);
}

async fn deleting_takes_everything_but_the_audit_events(database: &Database) {
    let token = made(database).await;
    let (organization, id) = (token.organization_id, token.id);
    let deleted = database
        .changed(move |tx| {
            Box::pin(async move {
                tx.audit(make::event(organization, "token.delete"));
                tx.delete_token(organization, id).await
            })
        })
        .await;
    assert!(deleted);
    assert_eq!(found(database, &token).await, None);
    assert!(secrets(database, &token).await.is_empty());
    assert!(!database.store.scope_in_use(organization, "peers.read").await.unwrap());
    assert_eq!(database.store.audit_events(organization, 9).await.unwrap().len(), 1);
    // No leftover row conflicts with a new token with the same ID.
    database.insert(&[token]).await;
}

async fn a_thousand_scopes_are_kept(database: &Database) {
    let organization = database.organization().await;
    let mut token = make::token(organization, make::person(), "edge");
    let texts: Vec<String> = (0..1000).map(|n| format!("scope.{n}")).collect();
    token.scopes = ScopeSet::from_stored(texts.iter().map(String::as_str));
    database.insert(&[token.clone()]).await;
    assert_eq!(found(database, &token).await.unwrap().scopes, token.scopes);
}
