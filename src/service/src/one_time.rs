//! Single-use links: a code has 128 bits, and only its hash is stored.

use std::sync::Arc;

use mintkey_domain::{
    Email, OneTimeCodeId, OneTimeCodePurpose, OrganizationId, Principal, SecretText, Timestamp, UserId, Via,
};
use mintkey_store::{OneTimeCode, Tx};
use sha2::{Digest, Sha256};

use crate::{Error, Result, Service, authenticate::actor, change::Change, credential::Proof};

impl Service {
    /// Generates a code and its row; `life` is in milliseconds.
    pub(crate) fn one_time_code(
        &self,
        purpose: OneTimeCodePurpose,
        life: i64,
        now: Timestamp,
    ) -> (SecretText, OneTimeCode) {
        let code = SecretText::new(mintkey_domain::base62_code(self.environment.random()));
        let row = OneTimeCode {
            id: OneTimeCodeId::new(now, self.environment.random()),
            purpose,
            code_hash: hash_code(code.expose()),
            organization_id: None,
            user_id: None,
            email: None,
            role: None,
            expires_at: now.saturating_add(life),
            consumed_at: None,
            created_at: now,
            created_by: None,
        };
        (code, row)
    }

    /// The row of a code, if it has this purpose and is neither used nor expired.
    pub(crate) async fn good_code(&self, code: &str, purpose: OneTimeCodePurpose) -> Result<Option<OneTimeCode>> {
        let row = self.store.one_time_code(&hash_code(code)).await?;
        let now = self.environment.now();
        Ok(row.filter(|row| is_good(row, purpose, now)))
    }

    /// The link to a page with this code. A secret.
    pub(crate) fn link(&self, page: &str, code: &SecretText) -> SecretText {
        SecretText::new(format!("{}/{page}?code={}", self.signer.issuer(), code.expose()))
    }
}

/// Sets the actor to the user that a link is for, in the link's organization.
pub(crate) async fn acts_by_link(change: &mut Change<'_>, organization: OrganizationId, user: UserId) -> Result<()> {
    let principal = Principal::User(user);
    change.actor.organization = organization;
    let tenant = change.tenant().await?;
    let owner = change.owner(principal).await?.ok_or_else(Error::not_found)?;
    let origin = change.actor.origin.clone();
    let by_link = actor(&tenant, owner, principal, Via::OneTimeLink, Arc::default(), Proof::Nothing, origin);
    change.acts_as(by_link, user.uuid());
    Ok(())
}

/// The hash of a code, which is stored.
pub(crate) fn hash_code(code: &str) -> [u8; 32] {
    Sha256::digest(code).into()
}

/// Consumes a code; `None` if it has another purpose, or is used or expired.
pub(crate) async fn consume(
    tx: &mut Tx,
    hash: &[u8; 32],
    purpose: OneTimeCodePurpose,
    now: Timestamp,
) -> Result<Option<OneTimeCode>> {
    let Some(row) = tx.one_time_code(hash).await?.filter(|row| is_good(row, purpose, now)) else {
        return Ok(None);
    };
    Ok(tx.consume_one_time_code(row.id, now).await?.then_some(row))
}

/// Deletes the organization's invitations for this address.
pub(crate) async fn withdraw_all(
    tx: &mut Tx,
    organization: OrganizationId,
    email: &Email,
    now: Timestamp,
) -> Result<()> {
    for earlier in tx.invitations(organization, now).await? {
        if earlier.email.is_some_and(|known| known.normalized() == email.normalized()) {
            tx.delete_one_time_code(organization, earlier.id).await?;
        }
    }
    Ok(())
}

/// Deletes a user's reset links: their creator administered all organizations that the password gave access to then,
/// and knew of no newer password.
pub(crate) async fn withdraw_resets_of(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.delete_one_time_codes(OneTimeCodePurpose::PasswordReset, Some(user)).await?;
    Ok(())
}

/// Deletes all reset links for members of an organization when one of its administrators loses the right to create
/// them, because the links' creators aren't stored.
pub(crate) async fn withdraw_resets_in(tx: &mut Tx, organization: OrganizationId) -> Result<()> {
    tx.delete_one_time_codes_of_members(OneTimeCodePurpose::PasswordReset, organization).await?;
    Ok(())
}

fn is_good(code: &OneTimeCode, purpose: OneTimeCodePurpose, now: Timestamp) -> bool {
    code.purpose == purpose && code.consumed_at.is_none() && code.expires_at > now
}
