//! Writes that no actor asks for: what was used, what was refused, what has ended.

use crate::{NewAuditEvent, Store, StoreError};

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
}
