//! Many jobs share one transaction, and each still commits or rolls back as a whole.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use mintkey_domain::{EmailLookup, OrganizationId, TokenId};
use mintkey_store::{LockedRow, StoreError, Writer};
use tokio::sync::oneshot;

use super::{
    harness::Database,
    make::{self, NOW},
};

on_both_engines! {
    jobs_that_fail_leave_nothing_and_keep_the_others
    a_job_that_fails_after_its_rows_were_read_leaves_nothing_and_keeps_the_others
    a_job_sees_what_it_and_earlier_jobs_did
    memory_follows_the_commit_in_order_and_before_the_answers
    a_panic_fails_its_job_only
    a_caller_that_goes_away_breaks_nothing
    many_jobs_at_once_are_all_kept
    what_a_job_holds_is_changed_only_after_it
}

/// Blocks the writer until released, so that the following jobs form a group; on `PostgreSQL` it blocks nothing.
fn hold(store: &Writer) -> (oneshot::Sender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (release, held) = oneshot::channel::<()>();
    let store = store.clone();
    let holding = tokio::spawn(async move {
        write!(store, |_tx| {
            let _ = held.await;
            Ok(())
        })
    });
    (release, holding)
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    Well,
    Refused,
    RefusedAfterReading,
    RefusedAfterChanging,
}

/// A job that creates a token, an event and a user, and ends as `how` tells.
async fn create(store: Writer, organization: OrganizationId, number: usize, how: How) -> (TokenId, bool) {
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    let user = make::user(&format!("ada{number}@example.com"));
    let done = write!(store, |tx| {
        tx.insert_token(&token, &make::secret(&token, 1));
        tx.audit(make::event(organization, "token.create"));
        if how == How::RefusedAfterReading {
            assert!(tx.token(organization, token.id).await?.is_some());
        }
        if how == How::RefusedAfterChanging || number.is_multiple_of(5) {
            tx.insert_user(&user).await?;
            tx.invalidate_token(organization, token.id, NOW, false).await?;
        }
        if how == How::Well { Ok(()) } else { Err(StoreError::Corrupt("as the test wants it")) }
    });
    (id, done.is_ok())
}

async fn mixed(database: &Database, ways: &[How]) {
    let organization = database.organization().await;
    let (release, holding) = hold(&database.store);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let jobs: Vec<_> = (0..60)
        .map(|number| {
            let how = ways[number % ways.len()];
            (number, how, tokio::spawn(create(database.store.clone(), organization, number, how)))
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    let mut kept = 0;
    for (number, how, job) in jobs {
        let (id, ok) = job.await.unwrap();
        let well = how == How::Well;
        kept += i64::from(well);
        assert_eq!(ok, well);
        assert_eq!(database.store.token(organization, id).await.unwrap().is_some(), well, "{number}");
        let user = database.store.user_by_email(&EmailLookup::new(&format!("ada{number}@example.com"))).await.unwrap();
        assert_eq!(user.is_some(), well && number % 5 == 0, "{number}");
    }
    let counts = database.store.token_counts(organization, None, NOW, NOW).await.unwrap();
    assert_eq!(counts.total, kept);
    let events = database.store.audit_events(organization, 1000).await.unwrap();
    assert_eq!(i64::try_from(events.len()).unwrap(), kept);
}

async fn jobs_that_fail_leave_nothing_and_keep_the_others(database: &Database) {
    mixed(database, &[How::Well, How::Refused, How::Well, How::RefusedAfterChanging]).await;
}

async fn a_job_that_fails_after_its_rows_were_read_leaves_nothing_and_keeps_the_others(database: &Database) {
    mixed(database, &[How::Well, How::RefusedAfterReading, How::RefusedAfterChanging, How::Well, How::Well]).await;
}

async fn a_job_sees_what_it_and_earlier_jobs_did(database: &Database) {
    let organization = database.organization().await;
    let (first, second) =
        (make::token(organization, make::person(), "a"), make::token(organization, make::person(), "b"));
    database.insert(std::slice::from_ref(&first)).await;
    let seen = database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_token(&second, &make::secret(&second, 1));
                let own = tx.token(organization, second.id).await?;
                assert_eq!(tx.token_secrets(organization, second.id).await?.len(), 1);
                assert!(tx.scope_in_use(organization, "peers.read").await?);
                Ok((own, tx.token(organization, first.id).await?))
            })
        })
        .await;
    assert!(seen.0.is_some() && seen.1.is_some());
}

