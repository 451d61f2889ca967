//! A new database per test, on either engine.

use std::sync::atomic::{AtomicU64, Ordering};

use mintkey_store::{Access, StoreError, Tx, Writer};
use sqlx::{Connection, Executor, PgConnection};

pub(crate) struct Database {
    pub(crate) store: Writer,
    pub(crate) url: String,
}

/// Turns each test into a module with one test per engine.
macro_rules! on_both_engines {
    ($($name:ident)+) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                crate::harness::on_sqlite(super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                crate::harness::on_postgres(super::$name).await;
            }
        }
    )+};
}

pub(crate) async fn on_sqlite(test: impl AsyncFn(&Database)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/new/mintkey.sqlite", folder.path().display());
    let database = Database { store: Writer::open(&url, Access::Server).await.unwrap(), url };
    test(&database).await;
    database.store.close().await;
}

pub(crate) async fn on_postgres(test: impl AsyncFn(&Database)) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let Some(base) = std::env::var("MINTKEY_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) else {
        eprintln!("skipped on Postgres: MINTKEY_TEST_POSTGRES isn't set to postgres://… of a database for tests");
        return;
    };
    let schema = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&base).await.unwrap();
    run(&mut connection, format!("CREATE SCHEMA {schema}")).await;
    let mark = if base.contains('?') { '&' } else { '?' };
    let url = format!("{base}{mark}options[search_path]={schema}");
    let database = Database { store: Writer::open(&url, Access::Server).await.unwrap(), url };
    test(&database).await;
    database.store.close().await;
    run(&mut connection, format!("DROP SCHEMA {schema} CASCADE")).await;
}

async fn run(connection: &mut PgConnection, statement: String) {
    connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
}

/// Runs a job with `StoreError` as its error type.
macro_rules! write {
    ($store:expr, |$tx:ident| $body:expr) => {
        $store.write::<_, mintkey_store::StoreError, _>(move |$tx| Box::pin(async move { $body })).await
    };
}

impl Database {
    /// Runs a job that must succeed.
    pub(crate) async fn done<T, F>(&self, job: F) -> T
    where
        F: for<'t> FnOnce(&'t mut Tx) -> std::pin::Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 't>>
            + Send
            + 'static,
        T: Send + 'static,
    {
        self.store.write(job).await.unwrap()
    }

    /// Runs a job that may return `NothingChanged`, and returns whether it changed anything.
    pub(crate) async fn changed<F>(&self, job: F) -> bool
    where
        F: for<'t> FnOnce(&'t mut Tx) -> std::pin::Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 't>>
            + Send
            + 'static,
    {
        match self.store.write(job).await {
            Ok(()) => true,
            Err(StoreError::NothingChanged) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// Runs a statement directly, bypassing the store.
    pub(crate) async fn execute(&self, statement: &'static str, ids: &[uuid::Uuid]) {
        if self.store.is_sqlite() {
            let path = self.url.strip_prefix("sqlite:").unwrap();
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            let query = ids.iter().fold(sqlx::query(statement), |query, id| query.bind(*id));
            query.execute(&mut connection).await.unwrap();
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let query = ids.iter().fold(sqlx::query(statement), |query, id| query.bind(*id));
            query.execute(&mut connection).await.unwrap();
        }
    }
}
