//! Operations on the whole database, for `mintkey admin`.

use std::path::Path;

use mintkey_domain::AuditAction;
use mintkey_store::{Access, Damage, Migrations, StoreError, UnreadableRow, Writer};

use crate::{
    Actor, Result, Service, access_token::unreadable_columns, audit::Details, change::Writes, people::require_system,
};

/// Reads the whole database and reports what can't be read. It works without a service, which a damaged key would
/// prevent from opening.
pub async fn check_database(url: &str) -> Result<Damage> {
    let store = Writes::new(Writer::open(url, Access::Tool).await?).store();
    let mut damage = store.check().await?;
    match store.signing_keys().await {
        Ok(keys) => {
            let unreadable = keys.iter().map(|key| (key.id, unreadable_columns(key)));
            damage.rows.extend(unreadable.filter(|(_, columns)| !columns.is_empty()).map(|(id, columns)| {
                UnreadableRow { table: "signing_keys", key: vec![("id", id.to_string())], columns }
            }));
        }
        // The store has reported the row.
        Err(StoreError::Corrupt(_)) => {}
        Err(error) => return Err(error.into()),
    }
    store.close().await;
    Ok(damage)
}

/// The number of applied and of pending migrations. Applies none.
pub async fn database_migrations(url: &str) -> Result<Migrations> {
    Ok(mintkey_store::migrations(url).await?)
}

/// Applies pending migrations, as the next start would.
pub async fn migrate_database(url: &str) -> Result<()> {
    Writes::new(Writer::open(url, Access::Tool).await?).store().close().await;
    Ok(())
}

impl Service {
    /// Records in each organization's audit log that the database is a restored backup.
    pub async fn record_restore(&self, actor: &Actor, name: String) -> Result<()> {
        require_system(actor)?;
        let organizations = self.store.organizations().await?;
        let act = self.change(actor, AuditAction::BackupRestore, None)?;
        act.run(move |change| {
            Box::pin(async move { Ok(change.done_in_all(&organizations, &name, &Details::default(), ())) })
        })
        .await
    }

    /// Copies the database to a new file while it is in use, and returns whether the audit logs could record it. A
    /// failure to record is accepted, because a backup matters most when the disk is full.
    pub async fn backup(&self, actor: &Actor, to: &Path) -> Result<bool> {
        require_system(actor)?;
        self.store.backup(to).await?;
        let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(self.record_backup(actor, name).await.is_ok())
    }
}
