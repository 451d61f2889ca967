//! Organizations: the tenants.

use mintkey_domain::{Label, OrganizationId, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// An organization and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: Label,
    /// The `aud` of its access tokens, if it isn't the default.
    pub audience: Option<String>,
    /// How long a token lives if nothing is said, in milliseconds.
    pub default_token_ttl: Option<i64>,
    /// The longest that a token may live, in milliseconds.
    pub max_token_ttl: Option<i64>,
    /// How long its audit log is kept, in milliseconds; for ever if nothing is said.
    pub audit_retention: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
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

    /// The organization of that id.
    pub async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        find(&mut self.reader().await?, id).await
    }
}

impl Tx {
    /// The organization of that id.
    pub async fn organization(&mut self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        find(self, id).await
    }

    /// Whether another organization has chosen that audience.
    pub async fn audience_taken(&mut self, organization: OrganizationId, audience: &str) -> Result<bool, StoreError> {
        let row = sql("SELECT 1 AS value FROM organizations WHERE audience = $1 AND id <> $2 LIMIT 1")
            .bind(audience)
            .bind(organization)
            .row(self)
            .await?;
        Ok(row.is_some())
    }

    /// Makes an organization.
    pub async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        sql("INSERT INTO organizations \
            (id, name, audience, default_token_ttl, max_token_ttl, audit_retention, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(organization.id)
        .bind(&organization.name)
        .bind(organization.audience.as_ref())
        .bind(organization.default_token_ttl)
        .bind(organization.max_token_ttl)
        .bind(organization.audit_retention)
        .bind(organization.created_at)
        .bind(organization.updated_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Changes name and settings. [`StoreError::NothingChanged`] if there is no such organization.
    pub async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        sql("UPDATE organizations SET name = $2, audience = $3, default_token_ttl = $4, max_token_ttl = $5, \
            audit_retention = $6, updated_at = $7 WHERE id = $1")
        .bind(organization.id)
        .bind(&organization.name)
        .bind(organization.audience.as_ref())
        .bind(organization.default_token_ttl)
        .bind(organization.max_token_ttl)
        .bind(organization.audit_retention)
        .bind(organization.updated_at)
        .change(self)
        .await
    }
}

async fn find(on: &mut impl Runner, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    sql("SELECT * FROM organizations WHERE id = $1").bind(id).optional_readable(on).await
}
