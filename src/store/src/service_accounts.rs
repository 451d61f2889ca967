//! Service accounts: machine identities, their allowed scopes, and the members who manage them.

use mintkey_domain::{
    Label, OrganizationId, Principal, Role, ScopeSet, SearchText, ServiceAccountId, ServiceAccountStatus, Timestamp,
    UserId, fold,
};
use uuid::Uuid;

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, Sql, insert_rows, push_words, readable, sql, values},
};

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// The ID.
    pub id: ServiceAccountId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The display name; unique in the organization.
    pub name: Label,
    /// The description.
    pub description: Option<String>,
    /// The role.
    pub role: Role,
    /// The status; credentials work only while it is active.
    pub status: ServiceAccountStatus,
    /// Scopes that further limit the role; `None` for no limit.
    pub allowed_scopes: Option<ScopeSet>,
    /// The members who manage it.
    pub members: Vec<UserId>,
    /// Incremented when its status changes or it gains rights: access tokens of another generation are rejected.
    pub generation: i64,
    /// Who created it.
    pub created_by: Principal,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
}

/// Filter of a list. All conditions that are set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceAccountFilter {
    /// Accounts with this status.
    pub status: Option<ServiceAccountStatus>,
    /// Accounts whose name or description contains each of these words, or the account with this ID.
    pub q: Option<SearchText>,
    /// Accounts that this member manages.
    pub managed_by: Option<UserId>,
}

