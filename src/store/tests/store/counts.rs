//! The maintained counts equal the actual ones.

use mintkey_domain::{Principal, ServiceAccountId, Timestamp};
use mintkey_store::{StoreError, TokenCounts};

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    counts_stay_right_through_create_expire_invalidate_and_delete
    counts_are_of_the_asked_for_owners
    the_instance_has_the_tokens_of_all_organizations
}

async fn counts(database: &Database, organization: mintkey_domain::OrganizationId, now: Timestamp) -> [i64; 5] {
    let TokenCounts { total, active, expired, invalidated, expiring } =
        database.store.token_counts(organization, None, now, now.saturating_add(7 * DAY)).await.unwrap();
    [total, active, expired, invalidated, expiring]
}

async fn counts_stay_right_through_create_expire_invalidate_and_delete(database: &Database) {
    let organization = database.organization().await;
    assert_eq!(counts(database, organization, NOW).await, [0; 5]);
    let mut tokens: Vec<_> = (0..6).map(|_| make::token(organization, make::person(), "edge")).collect();
    tokens[0].expires_at = None;
    tokens[1].expires_at = Some(at(DAY));
    tokens[2].expires_at = Some(at(2 * DAY));
    database.insert(&tokens).await;
    assert_eq!(counts(database, organization, NOW).await, [6, 6, 0, 0, 2]);
    assert_eq!(counts(database, organization, at(DAY - 1)).await, [6, 6, 0, 0, 2]);
    assert_eq!(counts(database, organization, at(DAY)).await, [6, 5, 1, 0, 1]);
    assert_eq!(counts(database, organization, at(100 * DAY)).await, [6, 1, 5, 0, 0]);

    let ids: Vec<_> = tokens.iter().map(|token| token.id).collect();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.invalidate_token(organization, ids[1], NOW, false).await?;
                tx.invalidate_token(organization, ids[3], NOW, true).await?;
                let twice = tx.invalidate_token(organization, ids[3], NOW, false).await;
                assert!(matches!(twice, Err(StoreError::NothingChanged)));
                Ok(())
            })
        })
        .await;
    assert_eq!(counts(database, organization, at(DAY)).await, [6, 4, 0, 2, 1]);

    let ids: Vec<_> = tokens.iter().map(|token| token.id).collect();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.delete_token(organization, ids[1]).await?;
                tx.delete_token(organization, ids[2]).await?;
                assert!(matches!(tx.delete_token(organization, ids[2]).await, Err(StoreError::NothingChanged)));
                Ok(())
            })
        })
        .await;
    assert_eq!(counts(database, organization, at(DAY)).await, [4, 3, 0, 1, 0]);

    let mut renewed = tokens[4].clone();
    renewed.expires_at = Some(at(3 * DAY));
    let before = tokens[4].clone();
    database.changed(move |tx| Box::pin(async move { tx.update_token(&before, &renewed).await })).await;
    assert_eq!(counts(database, organization, at(DAY)).await, [4, 3, 0, 1, 1]);
}

async fn counts_are_of_the_asked_for_owners(database: &Database) {
    let organization = database.organization().await;
    let (one, two) = (make::person(), Principal::ServiceAccount(ServiceAccountId::from_uuid(make::id())));
    let mut tokens = [
        make::token(organization, one, "a"),
        make::token(organization, one, "b"),
        make::token(organization, two, "c"),
        make::token(organization, make::person(), "d"),
    ];
    tokens[1].expires_at = Some(at(-1));
    tokens[2].expires_at = Some(at(1));
    database.insert(&tokens).await;
    let of = async |owners: &[uuid::Uuid]| {
        let counts = database.store.token_counts(organization, Some(owners), NOW, at(DAY)).await.unwrap();
        [counts.total, counts.active, counts.expired, counts.invalidated, counts.expiring]
    };
    assert_eq!(of(&[one.id()]).await, [2, 1, 1, 0, 0]);
    assert_eq!(of(&[one.id(), two.id()]).await, [3, 2, 1, 0, 1]);
    assert_eq!(of(&[one.id(), two.id(), make::id()]).await, [3, 2, 1, 0, 1]);
    assert_eq!(of(&[]).await, [0; 5]);
}

async fn the_instance_has_the_tokens_of_all_organizations(database: &Database) {
    assert_eq!(database.store.token_counts_of_instance().await.unwrap(), (0, 0));
    for _ in 0..2 {
        let organization = database.organization().await;
        let mut tokens: Vec<_> = (0..3).map(|_| make::token(organization, make::person(), "edge")).collect();
        tokens[0].invalidated_at = Some(NOW);
        tokens[1].expires_at = Some(at(-DAY));
        database.insert(&tokens).await;
    }
    assert_eq!(database.store.token_counts_of_instance().await.unwrap(), (4, 2));
}
