//! Users: people, known once per instance.

use std::fmt;

use mintkey_domain::{Email, Timestamp, UserId};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address; unique in its normalized form.
    pub email: Email,
    /// Their password's hash in PHC form.
    pub password_hash: String,
    /// Moves with each new password: sessions and access tokens that carry another number are dead.
    pub password_generation: i64,
    /// When they were made known.
    pub created_at: Timestamp,
    /// When anything of this was last changed.
    pub updated_at: Timestamp,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            email: Email::from_stored(row.get("email")?, row.get("email_normalized")?),
            password_hash: row.get("password_hash")?,
            password_generation: row.get("password_generation")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Store {
    /// The user of that id.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        find(&mut self.reader().await?, id).await
    }

    /// The user of that normalized e-mail address.
    pub async fn user_by_email(&self, normalized: &str) -> Result<Option<User>, StoreError> {
        find_by_email(&mut self.reader().await?, normalized).await
    }

    /// Whether anybody is known at all.
    pub async fn users_exist(&self) -> Result<bool, StoreError> {
        any(&mut self.reader().await?).await
    }
}

impl Tx {
    /// The user of that id.
    pub async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        find(self, id).await
    }

    /// The user of that normalized e-mail address.
    pub async fn user_by_email(&mut self, normalized: &str) -> Result<Option<User>, StoreError> {
        find_by_email(self, normalized).await
    }

    /// Whether anybody is known at all.
    pub async fn users_exist(&mut self) -> Result<bool, StoreError> {
        any(self).await
    }

    /// Makes a user. [`Constraint::UserEmail`](crate::Constraint::UserEmail) if the address is taken.
    pub async fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        sql("INSERT INTO users \
            (id, email, email_normalized, password_hash, password_generation, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(user.id)
        .bind(user.email.as_str())
        .bind(user.email.normalized())
        .bind(&user.password_hash)
        .bind(user.password_generation)
        .bind(user.created_at)
        .bind(user.updated_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Changes the password's hash and moves its generation. [`StoreError::NothingChanged`] if there is no such user.
    pub async fn set_password(&mut self, id: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
        sql("UPDATE users SET password_hash = $2, password_generation = password_generation + 1, updated_at = $3 \
            WHERE id = $1")
        .bind(id)
        .bind(hash)
        .bind(now)
        .change(self)
        .await
    }
}

async fn find(on: &mut impl Runner, id: UserId) -> Result<Option<User>, StoreError> {
    sql("SELECT * FROM users WHERE id = $1").bind(id).optional_readable(on).await
}

async fn find_by_email(on: &mut impl Runner, normalized: &str) -> Result<Option<User>, StoreError> {
    sql("SELECT * FROM users WHERE email_normalized = $1").bind(normalized).optional_readable(on).await
}

async fn any(on: &mut impl Runner) -> Result<bool, StoreError> {
    Ok(sql("SELECT 1 AS value FROM users LIMIT 1").row(on).await?.is_some())
}