async fn memory_follows_the_commit_in_order_and_before_the_answers(database: &Database) {
    let organization = database.organization().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let (release, holding) = hold(&database.store);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut jobs = Vec::new();
    for number in 0..20 {
        let (store, order) = (database.store.clone(), order.clone());
        jobs.push(tokio::spawn(async move {
            let seen = order.clone();
            let done = write!(store, |tx| {
                let (first, second) = (order.clone(), order);
                tx.after_commit(move || first.lock().unwrap().push((number, 1)));
                tx.audit(make::event(organization, "test"));
                tx.after_commit(move || second.lock().unwrap().push((number, 2)));
                if number % 4 == 3 { Err(StoreError::Corrupt("as the test wants it")) } else { Ok(()) }
            });
            let seen = seen.lock().unwrap();
            assert_eq!(seen.contains(&(number, 2)), done.is_ok());
        }));
        // Queues them in this order.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    for job in jobs {
        job.await.unwrap();
    }
    let order = order.lock().unwrap().clone();
    let expected: Vec<_> = (0..20).filter(|n| n % 4 != 3).flat_map(|n| [(n, 1), (n, 2)]).collect();
    if database.store.is_sqlite() {
        assert_eq!(order, expected);
    } else {
        // Each runs in its own transaction: only the order within a job is guaranteed.
        assert_eq!(order.len(), expected.len());
    }
}

async fn a_panic_fails_its_job_only(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    let panicked = write!(database.store, |tx| {
        tx.insert_token(&token, &make::secret(&token, 1));
        assert!(tx.token(organization, token.id).await?.is_some());
        tx.after_commit(|| unreachable!("it wasn't committed"));
        if token.label.as_str() == "edge" { panic!("as the test wants it") } else { Ok(()) }
    });
    assert!(matches!(panicked, Err(StoreError::Unavailable(_))));
    assert!(database.store.token(organization, id).await.unwrap().is_none());
    let done = write!(database.store, |tx| {
        tx.after_commit(|| panic!("as the test wants it"));
        tx.audit(make::event(organization, "test"));
        Ok(())
    });
    assert!(done.is_ok());
    assert_eq!(database.store.audit_events(organization, 9).await.unwrap().len(), 1);
}

async fn a_caller_that_goes_away_breaks_nothing(database: &Database) {
    let organization = database.organization().await;
    let (release, holding) = hold(&database.store);
    for _ in 0..10 {
        let store = database.store.clone();
        let job = tokio::spawn(async move {
            write!(store, |tx| {
                tx.audit(make::event(organization, "test"));
                Ok(())
            })
        });
        tokio::time::sleep(Duration::from_millis(1)).await;
        job.abort();
    }
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.audit(make::event(organization, "test"));
                Ok(())
            })
        })
        .await;
    assert!(!database.store.audit_events(organization, 99).await.unwrap().is_empty());
}

async fn many_jobs_at_once_are_all_kept(database: &Database) {
    let organization = database.organization().await;
    let owner = make::person();
    let jobs: Vec<_> = (0..300)
        .map(|_| {
            let store = database.store.clone();
            tokio::spawn(async move {
                let token = make::token(organization, owner, "edge");
                write!(store, |tx| {
                    tx.insert_token(&token, &make::secret(&token, 1));
                    tx.audit(make::event(organization, "token.create"));
                    Ok(())
                })
            })
        })
        .collect();
    for job in jobs {
        job.await.unwrap().unwrap();
    }
    let counts = database.store.token_counts(organization, None, NOW, NOW).await.unwrap();
    assert_eq!((counts.total, counts.active), (300, 300));
    let events = database.store.audit_events(organization, 999).await.unwrap();
    assert_eq!(events.len(), 300);
}

async fn what_a_job_holds_is_changed_only_after_it(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    database.insert(&[token]).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let (holds, held) = oneshot::channel::<()>();
    let (release, released) = oneshot::channel::<()>();
    let (store, seen) = (database.store.clone(), order.clone());
    let holder = tokio::spawn(async move {
        write!(store, |tx| {
            tx.lock_shared(LockedRow::Token(id)).await?;
            let _ = holds.send(());
            let _ = released.await;
            seen.lock().unwrap().push("held");
            Ok(())
        })
    });
    held.await.unwrap();
    let (store, seen) = (database.store.clone(), order.clone());
    let changer = tokio::spawn(async move {
        write!(store, |tx| {
            tx.invalidate_token(organization, id, NOW, false).await?;
            seen.lock().unwrap().push("changed");
            Ok(())
        })
    });
    // Long enough for the change to happen if nothing blocked it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
    changer.await.unwrap().unwrap();
    assert_eq!(*order.lock().unwrap(), ["held", "changed"]);
}
