//! The instance as a whole, as its administrators see it in the console: version, database, backups, signing keys.
//!
//! It belongs to all organizations alike, so an administrator of any sees it and can have a copy made. None of it tells of
//! another organization, the copy stays on the server's disk, and copies are bounded: whoever wants more of them than
//! that has the server.

use std::fs;

use mintkey_domain::{AuditAction, ErrorCode, Problem, Role, Timestamp};
use mintkey_store::{BackupFile, StoreError};

use crate::{Actor, Error, KeyView, Result, Service, audit::Details, credential::Proof};

/// The most copies that [`Service::create_backup`] makes: it removes none, since the oldest may be the one that is needed.
pub const MAX_BACKUPS: usize = 5;

/// When the database was last copied, and to which file: a time and a name, separated by a space.
const LAST_BACKUP: &str = "last_backup";

/// The instance at one moment.
#[derive(Debug, Clone)]
pub struct SystemView {
    /// Mintkey's version.
    pub version: &'static str,
    /// When this process opened the database.
    pub started_at: Timestamp,
    /// The engine.
    pub database: DatabaseKind,
    /// The size of the database.
    pub database_bytes: u64,
    /// The last copy that Mintkey made itself.
    pub last_backup: Option<LastBackup>,
    /// The copies beside the database, the newest first.
    pub backups: Vec<BackupFile>,
    /// The keys that sign access tokens, the newest first.
    pub signing_keys: Vec<KeyView>,
}

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file.
    Sqlite,
    /// A server with its own tools for backups.
    Postgres,
}

/// A copy that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    /// When.
    pub at: Timestamp,
    /// The name of the file, without its folder.
    pub name: String,
}

impl LastBackup {
    /// `None` for what can't be read.
    fn parse(text: &str) -> Option<Self> {
        let (at, name) = text.split_once(' ')?;
        Some(Self { at: at.parse().ok()?, name: name.to_owned() })
    }
}

impl Service {
    /// The instance, for administrators in the console.
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

    /// Copies the database into the folder `backups` beside it; the name of the new file. The organization's audit log
    /// tells of it.
    ///
    /// # Errors
    /// `request_in_progress` while another copy is made; `already_exists` if there are [`MAX_BACKUPS`];
    /// `invalid_request` for `PostgreSQL`, which has `pg_dump`; `unavailable` if the disk takes no copy.
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
        // It goes on where whoever asked stops waiting: a large copy takes longer than a request may.
        let made = tokio::spawn(async move {
            let made = service.copy_beside(&actor).await;
            drop(alone);
            made
        });
        made.await.map_err(|_| Error::Worker("a backup ended early"))?
    }

    async fn copy_beside(&self, actor: &Actor) -> Result<String> {
        // Sorted by time, and without the colons that some file systems refuse.
        let name = format!("mintkey-{}.db", self.environment.now().to_string().replace(':', ""));
        let there = self.store.backups().map_err(|error| disk(&error))?;
        if there.len() >= MAX_BACKUPS {
            let message = format!(
                "The folder has {MAX_BACKUPS} backups, and Mintkey removes none. Move or delete one on the server first."
            );
            return Err(Problem::new(ErrorCode::AlreadyExists, message).into());
        }
        if there.iter().any(|backup| backup.name == name) {
            return Err(Error::refused(ErrorCode::AlreadyExists, "A backup of this moment is there already."));
        }
        let Some(path) = self.store.backup_beside(&name).await.map_err(|error| disk(&error))? else {
            return Err(Error::refused(ErrorCode::InvalidRequest, "Back up PostgreSQL with pg_dump."));
        };
        let recorded = self.record_backup(actor, name.clone()).await;
        if recorded.is_err() {
            // Whoever asked may not any more, or the log can't be written: then no copy is left that nothing tells of.
            let _ = fs::remove_file(&path);
        }
        recorded.map(|()| name)
    }

    /// Keeps when the database was copied, with the event. Mintkey's own command line works for all organizations, so each
    /// log gets its event; who administers one is told to that one only.
    pub(crate) async fn record_backup(&self, actor: &Actor, name: String) -> Result<()> {
        let organizations = self.store.organizations().await?;
        let act = self.change(actor, AuditAction::BackupCreate, None)?;
        act.run(move |change| {
            Box::pin(async move {
                require_administrator(&change.actor)?;
                let value = format!("{} {name}", change.now);
                change.tx.set_setting(LAST_BACKUP, &value, change.now).await?;
                let (details, own) = (Details::default(), change.organization());
                let by_command = change.actor.principal().is_none();
                for other in organizations.iter().filter(|other| by_command && other.id != own) {
                    change.also_in(other.id, &name, &details);
                }
                Ok(change.done(&name, &details, ()))
            })
        })
        .await
    }
}

/// Refuses whoever is neither an administrator in the console nor Mintkey's own command line. A token can't: what it holds
/// is about one organization.
fn require_administrator(actor: &Actor) -> Result<()> {
    let in_console = actor.session_id().is_some() && actor.role() == Role::Admin;
    if in_console || matches!(actor.proof, Proof::System) {
        return Ok(());
    }
    Err(Error::refused(ErrorCode::Forbidden, "Only administrators can see and back up the system, in the console."))
}

/// What the disk refused: the path is for the log only.
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
