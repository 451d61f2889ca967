//! The audit chain.

use mintkey_domain::SearchText;
use mintkey_store::{AuditCheckpoint, AuditEvent, AuditFilter, PageRequest, StoreError};

use super::{harness::Database, make};

on_both_engines! {
    each_event_links_to_the_one_before_it
    a_failed_write_leaves_no_gap_in_the_chain
    organizations_have_chains_of_their_own
    a_changed_event_is_found_out
    a_filter_finds_names_by_their_words
    the_beginning_of_a_log_is_cut_and_the_chain_goes_on
}

async fn add(database: &Database, organization: mintkey_domain::OrganizationId, actions: &'static [&'static str]) {
    database
        .done(move |tx| {
            Box::pin(async move {
                for action in actions {
                    tx.audit(make::event(organization, action));
                }
                Ok(())
            })
        })
        .await;
}

fn assert_linked(events: &[AuditEvent]) {
    let mut previous = [0; 32];
    for (number, event) in (1..).zip(events.iter().rev()) {
        assert_eq!(event.sequence, number);
        assert_eq!(event.count, 1);
        assert_eq!(event.previous_hash, previous);
        assert!(event.is_intact());
        previous = event.hash;
    }
}

async fn each_event_links_to_the_one_before_it(database: &Database) {
    let organization = database.organization().await;
    add(database, organization, &["a", "b"]).await;
    add(database, organization, &["c"]).await;
    let events = database.store.audit_events(organization, 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.event.action.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
    assert_linked(&events);
    assert_eq!(database.store.audit_events(organization, 1).await.unwrap(), events[..1]);
}

async fn a_failed_write_leaves_no_gap_in_the_chain(database: &Database) {
    let organization = database.organization().await;
    add(database, organization, &["a"]).await;
    let refused = write!(database.store, |tx| {
        tx.audit(make::event(organization, "refused"));
        Err::<(), _>(StoreError::Corrupt("as the test wants it"))
    });
    assert!(refused.is_err());
    // No such organization: on SQLite this fails the whole group at commit.
    let other = mintkey_domain::OrganizationId::from_uuid(make::id());
    let failed = write!(database.store, |tx| {
        tx.audit(make::event(organization, "with a stranger"));
        tx.audit(make::event(other, "stranger"));
        Ok(())
    });
    assert!(matches!(failed, Err(StoreError::ForeignKey)), "{failed:?}");
    add(database, organization, &["b"]).await;
    let events = database.store.audit_events(organization, 10).await.unwrap();
    assert_eq!(events.len(), 2);
    assert_linked(&events);
}

async fn organizations_have_chains_of_their_own(database: &Database) {
    let (one, two) = (database.organization().await, database.organization().await);
    for _ in 0..3 {
        add(database, one, &["a"]).await;
        add(database, two, &["b", "c"]).await;
    }
    for (organization, length) in [(one, 3), (two, 6)] {
        let events = database.store.audit_events(organization, 10).await.unwrap();
        assert_eq!(events.len(), length);
        assert_linked(&events);
    }
}

async fn a_changed_event_is_found_out(database: &Database) {
    let organization = database.organization().await;
    add(database, organization, &["a"]).await;
    let event = database.store.audit_events(organization, 1).await.unwrap().remove(0);
    assert!(event.is_intact());
    let mut changed = event.clone();
    changed.event.actor_name.push('x');
    assert!(!changed.is_intact());
    let counted = AuditEvent { count: 2, ..event.clone() };
    assert!(!counted.is_intact());
    let mut moved = event;
    // The same bytes in another field.
    moved.event.via = std::mem::take(&mut moved.event.actor_name) + &moved.event.via;
    assert!(!moved.is_intact());
}

async fn a_filter_finds_names_by_their_words(database: &Database) {
    let (organization, other) = (database.organization().await, database.organization().await);
    add(database, organization, &["a", "b", "a"]).await;
    add(database, other, &["a"]).await;
    let first = PageRequest::Number { page: 1, limit: 1 };
    for (q, expected) in [("ED", 3), ("ada", 3), ("ADA edge", 3), ("dge", 3), ("", 3), ("%", 0), ("ada x", 0)] {
        let filter = AuditFilter { q: SearchText::parse(q), ..AuditFilter::default() };
        let page = database.store.audit_page(organization, &filter, first.clone()).await.unwrap();
        assert_eq!((page.total, page.next_cursor.is_some()), (expected, expected > 1), "{q}");
    }
    let filter = AuditFilter { action: Some("a".to_owned()), ..AuditFilter::default() };
    let page = database.store.audit_page(organization, &filter, first).await.unwrap();
    let cursor = page.next_cursor.unwrap();
    let rest =
        database.store.audit_page(organization, &filter, PageRequest::Cursor { cursor, limit: 5 }).await.unwrap();
    assert_eq!(rest.events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1]);
    assert!(rest.next_cursor.is_none());
}

async fn the_beginning_of_a_log_is_cut_and_the_chain_goes_on(database: &Database) {
    let (organization, other) = (database.organization().await, database.organization().await);
    add(database, organization, &["a", "b", "c"]).await;
    add(database, other, &["a"]).await;
    let cut = database
        .done(move |tx| {
            Box::pin(async move {
                let oldest = tx.oldest_audit_events(organization, 10).await?;
                assert_eq!(oldest.iter().map(|place| place.sequence).collect::<Vec<_>>(), [1, 2], "never the last");
                assert!(tx.oldest_audit_events(other, 10).await?.is_empty());
                let checkpoint = AuditCheckpoint {
                    organization_id: organization,
                    sequence: 2,
                    hash: oldest[1].hash,
                    signature: vec![7; 64],
                    created_at: make::NOW,
                };
                assert_eq!(tx.prune_audit_log(&checkpoint).await?, 2);
                tx.audit(make::event(organization, "audit.cut"));
                Ok(checkpoint)
            })
        })
        .await;
    assert_eq!(database.store.audit_checkpoint(organization).await.unwrap().as_ref(), Some(&cut));
    assert_eq!(database.store.audit_checkpoint(other).await.unwrap(), None);
    let chain = database.store.audit_chain(organization, 0, 10).await.unwrap();
    assert_eq!(chain.iter().map(|event| event.sequence).collect::<Vec<_>>(), [3, 4]);
    assert_eq!((chain[0].previous_hash, chain[1].previous_hash), (cut.hash, chain[0].hash));
    let later = AuditCheckpoint { sequence: 3, hash: chain[0].hash, ..cut };
    let again = later.clone();
    assert_eq!(database.done(move |tx| Box::pin(async move { tx.prune_audit_log(&again).await })).await, 1);
    assert_eq!(database.store.audit_checkpoint(organization).await.unwrap(), Some(later));
    assert_eq!(database.store.audit_events(other, 10).await.unwrap().len(), 1);
}
