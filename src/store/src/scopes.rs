//! Scopes: the catalogue of an organization.

use mintkey_domain::{OrganizationId, ScopeId, ScopeName, ServiceAccountStatus, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// A scope of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The ID.
    pub id: ScopeId,
    /// The organization whose catalogue it is in.
    pub organization_id: OrganizationId,
    /// The name, which never changes.
    pub name: ScopeName,
    /// A sentence about what it allows.
    pub description: String,
    /// Whether only administrators may grant it.
    pub admin_only: bool,
    /// Whether it is one of Mintkey's own scopes.
    pub built_in: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
}

impl FromRow for Scope {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            organization_id: row.get("organization_id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            admin_only: row.get("admin_only")?,
            built_in: row.get("built_in")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Store {
    /// The whole catalogue, by name.
    pub async fn scopes(&self, organization: OrganizationId) -> Result<Vec<Scope>, StoreError> {
        all(&mut self.reader().await?, organization).await
    }

    /// The scope with this ID.
    pub async fn scope(&self, organization: OrganizationId, id: ScopeId) -> Result<Option<Scope>, StoreError> {
        find(&mut self.reader().await?, organization, id).await
    }

    /// Whether a token that isn't invalidated, or the `allowed_scopes` of a service account that isn't decommissioned,
    /// contains exactly this scope name.
    pub async fn scope_in_use(&self, organization: OrganizationId, name: &str) -> Result<bool, StoreError> {
        in_use(&mut self.reader().await?, organization, name).await
    }
}

impl Tx {
    /// The whole catalogue, by name.
    pub async fn scopes(&mut self, organization: OrganizationId) -> Result<Vec<Scope>, StoreError> {
        all(self, organization).await
    }

    /// The scope with this ID.
    pub async fn scope(&mut self, organization: OrganizationId, id: ScopeId) -> Result<Option<Scope>, StoreError> {
        find(self, organization, id).await
    }

    /// Whether a token that isn't invalidated, or the `allowed_scopes` of a service account that isn't decommissioned,
    /// contains exactly this scope name.
    pub async fn scope_in_use(&mut self, organization: OrganizationId, name: &str) -> Result<bool, StoreError> {
        in_use(self, organization, name).await
    }

    /// Inserts a scope. [`Constraint::ScopeName`](crate::Constraint::ScopeName) if the name is taken.
    pub async fn insert_scope(&mut self, scope: &Scope) -> Result<(), StoreError> {
        sql("INSERT INTO scopes \
            (id, organization_id, name, description, admin_only, built_in, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(scope.id)
        .bind(scope.organization_id)
        .bind(scope.name.as_str())
        .bind(&scope.description)
        .bind(scope.admin_only)
        .bind(scope.built_in)
        .bind(scope.created_at)
        .bind(scope.updated_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Changes description and `admin_only`; a name never changes. [`StoreError::NothingChanged`] if there is no such
    /// scope.
    pub async fn update_scope(&mut self, scope: &Scope) -> Result<(), StoreError> {
        sql("UPDATE scopes SET description = $3, admin_only = $4, updated_at = $5 \
            WHERE organization_id = $1 AND id = $2")
        .bind(scope.organization_id)
        .bind(scope.id)
        .bind(&scope.description)
        .bind(scope.admin_only)
        .bind(scope.updated_at)
        .change(self)
        .await
    }

    /// Deletes a scope from the catalogue. [`StoreError::NothingChanged`] if there is no such scope.
    pub async fn delete_scope(&mut self, organization: OrganizationId, id: ScopeId) -> Result<(), StoreError> {
        sql("DELETE FROM scopes WHERE organization_id = $1 AND id = $2").bind(organization).bind(id).change(self).await
    }
}

async fn all(on: &mut impl Runner, organization: OrganizationId) -> Result<Vec<Scope>, StoreError> {
    sql("SELECT * FROM scopes WHERE organization_id = $1 ORDER BY name").bind(organization).all_readable(on).await
}

async fn find(on: &mut impl Runner, organization: OrganizationId, id: ScopeId) -> Result<Option<Scope>, StoreError> {
    sql("SELECT * FROM scopes WHERE organization_id = $1 AND id = $2")
        .bind(organization)
        .bind(id)
        .optional_readable(on)
        .await
}

async fn in_use(on: &mut impl Runner, organization: OrganizationId, name: &str) -> Result<bool, StoreError> {
    let by_token = sql("SELECT 1 AS value FROM token_scopes s JOIN tokens t ON t.id = s.token_id \
        WHERE s.organization_id = $1 AND s.scope = $2 AND t.invalidated_at IS NULL LIMIT 1")
    .bind(organization)
    .bind(name)
    .row(on)
    .await?;
    if by_token.is_some() {
        return Ok(true);
    }
    let by_account = sql("SELECT 1 AS value FROM service_account_scopes s \
        JOIN service_accounts a ON a.id = s.service_account_id \
        WHERE s.organization_id = $1 AND s.scope = $2 AND a.status <> $3 LIMIT 1")
    .bind(organization)
    .bind(name)
    .bind(ServiceAccountStatus::Decommissioned.as_str())
    .row(on)
    .await?;
    Ok(by_account.is_some())
}
