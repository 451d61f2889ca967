//! Rows of another organization are invisible to every query.

use mintkey_domain::{Role, ScopeId, ScopeName, TokenSort};
use mintkey_store::{ClientKeys, IdempotencyRecord, PageRequest, Scope, StoreError, TokenCounts, TokenFilter};

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    no_query_sees_another_organizations_rows
    no_change_reaches_another_organizations_rows
}

async fn no_query_sees_another_organizations_rows(database: &Database) {
    let (theirs, ours) = (database.organization().await, database.organization().await);
    let user = database.user("ada@example.com").await;
    let owner = mintkey_domain::Principal::User(user);
    let token = make::token(theirs, owner, "edge");
    let scope = ScopeId::from_uuid(make::id());
    fill(database, theirs, user, &token, scope).await;

    let store = &database.store;
    assert_eq!(store.membership(ours, user).await.unwrap(), None);
    assert_eq!(store.scopes(ours).await.unwrap(), []);
    assert_eq!(store.scope(ours, scope).await.unwrap(), None);
    assert!(!store.scope_in_use(ours, "peers.read").await.unwrap());
    assert_eq!(store.token(ours, token.id).await.unwrap(), None);
    assert_eq!(store.token_secrets(ours, token.id).await.unwrap(), []);
    assert_eq!(store.audit_events(ours, 9).await.unwrap(), []);
    assert_eq!(store.idempotency(ours, user.uuid(), "POST /", &[1; 32], NOW).await.unwrap(), None);
    for owners in [None, Some([user.uuid()].as_slice()), Some(&[user.uuid(), make::id()])] {
        let counts = store.token_counts(ours, owners, NOW, at(365 * DAY)).await.unwrap();
        assert_eq!(counts, TokenCounts::default());
    }
    for filter in [
        TokenFilter::all(NOW),
        TokenFilter { owner_ids: Some(vec![owner.id()]), ..TokenFilter::all(NOW) },
        TokenFilter { owner_ids: Some(vec![user.uuid(), make::id()]), ..TokenFilter::all(NOW) },
        TokenFilter { q: mintkey_domain::SearchText::parse("edge"), ..TokenFilter::all(NOW) },
        TokenFilter { q: mintkey_domain::SearchText::parse(&token.key_hint), ..TokenFilter::all(NOW) },
        TokenFilter { scope: Some("peers.read".to_owned()), ..TokenFilter::all(NOW) },
        TokenFilter { expires_before: Some(at(365 * DAY)), ..TokenFilter::all(NOW) },
    ] {
        let page = PageRequest::Number { page: 1, limit: 9 };
        let found = store.tokens(theirs, &filter, TokenSort::default(), page.clone()).await.unwrap();
        assert_eq!(found.tokens.iter().map(|found| found.id).collect::<Vec<_>>(), [token.id]);
        let found = store.tokens(ours, &filter, TokenSort::default(), page).await.unwrap();
        assert_eq!((found.tokens, found.total), (vec![], 0));
    }
    let id = token.id;
    database
        .done(move |tx| {
            Box::pin(async move {
                assert_eq!(tx.token(ours, id).await?, None);
                assert_eq!(tx.token_secrets(ours, id).await?, []);
                assert_eq!(tx.membership(ours, user).await?, None);
                assert_eq!(tx.scope(ours, scope).await?, None);
                assert_eq!(tx.scopes(ours).await?, []);
                assert!(!tx.scope_in_use(ours, "peers.read").await?);
                assert_eq!(tx.idempotency(ours, user.uuid(), "POST /", &[1; 32], NOW).await?, None);
                Ok(())
            })
        })
        .await;
}

async fn fill(
    database: &Database,
    organization: mintkey_domain::OrganizationId,
    user: mintkey_domain::UserId,
    token: &mintkey_store::Token,
    scope: ScopeId,
) {
    database.insert(std::slice::from_ref(token)).await;
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_membership(&make::membership(organization, user, Role::Admin)).await?;
                tx.insert_scope(&Scope {
                    id: scope,
                    organization_id: organization,
                    name: ScopeName::parse("peers.read").unwrap(),
                    description: String::new(),
                    admin_only: false,
                    built_in: false,
                    created_at: NOW,
                    updated_at: NOW,
                })
                .await?;
                tx.audit(make::event(organization, "test"));
                tx.insert_idempotency(&IdempotencyRecord {
                    organization_id: organization,
                    principal: user.uuid(),
                    route: "POST /".to_owned(),
                    key_hash: [1; 32],
                    body_hash: [1; 32],
                    response: "{}".to_owned(),
                    created_at: NOW,
                    expires_at: at(DAY),
                })
                .await
            })
        })
        .await;
}

async fn no_change_reaches_another_organizations_rows(database: &Database) {
    let (theirs, ours) = (database.organization().await, database.organization().await);
    let user = database.user("ada@example.com").await;
    let token = make::token(theirs, make::person(), "edge");
    let scope = ScopeId::from_uuid(make::id());
    fill(database, theirs, user, &token, scope).await;
    let mut foreign = token.clone();
    foreign.organization_id = ours;
    foreign.label = make::label("taken over");
    let id = token.id;
    let membership = make::membership(ours, user, Role::Auditor);
    database
        .done(move |tx| {
            Box::pin(async move {
                assert!(matches!(tx.update_token(&foreign, &foreign).await, Err(StoreError::NothingChanged)));
                let rotated =
                    tx.rotate_token(&foreign, &make::secret(&foreign, 2), None, ClientKeys::EndWithSecrets).await;
                assert!(matches!(rotated, Err(StoreError::NothingChanged)));
                assert!(matches!(tx.invalidate_token(ours, id, NOW, false).await, Err(StoreError::NothingChanged)));
                assert!(matches!(
                    tx.set_previous_secret_end(ours, id, None, NOW).await,
                    Err(StoreError::NothingChanged)
                ));
                assert!(matches!(
                    tx.set_previous_secret_end(ours, id, Some(at(1)), NOW).await,
                    Err(StoreError::NothingChanged)
                ));
                assert!(matches!(tx.delete_token(ours, id).await, Err(StoreError::NothingChanged)));
                assert!(matches!(tx.update_membership(&membership).await, Err(StoreError::NothingChanged)));
                assert!(matches!(tx.delete_scope(ours, scope).await, Err(StoreError::NothingChanged)));
                Ok(())
            })
        })
        .await;
    assert_eq!(database.store.token(theirs, id).await.unwrap(), Some(token));
    assert_eq!(database.store.token_secrets(theirs, id).await.unwrap().len(), 1);
    assert_eq!(database.store.scopes(theirs).await.unwrap().len(), 1);
    let counts = database.store.token_counts(theirs, None, NOW, NOW).await.unwrap();
    assert_eq!((counts.total, counts.active), (1, 1));
}
