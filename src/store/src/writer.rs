//! Who runs the jobs: one writer for a file of `SQLite`, a transaction of its own for each on `PostgreSQL`.

mod group;
mod job;
mod postgres;

use std::{fs::File, panic::AssertUnwindSafe, pin::Pin, time::Duration};

use sqlx::sqlite::SqliteConnectOptions;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use group::Writer;
use job::{Job, Typed};
pub(crate) use postgres::write_postgres;

use tracing::{Instrument as _, Span};

use crate::{
    StoreError, Tx,
    metrics::{Metrics, Waiting},
};

/// How many jobs may wait; more wait for a place, as long as for anything else.
const QUEUE: usize = 4096;
/// How long anything waits for the database before it is called busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the one writer.
#[derive(Clone)]
pub(crate) struct Queue {
    sender: mpsc::Sender<Message>,
    metrics: Metrics,
}

enum Message {
    Job(Queued, Waiting),
    /// Asks whether another process wrote to the file since the last time.
    ChangedByOthers(oneshot::Sender<Result<bool, StoreError>>),
    Close(oneshot::Sender<()>),
}

/// A job, when it began to wait, and the span of who waits for it.
struct Queued {
    job: Box<dyn Job>,
    since: Instant,
    span: Span,
}

impl Queue {
    /// Starts the writer, which holds the lock of a server until it has written and closed everything.
    pub(crate) async fn start(
        options: SqliteConnectOptions,
        lock: Option<File>,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        let writer = Writer::open(options, lock, metrics.clone()).await?;
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
        let queued = Queued { job: Box::new(Typed { work, reply }), since, span: span.clone() };
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
        self.sender.send_timeout(message, PATIENCE).await.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => StoreError::Busy,
            mpsc::error::SendTimeoutError::Closed(_) => closed(),
        })
    }

    /// Whether the writer is gone, so that nothing can be written any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    pub(crate) async fn close(&self) {
        let (done, wait) = oneshot::channel();
        if self.sender.send(Message::Close(done)).await.is_ok() {
            // The writer drops its end when it is gone, which is as good as an answer.
            let _ = wait.await;
        }
    }
}

/// The span of a write, from the wish to the answer.
fn span() -> Span {
    tracing::debug_span!("write", waited_ms = tracing::field::Empty, group = tracing::field::Empty)
}

/// Calls what jobs wanted to follow their commit; one that panics doesn't keep the others from it.
fn run_hooks(hooks: Vec<Box<dyn FnOnce() + Send>>) {
    for hook in hooks {
        if std::panic::catch_unwind(AssertUnwindSafe(hook)).is_err() {
            tracing::error!("what was to follow a write panicked");
        }
    }
}

pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("it is closed".to_owned())
}

/// The answer to a job that panicked, or whose group did.
fn abandoned() -> StoreError {
    StoreError::Unavailable("the write was broken off".to_owned())
}
