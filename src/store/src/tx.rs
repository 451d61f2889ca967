//! A transaction, as a job sees it.

mod buffer;

use buffer::{Buffer, Mark};

use mintkey_domain::{OrganizationId, Principal, Role, TokenId, Via};

use crate::{
    StoreError,
    audit::{Heads, NewAuditEvent},
    idempotency::IdempotencyRecord,
    sql::{Connection, sql},
    tokens::{CountChange, Token, TokenSecret},
};

/// What a job of [`Store::write`](crate::Store::write) reads and changes the database with.
///
/// New tokens and audit events are gathered and written together; what reads them gets them written first.
/// A job that gets an error from the database has to end with one.
pub struct Tx {
    connection: Connection,
    pub(crate) buffer: Buffer,
    pub(crate) heads: Heads,
    /// Where the job that runs began.
    mark: Mark,
    /// How many gathered tokens were written when the job's savepoint was set. Only `SQLite` sets one, on
    /// the first direct write: the job shares its transaction with others.
    savepoint: Option<usize>,
    /// Why nothing of this transaction may be kept any more.
    broken: Option<StoreError>,
}

/// Who a job acts for, as they were when they were let in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where they act.
    pub organization: OrganizationId,
    /// The person or machine.
    pub principal: Principal,
    /// Their role.
    pub role: Role,
    /// How they proved it.
    pub via: Via,
    /// The token that was used, if it was one.
    pub token: Option<TokenId>,
}

impl Tx {
    /// Whether [`confirm`](Self::confirm) was called for the same in this transaction, with no change since but new
    /// tokens: the many creates of a group needn't ask the database one by one.
    pub fn is_confirmed(&self, standing: &Standing) -> bool {
        self.buffer.confirmed.contains(standing)
    }

    /// Notes that who acts still is who they were.
    pub fn confirm(&mut self, standing: Standing) {
        self.buffer.confirmed.push(standing);
    }

    /// Calls `f` once the transaction is kept, in the order of the calls, before any job of the group is
    /// answered. For changes of memory: it must not block.
    pub fn after_commit(&mut self, f: impl FnOnce() + Send + 'static) {
        self.buffer.hooks.push(Box::new(f));
    }

    /// Makes a token with its first secret; what its label can be found by, its scopes and the counts too.
    pub fn insert_token(&mut self, token: &Token, secret: &TokenSecret) {
        self.change_counts(CountChange::created(token));
        self.buffer.tokens.push((token.clone(), secret.clone()));
    }

    /// Adds an event to the organization's chain. It is kept exactly if the job's changes are.
    pub fn audit(&mut self, event: NewAuditEvent) {
        self.audit_counted(event, 1);
    }

    /// The same for an event that stands for several of its like.
    pub fn audit_counted(&mut self, event: NewAuditEvent, count: i64) {
        self.buffer.audit.push((event, count));
    }

    pub(crate) fn change_counts(&mut self, change: CountChange) {
        self.buffer.counts.push(change);
    }

    pub(crate) fn remember(&mut self, record: IdempotencyRecord) {
        self.buffer.idempotency.push(record);
    }

    /// For reads of what is never gathered.
    pub(crate) fn reads(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// For reads of tokens and what belongs to them.
    pub(crate) async fn token_reads(&mut self) -> Result<&mut Connection, StoreError> {
        self.write_tokens().await?;
        Ok(&mut self.connection)
    }

    /// For changes of what is never gathered.
    pub(crate) async fn changes(&mut self) -> Result<&mut Connection, StoreError> {
        self.buffer.confirmed.clear();
        if self.savepoint.is_none() && self.connection.is_sqlite() {
            sql("SAVEPOINT job").execute(&mut self.connection).await?;
            self.savepoint = Some(self.buffer.tokens_written);
        }
        Ok(&mut self.connection)
    }

    /// For changes of tokens and what belongs to them.
    pub(crate) async fn token_changes(&mut self) -> Result<&mut Connection, StoreError> {
        self.write_tokens().await?;
        self.changes().await
    }

    /// Writes the gathered tokens: those of earlier jobs first, then, under the job's savepoint, its own.
    async fn write_tokens(&mut self) -> Result<(), StoreError> {
        let all = self.buffer.tokens.len();
        if self.savepoint.is_none() {
            self.write_tokens_up_to(self.mark.tokens).await?;
        }
        if self.buffer.tokens_written < all {
            self.changes().await?;
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
            // Rows of other jobs may be half there.
            Err(ref error) => self.broken = Some(error.again()),
        }
        written
    }
}

/// What the writers call.
impl Tx {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            connection,
            buffer: Buffer::default(),
            heads: Heads::default(),
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

    /// Ends a job: what it did stays part of the transaction, or is undone.
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
            self.buffer.confirmed.clear();
        }
        self.mark = self.buffer.mark();
    }

    /// Writes what is gathered, before COMMIT. The audit chain last: on `PostgreSQL` its lock keeps others out.
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

    /// After COMMIT: what is to be called now. The transaction is then ready for another group.
    pub(crate) fn take_hooks(&mut self) -> Vec<Box<dyn FnOnce() + Send>> {
        let hooks = std::mem::take(&mut self.buffer.hooks);
        self.reset();
        hooks
    }

    /// After ROLLBACK: forgets everything that was meant for this transaction.
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
