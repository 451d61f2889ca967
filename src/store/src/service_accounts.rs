//! Service accounts: machine identities. Their use cases come with their own issue; tokens look them up already.

use mintkey_domain::{
    OrganizationId, Principal, PrincipalType, Role, ServiceAccountId, ServiceAccountStatus, Timestamp,
};

use crate::{
    Store, StoreError, Tx,
    sql::{Connection, FromRow, Row, sql},
};

/// A machine identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its id.
    pub id: ServiceAccountId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What people call it; unique in the organization.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Whether its credentials work.
    pub status: ServiceAccountStatus,
    /// Access tokens from before this time are dead.
    pub credentials_valid_from: Timestamp,
    /// Who made it.
    pub created_by: Principal,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl FromRow for ServiceAccount {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            organization_id: row.get("organization_id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            role: row.get("role")?,
            status: row.get("status")?,
            credentials_valid_from: row.get("credentials_valid_from")?,
            created_by: principal(row, "created_by_type", "created_by_id")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// A person or machine from its two columns.
pub(crate) fn principal(row: &Row, kind: &'static str, id: &'static str) -> Result<Principal, StoreError> {
    Principal::new(row.get::<PrincipalType>(kind)?, row.get(id)?).ok_or(StoreError::Corrupt(kind))
}

impl Store {
    /// The service account of that id.
    pub async fn service_account(
        &self,
        organization: OrganizationId,
        id: ServiceAccountId,
    ) -> Result<Option<ServiceAccount>, StoreError> {
        find(&mut self.reader().await?, organization, id).await
    }
}

impl Tx {
    /// The service account of that id.
    pub async fn service_account(
        &mut self,
        organization: OrganizationId,
        id: ServiceAccountId,
    ) -> Result<Option<ServiceAccount>, StoreError> {
        find(self.reads(), organization, id).await
    }
}

async fn find(
    on: &mut Connection,
    organization: OrganizationId,
    id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, StoreError> {
    sql("SELECT * FROM service_accounts WHERE organization_id = $1 AND id = $2")
        .bind(organization)
        .bind(id)
        .optional(on)
        .await
}
