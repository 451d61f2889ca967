//! The baseline of a durable write: SQLite with the server's settings, single-row inserts in grouped transactions.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{Outcome, pseudorandom::pseudorandom};

/// Rows per transaction: the number of connections that create tokens.
const GROUP: u64 = 64;

/// As wide as a token's row, with the indexes for sorting and search. Omits the other rows of a token (secret, scopes
/// and audit event), which are the server's share of the ratio.
const TABLE: &str = "CREATE TABLE rows (
    id BLOB PRIMARY KEY, organization BLOB NOT NULL, owner BLOB NOT NULL, label TEXT NOT NULL, kind TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL, hint TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_by_creation ON rows (organization, created_at, id);
CREATE INDEX rows_by_label ON rows (organization, label, id);
CREATE INDEX rows_by_end ON rows (organization, expires_at, id);
CREATE INDEX rows_by_use ON rows (organization, last_used_at, id);
CREATE INDEX rows_of_owner ON rows (organization, owner, created_at, id);
CREATE INDEX rows_by_hint ON rows (organization, hint)";
const INSERT: &str = "INSERT INTO rows VALUES ($1, $2, $2, $3, 'api_key', $4, $4, $5, -1, $6)";

pub(crate) struct Inserts {
    connection: SqliteConnection,
    rows: u64,
}

impl Inserts {
    /// Creates the database in this folder.
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

    /// Inserts for this duration; returns the rows per second.
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
            // Like the server's, IDs are ordered by time and hints are random.
            let id = [row.to_be_bytes(), row.to_le_bytes()].concat();
            let time = i64::try_from(row).unwrap_or(i64::MAX);
            sqlx::query(INSERT)
                .bind(id)
                .bind([7; 16].as_slice())
                .bind(format!("Device {row}"))
                .bind(time)
                .bind(time.saturating_add(7_776_000_000))
                .bind(format!("{:016x}", pseudorandom(row)))
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
