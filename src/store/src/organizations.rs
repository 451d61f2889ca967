//! Organizations: the tenants.

use mintkey_domain::{Label, OrganizationId, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// An organization and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The ID.
    pub id: OrganizationId,
    /// The display name.
    pub name: Label,
    /// The `aud` claim of its access tokens; `None` for the default.
    pub audience: Option<String>,
    /// The default token lifetime, in milliseconds.
    pub default_token_ttl: Option<i64>,
    /// The maximum token lifetime, in milliseconds.
    pub max_token_ttl: Option<i64>,
    /// The audit log retention, in milliseconds; `None` keeps events forever.
    pub audit_retention: Option<i64>,
    /// Whether its certificates may be handed out in the older form of PKCS#12.
    pub allow_compatible_pkcs12: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
}

impl FromRow for Organization {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            audience: row.get("audience")?,
            default_token_ttl: row.get("default_token_ttl")?,
            max_token_ttl: row.get("max_token_ttl")?,
            audit_retention: row.get("audit_retention")?,
            allow_compatible_pkcs12: row.get("allow_compatible_pkcs12")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Store {
    /// All organizations, the oldest first.
    pub async fn organizations(&self) -> Result<Vec<Organization>, StoreError> {
        sql("SELECT * FROM organizations ORDER BY id").all(&mut self.reader().await?).await
    }

    /// The organization with this ID.
    pub async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        find(&mut self.reader().await?, id).await
    }
}

impl Tx {
    /// The organization with this ID.
    pub async fn organization(&mut self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        find(self, id).await
    }

    /// Whether another organization uses this audience.
    pub async fn audience_taken(&mut self, organization: OrganizationId, audience: &str) -> Result<bool, StoreError> {
        let row = sql("SELECT 1 AS value FROM organizations WHERE audience = $1 AND id <> $2 LIMIT 1")
            .bind(audience)
            .bind(organization)
            .row(self)
            .await?;
        Ok(row.is_some())
    }

    /// Inserts an organization.
    pub async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        sql("INSERT INTO organizations \
            (id, name, audience, default_token_ttl, max_token_ttl, audit_retention, allow_compatible_pkcs12, created_at, \
            updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(organization.id)
        .bind(&organization.name)
        .bind(organization.audience.as_ref())
        .bind(organization.default_token_ttl)
        .bind(organization.max_token_ttl)
        .bind(organization.audit_retention)
        .bind(organization.allow_compatible_pkcs12)
        .bind(organization.created_at)
        .bind(organization.updated_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Updates the name and settings. [`StoreError::NothingChanged`] if there is no such organization.
    pub async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        sql("UPDATE organizations SET name = $2, audience = $3, default_token_ttl = $4, max_token_ttl = $5, \
            audit_retention = $6, allow_compatible_pkcs12 = $7, updated_at = $8 WHERE id = $1")
        .bind(organization.id)
        .bind(&organization.name)
        .bind(organization.audience.as_ref())
        .bind(organization.default_token_ttl)
        .bind(organization.max_token_ttl)
        .bind(organization.audit_retention)
        .bind(organization.allow_compatible_pkcs12)
        .bind(organization.updated_at)
        .change(self)
        .await
    }
}

async fn find(on: &mut impl Runner, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    sql("SELECT * FROM organizations WHERE id = $1").bind(id).optional_readable(on).await
}
