//! Migrations and the lock they require.

use std::path::Path;

use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::SqliteConnectOptions,
};

use super::lock::{self, Access};
use crate::StoreError;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The migrations of a database: how many it has had, and how many are pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrations {
    /// Those that were applied.
    pub applied: usize,
    /// Those that the next start applies.
    pub pending: usize,
}

/// Reads which migrations a database has had, without applying any.
pub async fn migrations(url: &str) -> Result<Migrations, StoreError> {
    let applied: Vec<i64> = if let Some(path) = url.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut conn = options.connect().await?;
        let applied = if has_migrations(&mut conn).await? { applied(&mut conn).await? } else { Vec::new() };
        conn.close().await?;
        applied
    } else {
        let pool = PgPool::connect(url).await?;
        let table = "SELECT COUNT(*) FROM pg_tables WHERE tablename = '_sqlx_migrations'";
        if sqlx::query_scalar::<_, i64>(table).fetch_one(&pool).await? == 0 {
            Vec::new()
        } else {
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(&pool).await?
        }
    };
    let known = if url.starts_with("sqlite:") { &SQLITE } else { &POSTGRES };
    let pending = known.iter().filter(|migration| !applied.contains(&migration.version)).count();
    Ok(Migrations { applied: applied.len(), pending })
}

/// Migrates the database file. A server already holds the lock; a tool takes it only if a migration is pending, so that
/// the schema never changes under a running server of an older version.
pub(super) async fn sqlite(conn: &mut SqliteConnection, file: &Path, access: Access) -> Result<(), StoreError> {
    let lock = if access == Access::Tool && is_pending(conn).await? {
        Some(lock::try_lock(file)?.ok_or_else(|| StoreError::MigrationBlocked(file.to_owned()))?)
    } else {
        None
    };
    // If no migration is pending, this only validates the applied migrations.
    SQLITE.run(conn).await.map_err(migration)?;
    drop(lock);
    Ok(())
}

pub(super) async fn postgres(pool: &PgPool) -> Result<(), StoreError> {
    POSTGRES.run(pool).await.map_err(migration)
}

/// Whether some migration hasn't been applied to the file.
async fn is_pending(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    if !has_migrations(conn).await? {
        return Ok(true);
    }
    let applied = applied(conn).await?;
    Ok(SQLITE.iter().any(|migration| !applied.contains(&migration.version)))
}

async fn has_migrations(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    let tables = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
    Ok(sqlx::query_scalar::<_, i64>(tables).fetch_one(conn).await? > 0)
}

async fn applied(conn: &mut SqliteConnection) -> Result<Vec<i64>, StoreError> {
    Ok(sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(conn).await?)
}

fn migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => error.into(),
        MigrateError::VersionMissing(version) => StoreError::Unavailable(format!(
            "a newer version of Mintkey has migrated it (migration {version} is unknown to this version)"
        )),
        error => StoreError::Unavailable(format!("the migration failed: {error}")),
    }
}
