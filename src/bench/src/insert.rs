//! The least that a lasting write costs here: SQLite with the server's settings, one-row inserts in groups.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::Outcome;

/// Rows of one transaction: as many as there are connections that create tokens.
const GROUP: u64 = 64;

/// About as wide as a token's row, with a key and one more index.
const TABLE: &str = "CREATE TABLE rows (
    id BLOB PRIMARY KEY, organization BLOB NOT NULL, label TEXT NOT NULL, hash BLOB NOT NULL, state INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER
) STRICT, WITHOUT ROWID; CREATE INDEX rows_by_time ON rows (organization, created_at)";

/// A database with one table.
pub(crate) struct Inserts {
    connection: SqliteConnection,
    rows: u64,
}

impl Inserts {
    /// Makes the database in that folder.
    pub(crate) async fn open(folder: &Path) -> Outcome<Self> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("rows.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(text)?;
        sqlx::raw_sql(TABLE).execute(&mut connection).await.map_err(text)?;
        Ok(Self { connection, rows: 0 })
    }

    /// Inserts for so long; returns the rows a second.
    pub(crate) async fn rate(&mut self, time: Duration) -> Outcome<f64> {
        let (start, before) = (Instant::now(), self.rows);
        while start.elapsed() < time {
            self.group().await.map_err(text)?;
        }
        let rows = u32::try_from(self.rows - before).unwrap_or(u32::MAX);
        Ok(f64::from(rows) / start.elapsed().as_secs_f64())
    }

    async fn group(&mut self) -> sqlx::Result<()> {
        let mut transaction = self.connection.begin().await?;
        for row in self.rows..self.rows + GROUP {
            // Ids grow with time, as the server's do.
            let id = [row.to_be_bytes(), row.to_le_bytes()].concat();
            sqlx::query("INSERT INTO rows VALUES ($1, $2, $3, $4, 1, $5, $5, $6)")
                .bind(id)
                .bind([7; 16].as_slice())
                .bind("a label of an ordinary length")
                .bind([9; 32].as_slice())
                .bind(i64::try_from(row).unwrap_or(i64::MAX))
                .bind(i64::MAX)
                .execute(&mut *transaction)
                .await?;
        }
        self.rows += GROUP;
        transaction.commit().await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn text(error: sqlx::Error) -> String {
    error.to_string()
}
