//! The database as a whole, for `mintkey admin`.

use std::{path::Path, sync::Arc};

use mintkey_domain::OrganizationId;
use mintkey_store::Damage;
use uuid::Uuid;

use crate::{Actor, Result, Service, people::require_system};

impl Service {
    /// The actor of `mintkey admin` for what concerns no organization. It belongs to none and so changes nothing.
    pub fn instance_administrator(&self) -> Actor {
        self.system_in(OrganizationId::from_uuid(Uuid::nil()), Arc::default())
    }

    /// Copies the database to a new file while it is in use.
    pub async fn backup(&self, actor: &Actor, to: &Path) -> Result<()> {
        require_system(actor)?;
        Ok(self.store.backup(to).await?)
    }

    /// Reads the whole database but the audit log, and returns what can't be read of it.
    pub async fn check_database(&self, actor: &Actor) -> Result<Damage> {
        require_system(actor)?;
        Ok(self.store.check().await?)
    }
}
