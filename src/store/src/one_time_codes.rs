//! One-time codes for setup, invitations and password resets. Only their hashes are stored.

use std::fmt;

use mintkey_domain::{
    Email, MembershipStatus, OneTimeCodeId, OneTimeCodePurpose, OrganizationId, Role, ServiceAccountStatus, Timestamp,
    UserId,
};
use uuid::Uuid;

use crate::{
    Bookkeeping, Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// A code that can be used once.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    /// The ID.
    pub id: OneTimeCodeId,
    /// The purpose.
    pub purpose: OneTimeCodePurpose,
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// The organization that the code gives access to.
    pub organization_id: Option<OrganizationId>,
    /// The user whose password it resets.
    pub user_id: Option<UserId>,
    /// The invited e-mail address.
    pub email: Option<Email>,
    /// The role that the invited user gets.
    pub role: Option<Role>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was used.
    pub consumed_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The user or service account that created it; `None` for Mintkey itself.
    pub created_by: Option<Uuid>,
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeCode").field("id", &self.id).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl FromRow for OneTimeCode {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            purpose: row.get("purpose")?,
            code_hash: row.get("code_hash")?,
            organization_id: row.get("organization_id")?,
            user_id: row.get("user_id")?,
            email: row.get("email")?,
            role: row.get("role")?,
            expires_at: row.get("expires_at")?,
            consumed_at: row.get("consumed_at")?,
            created_at: row.get("created_at")?,
            created_by: row.get("created_by_id")?,
        })
    }
}

impl Store {
    /// The code with this hash, including used and expired ones.
    pub async fn one_time_code(&self, hash: &[u8; 32]) -> Result<Option<OneTimeCode>, StoreError> {
        find(&mut self.reader().await?, hash).await
    }

    /// The unused, unexpired invitations to an organization, the newest first.
    pub async fn invitations(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<OneTimeCode>, StoreError> {
        invitations(&mut self.reader().await?, organization, now).await
    }
}

impl Bookkeeping {
    /// Deletes the expired codes and returns their number.
    pub async fn delete_expired_codes(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(
                    async move { sql("DELETE FROM one_time_codes WHERE expires_at <= $1").bind(now).execute(tx).await },
                )
            })
            .await
    }
}

impl Tx {
    /// The code with this hash, including used and expired ones.
    pub async fn one_time_code(&mut self, hash: &[u8; 32]) -> Result<Option<OneTimeCode>, StoreError> {
        find(self, hash).await
    }

    /// The unused, unexpired invitations to an organization, the newest first.
    pub async fn invitations(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<OneTimeCode>, StoreError> {
        invitations(self, organization, now).await
    }

    /// Deletes a code of an organization. [`StoreError::NothingChanged`] if there is none.
    pub async fn delete_one_time_code(
        &mut self,
        organization: OrganizationId,
        id: OneTimeCodeId,
    ) -> Result<(), StoreError> {
        sql("DELETE FROM one_time_codes WHERE organization_id = $1 AND id = $2")
            .bind(organization)
            .bind(id)
            .change(self)
            .await
    }

    /// Inserts a code.
    pub async fn insert_one_time_code(&mut self, code: &OneTimeCode) -> Result<(), StoreError> {
        sql("INSERT INTO one_time_codes (id, organization_id, purpose, code_hash, user_id, email, role, expires_at, \
            consumed_at, created_at, updated_at, created_by_id) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)")
        .bind(code.id)
        .bind(code.organization_id)
        .bind(code.purpose)
        .bind(&code.code_hash)
        .bind(code.user_id)
        .bind(code.email.as_ref().map(Email::as_str))
        .bind(code.role)
        .bind(code.expires_at)
        .bind(code.consumed_at)
        .bind(code.created_at)
        .bind(code.created_by)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Marks a code as used. Returns `false` if it is used, expired or deleted.
    pub async fn consume_one_time_code(&mut self, id: OneTimeCodeId, now: Timestamp) -> Result<bool, StoreError> {
        sql("UPDATE one_time_codes SET consumed_at = $2, updated_at = $2 \
            WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2")
        .bind(id)
        .bind(now)
        .changes(self)
        .await
    }

    /// Deletes all codes with a purpose, or those of one user, and returns their number.
    pub async fn delete_one_time_codes(
        &mut self,
        purpose: OneTimeCodePurpose,
        user: Option<UserId>,
    ) -> Result<u64, StoreError> {
        let statement = match user {
            None => sql("DELETE FROM one_time_codes WHERE purpose = $1").bind(purpose),
            Some(user) => {
                sql("DELETE FROM one_time_codes WHERE purpose = $1 AND user_id = $2").bind(purpose).bind(user)
            }
        };
        statement.execute(self).await
    }

    /// Deletes the codes with a purpose that are for members of the organization, including codes created elsewhere,
    /// and returns their number.
    pub async fn delete_one_time_codes_of_members(
        &mut self,
        purpose: OneTimeCodePurpose,
        organization: OrganizationId,
    ) -> Result<u64, StoreError> {
        sql("DELETE FROM one_time_codes WHERE purpose = $1 \
            AND user_id IN (SELECT user_id FROM memberships WHERE organization_id = $2)")
        .bind(purpose)
        .bind(organization)
        .execute(self)
        .await
    }

    /// Deletes the invitations whose creator is no longer an active administrator of the organization, and returns
    /// their number.
    pub async fn delete_invitations_of_former_administrators(&mut self) -> Result<u64, StoreError> {
        sql("DELETE FROM one_time_codes WHERE purpose = $1 AND created_by_id IS NOT NULL \
            AND NOT EXISTS (SELECT 1 FROM memberships WHERE organization_id = one_time_codes.organization_id \
                AND user_id = one_time_codes.created_by_id AND role = $2 AND status = $3) \
            AND NOT EXISTS (SELECT 1 FROM service_accounts WHERE organization_id = one_time_codes.organization_id \
                AND id = one_time_codes.created_by_id AND role = $2 AND status = $4 \
                AND NOT EXISTS (SELECT 1 FROM service_account_scopes WHERE service_account_id = service_accounts.id))")
        .bind(OneTimeCodePurpose::Invitation)
        .bind(Role::Admin)
        .bind(MembershipStatus::Active)
        .bind(ServiceAccountStatus::Active)
        .execute(self)
        .await
    }
}

async fn invitations(
    on: &mut impl Runner,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<OneTimeCode>, StoreError> {
    sql("SELECT * FROM one_time_codes WHERE purpose = $1 AND organization_id = $2 AND consumed_at IS NULL \
        AND expires_at > $3 ORDER BY id DESC")
    .bind(OneTimeCodePurpose::Invitation)
    .bind(organization)
    .bind(now)
    .all_readable(on)
    .await
}

async fn find(on: &mut impl Runner, hash: &[u8; 32]) -> Result<Option<OneTimeCode>, StoreError> {
    sql("SELECT * FROM one_time_codes WHERE code_hash = $1").bind(hash).optional_readable(on).await
}
