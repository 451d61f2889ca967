//! Writes that no actor asks for: what was used, what was refused, what has ended.

use mintkey_domain::Timestamp;

use crate::{NewAuditEvent, Store, StoreError};

/// The setting that a test write changes.
const TEST_WRITE: &str = "test_write";

/// The handle for bookkeeping. Nothing that it writes gives a right to anybody: it makes and changes no credential, and
/// removes only what has ended.
#[derive(Clone)]
pub struct Bookkeeping {
    pub(crate) store: Store,
}

impl Store {
    /// The handle for bookkeeping.
    pub fn bookkeeping(&self) -> Bookkeeping {
        Bookkeeping { store: self.clone() }
    }
}

impl Bookkeeping {
    /// Adds refusals to their organizations' logs, each with how often it happened.
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

    /// Writes a value that nobody reads, to find out whether writing works.
    pub async fn write_test(&self, now: Timestamp) -> Result<(), StoreError> {
        self.store.write(move |tx| Box::pin(async move { tx.set_setting(TEST_WRITE, "", now).await })).await
    }
}
