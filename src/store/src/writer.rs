//! Who runs the jobs: one writer for a file of `SQLite`, a transaction of its own for each on `PostgreSQL`.

mod group;
mod job;
mod postgres;

use std::{
    fs::File,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::sqlite::SqliteConnectOptions;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use group::Writer;
use job::{Job, Typed};
pub(crate) use postgres::write_postgres;

use crate::{StoreError, Tx};

/// How many jobs may wait; more wait for a place, as long as for anything else.
const QUEUE: usize = 4096;
/// How long anything waits for the database before it is called busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the one writer.
#[derive(Clone)]
pub(crate) struct Queue {
    sender: mpsc::Sender<Message>,
    /// How many jobs wait. The channel's length would count questions too.
    waiting: Arc<AtomicUsize>,
}

enum Message {
    Job(Queued, Waiting),
    /// Asks whether another process wrote to the file since the last time.
    ChangedByOthers(oneshot::Sender<Result<bool, StoreError>>),
    Close(oneshot::Sender<()>),
}

/// Counts one job as waiting until it is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A job, and when it began to wait.
struct Queued {
    job: Box<dyn Job>,
    since: Instant,
}

impl Queue {
    /// Starts the writer, which holds the lock of a server until it has written and closed everything.
    pub(crate) async fn start(options: SqliteConnectOptions, lock: Option<File>) -> Result<Self, StoreError> {
        let writer = Writer::open(options, lock).await?;
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(writer.run(receiver));
        Ok(Self { sender, waiting: Arc::default() })
    }

    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queued = Queued { job: Box::new(Typed { work, reply }), since: Instant::now() };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.send(Message::Job(queued, Waiting(self.waiting.clone()))).await?;
        answer.await.unwrap_or_else(|_| Err(abandoned().into()))
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

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(crate) async fn close(&self) {
        let (done, wait) = oneshot::channel();
        if self.sender.send(Message::Close(done)).await.is_ok() {
            // The writer drops its end when it is gone, which is as good as an answer.
            let _ = wait.await;
        }
    }
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
