//! Connections and transactions that statements run on.

use super::{Connection, Sql};
use crate::StoreError;

/// A read connection, or a transaction, which flushes its buffer before statements that depend on it. So callers don't
/// have to know what is buffered.
pub(crate) trait Runner: Send {
    /// Returns the connection, ready for this statement.
    fn ready(&mut self, statement: &Sql) -> impl Future<Output = Result<&mut Connection, StoreError>> + Send;

    /// Whether the engine is `SQLite`.
    fn is_sqlite(&self) -> bool;
}

impl Runner for Connection {
    async fn ready(&mut self, _: &Sql) -> Result<&mut Connection, StoreError> {
        Ok(self)
    }

    fn is_sqlite(&self) -> bool {
        matches!(self, Self::SqliteReader(_) | Self::SqliteWriter(_))
    }
}
