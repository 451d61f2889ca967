//! A connection to either engine, pooled or not.

use sqlx::{
    PgConnection, Postgres, SqlStr, Sqlite, SqliteConnection, Transaction, pool::PoolConnection, postgres::PgArguments,
    query::Query, sqlite::SqliteArguments,
};

use super::Value;

/// The connection that a statement runs on.
pub(crate) enum Connection {
    /// A pooled read-only connection to a file.
    SqliteReader(PoolConnection<Sqlite>),
    /// The only writing connection to a file.
    SqliteWriter(SqliteConnection),
    /// A pooled connection for reading.
    Postgres(PoolConnection<Postgres>),
    /// A transaction, which rolls back when dropped.
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// A borrowed connection, by engine.
pub(super) enum Engine<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Connection {
    pub(super) fn engine(&mut self) -> Engine<'_> {
        match self {
            Self::SqliteReader(c) => Engine::Sqlite(c),
            Self::SqliteWriter(c) => Engine::Sqlite(c),
            Self::Postgres(c) => Engine::Postgres(c),
            Self::PostgresTransaction(c) => Engine::Postgres(c),
        }
    }
}

/// Compiles a body for both engines; `bound` creates a query from a text and its values.
macro_rules! with_engine {
    ($connection:expr, |$c:ident, $bound:ident| $body:expr) => {
        match $connection.engine() {
            $crate::sql::connection::Engine::Sqlite($c) => {
                let $bound = $crate::sql::connection::sqlite;
                $body
            }
            $crate::sql::connection::Engine::Postgres($c) => {
                let $bound = $crate::sql::connection::postgres;
                $body
            }
        }
    };
}
pub(super) use with_engine;

macro_rules! bind_each {
    ($name:ident $database:ty, $arguments:ty) => {
        pub(super) fn $name<'q>(text: SqlStr, values: Vec<Value>) -> Query<'q, $database, $arguments> {
            values.into_iter().fold(sqlx::query(text), |query, value| match value {
                Value::Uuid(value) => query.bind(value),
                Value::Int(value) => query.bind(value),
                Value::Bool(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            })
        }
    };
}
bind_each! { sqlite Sqlite, SqliteArguments }
bind_each! { postgres Postgres, PgArguments }
