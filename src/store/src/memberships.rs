//! Memberships: which user belongs to which organization, with which role.

use mintkey_domain::{Email, MembershipStatus, OrganizationId, Role, Timestamp, UserId};

use crate::{
    Store, StoreError, Tx, User,
    sql::{FromRow, Row, Runner, Sql, sql},
};

/// The membership of a user in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The user.
    pub user_id: UserId,
    /// The role.
    pub role: Role,
    /// The status.
    pub status: MembershipStatus,
    /// Incremented when the status changes: sessions and access tokens issued with another generation are rejected.
    pub generation: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
}

/// A membership with the user's e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub membership: Membership,
    /// The user's e-mail address.
    pub email: Email,
}

impl FromRow for Member {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let email = Email::from_stored(row.get("email")?, row.get("email_normalized")?);
        Ok(Self { membership: Membership::from_row(row)?, email })
    }
}

impl FromRow for Membership {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.get("organization_id")?,
            user_id: row.get("user_id")?,
            role: row.get("role")?,
            status: row.get("status")?,
            generation: row.get("generation")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Store {
    /// The user's membership in the organization.
    pub async fn membership(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Membership>, StoreError> {
        find(&mut self.reader().await?, organization, user).await
    }

    /// The readable memberships of a user in all organizations, the oldest organization first.
    pub async fn memberships_of(&self, user: UserId) -> Result<Vec<Membership>, StoreError> {
        of_user(user).all_readable(&mut self.reader().await?).await
    }
}

impl Store {
    /// All members of an organization, by e-mail address.
    pub async fn members(&self, organization: OrganizationId) -> Result<Vec<Member>, StoreError> {
        sql("SELECT m.*, u.email, u.email_normalized FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.organization_id = $1 ORDER BY u.email_normalized")
        .bind(organization)
        .all_readable(&mut self.reader().await?)
        .await
    }

    /// The member with this ID.
    pub async fn member(&self, organization: OrganizationId, user: UserId) -> Result<Option<Member>, StoreError> {
        find_member(&mut self.reader().await?, organization, user).await
    }
}

impl Tx {
    /// All memberships of a user in all organizations, the oldest organization first. [`StoreError::Corrupt`] if one
    /// can't be read: some operations need authorization in each organization, so none may be skipped.
    pub async fn memberships_of(&mut self, user: UserId) -> Result<Vec<Membership>, StoreError> {
        of_user(user).all(self).await
    }

    /// The member with this ID.
    pub async fn member(&mut self, organization: OrganizationId, user: UserId) -> Result<Option<Member>, StoreError> {
        find_member(self, organization, user).await
    }

    /// Whether the organization has an active administrator besides this user.
    pub async fn has_other_administrator(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let others: Vec<User> = sql("SELECT u.* FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.organization_id = $1 AND m.user_id <> $2 AND m.role = $3 AND m.status = $4")
        .bind(organization)
        .bind(user)
        .bind(Role::Admin)
        .bind(MembershipStatus::Active)
        .all_readable(self)
        .await?;
        Ok(!others.is_empty())
    }

    /// Updates role and status, and increments the generation if the status differs. [`StoreError::NothingChanged`] if
    /// there is no such membership.
    pub async fn update_membership(&mut self, membership: &Membership) -> Result<(), StoreError> {
        sql("UPDATE memberships SET role = $3, generation = generation + CASE WHEN status = $4 THEN 0 ELSE 1 END, \
            status = $4, updated_at = $5 WHERE organization_id = $1 AND user_id = $2")
        .bind(membership.organization_id)
        .bind(membership.user_id)
        .bind(membership.role)
        .bind(membership.status)
        .bind(membership.updated_at)
        .change(self)
        .await
    }

    /// The user's membership in the organization.
    pub async fn membership(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Membership>, StoreError> {
        find(self, organization, user).await
    }

    /// Inserts a membership. [`Constraint::Membership`](crate::Constraint::Membership) if there is one.
    pub async fn insert_membership(&mut self, membership: &Membership) -> Result<(), StoreError> {
        sql("INSERT INTO memberships \
            (organization_id, user_id, role, status, generation, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(membership.organization_id)
        .bind(membership.user_id)
        .bind(membership.role)
        .bind(membership.status)
        .bind(membership.generation)
        .bind(membership.created_at)
        .bind(membership.updated_at)
        .execute(self)
        .await
        .map(|_| ())
    }
}

async fn find(
    on: &mut impl Runner,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Membership>, StoreError> {
    sql("SELECT * FROM memberships WHERE organization_id = $1 AND user_id = $2")
        .bind(organization)
        .bind(user)
        .optional_readable(on)
        .await
}

fn of_user(user: UserId) -> Sql {
    sql("SELECT * FROM memberships WHERE user_id = $1 ORDER BY organization_id").bind(user)
}

async fn find_member(
    on: &mut impl Runner,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    sql("SELECT m.*, u.email, u.email_normalized FROM memberships m JOIN users u ON u.id = m.user_id \
        WHERE m.organization_id = $1 AND m.user_id = $2")
    .bind(organization)
    .bind(user)
    .optional_readable(on)
    .await
}
