//! The instance as shown to administrators in the console: version, database, backups, signing keys.
//!
//! All organizations share the instance, so an administrator of any of them can view it and create a backup. The view
//! reveals nothing about other organizations, a backup stays on the server's disk, and the number of backups is
//! limited.

use std::fs;

use mintkey_domain::{AuditAction, ErrorCode, Problem, Role, Timestamp};
use mintkey_store::{BackupFile, StoreError};

use crate::{Actor, Error, KeyView, Result, Service, audit::Details, credential::Proof};

/// The maximum number of backups. None is deleted automatically, because the oldest may be the one that is needed.
pub const MAX_BACKUPS: usize = 5;

/// The setting with the time and file name of the last backup, separated by a space.
const LAST_BACKUP: &str = "last_backup";

/// The state of the instance.
#[derive(Debug, Clone)]
pub struct SystemView {
    /// Mintkey's version.
    pub version: &'static str,
    /// When this process opened the database.
    pub started_at: Timestamp,
    /// The database engine.
    pub database: DatabaseKind,
    /// The size of the database, in bytes.
    pub database_bytes: u64,
    /// The last backup that Mintkey made.
    pub last_backup: Option<LastBackup>,
    /// The backups beside the database, the newest first.
    pub backups: Vec<BackupFile>,
    /// The signing keys of access tokens, the newest first.
    pub signing_keys: Vec<KeyView>,
}

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A database file.
    Sqlite,
    /// A database server, which has its own backup tools.
    Postgres,
}

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    /// When it was made.
    pub at: Timestamp,
    /// The file name, without its folder.
    pub name: String,
}

impl LastBackup {
    /// Parses the setting; `None` if it can't be read.
    fn parse(text: &str) -> Option<Self> {
        let (at, name) = text.split_once(' ')?;
        Some(Self { at: at.parse().ok()?, name: name.to_owned() })
    }
}

impl Service {
    /// The state of the instance, for administrators in the console.
    pub async fn system_view(&self, actor: &Actor) -> Result<SystemView> {
        require_administrator(actor)?;
        let last_backup = self.store.setting(LAST_BACKUP).await?;
        let mut backups = self.store.backups()?;
        backups.reverse();
        Ok(SystemView {
            version: env!("CARGO_PKG_VERSION"),
            started_at: self.started_at,
            database: if self.store.is_sqlite() { DatabaseKind::Sqlite } else { DatabaseKind::Postgres },
            database_bytes: self.store.size().await?,
            last_backup: last_backup.as_deref().and_then(LastBackup::parse),
            backups,
            signing_keys: self.signing_key_views().await?,
        })
    }

    /// Copies the database into the backup folder beside it and returns the name of the new file. Writes an event to
    /// the organization's audit log.
    ///
    /// # Errors
    /// `request_in_progress` while another backup is made; `already_exists` if there are [`MAX_BACKUPS`];
    /// `invalid_request` for `PostgreSQL`, which has `pg_dump`; `unavailable` if the disk can't store the backup.
    pub async fn create_backup(&self, actor: &Actor) -> Result<String> {
        let permitted = require_administrator(actor);
        if let Err(Error::Refused(problem)) = &permitted {
            self.refused(actor, AuditAction::BackupCreate, None, problem);
        }
        permitted?;
        let Ok(alone) = self.backing_up.clone().try_lock_owned() else {
            return Err(Error::refused(ErrorCode::RequestInProgress, "A backup is being made. Wait until it is done."));
        };
        let (service, actor) = (self.clone(), actor.clone());
        // Continues if the caller stops waiting, because a large backup takes longer than the request timeout.
        let made = tokio::spawn(async move {
            let made = service.copy_beside(&actor).await;
            drop(alone);
            made
        });
        made.await.map_err(|_| Error::Worker("a backup ended early"))?
    }

    async fn copy_beside(&self, actor: &Actor) -> Result<String> {
        // Sortable by time, and without the colons that some file systems refuse.
        let name = format!("mintkey-{}.db", self.environment.now().to_string().replace(':', ""));
        let there = self.store.backups().map_err(|error| disk(&error))?;
        if there.len() >= MAX_BACKUPS {
            let message = format!(
                "The folder has {MAX_BACKUPS} backups, and Mintkey removes none. Move or delete one on the server first."
            );
            return Err(Problem::new(ErrorCode::AlreadyExists, message).into());
        }
        if there.iter().any(|backup| backup.name == name) {
            return Err(Error::refused(ErrorCode::AlreadyExists, "A backup of this moment already exists."));
        }
        let Some(path) = self.store.backup_beside(&name).await.map_err(|error| disk(&error))? else {
            return Err(Error::refused(ErrorCode::InvalidRequest, "Back up PostgreSQL with pg_dump."));
        };
        let recorded = self.record_backup(actor, name.clone()).await;
        if recorded.is_err() {
            // The caller lost the right meanwhile, or the log can't be written: no copy is left without its event.
            let _ = fs::remove_file(&path);
        }
        recorded.map(|()| name)
    }

    /// Stores the time of the backup, with the event. The command line acts for all organizations, so each log gets the
    /// event; a backup by an administrator is only logged in their organization.
    pub(crate) async fn record_backup(&self, actor: &Actor, name: String) -> Result<()> {
        let organizations = self.store.organizations().await?;
        let act = self.change(actor, AuditAction::BackupCreate, None)?;
        act.run(move |change| {
            Box::pin(async move {
                require_administrator(&change.actor)?;
                let value = format!("{} {name}", change.now);
                change.tx.set_setting(LAST_BACKUP, &value, change.now).await?;
                let by_command = change.actor.principal().is_none();
                let logs = if by_command { organizations.as_slice() } else { &[] };
                Ok(change.done_in_all(logs, &name, &Details::default(), ()))
            })
        })
        .await
    }
}

/// Refuses all but administrators in the console and the command line. Tokens are refused, because their scopes apply
/// to one organization.
fn require_administrator(actor: &Actor) -> Result<()> {
    let in_console = actor.session_id().is_some() && actor.role() == Role::Admin;
    if in_console || matches!(actor.proof, Proof::System) {
        return Ok(());
    }
    Err(Error::refused(ErrorCode::Forbidden, "Only administrators can see and back up the system, in the console."))
}

/// Logs the error, including the path, and returns a message without details.
fn disk(error: &StoreError) -> Error {
    tracing::error!(%error, "a backup could not be made");
    Error::refused(ErrorCode::Unavailable, "The backup could not be made. The server's log has the cause.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_remembered_by_time_and_name() {
        let text = "2027-02-20T09:14:05.000Z mintkey of hall b.db";
        let last = LastBackup::parse(text).unwrap();
        assert_eq!(format!("{} {}", last.at, last.name), text);
        for text in ["", "yesterday a.db", "2027-02-20T09:14:05.000Z"] {
            assert_eq!(LastBackup::parse(text), None, "{text}");
        }
    }
}