/// A page of a list sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceAccountPage {
    /// Rows after a number of others.
    Offset {
        /// The number of rows to skip.
        skip: i64,
        /// The maximum number of rows.
        limit: u32,
    },
    /// Rows after a given one.
    After {
        /// The last account of the previous page.
        id: ServiceAccountId,
        /// The maximum number of rows.
        limit: u32,
    },
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
            allowed_scopes: None,
            members: Vec::new(),
            generation: row.get("generation")?,
            created_by: row.principal("created_by_type", "created_by_id")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Store {
    /// The service account with this ID.
    pub async fn service_account(
        &self,
        organization: OrganizationId,
        id: ServiceAccountId,
    ) -> Result<Option<ServiceAccount>, StoreError> {
        find(&mut self.reader().await?, organization, id).await
    }

    /// A page of the list, sorted by name, and its last account if more follow. [`ServiceAccountPage::After`] an
    /// account that doesn't exist returns an empty page.
    pub async fn service_accounts(
        &self,
        organization: OrganizationId,
        filter: &ServiceAccountFilter,
        page: &ServiceAccountPage,
    ) -> Result<(Vec<ServiceAccount>, Option<ServiceAccountId>), StoreError> {
        let mut statement = sql("SELECT a.*");
        filter.push(&mut statement, organization);
        let limit = match *page {
            ServiceAccountPage::Offset { skip, limit } => {
                statement
                    .push(" ORDER BY a.name LIMIT ")
                    .push_bind(i64::from(limit) + 1)
                    .push(" OFFSET ")
                    .push_bind(skip);
                limit
            }
            ServiceAccountPage::After { id, limit } => {
                statement.push(" AND a.name > (SELECT b.name FROM service_accounts b WHERE b.organization_id = ");
                statement.push_bind(organization).push(" AND b.id = ").push_bind(id);
                statement.push(") ORDER BY a.name LIMIT ").push_bind(i64::from(limit) + 1);
                limit
            }
        };
        let mut reader = self.reader().await?;
        let (rows, more) = statement.page(limit, &mut reader).await?;
        let last = match rows.last() {
            Some(last) if more => Some(last.get("id")?),
            _ => None,
        };
        let mut accounts = readable(&rows, ServiceAccount::from_row)?;
        for account in &mut accounts {
            read_parts(&mut reader, account).await?;
        }
        Ok((accounts, last))
    }

    /// The number of accounts that match a filter.
    pub async fn count_service_accounts(
        &self,
        organization: OrganizationId,
        filter: &ServiceAccountFilter,
    ) -> Result<i64, StoreError> {
        let mut statement = sql("SELECT COUNT(*) AS value");
        filter.push(&mut statement, organization);
        statement.scalar(&mut self.reader().await?).await
    }

    /// The number of accounts by status; statuses without accounts are left out.
    pub async fn service_account_counts(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<(ServiceAccountStatus, i64)>, StoreError> {
        let rows = sql("SELECT status, COUNT(*) AS value FROM service_accounts WHERE organization_id = $1 \
            GROUP BY status")
        .bind(organization)
        .rows(&mut self.reader().await?)
        .await?;
        readable(&rows, |row| Ok((row.get("status")?, row.get("value")?)))
    }

    /// The number of the owner's tokens that aren't invalidated.
    pub async fn count_live_tokens_of(&self, organization: OrganizationId, owner: Uuid) -> Result<i64, StoreError> {
        let row = sql("SELECT live AS value FROM token_counts WHERE organization_id = $1 AND owner_id = $2")
            .bind(organization)
            .bind(owner)
            .row(&mut self.reader().await?)
            .await?;
        row.map_or(Ok(0), |row| row.get("value"))
    }

    /// The IDs of the service accounts that this member manages.
    pub async fn service_accounts_assigned_to(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Vec<ServiceAccountId>, StoreError> {
        assigned_to(&mut self.reader().await?, organization, user).await
    }
}

impl Tx {
    /// The IDs of the service accounts that this member manages.
    pub async fn service_accounts_assigned_to(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Vec<ServiceAccountId>, StoreError> {
        assigned_to(self, organization, user).await
    }

    /// The service account with this ID.
    pub async fn service_account(
        &mut self,
        organization: OrganizationId,
        id: ServiceAccountId,
    ) -> Result<Option<ServiceAccount>, StoreError> {
        find(self, organization, id).await
    }

    /// The names of all service accounts of an organization, with their IDs.
    pub async fn service_account_names(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Vec<(String, ServiceAccountId)>, StoreError> {
        let rows = sql("SELECT name, id FROM service_accounts WHERE organization_id = $1")
            .bind(organization)
            .rows(self)
            .await?;
        readable(&rows, |row| Ok((row.get("name")?, row.get("id")?)))
    }

    /// Inserts a service account. [`Constraint::ServiceAccountName`](crate::Constraint::ServiceAccountName) if the name
    /// is taken.
    pub async fn insert_service_account(&mut self, account: &ServiceAccount) -> Result<(), StoreError> {
        sql("INSERT INTO service_accounts \
            (id, organization_id, name, description, role, status, generation, created_by_type, \
            created_by_id, created_at, updated_at, name_folded, description_folded) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .bind(account.id)
        .bind(account.organization_id)
        .bind(&account.name)
        .bind(account.description.as_ref())
        .bind(account.role)
        .bind(account.status)
        .bind(account.generation)
        .bind(account.created_by.kind())
        .bind(account.created_by.id())
        .bind(account.created_at)
        .bind(account.updated_at)
        .bind(fold(account.name.as_str()))
        .bind(account.description.as_deref().map_or_else(String::new, fold))
        .execute(self)
        .await?;
        insert_scopes(self, account).await?;
        insert_members(self, account).await
    }

    /// Updates all fields but ID, organization and creation; a new status increments the generation. Scopes and members
    /// are only written if they differ from `before`. [`StoreError::NothingChanged`] if there is no such account.
    pub async fn update_service_account(
        &mut self,
        before: &ServiceAccount,
        account: &ServiceAccount,
    ) -> Result<(), StoreError> {
        sql("UPDATE service_accounts SET name = $3, description = $4, role = $5, \
            generation = generation + CASE WHEN status = $6 THEN 0 ELSE 1 END, status = $6, updated_at = $7, \
            name_folded = $8, description_folded = $9 WHERE organization_id = $1 AND id = $2")
        .bind(account.organization_id)
        .bind(account.id)
        .bind(&account.name)
        .bind(account.description.as_ref())
        .bind(account.role)
        .bind(account.status)
        .bind(account.updated_at)
        .bind(fold(account.name.as_str()))
        .bind(account.description.as_deref().map_or_else(String::new, fold))
        .change(self)
        .await?;
        if before.allowed_scopes != account.allowed_scopes {
            sql("DELETE FROM service_account_scopes WHERE service_account_id = $1")
                .bind(account.id)
                .execute(self)
                .await?;
            insert_scopes(self, account).await?;
        }
        if before.members != account.members {
            sql("DELETE FROM service_account_members WHERE service_account_id = $1")
                .bind(account.id)
                .execute(self)
                .await?;
            insert_members(self, account).await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Increments the generation, which revokes all access tokens of the account.
    pub async fn advance_service_account(
        &mut self,
        organization: OrganizationId,
        id: ServiceAccountId,
    ) -> Result<(), StoreError> {
        sql("UPDATE service_accounts SET generation = generation + 1 WHERE organization_id = $1 AND id = $2")
            .bind(organization)
            .bind(id)
            .change(self)
            .await
    }
}

impl ServiceAccountFilter {
    /// Adds `FROM … WHERE …`, with the accounts as `a`.
    fn push(&self, statement: &mut Sql, organization: OrganizationId) {
        statement.push(" FROM service_accounts a WHERE a.organization_id = ").push_bind(organization);
        if let Some(status) = self.status {
            statement.push(" AND a.status = ").push_bind(status);
        }
        if let Some(q) = &self.q {
            statement.push(" AND (");
            push_words(statement, q, &["a.name_folded", "a.description_folded"]);
            if let Some(id) = q.id() {
                statement.push(" OR a.id = ").push_bind(id);
            }
            statement.push(")");
        }
        if let Some(user) = self.managed_by {
            statement.push(" AND EXISTS (SELECT 1 FROM service_account_members m WHERE m.service_account_id = a.id");
            statement.push(" AND m.user_id = ").push_bind(user).push(")");
        }
    }
}

async fn find(
    on: &mut impl Runner,
    organization: OrganizationId,
    id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, StoreError> {
    let stored: Option<ServiceAccount> = sql("SELECT * FROM service_accounts WHERE organization_id = $1 AND id = $2")
        .bind(organization)
        .bind(id)
        .optional_readable(on)
        .await?;
    let Some(mut account) = stored else { return Ok(None) };
    read_parts(on, &mut account).await?;
    Ok(Some(account))
}

async fn assigned_to(
    on: &mut impl Runner,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<ServiceAccountId>, StoreError> {
    let rows =
        sql("SELECT service_account_id FROM service_account_members WHERE organization_id = $1 AND user_id = $2")
            .bind(organization)
            .bind(user)
            .rows(on)
            .await?;
    readable(&rows, |row| row.get("service_account_id"))
}

async fn read_parts(on: &mut impl Runner, account: &mut ServiceAccount) -> Result<(), StoreError> {
    let scopes = sql("SELECT scope FROM service_account_scopes WHERE service_account_id = $1 ORDER BY scope")
        .bind(account.id)
        .rows(on)
        .await?;
    let grants = readable(&scopes, |row| row.get("scope"))?;
    // If no grant can be read, the set is empty and allows nothing; `None` would remove the limit.
    account.allowed_scopes = (!scopes.is_empty()).then(|| ScopeSet::new(grants));
    let members = sql("SELECT user_id FROM service_account_members WHERE service_account_id = $1 ORDER BY user_id")
        .bind(account.id)
        .rows(on)
        .await?;
    account.members = readable(&members, |row| row.get("user_id"))?;
    Ok(())
}

/// Refuses an empty set, because without rows the account would count as unlimited.
async fn insert_scopes(on: &mut impl Runner, account: &ServiceAccount) -> Result<(), StoreError> {
    let Some(scopes) = &account.allowed_scopes else { return Ok(()) };
    if scopes.is_empty() {
        return Err(StoreError::Corrupt("allowed_scopes"));
    }
    let mut rows = Vec::new();
    for grant in scopes {
        values!(rows; account.id, grant.as_str(), account.organization_id, account.updated_at);
    }
    let text = "INSERT INTO service_account_scopes (service_account_id, scope, organization_id, updated_at)";
    insert_rows(on, text, 4, rows, "").await.map(|_| ())
}

async fn insert_members(on: &mut impl Runner, account: &ServiceAccount) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for user in &account.members {
        values!(rows; account.id, *user, account.organization_id, account.updated_at);
    }
    let text = "INSERT INTO service_account_members (service_account_id, user_id, organization_id, updated_at)";
    insert_rows(on, text, 4, rows, "").await.map(|_| ())
}
