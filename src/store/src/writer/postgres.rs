//! Jobs on `PostgreSQL`: each runs in its own transaction.

use std::pin::Pin;

use sqlx::PgPool;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{abandoned, run_hooks, span};
use crate::{StoreError, Tx, metrics::Metrics, sql::Connection};

/// Runs the job in a separate task: if the caller stops waiting, the hooks must still run after the commit.
pub(crate) async fn write_postgres<T, E, F>(pool: PgPool, metrics: &Metrics, job: F) -> Result<T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let since = Instant::now();
    let run = run(pool, metrics.clone(), job).instrument(span().or_current());
    let answered = tokio::spawn(run).await.unwrap_or_else(|_| Err(abandoned().into()));
    metrics.written(since.elapsed());
    answered
}

async fn run<T, E, F>(pool: PgPool, metrics: Metrics, job: F) -> Result<T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send,
    E: From<StoreError>,
{
    let (since, waiting) = (Instant::now(), metrics.waiting());
    let transaction = pool.begin().await.map_err(StoreError::from)?;
    drop(waiting);
    metrics.waited(since.elapsed());
    let mut tx = Tx::new(Connection::PostgresTransaction(transaction));
    // On an error the transaction is dropped, which rolls it back.
    let value = job(&mut tx).await?;
    tx.finish().await?;
    let hooks = tx.take_hooks();
    if let Connection::PostgresTransaction(transaction) = tx.into_connection() {
        transaction.commit().await.map_err(StoreError::from)?;
    }
    run_hooks(hooks);
    Ok(value)
}
