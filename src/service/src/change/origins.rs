//! Actions without a stored credential: by a single-use link, or by a password or client assertion that was just
//! verified.

use mintkey_domain::{AuditAction, OneTimeCodePurpose, OrganizationId, Principal, Timestamp, TokenId, Via};
use mintkey_store::{LockedRow, OneTimeCode, User};
use uuid::Uuid;

use super::{Change, JobOutcome, Running};
use crate::{
    Actor, Error, Origin, Result, Service,
    authenticate::{actor, invalid_credential},
    credential::Proof,
    one_time::{consume, hash_code},
    records::{InTransaction, Records},
};

/// A submitted single-use link.
pub(crate) struct OneTimeLink<'c> {
    pub(crate) code: &'c str,
    pub(crate) purpose: OneTimeCodePurpose,
    pub(crate) origin: &'c Origin,
}

/// A user whose password was just verified.
#[derive(Clone)]
pub(crate) struct ProvenPassword {
    /// The row whose hash was verified, with its generation.
    user: User,
    /// The replacement for a hash from before passwords were normalized.
    new_hash: Option<String>,
    origin: Origin,
}

impl ProvenPassword {
    /// The row must be the one whose hash was just verified.
    pub(crate) const fn of(user: User, new_hash: Option<String>, origin: Origin) -> Self {
        Self { user, new_hash, origin }
    }

    pub(crate) const fn user(&self) -> &User {
        &self.user
    }
}

impl Service {
    /// Consumes a link and runs its action, in one transaction. The job sets the actor.
    ///
    /// # Errors
    /// `is_over`, a `not_found` error, for an unknown, used or expired code.
    pub(crate) async fn change_by_link<T, F>(
        &self,
        link: OneTimeLink<'_>,
        is_over: fn() -> Error,
        action: AuditAction,
        job: F,
    ) -> Result<T>
    where
        F: for<'c, 't> FnOnce(&'c mut Change<'t>, OneTimeCode) -> Running<'c, T> + Send + 'static,
        T: Send + 'static,
    {
        let (service, origin) = (self.clone(), link.origin.clone());
        let (hash, purpose) = (hash_code(link.code), link.purpose);
        let run = self.writes.write(move |tx| {
            Box::pin(async move {
                let now = service.environment.now();
                let code = consume(tx, &hash, purpose, now).await?.ok_or_else(is_over)?;
                let mut change = Change::unauthenticated(tx, service, origin, action, now);
                job(&mut change, code).await.map(|JobOutcome(value)| value)
            })
        });
        run.await
    }

    /// Replaces the setup codes of earlier starts with this one.
    pub(crate) async fn open_setup(&self, code: OneTimeCode) -> Result<()> {
        let run = self.writes.write(move |tx| {
            Box::pin(async move {
                tx.delete_one_time_codes(OneTimeCodePurpose::Setup, None).await?;
                Ok(tx.insert_one_time_code(&code).await?)
            })
        });
        run.await
    }

    /// Runs an action authorized by a password that was just verified.
    ///
    /// # Errors
    /// `invalid_credential` if the password changed meanwhile, or the user is no active member.
    pub(crate) async fn change_by_password<T, F>(
        &self,
        proven: ProvenPassword,
        organization: OrganizationId,
        action: AuditAction,
        target: Uuid,
        job: F,
    ) -> Result<T>
    where
        F: for<'c, 't> FnOnce(&'c mut Change<'t>) -> Running<'c, T> + Send + 'static,
        T: Send + 'static,
    {
        let service = self.clone();
        let run = self.writes.write(move |tx| {
            Box::pin(async move {
                let now = service.environment.now();
                let ProvenPassword { user, new_hash, origin } = proven;
                let principal = Principal::User(user.id);
                tx.lock_shared(LockedRow::User(user.id)).await?;
                let row = tx.user(user.id).await?.ok_or_else(invalid_credential)?;
                // Compares generations, not hashes: another sign-in with the same password may have replaced the hash.
                if row.password_generation != user.password_generation {
                    return Err(invalid_credential().into());
                }
                if let Some(hash) = new_hash {
                    tx.rehash_password(user.id, &hash, now).await?;
                }
                let mut records = InTransaction::new(&service, tx);
                let tenant = records.organization(organization).await?.ok_or_else(invalid_credential)?;
                let owner = records.owner(organization, principal).await?.filter(|owner| owner.is_active());
                let owner = owner.ok_or_else(invalid_credential)?;
                drop(records);
                let everything = service.everything.clone();
                let actor = actor(&tenant, owner, principal, Via::Password, everything, Proof::Nothing, origin);
                let mut change = Change { tx, service, actor, now, action, target: Some(target) };
                job(&mut change).await.map(|JobOutcome(value)| value)
            })
        });
        run.await
    }

    /// Consumes a client assertion, after validating the client's key again in the same transaction.
    ///
    /// # Errors
    /// `invalid_credential` if it was used before, or is no longer valid.
    pub(crate) async fn consume_assertion(
        &self,
        actor: &Actor,
        token: TokenId,
        jti_hash: [u8; 32],
        ends_at: Timestamp,
    ) -> Result<Option<Actor>> {
        let (service, actor) = (self.clone(), actor.clone());
        let run = self.writes.write(move |tx| {
            Box::pin(async move {
                let now = service.environment.now();
                let actor = service.reauthorize(tx, &actor, now).await?;
                let fresh = tx.use_client_assertion(actor.organization, token, &jti_hash, ends_at, now).await?;
                Ok(fresh.then_some(actor))
            })
        });
        run.await
    }
}
