//! Migrations and the lock they require.

use std::path::Path;

use sqlx::{
    PgPool, SqliteConnection,
    migrate::{MigrateError, Migrator},
};

use super::lock::{self, Access};
use crate::StoreError;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

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
    let tables = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
    if sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut *conn).await? == 0 {
        return Ok(true);
    }
    let applied: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(conn).await?;
    Ok(SQLITE.iter().any(|migration| !applied.contains(&migration.version)))
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
