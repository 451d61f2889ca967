//! Writes without an actor: last uses, refusals, deletion of expired rows.

use mintkey_domain::Timestamp;

use crate::{NewAuditEvent, Store, StoreError};

/// The setting that [`Bookkeeping::write_test`] writes.
const TEST_WRITE: &str = "test_write";

/// Handle for writes without an actor. They grant nothing: they create and change no credential, and delete only
/// expired rows.
#[derive(Clone)]
pub struct Bookkeeping {
    pub(crate) store: Store,
}

impl Store {
    /// Returns the handle for bookkeeping.
    pub fn bookkeeping(&self) -> Bookkeeping {
        Bookkeeping { store: self.clone() }
    }
}

impl Bookkeeping {
    /// Appends refusals to their organizations' logs, each with its number of occurrences.
    pub async fn record_refusals(&self, events: Vec<(NewAuditEvent, i64)>) -> Result<(), StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for (event, count) in events {
                        tx.audit_counted(event, count);
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Writes a value that nothing reads, to test whether the database accepts writes.
    pub async fn write_test(&self, now: Timestamp) -> Result<(), StoreError> {
        self.store.write(move |tx| Box::pin(async move { tx.set_setting(TEST_WRITE, "", now).await })).await
    }
}
