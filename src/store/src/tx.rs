//! The transaction that a job reads and writes with.

mod buffer;
mod lock;

use buffer::{Buffer, Mark};
pub use lock::LockedRow;

use crate::{
    StoreError,
    audit::{ChainHeads, NewAuditEvent},
    idempotency::IdempotencyRecord,
    sql::{Connection, Runner, Sql, sql},
    tokens::{CountChange, Token, TokenSecret},
};

/// Access to the database for a job of [`Writer::write`](crate::Writer::write).
///
/// New tokens and audit events are buffered and written in batches; statements that read them flush the buffer first.
/// After a database error a job must return an error.
pub struct Tx {
    connection: Connection,
    pub(crate) buffer: Buffer,
    pub(crate) heads: ChainHeads,
    /// The buffer positions at the start of the current job.
    mark: Mark,
    /// The number of buffered tokens that were written when the job's savepoint was set. Only `SQLite` sets one, at the
    /// job's first direct write, because jobs share the transaction.
    savepoint: Option<usize>,
    /// The error after which the transaction must not commit.
    broken: Option<StoreError>,
}

impl Tx {
    /// Caches a value for later jobs of this transaction, computed from rows read in it. It is dropped with each change
    /// other than a new token, event or stored response, and with each job that is rolled back.
    pub fn cache_value<T: Send + 'static>(&mut self, value: T) {
        self.buffer.cached = Some(Box::new(value));
    }

    /// Takes the cached value, if there is one.
    pub fn take_cached<T: Send + 'static>(&mut self) -> Option<T> {
        self.buffer.cached.take().and_then(|value| value.downcast().ok()).map(|value| *value)
    }

    /// Calls `f` after the commit, in the order of registration, before any job of the group gets its result. For
    /// updates of in-memory state: it must not block.
    pub fn after_commit(&mut self, f: impl FnOnce() + Send + 'static) {
        self.buffer.hooks.push(Box::new(f));
    }

    /// Inserts a token with its first secret, scopes and search words, and updates the counts.
    pub fn insert_token(&mut self, token: &Token, secret: &TokenSecret) {
        self.change_counts(CountChange::created(token));
        self.buffer.tokens.push((token.clone(), secret.clone()));
    }

    /// Appends an event to the organization's chain. It commits with the job's changes.
    pub fn audit(&mut self, event: NewAuditEvent) {
        self.audit_counted(event, 1);
    }

    /// Appends an event that stands for several equal ones.
    pub fn audit_counted(&mut self, event: NewAuditEvent, count: i64) {
        self.buffer.audit.push((event, count));
    }

    pub(crate) fn change_counts(&mut self, change: CountChange) {
        self.buffer.counts.push(change);
    }

    pub(crate) fn store_response(&mut self, record: IdempotencyRecord) {
        self.buffer.idempotency.push(record);
    }

    /// For reads of rows that were committed before this transaction: they don't need the buffered writes.
    pub(crate) fn unbuffered(&mut self) -> &mut Connection {
        &mut self.connection
    }

    async fn begin_change(&mut self) -> Result<(), StoreError> {
        self.buffer.cached = None;
        if self.savepoint.is_none() && self.connection.is_sqlite() {
            sql("SAVEPOINT job").execute(&mut self.connection).await?;
            self.savepoint = Some(self.buffer.tokens_written);
        }
        Ok(())
    }

    /// Writes the buffered tokens: those of earlier jobs first, then, under the job's savepoint, its own.
    async fn write_tokens(&mut self) -> Result<(), StoreError> {
        let all = self.buffer.tokens.len();
        if self.savepoint.is_none() {
            self.write_tokens_up_to(self.mark.tokens).await?;
        }
        if self.buffer.tokens_written < all {
            self.begin_change().await?;
            self.write_tokens_up_to(all).await?;
        }
        Ok(())
    }

    async fn write_tokens_up_to(&mut self, end: usize) -> Result<(), StoreError> {
        let begin = self.buffer.tokens_written;
        if begin >= end {
            return Ok(());
        }
        let written = crate::tokens::insert(&mut self.connection, &self.buffer.tokens[begin..end]).await;
        match written {
            Ok(()) => self.buffer.tokens_written = end,
            // The rows of other jobs may be partially written.
            Err(ref error) => self.broken = Some(error.duplicate()),
        }
        written
    }
}

impl Runner for Tx {
    async fn ready(&mut self, statement: &Sql) -> Result<&mut Connection, StoreError> {
        if statement.concerns_tokens() {
            self.write_tokens().await?;
        }
        if statement.is_change() {
            self.begin_change().await?;
        }
        Ok(&mut self.connection)
    }

    fn is_sqlite(&self) -> bool {
        self.connection.is_sqlite()
    }
}

/// Methods for the writers.
impl Tx {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            connection,
            buffer: Buffer::default(),
            heads: ChainHeads::default(),
            mark: Mark::default(),
            savepoint: None,
            broken: None,
        }
    }

    pub(crate) fn into_connection(self) -> Connection {
        self.connection
    }

    pub(crate) fn replace_connection(&mut self, connection: Connection) {
        self.connection = connection;
    }

    /// Ends a job: its changes stay in the transaction, or are rolled back.
    pub(crate) async fn end_job(&mut self, keep: bool) {
        let ended = match (self.savepoint.take(), keep) {
            (None, _) => Ok(0),
            (Some(_), true) => sql("RELEASE job").execute(&mut self.connection).await,
            (Some(written), false) => {
                self.buffer.tokens_written = written;
                match sql("ROLLBACK TO job").execute(&mut self.connection).await {
                    Ok(_) => sql("RELEASE job").execute(&mut self.connection).await,
                    error => error,
                }
            }
        };
        if let Err(error) = ended {
            self.broken = Some(error);
        }
        if !keep {
            self.buffer.truncate(&self.mark);
            self.buffer.cached = None;
        }
        self.mark = self.buffer.mark();
    }

    /// Writes the buffer before COMMIT, the audit chain last: on `PostgreSQL` its lock blocks other transactions.
    pub(crate) async fn finish(&mut self) -> Result<(), StoreError> {
        self.mark = self.buffer.mark();
        self.savepoint = None;
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        self.write_tokens_up_to(self.mark.tokens).await?;
        crate::idempotency::write(&mut self.connection, &self.buffer.idempotency).await?;
        crate::tokens::write_counts(&mut self.connection, &self.buffer.counts).await?;
        self.heads.extend(&mut self.connection, &self.buffer.audit).await
    }

    /// Takes the hooks to call after COMMIT, and resets the transaction for the next group.
    pub(crate) fn take_hooks(&mut self) -> Vec<Box<dyn FnOnce() + Send>> {
        let hooks = std::mem::take(&mut self.buffer.hooks);
        self.reset();
        hooks
    }

    /// Discards all state of the transaction after ROLLBACK.
    pub(crate) fn forget(&mut self) {
        self.heads.clear();
        self.reset();
    }

    fn reset(&mut self) {
        self.buffer = Buffer::default();
        self.mark = Mark::default();
        self.savepoint = None;
        self.broken = None;
    }
}
