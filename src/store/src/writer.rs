//! Execution of jobs: a single writer for a `SQLite` file, a separate transaction per job on `PostgreSQL`.

mod group;
mod job;
mod postgres;

use std::{fs::File, panic::AssertUnwindSafe, pin::Pin, time::Duration};

use sqlx::sqlite::SqliteConnectOptions;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use group::SqliteWriter;
use job::{Job, TypedJob};
pub(crate) use postgres::write_postgres;

use tracing::{Instrument as _, Span};

use crate::{
    StoreError, Tx,
    metrics::{Metrics, Waiting},
};

/// The capacity of the queue; further jobs wait for a slot until the timeout.
const QUEUE: usize = 4096;
/// The timeout for the database, after which the error is [`StoreError::Busy`].
pub(crate) const DATABASE_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle to the single writer.
#[derive(Clone)]
pub(crate) struct Queue {
    sender: mpsc::Sender<Message>,
    metrics: Metrics,
}

enum Message {
    Job(Queued, Waiting),
    /// Asks whether another process wrote to the file since the last call.
    ChangedByOthers(oneshot::Sender<Result<bool, StoreError>>),
    Close(oneshot::Sender<()>),
}

/// A job, the time it was queued, and its caller's span.
struct Queued {
    job: Box<dyn Job>,
    since: Instant,
    span: Span,
}

impl Queue {
    /// Starts the writer, which holds a server's lock until it has written and closed everything.
    pub(crate) async fn start(
        options: SqliteConnectOptions,
        lock: Option<File>,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        let writer = SqliteWriter::open(options, lock, metrics.clone()).await?;
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(writer.run(receiver));
        Ok(Self { sender, metrics })
    }

    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let (since, span) = (Instant::now(), span().or_current());
        let queued = Queued { job: Box::new(TypedJob { work, reply }), since, span: span.clone() };
        let answered = async {
            self.send(Message::Job(queued, self.metrics.waiting())).await?;
            answer.await.unwrap_or_else(|_| Err(abandoned().into()))
        };
        let answered = answered.instrument(span).await;
        self.metrics.written(since.elapsed());
        answered
    }

    /// Whether another process wrote to the file since the last call.
    pub(crate) async fn changed_by_others(&self) -> Result<bool, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::ChangedByOthers(reply)).await?;
        answer.await.unwrap_or_else(|_| Err(abandoned()))
    }

    async fn send(&self, message: Message) -> Result<(), StoreError> {
        self.sender.send_timeout(message, DATABASE_TIMEOUT).await.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => StoreError::Busy,
            mpsc::error::SendTimeoutError::Closed(_) => closed(),
        })
    }

    /// Whether the writer has stopped, so that writes are impossible.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    pub(crate) async fn close(&self) {
        let (done, wait) = oneshot::channel();
        if self.sender.send(Message::Close(done)).await.is_ok() {
            // The writer drops the sender when it has stopped, which is enough.
            let _ = wait.await;
        }
    }
}

/// The span of a write, from the call to the result.
fn span() -> Span {
    tracing::debug_span!("write", waited_ms = tracing::field::Empty, group = tracing::field::Empty)
}

/// Calls the hooks of committed jobs; a panic in one doesn't affect the others.
fn run_hooks(hooks: Vec<Box<dyn FnOnce() + Send>>) {
    for hook in hooks {
        if std::panic::catch_unwind(AssertUnwindSafe(hook)).is_err() {
            tracing::error!("a hook after a commit panicked");
        }
    }
}

pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("it is closed".to_owned())
}

/// The error for a job that panicked, or whose group did.
fn abandoned() -> StoreError {
    StoreError::Unavailable("the write was broken off".to_owned())
}
