//! Memberships: who belongs to which organization, in what role.

use mintkey_domain::{MembershipStatus, OrganizationId, Role, Timestamp, UserId};

use crate::{
    Store, StoreError, Tx,
    sql::{Connection, FromRow, Row, sql},
};

/// A person's place in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// Whether it counts.
    pub status: MembershipStatus,
    /// Access tokens from before this time are dead.
    pub credentials_valid_from: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl FromRow for Membership {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.get("organization_id")?,
            user_id: row.get("user_id")?,
            role: row.get("role")?,
            status: row.get("status")?,
            credentials_valid_from: row.get("credentials_valid_from")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Store {
    /// The person's membership in that organization.
    pub async fn membership(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Membership>, StoreError> {
        find(&mut self.reader().await?, organization, user).await
    }

    /// All memberships of a person, whatever the organization, the oldest organization first.
    pub async fn memberships_of(&self, user: UserId) -> Result<Vec<Membership>, StoreError> {
        sql("SELECT * FROM memberships WHERE user_id = $1 ORDER BY organization_id")
            .bind(user)
            .all(&mut self.reader().await?)
            .await
    }
}

impl Tx {
    /// The person's membership in that organization.
    pub async fn membership(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Membership>, StoreError> {
        find(self.reads(), organization, user).await
    }

    /// Makes a membership. [`Constraint::Membership`](crate::Constraint::Membership) if there is one.
    pub async fn insert_membership(&mut self, membership: &Membership) -> Result<(), StoreError> {
        sql("INSERT INTO memberships \
            (organization_id, user_id, role, status, credentials_valid_from, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(membership.organization_id)
        .bind(membership.user_id)
        .bind(membership.role)
        .bind(membership.status)
        .bind(membership.credentials_valid_from)
        .bind(membership.created_at)
        .bind(membership.updated_at)
        .execute(self.changes().await?)
        .await
        .map(|_| ())
    }

    /// Changes the role. `false` if there is no such membership.
    pub async fn set_role(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        role: Role,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sql("UPDATE memberships SET role = $3, updated_at = $4 WHERE organization_id = $1 AND user_id = $2")
            .bind(organization)
            .bind(user)
            .bind(role)
            .bind(now)
            .changes(self.changes().await?)
            .await
    }
}

async fn find(
    on: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Membership>, StoreError> {
    sql("SELECT * FROM memberships WHERE organization_id = $1 AND user_id = $2")
        .bind(organization)
        .bind(user)
        .optional(on)
        .await
}
