//! The single writer of a file: waiting jobs are grouped into one transaction.
//!
//! 1. BEGIN IMMEDIATE; jobs that waited too long for the lock get an error.
//! 2. Run each job in turn. A failed one is rolled back; the others continue.
//! 3. Write the buffer, one statement per table. COMMIT.
//! 4. Run the hooks, in order. Then send the results.

use std::{fs::File, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tracing::Instrument as _;

use super::{DATABASE_TIMEOUT, Message, Queued, abandoned, job::JobResult, run_hooks};
use crate::{
    StoreError, Tx,
    metrics::Metrics,
    sql::{Connection, sql},
};

/// The maximum number of jobs per transaction.
const GROUP: usize = 256;
/// The group size from which waiting for a full group pays off.
const LARGE: usize = 8;

pub(super) struct SqliteWriter {
    tx: Tx,
    options: SqliteConnectOptions,
    /// `PRAGMA data_version`: it differs after another process wrote to the file.
    version: i64,
    /// The value at the last report of changes; `None` after a reconnect, because values of different connections can't
    /// be compared.
    reported_version: Option<i64>,
    /// The server's lock on the file. The writer owns it because it outlives every handle of the store.
    lock: Option<File>,
    /// Whether the connection is unusable.
    lost: bool,
    metrics: Metrics,
}

/// After a large group, waits briefly until as many jobs are queued as it had.
///
/// A caller that was just answered is likely to ask again. Without this pause the first of them would get a
/// transaction of its own, and half of all commits would be for one job.
async fn wait_for_group(queue: &mpsc::Receiver<Message>, last: usize, longest: Duration) {
    let begun = Instant::now();
    while queue.len() < last && last >= LARGE && begun.elapsed() < longest {
        tokio::task::yield_now().await;
    }
}

impl SqliteWriter {
    pub(super) async fn open(
        options: SqliteConnectOptions,
        lock: Option<File>,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        let tx = Tx::new(Connection::SqliteWriter(options.connect().await?));
        let mut writer = Self { tx, options, version: 0, reported_version: None, lock, lost: false, metrics };
        writer.reported_version = Some(writer.data_version().await?);
        Ok(writer)
    }

    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        let mut messages = Vec::with_capacity(GROUP);
        let mut closing = Vec::new();
        while queue.recv_many(&mut messages, GROUP).await > 0 {
            let mut jobs = Vec::with_capacity(messages.len());
            for message in messages.drain(..) {
                match message {
                    Message::Job(queued, waiting) => {
                        drop(waiting);
                        jobs.push(queued);
                    }
                    Message::ChangedByOthers(reply) => self.report_changes(reply).await,
                    Message::Close(done) => {
                        // Jobs already queued are still written; then `recv_many` ends.
                        queue.close();
                        closing.push(done);
                    }
                }
            }
            let (size, begun) = (jobs.len(), Instant::now());
            self.group(jobs).await;
            wait_for_group(&queue, size, begun.elapsed() / 8).await;
        }
        self.close().await;
        drop(closing);
    }

    async fn group(&mut self, jobs: Vec<Queued>) {
        let jobs = self.begin(jobs).await;
        if jobs.is_empty() {
            return;
        }
        self.metrics.grouped(jobs.len());
        let mut results = Vec::with_capacity(jobs.len());
        for queued in &jobs {
            let waited = queued.since.elapsed();
            self.metrics.waited(waited);
            queued.span.record("waited_ms", u64::try_from(waited.as_millis()).unwrap_or(u64::MAX));
            queued.span.record("group", jobs.len());
        }
        for queued in jobs {
            results.extend(self.one(queued).await);
        }
        let committed = AssertUnwindSafe(self.commit()).catch_unwind().await;
        let failure = match committed.unwrap_or_else(|_| Err(abandoned())) {
            Ok(()) => {
                run_hooks(self.tx.take_hooks());
                None
            }
            Err(error) => {
                tracing::error!(%error, jobs = results.len(), "a group of writes failed");
                self.roll_back().await;
                Some(error)
            }
        };
        for result in results {
            (result.answer)(failure.as_ref().map(StoreError::duplicate));
        }
    }

    /// Runs a job. Returns `None` if it panicked, which also drops its reply sender.
    async fn one(&mut self, queued: Queued) -> Option<JobResult> {
        let job = AssertUnwindSafe(async { queued.job.run(&mut self.tx).await }).catch_unwind();
        let result = job.instrument(queued.span.clone()).await.ok();
        if result.is_none() {
            queued.span.in_scope(|| tracing::error!("a write panicked and was undone"));
        }
        self.tx.end_job(result.as_ref().is_some_and(|result| result.keep)).await;
        result
    }

    /// Begins a transaction and returns the jobs that still wait; if none do, there is no transaction.
    async fn begin(&mut self, mut jobs: Vec<Queued>) -> Vec<Queued> {
        loop {
            jobs.retain(|queued| !queued.job.is_abandoned());
            if jobs.is_empty() {
                return jobs;
            }
            match self.try_begin().await {
                Ok(()) => return jobs,
                Err(StoreError::Busy) => {
                    let now = Instant::now();
                    let late = |queued: &mut Queued| now.duration_since(queued.since) >= DATABASE_TIMEOUT;
                    jobs.extract_if(.., late).for_each(|queued| queued.job.reject(StoreError::Busy));
                }
                Err(error) => {
                    tracing::error!(%error, "no write can begin");
                    self.lost = true;
                    jobs.drain(..).for_each(|queued| queued.job.reject(error.duplicate()));
                }
            }
        }
    }

    async fn try_begin(&mut self) -> Result<(), StoreError> {
        self.reconnect_if_lost().await?;
        sql("BEGIN IMMEDIATE").execute(self.tx.unbuffered()).await?;
        let version = self.data_version().await?;
        if version != self.version {
            // The command line may have extended the audit chain.
            self.tx.heads.clear();
            self.version = version;
        }
        Ok(())
    }

    /// Reports whether another process wrote to the file. This is the only writing connection of the process, so
    /// nothing else changes the value. Runs between groups, where no transaction hides recent commits.
    async fn report_changes(&mut self, reply: oneshot::Sender<Result<bool, StoreError>>) {
        let version = match self.reconnect_if_lost().await {
            Ok(()) => self.data_version().await,
            Err(error) => Err(error),
        };
        let sent = reply.send(
            version.as_ref().map(|version| self.reported_version != Some(*version)).map_err(StoreError::duplicate),
        );
        // A change that couldn't be reported is reported at the next call.
        if let (Ok(version), Ok(())) = (version, sent) {
            self.reported_version = Some(version);
        }
    }

    async fn data_version(&mut self) -> Result<i64, StoreError> {
        let row = sql("PRAGMA data_version").row(self.tx.unbuffered()).await?;
        row.map_or(Ok(0), |row| row.get("data_version"))
    }

    async fn reconnect_if_lost(&mut self) -> Result<(), StoreError> {
        if self.lost {
            self.tx.replace_connection(Connection::SqliteWriter(self.options.connect().await?));
            self.lost = false;
            self.version = 0;
            self.reported_version = None;
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        self.tx.finish().await?;
        let begun = Instant::now();
        loop {
            match sql("COMMIT").execute(self.tx.unbuffered()).await {
                Err(StoreError::Busy) if begun.elapsed() < DATABASE_TIMEOUT => {}
                done => return done.map(|_| ()),
            }
        }
    }

    async fn roll_back(&mut self) {
        // Some failures roll back by themselves, so ROLLBACK fails; reconnecting is always correct.
        if sql("ROLLBACK").execute(self.tx.unbuffered()).await.is_err() {
            self.lost = true;
        }
        self.tx.forget();
    }

    async fn close(mut self) {
        // Leaves one file instead of three; the next start moves what can't be moved now.
        let _ = sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(self.tx.unbuffered()).await;
        if let Connection::SqliteWriter(connection) = self.tx.into_connection()
            && let Err(error) = sqlx::Connection::close(connection).await
        {
            tracing::warn!(%error, "the database didn't close in order");
        }
        drop(self.lock);
    }
}
