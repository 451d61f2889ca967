//! The database as a whole: opening, reading, writing, closing.

mod backups;
mod file;
mod lock;
mod migrate;
mod open;
mod wal;

use std::{path::Path, pin::Pin};

pub use backups::BackupFile;
pub use lock::Access;
use sqlx::{ConnectOptions, PgPool, SqlitePool, sqlite::SqliteConnectOptions};

use crate::{
    StoreError, Tx,
    metrics::Metrics,
    sql::{Connection, sql},
    writer::{self, Queue},
};

/// The database, for reading, and for the [bookkeeping](crate::Bookkeeping) that gives nobody a right. Clones share its
/// connections.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    metrics: Metrics,
}

/// The database, for changing it. Only its owner can: a [`Store`] leads to no `Writer`.
#[derive(Clone, Debug)]
pub struct Writer(Store);

#[derive(Clone)]
enum Backend {
    Sqlite { readers: SqlitePool, queue: Queue, options: Box<SqliteConnectOptions> },
    Postgres(PgPool),
}

impl Writer {
    /// Opens `sqlite:PATH` or `postgres://…` and brings its tables up to date. A missing file is made, with its
    /// folder, for nobody but this user.
    ///
    /// A server locks a `SQLite` file until [`close`](Store::close), or until the last clone is dropped and what was
    /// queued is written: [`StoreError::InUse`] if another server has it. A tool takes no lock, and gets
    /// [`StoreError::MigrationBlocked`] if the file has to be migrated while a server has it.
    pub async fn open(url: &str, access: Access) -> Result<Self, StoreError> {
        let metrics = Metrics::new()?;
        let writer = Self(Store { backend: open::open(url, access, &metrics).await?, metrics });
        writer.upgrade_texts().await?;
        Ok(writer)
    }

    /// Runs one use case in one transaction: either all of what the job did is kept, or, if it returns an
    /// error or panics, nothing of it.
    ///
    /// On `SQLite` the one writer takes what waits into one transaction; each job sees what those before it did.
    /// A job that was begun is finished, even if the caller stops waiting.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.write(job).await
    }
}

impl std::ops::Deref for Writer {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.0
    }
}

impl Store {
    /// Whether this is a file of `SQLite`, and not a `PostgreSQL` server.
    pub const fn is_sqlite(&self) -> bool {
        matches!(self.backend, Backend::Sqlite { .. })
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if matches!(&self.backend, Backend::Sqlite { queue, .. } if queue.is_closed()) {
            return Err(writer::closed());
        }
        sql("SELECT 1 AS value").execute(&mut self.reader().await?).await.map(|_| ())
    }

    /// Runs a job: [`Writer::write`], and the bookkeeping.
    pub(crate) async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite { queue, .. } => queue.write(job).await,
            Backend::Postgres(pool) => writer::write_postgres(pool.clone(), &self.metrics, job).await,
        }
    }

    /// Whether another process wrote to a `SQLite` file since the last call, or since it was opened. `true` as well if
    /// that can't be told, because the writer had to connect again. Always `false` on `PostgreSQL`.
    pub async fn changed_by_others(&self) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite { queue, .. } => queue.changed_by_others().await,
            Backend::Postgres(_) => Ok(false),
        }
    }

    /// The measures of this database, as they are now.
    pub fn metrics(&self) -> &Metrics {
        let (open, idle) = match &self.backend {
            Backend::Sqlite { readers, .. } => (readers.size(), readers.num_idle()),
            Backend::Postgres(pool) => (pool.size(), pool.num_idle()),
        };
        self.metrics.connected(open, idle);
        &self.metrics
    }

    /// Copies a `SQLite` database, while it is in use, into a new file that only this user may read.
    /// An existing file is refused; for `PostgreSQL` there is `pg_dump`.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Backend::Sqlite { options, .. } = &self.backend else {
            return Err(StoreError::Unavailable("use pg_dump to back up PostgreSQL".to_owned()));
        };
        let file = file::create_private(to, file::IfExists::Refuse)?;
        // SQLite would read a relative `file:…` as a URI.
        let path = std::path::absolute(to).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let path = path.to_str().ok_or_else(|| StoreError::Unavailable("the path isn't UTF-8".to_owned()))?;
        // A connection of its own: the readers may not even write to another file.
        let mut connection = Connection::SqliteWriter(options.connect().await?);
        let copied = sql("VACUUM INTO $1").bind(path).execute(&mut connection).await.map(|_| ());
        let copied = copied.and_then(|()| file.sync_all().map_err(|error| StoreError::Unavailable(error.to_string())));
        if copied.is_err() {
            // Half a copy is worse than none; that it can't be removed is the smaller of the two errors.
            let _ = std::fs::remove_file(to);
        }
        copied
    }

    /// Finishes the writes that wait, closes every connection, and releases the lock of a server.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { readers, queue, .. } => {
                readers.close().await;
                queue.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }

    /// A connection for reading.
    pub(crate) async fn reader(&self) -> Result<Connection, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite { readers, .. } => Connection::SqliteReader(readers.acquire().await?),
            Backend::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        })
    }
}

impl std::fmt::Debug for Store {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_sqlite() { "Store(SQLite)" } else { "Store(PostgreSQL)" })
    }
}
