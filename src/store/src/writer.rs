//! Who runs the jobs: one writer for a file of `SQLite`, a transaction of its own for each on `PostgreSQL`.

mod group;
mod job;
mod postgres;

use std::{panic::AssertUnwindSafe, pin::Pin, time::Duration};

use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use group::Writer;
use job::{Job, Typed};
pub(crate) use postgres::write_postgres;

use crate::{StoreError, Tx, sql::Connection};

/// How many jobs may wait; more wait for a place, as long as for anything else.
const QUEUE: usize = 4096;
/// How long anything waits for the database before it is called busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the one writer.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Message>);

enum Message {
    Job(Queued),
    Close(oneshot::Sender<()>),
}

/// A job, and when it began to wait.
struct Queued {
    job: Box<dyn Job>,
    since: Instant,
}

impl Queue {
    pub(crate) async fn start(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let tx = Tx::new(Connection::SqliteWriter(options.connect().await?));
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(Writer::new(tx, options).run(receiver));
        Ok(Self(sender))
    }

    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queued = Queued { job: Box::new(Typed { work, reply }), since: Instant::now() };
        match self.0.send_timeout(Message::Job(queued), PATIENCE).await {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(abandoned().into())),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(StoreError::Busy.into()),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(closed().into()),
        }
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    pub(crate) async fn close(&self) {
        let (done, wait) = oneshot::channel();
        if self.0.send(Message::Close(done)).await.is_ok() {
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

fn closed() -> StoreError {
    StoreError::Unavailable("it is closed".to_owned())
}

/// The answer to a job that panicked.
fn abandoned() -> StoreError {
    StoreError::Unavailable("the write was broken off".to_owned())
}
