//! Row locks that last until the transaction ends.

use mintkey_domain::{ClusterId, OrganizationId, ServiceAccountId, SessionId, TokenId, UserId};
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{Runner, sql},
};

/// A row that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub enum LockedRow {
    /// An organization with its catalogue: catalogue changes lock this row exclusively.
    Organization(OrganizationId),
    /// A user.
    User(UserId),
    /// A membership.
    Membership(OrganizationId, UserId),
    /// A service account with its scopes and members.
    ServiceAccount(ServiceAccountId),
    /// A token with all its parts.
    Token(TokenId),
    /// A Kubernetes cluster with its groups.
    Cluster(ClusterId),
    /// A console session.
    Session(SessionId),
    /// A signing key.
    SigningKey(Uuid),
}

impl Tx {
    /// Locks a row against changes until this transaction ends; others may still read it and share the lock. Later
    /// reads of the row see its last committed state.
    ///
    /// `PostgreSQL` locks the row. On `SQLite` no other transaction can write at the same time.
    pub async fn lock_shared(&mut self, row: LockedRow) -> Result<(), StoreError> {
        self.lock(row, "FOR SHARE").await
    }

    /// Locks a row that this transaction changes, or that represents what it changes: waits for those who hold it.
    pub async fn lock_exclusive(&mut self, row: LockedRow) -> Result<(), StoreError> {
        self.lock(row, "FOR UPDATE").await
    }

    async fn lock(&mut self, row: LockedRow, strength: &'static str) -> Result<(), StoreError> {
        if self.is_sqlite() {
            return Ok(());
        }
        let mut statement = match row {
            LockedRow::Organization(id) => sql("SELECT 1 FROM organizations WHERE id = $1 ").bind(id),
            LockedRow::User(id) => sql("SELECT 1 FROM users WHERE id = $1 ").bind(id),
            LockedRow::Membership(organization, user) => {
                sql("SELECT 1 FROM memberships WHERE organization_id = $1 AND user_id = $2 ")
                    .bind(organization)
                    .bind(user)
            }
            LockedRow::ServiceAccount(id) => sql("SELECT 1 FROM service_accounts WHERE id = $1 ").bind(id),
            LockedRow::Token(id) => sql("SELECT 1 FROM tokens WHERE id = $1 ").bind(id),
            LockedRow::Cluster(id) => sql("SELECT 1 FROM clusters WHERE id = $1 ").bind(id),
            LockedRow::Session(id) => sql("SELECT 1 FROM sessions WHERE id = $1 ").bind(id),
            LockedRow::SigningKey(id) => sql("SELECT 1 FROM signing_keys WHERE id = $1 ").bind(id),
        };
        statement.push(strength);
        statement.execute(self).await.map(|_| ())
    }
}
