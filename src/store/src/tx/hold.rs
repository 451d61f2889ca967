//! Rows that have to stay as they were read until the transaction ends.

use mintkey_domain::{OrganizationId, ServiceAccountId, SessionId, TokenId, UserId};
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    sql::{Runner, sql},
};

/// A row that a decision rests on.
#[derive(Debug, Clone, Copy)]
pub enum HeldRow {
    /// An organization with its catalogue: changes of the catalogue hold this row exclusively.
    Organization(OrganizationId),
    /// A person.
    User(UserId),
    /// A person's place in an organization.
    Membership(OrganizationId, UserId),
    /// A service account, with what it is held to and whom it is given to.
    ServiceAccount(ServiceAccountId),
    /// A token, with all that belongs to it.
    Token(TokenId),
    /// A console session.
    Session(SessionId),
    /// A signing key.
    SigningKey(Uuid),
}

impl Tx {
    /// Keeps others from changing a row until this transaction ends; they may read it, and hold it too. A row that is
    /// read after this is as it was committed last.
    ///
    /// `PostgreSQL` locks the row. On `SQLite` no other transaction writes meanwhile.
    pub async fn hold(&mut self, row: HeldRow) -> Result<(), StoreError> {
        self.lock(row, "FOR SHARE").await
    }

    /// The same for a row that this transaction goes on to change, or that stands for what it changes: waits for those
    /// who hold it.
    pub async fn hold_exclusively(&mut self, row: HeldRow) -> Result<(), StoreError> {
        self.lock(row, "FOR UPDATE").await
    }

    async fn lock(&mut self, row: HeldRow, strength: &'static str) -> Result<(), StoreError> {
        if self.is_sqlite() {
            return Ok(());
        }
        let mut statement = match row {
            HeldRow::Organization(id) => sql("SELECT 1 FROM organizations WHERE id = $1 ").bind(id),
            HeldRow::User(id) => sql("SELECT 1 FROM users WHERE id = $1 ").bind(id),
            HeldRow::Membership(organization, user) => {
                sql("SELECT 1 FROM memberships WHERE organization_id = $1 AND user_id = $2 ")
                    .bind(organization)
                    .bind(user)
            }
            HeldRow::ServiceAccount(id) => sql("SELECT 1 FROM service_accounts WHERE id = $1 ").bind(id),
            HeldRow::Token(id) => sql("SELECT 1 FROM tokens WHERE id = $1 ").bind(id),
            HeldRow::Session(id) => sql("SELECT 1 FROM sessions WHERE id = $1 ").bind(id),
            HeldRow::SigningKey(id) => sql("SELECT 1 FROM signing_keys WHERE id = $1 ").bind(id),
        };
        statement.push(strength);
        statement.execute(self).await.map(|_| ())
    }
}
