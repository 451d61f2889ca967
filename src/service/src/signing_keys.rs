//! Management of the signing keys for access tokens. All organizations share them, so only the command line may change
//! them.
//!
//! A new key is published immediately and signs after a delay, in which cached copies of the key set are refreshed. The
//! old key is accepted until every access token that it signed has expired; its private key is erased once it stops
//! signing. A leaked key is deleted immediately instead, which invalidates all its access tokens.

use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, FieldErrors, MINUTE, Problem, SECOND, SigningKeyId, Timestamp, Ttl,
};
use mintkey_store::SigningKey;

use crate::{
    Actor, Environment, Error, MasterKey, Result, Service, SigningAlgorithm,
    access_token::{MAX_LIFETIME, new_key, unreadable_columns},
    audit::Details,
    change::Writes,
    maintenance::ACCESS_TOKENS,
    people::require_system,
};

/// How long a new key is published before it signs, in milliseconds. Key sets may be cached half as long.
const PUBLISHED_BEFORE: i64 = 10 * MINUTE;

/// A replacement of the signing key.
#[derive(Debug, Clone, Copy)]
pub struct KeyRotation {
    /// The algorithm; `None` for that of the newest key.
    pub algorithm: Option<SigningAlgorithm>,
    /// What happens to the existing keys.
    pub old: OldKeys,
}

/// What happens to the replaced keys.
#[derive(Debug, Clone, Copy)]
pub enum OldKeys {
    /// They are accepted for this long after the new key starts signing.
    RetireAfter(Ttl),
    /// They are deleted immediately, which invalidates all access tokens; the new key signs immediately.
    Revoke,
}

/// The state of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It is in the key set and doesn't sign yet.
    Published,
    /// It signs new access tokens.
    Signing,
    /// Only its signatures are accepted.
    Verifying,
}

/// The metadata of a key pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// The ID, used as `kid`.
    pub id: SigningKeyId,
    /// The JWS algorithm.
    pub algorithm: String,
    /// The current state.
    pub state: KeyState,
    /// When it starts or started signing.
    pub active_from: Timestamp,
    /// When its signatures stop being accepted.
    pub retires_at: Option<Timestamp>,
}

impl KeyState {
    /// The name of the state.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Signing => "signing",
            Self::Verifying => "verifying",
        }
    }
}

/// The keys of the database; creates the first one if there is none.
pub(crate) async fn load_or_make(
    writes: &Writes,
    master: &MasterKey,
    environment: &Environment,
) -> Result<Vec<SigningKey>> {
    let rows = writes.store().signing_keys().await?;
    if rows.iter().any(|row| row.active) {
        return Ok(rows);
    }
    let first = new_key(SigningAlgorithm::Es256, environment.now(), master, environment)?;
    writes.insert_first_signing_key(first).await
}

impl Service {
    /// Replaces the signing key if it can't be read: deletes all keys, as after a leak, with an event in each
    /// organization's audit log.
    pub(crate) async fn replace_unreadable_signing_key(&self) -> Result<()> {
        let rows = self.store.signing_keys().await?;
        let newest = rows.iter().filter(|row| row.active).max_by_key(|row| row.active_from);
        if newest.is_none_or(|row| unreadable_columns(row).is_empty()) {
            return Ok(());
        }
        // Before setup there are no users who need a key, and no log.
        let Some(organization) = self.store.organizations().await?.into_iter().next() else { return Ok(()) };
        let rotation = KeyRotation { algorithm: None, old: OldKeys::Revoke };
        self.rotate_signing_key(&self.system(organization.id).await?, rotation).await.map(drop)
    }

    /// All keys, the newest first.
    pub async fn list_signing_keys(&self, actor: &Actor) -> Result<Vec<KeyView>> {
        require_system(actor)?;
        self.signing_key_views().await
    }

    /// The same without authorization, which the caller must check.
    pub(crate) async fn signing_key_views(&self) -> Result<Vec<KeyView>> {
        Ok(views(&self.store.signing_keys().await?, self.environment.now()))
    }

    /// Creates a key, which signs after being published for ten minutes, or immediately if the old keys are revoked.
    /// Writes an event to every organization's audit log.
    ///
    /// # Errors
    /// `rotation_in_progress` while a published key doesn't sign yet, unless the old keys are revoked; a validation
    /// problem at `retire_old_after` below the maximum lifetime of an access token.
    pub async fn rotate_signing_key(&self, actor: &Actor, rotation: KeyRotation) -> Result<KeyView> {
        require_system(actor)?;
        let now = self.environment.now();
        let (from, retires_at) = match rotation.old {
            OldKeys::Revoke => (now, None),
            OldKeys::RetireAfter(overlap) if overlap.millis() < MAX_LIFETIME * SECOND => {
                let expected = "Expected at least 1h: an access token lives as long, and must not outlive its key.";
                return Err(FieldErrors::one("retire_old_after", FieldCode::TooShort, expected).into());
            }
            OldKeys::RetireAfter(overlap) => {
                let from = now.saturating_add(PUBLISHED_BEFORE);
                (from, Some(from.saturating_add(overlap.millis())))
            }
        };
        let newest = self.store.signing_keys().await?.into_iter().next().and_then(|key| key.algorithm.parse().ok());
        let algorithm = rotation.algorithm.or(newest).unwrap_or(SigningAlgorithm::Es256);
        let key = new_key(algorithm, from, &self.signer.master, &self.environment)?;
        let mut details = Details::default().set("algorithm", algorithm.as_str()).set("active_from", from.to_string());
        details = match retires_at {
            Some(at) => details.note("old_keys_retire_at", at.to_string()),
            None => details.note("old_keys", "revoked"),
        };
        let organizations = self.store.organizations().await?;
        let act = self.change(actor, AuditAction::SigningKeyRotate, key.id.uuid())?;
        let rotated = act.run(move |change| {
            Box::pin(async move {
                let now = change.now;
                match retires_at {
                    None => change.tx.delete_signing_keys().await?,
                    Some(at) => {
                        if let Some(next) = change.tx.signing_keys().await?.iter().find(|key| key.active_from > now) {
                            return Err(in_progress(next.active_from));
                        }
                        change.tx.retire_signing_keys(at, now).await?;
                    }
                }
                change.tx.insert_signing_key(&key).await?;
                change.notify_other_processes(ACCESS_TOKENS).await?;
                let rows = change.tx.signing_keys().await?;
                Ok(change.done_in_all(&organizations, &key.id.to_string(), &details, (key.id, rows)))
            })
        });
        let (id, rows) = rotated.await?;
        self.signer.reload(&self.store).await?;
        views(&rows, now).into_iter().find(|view| view.id == id).ok_or_else(Error::not_found)
    }
}

fn views(rows: &[SigningKey], now: Timestamp) -> Vec<KeyView> {
    let signing = rows.iter().filter(|row| row.active && row.active_from <= now).max_by_key(|row| row.active_from);
    rows.iter()
        .map(|row| KeyView {
            id: row.id,
            algorithm: row.algorithm.clone(),
            state: match signing {
                Some(signing) if signing.id == row.id => KeyState::Signing,
                _ if row.active_from > now => KeyState::Published,
                _ => KeyState::Verifying,
            },
            active_from: row.active_from,
            retires_at: row.retires_at,
        })
        .collect()
}

fn in_progress(until: Timestamp) -> Error {
    let detail = format!(
        "A new key is published and does not sign yet. Wait until {until}, or revoke the old keys with --revoke-old."
    );
    Problem::new(ErrorCode::RotationInProgress, detail).into()
}
