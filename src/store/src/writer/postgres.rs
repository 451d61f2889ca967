//! Jobs on `PostgreSQL`: each has a transaction of its own.

use std::pin::Pin;

use sqlx::PgPool;

use super::{abandoned, run_hooks};
use crate::{StoreError, Tx, sql::Connection};

/// Runs the job on a task of its own: a caller that stops waiting must not leave memory behind the database.
pub(crate) async fn write_postgres<T, E, F>(pool: PgPool, job: F) -> Result<T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::spawn(run(pool, job)).await.unwrap_or_else(|_| Err(abandoned().into()))
}

async fn run<T, E, F>(pool: PgPool, job: F) -> Result<T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send,
    E: From<StoreError>,
{
    let transaction = pool.begin().await.map_err(StoreError::from)?;
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
