//! Acts that no credential's rows can be asked about: by a link that works once, by a password or an assertion that was
//! just proven.

use mintkey_domain::{AuditAction, OneTimePurpose, OrganizationId, Principal, Timestamp, TokenId, Via};
use mintkey_store::{HeldRow, OneTimeCode, User};
use uuid::Uuid;

use super::{Change, Ended, Running};
use crate::{
    Actor, Error, Origin, Result, Service,
    authenticate::{actor, invalid_credential},
    credential::Proof,
    one_time::{consume, hash_code},
    records::{InTransaction, Records},
};

/// A link that works once, as somebody sent its code.
pub(crate) struct OneTimeLink<'c> {
    pub(crate) code: &'c str,
    pub(crate) purpose: OneTimePurpose,
    pub(crate) origin: &'c Origin,
}

/// Somebody who knew their password a moment ago.
#[derive(Clone)]
pub(crate) struct ProvenPassword {
    /// The row whose hash was verified, with its generation.
    user: User,
    /// What replaces that hash, if it is from before passwords were normalized.
    new_hash: Option<String>,
    origin: Origin,
}

impl ProvenPassword {
    /// Of the row whose hash a password was just compared with.
    pub(crate) const fn of(user: User, new_hash: Option<String>, origin: Origin) -> Self {
        Self { user, new_hash, origin }
    }

    pub(crate) const fn user(&self) -> &User {
        &self.user
    }
}

impl Service {
    /// Uses a link up and does what it allows, in one transaction. The job names whose act it is.
    ///
    /// # Errors
    /// `not_found` in the words of `is_over` for a code that doesn't work (any more).
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
        let run = self.writes.0.write(move |tx| {
            Box::pin(async move {
                let now = service.environment.now();
                let code = consume(tx, &hash, purpose, now).await?.ok_or_else(is_over)?;
                let mut change = Change::of_nobody(tx, service, origin, action, now);
                job(&mut change, code).await.map(|Ended(value)| value)
            })
        });
        run.await
    }

    /// Puts the set-up link's code in the place of any that an earlier start has printed.
    pub(crate) async fn open_setup(&self, code: OneTimeCode) -> Result<()> {
        let run = self.writes.0.write(move |tx| {
            Box::pin(async move {
                tx.delete_one_time_codes(OneTimePurpose::Setup, None).await?;
                Ok::<_, Error>(tx.insert_one_time_code(&code).await?)
            })
        });
        run.await
    }

    /// Does what a password that was just proven allows in an organization.
    ///
    /// # Errors
    /// `invalid_credential` if the password is another one by now, or its person no active member.
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
        let run = self.writes.0.write(move |tx| {
            Box::pin(async move {
                let now = service.environment.now();
                let ProvenPassword { user, new_hash, origin } = proven;
                let principal = Principal::User(user.id);
                tx.hold(HeldRow::User(user.id)).await?;
                let row = tx.user(user.id).await?.ok_or_else(invalid_credential)?;
                // Not by the hash: another sign-in of the same password may have replaced it.
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
                job(&mut change).await.map(|Ended(value)| value)
            })
        });
        run.await
    }

    /// Uses an assertion of a client up, whose keys are read once more beside it.
    ///
    /// # Errors
    /// `invalid_credential` if it was used before, or isn't good any more.
    pub(crate) async fn consume_assertion(
        &self,
        actor: &Actor,
        token: TokenId,
        jti_hash: [u8; 32],
        ends_at: Timestamp,
    ) -> Result<Option<Actor>> {
        let (service, actor) = (self.clone(), actor.clone());
        let run = self.writes.0.write(move |tx| {
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
