//! Connections and engine settings.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Backend,
    file::{self, IfExists, beside, create_private},
    lock::{self, Access},
    migrate, wal,
};
use crate::{
    StoreError,
    metrics::Metrics,
    writer::{DATABASE_TIMEOUT, Queue},
};

const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// The writer retries after this timeout, so that it can reject jobs that have waited too long.
const WRITER_TIMEOUT: Duration = Duration::from_millis(200);
/// Pages in the write-ahead log that trigger a checkpoint: 32 MiB.
const CHECKPOINT_PAGES: &str = "8192";
/// Page cache per connection, in KiB when negative. The writer touches random pages of many indexes, and would write
/// pages twice if they didn't fit.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-16384";

pub(super) async fn open(url: &str, access: Access, metrics: &Metrics) -> Result<Backend, StoreError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        open_sqlite(Path::new(path), access, metrics).await
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        open_postgres(url).await
    } else {
        Err(StoreError::Unavailable("expected sqlite:PATH or postgres://…".to_owned()))
    }
}

async fn open_sqlite(path: &Path, access: Access, metrics: &Metrics) -> Result<Backend, StoreError> {
    // SQLite would interpret a relative `file:…` as a URI, and open another file than the one that is locked here.
    let path = &std::path::absolute(path).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    // Doesn't open an existing file: closing it would drop the locks of another `Store` in this process.
    if !path.exists() {
        create_private(path, IfExists::Keep)?;
    }
    let lock = match access {
        Access::Server => Some(lock::try_lock(path)?.ok_or_else(|| StoreError::InUse(path.to_owned()))?),
        Access::Tool => {
            lock::refuse_hard_links(path)?;
            None
        }
    };
    wal::refuse_foreign(path, access)?;
    #[cfg(unix)]
    if access == Access::Server {
        // SQLite creates both side files with the mode of the database file.
        let [log, index] = ["-wal", "-shm"].map(|ending| beside(path, ending));
        [Ok(path.to_owned()), log, index].into_iter().flatten().for_each(|path| file::remove_other_permissions(&path));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(DATABASE_TIMEOUT)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .statement_cache_capacity(256)
        .disable_statement_logging();
    let mut first = options.connect().await?;
    migrate::sqlite(&mut first, path, access).await?;
    sqlx::Connection::close(first).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(DATABASE_TIMEOUT)
        // Connections to a file don't break; the test would double the time of a lookup.
        .test_before_acquire(false)
        .connect_with(options.clone().pragma("query_only", "on").pragma("cache_size", READER_CACHE))
        .await?;
    let writer = options.clone().busy_timeout(WRITER_TIMEOUT).pragma("cache_size", WRITER_CACHE);
    let queue = Queue::start(writer, lock, metrics.clone()).await?;
    Ok(Backend::Sqlite { readers, queue, options: Box::new(options) })
}

async fn open_postgres(url: &str) -> Result<Backend, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Unavailable("expected postgres://USER:PASSWORD@HOST:PORT/DATABASE".to_owned()))?
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(DATABASE_TIMEOUT)
        .connect_with(options)
        .await?;
    migrate::postgres(&pool).await?;
    Ok(Backend::Postgres(pool))
}
