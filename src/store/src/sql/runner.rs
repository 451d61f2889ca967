//! Where a statement runs.

use super::{Connection, Sql};
use crate::StoreError;

/// A connection for reading, or a transaction, which first writes what it has gathered if the statement is about it. So
/// nobody who writes a statement has to know what is gathered.
pub(crate) trait Runner: Send {
    /// The connection, ready for that statement.
    fn ready(&mut self, statement: &Sql) -> impl Future<Output = Result<&mut Connection, StoreError>> + Send;

    /// Whether it is `SQLite`'s.
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
