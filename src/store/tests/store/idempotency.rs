//! Stored responses.

use mintkey_domain::OrganizationId;
use mintkey_store::{Constraint, IdempotencyRecord, StoreError};
use uuid::Uuid;

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    an_answer_is_remembered_until_its_time_is_over
    the_same_key_is_taken_once
}

fn answer(organization: OrganizationId, principal: Uuid) -> IdempotencyRecord {
    IdempotencyRecord {
        organization_id: organization,
        principal,
        route: "POST /api/v1/tokens".to_owned(),
        key_hash: [1; 32],
        body_hash: [2; 32],
        response: "{\"label\":\"edge\"}".to_owned(),
        created_at: NOW,
        expires_at: at(DAY),
    }
}

async fn an_answer_is_remembered_until_its_time_is_over(database: &Database) {
    let (organization, principal) = (database.organization().await, make::id());
    let first = answer(organization, principal);
    let record = first.clone();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_idempotency(&record).await?;
                let own = tx.idempotency(organization, principal, &record.route, &record.key_hash, NOW).await?;
                assert_eq!(own.as_ref(), Some(&record));
                Ok(())
            })
        })
        .await;
    let find = async |principal: Uuid, route: &str, key: [u8; 32], now| {
        database.store.idempotency(organization, principal, route, &key, now).await.unwrap()
    };
    assert_eq!(find(principal, &first.route, [1; 32], at(DAY - 1)).await, Some(first.clone()));
    assert_eq!(find(principal, &first.route, [1; 32], at(DAY)).await, None);
    assert_eq!(find(make::id(), &first.route, [1; 32], NOW).await, None);
    assert_eq!(find(principal, "POST /other", [1; 32], NOW).await, None);
    assert_eq!(find(principal, &first.route, [3; 32], NOW).await, None);

    let second = IdempotencyRecord { created_at: at(DAY), expires_at: at(2 * DAY), ..first.clone() };
    let record = second.clone();
    database.done(move |tx| Box::pin(async move { tx.insert_idempotency(&record).await })).await;
    assert_eq!(find(principal, &first.route, [1; 32], at(DAY)).await, Some(second));
    assert_eq!(database.store.bookkeeping().delete_expired_idempotency(at(DAY)).await.unwrap(), 0);
    assert_eq!(database.store.bookkeeping().delete_expired_idempotency(at(2 * DAY)).await.unwrap(), 1);
}

async fn the_same_key_is_taken_once(database: &Database) {
    let (organization, principal) = (database.organization().await, make::id());
    let mut taken = 0;
    let jobs: Vec<_> = (0..20)
        .map(|_| {
            let (store, record) = (database.store.clone(), answer(organization, principal));
            tokio::spawn(async move {
                write!(store, |tx| {
                    tx.audit(make::event(organization, "test"));
                    tx.insert_idempotency(&record).await
                })
            })
        })
        .collect();
    for job in jobs {
        match job.await.unwrap() {
            Ok(()) => taken += 1,
            Err(StoreError::Unique(Constraint::IdempotencyKey)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(taken, 1);
    assert_eq!(database.store.audit_events(organization, 99).await.unwrap().len(), 1);
}
