//! The database: opens, reads, writes and closes it.

mod backups;
mod file;
mod lock;
mod migrate;
mod open;
mod restore;
mod wal;

use std::{path::Path, pin::Pin};

pub use backups::BackupFile;
pub use lock::Access;
pub use migrate::{Migrations, migrations};
pub use restore::Restore;
use sqlx::{ConnectOptions, PgPool, SqlitePool, sqlite::SqliteConnectOptions};

use crate::{
    StoreError, Tx,
    metrics::Metrics,
    sql::{Connection, sql},
    writer::{self, Queue},
};

/// Read access to the database, and [bookkeeping](crate::Bookkeeping), which grants nothing. Clones share the
/// connections.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    metrics: Metrics,
}

/// Write access to the database. A [`Store`] gives no access to a `Writer`.
#[derive(Clone, Debug)]
pub struct Writer(Store);

#[derive(Clone)]
enum Backend {
    Sqlite { readers: SqlitePool, queue: Queue, options: Box<SqliteConnectOptions> },
    Postgres(PgPool),
}

impl Writer {
    /// Opens `sqlite:PATH` or `postgres://…` and runs the migrations. Creates a missing file and its folder, accessible
    /// only to the current user.
    ///
    /// A server locks a `SQLite` file until [`close`](Store::close), or until the last clone is dropped and the queue
    /// is written: [`StoreError::InUse`] if another server has it. A tool takes no lock, and gets
    /// [`StoreError::MigrationBlocked`] if the file needs a migration while a server has it.
    pub async fn open(url: &str, access: Access) -> Result<Self, StoreError> {
        let metrics = Metrics::new()?;
        let writer = Self(Store { backend: open::open(url, access, &metrics).await?, metrics });
        writer.upgrade_texts().await?;
        Ok(writer)
    }

    /// Runs one use case in one transaction. If the job returns an error or panics, all of its changes are rolled back.
    ///
    /// On `SQLite` the single writer groups waiting jobs into one transaction; each job sees the changes of the jobs
    /// before it. A job that has started runs to completion, even if the caller stops waiting.
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
    /// Whether the database is a `SQLite` file rather than a `PostgreSQL` server.
    pub const fn is_sqlite(&self) -> bool {
        matches!(self.backend, Backend::Sqlite { .. })
    }

    /// Checks that the database responds.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if matches!(&self.backend, Backend::Sqlite { queue, .. } if queue.is_closed()) {
            return Err(writer::closed());
        }
        sql("SELECT 1 AS value").execute(&mut self.reader().await?).await.map(|_| ())
    }

    /// Runs a job for [`Writer::write`] or for bookkeeping.
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

    /// Whether another process wrote to the `SQLite` file since the last call, or since it was opened. Also `true` if
    /// this is unknown because the writer reconnected. Always `false` on `PostgreSQL`.
    pub async fn changed_by_others(&self) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite { queue, .. } => queue.changed_by_others().await,
            Backend::Postgres(_) => Ok(false),
        }
    }

    /// The metrics of this database.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Updates the connection counts of the metrics.
    pub fn refresh_metrics(&self) {
        let (open, idle) = match &self.backend {
            Backend::Sqlite { readers, .. } => (readers.size(), readers.num_idle()),
            Backend::Postgres(pool) => (pool.size(), pool.num_idle()),
        };
        self.metrics.connected(open, idle);
    }

    /// Copies a `SQLite` database in use to a new file that only the current user may read. Refuses an existing file
    /// and `PostgreSQL`, which has `pg_dump`.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Backend::Sqlite { options, .. } = &self.backend else {
            return Err(StoreError::Unavailable("use pg_dump to back up PostgreSQL".to_owned()));
        };
        let file = file::create_private(to, file::IfExists::Refuse)?;
        // SQLite would interpret a relative `file:…` as a URI.
        let path = std::path::absolute(to).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let path = path.to_str().ok_or_else(|| StoreError::Unavailable("the path isn't UTF-8".to_owned()))?;
        // The pooled connections are read-only, which also blocks writes to other files.
        let mut connection = Connection::SqliteWriter(options.connect().await?);
        let copied = sql("VACUUM INTO $1").bind(path).execute(&mut connection).await.map(|_| ());
        let copied = copied.and_then(|()| file.sync_all().map_err(|error| StoreError::Unavailable(error.to_string())));
        if copied.is_err() {
            // A partial copy must not remain; a failure to remove it matters less than the original error.
            let _ = std::fs::remove_file(to);
        }
        copied
    }

    /// Finishes waiting writes, closes every connection and releases the server's lock.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { readers, queue, .. } => {
                readers.close().await;
                queue.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }

    /// Acquires a connection for reading.
    pub(crate) async fn reader(&self) -> Result<Connection, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite { readers, .. } => Connection::SqliteReader(readers.acquire().await?),
            Backend::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        })
    }
}

impl std::fmt::Debug for Store {
    /// Omits the URL, which may contain a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_sqlite() { "Store(SQLite)" } else { "Store(PostgreSQL)" })
    }
}
