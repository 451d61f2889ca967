//! Users: one record per person and instance.

use std::{collections::BTreeMap, fmt};

use mintkey_domain::{Email, EmailLookup, Timestamp, UserId, fold};

use crate::{
    Constraint, Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, readable, sql},
};

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The ID.
    pub id: UserId,
    /// The e-mail address; unique in its normalized form.
    pub email: Email,
    /// The password hash as a PHC string.
    pub password_hash: String,
    /// Incremented with each new password: sessions and access tokens of another generation are rejected.
    pub password_generation: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last updated.
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
    /// The user with this ID.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        find(&mut self.reader().await?, id).await
    }

    /// The user with this e-mail address.
    pub async fn user_by_email(&self, address: &EmailLookup) -> Result<Option<User>, StoreError> {
        find_by_email(&mut self.reader().await?, address).await
    }

    /// Whether any user exists.
    pub async fn users_exist(&self) -> Result<bool, StoreError> {
        any(&mut self.reader().await?).await
    }
}

impl Tx {
    /// The user with this ID.
    pub async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        find(self, id).await
    }

    /// The user with this e-mail address.
    pub async fn user_by_email(&mut self, address: &EmailLookup) -> Result<Option<User>, StoreError> {
        find_by_email(self, address).await
    }

    /// Whether any user exists.
    pub async fn users_exist(&mut self) -> Result<bool, StoreError> {
        any(self).await
    }

    /// Inserts a user. [`Constraint::UserEmail`](crate::Constraint::UserEmail) if the address is taken.
    pub async fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        refuse_claimed(self, &user.email, user.id).await?;
        sql("INSERT INTO users (id, email, email_normalized, email_is_normalized, email_folded, password_hash, \
            password_generation, created_at, updated_at) VALUES ($1, $2, $3, TRUE, $4, $5, $6, $7, $8)")
        .bind(user.id)
        .bind(user.email.as_str())
        .bind(user.email.normalized())
        .bind(fold(user.email.as_str()))
        .bind(&user.password_hash)
        .bind(user.password_generation)
        .bind(user.created_at)
        .bind(user.updated_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Updates the password hash and its generation. [`StoreError::NothingChanged`] if there is no such user.
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

impl Tx {
    /// Replaces the hash with one of the same password in its normalized form.
    pub async fn rehash_password(&mut self, id: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
        sql("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
            .bind(id)
            .bind(hash)
            .bind(now)
            .change(self)
            .await
    }

    /// Updates the address, and normalizes older addresses that the previous one blocked.
    /// [`Constraint::UserEmail`](crate::Constraint::UserEmail) if the address is taken, [`StoreError::NothingChanged`]
    /// if there is no such user.
    pub async fn set_email(&mut self, id: UserId, email: &Email, now: Timestamp) -> Result<(), StoreError> {
        refuse_claimed(self, email, id).await?;
        sql("UPDATE users SET email = $2, email_normalized = $3, email_is_normalized = TRUE, email_folded = $4, \
            updated_at = $5 WHERE id = $1")
        .bind(id)
        .bind(email.as_str())
        .bind(email.normalized())
        .bind(fold(email.as_str()))
        .bind(now)
        .change(self)
        .await?;
        self.normalize_emails().await
    }

    /// Normalizes the addresses that are still in an older form. One that can't be normalized, or would then equal
    /// another user's, stays as it is: only its exact text finds the account.
    pub(crate) async fn normalize_emails(&mut self) -> Result<(), StoreError> {
        let mut claims = BTreeMap::<String, Vec<UserId>>::new();
        for (id, email) in older_addresses(self).await? {
            if let Ok(email) = Email::parse(&email) {
                claims.entry(email.normalized().to_owned()).or_default().push(id);
            }
        }
        for (normalized, ids) in claims {
            if let [only] = ids.as_slice() {
                sql("UPDATE users SET email_normalized = $2, email_is_normalized = TRUE WHERE id = $1 \
                    AND NOT EXISTS (SELECT 1 FROM users other WHERE other.email_normalized = $2 AND other.id <> $1)")
                .bind(*only)
                .bind(normalized)
                .execute(self)
                .await?;
            }
        }
        Ok(())
    }
}

/// Refuses an address that another user has in an older form.
async fn refuse_claimed(on: &mut impl Runner, email: &Email, by: UserId) -> Result<(), StoreError> {
    let claims = |older: &str| Email::parse(older).is_ok_and(|older| older.normalized() == email.normalized());
    if older_addresses(on).await?.iter().any(|(id, older)| *id != by && claims(older)) {
        return Err(StoreError::Unique(Constraint::UserEmail));
    }
    Ok(())
}

/// The addresses that aren't normalized, with their users.
pub(crate) async fn older_addresses(on: &mut impl Runner) -> Result<Vec<(UserId, String)>, StoreError> {
    let rows = sql("SELECT id, email FROM users WHERE NOT email_is_normalized ORDER BY id").rows(on).await?;
    readable(&rows, |row| Ok((row.get("id")?, row.get("email")?)))
}

async fn find(on: &mut impl Runner, id: UserId) -> Result<Option<User>, StoreError> {
    sql("SELECT * FROM users WHERE id = $1").bind(id).optional_readable(on).await
}

/// The exact text takes precedence. An address that couldn't be normalized is found only by its exact text.
async fn find_by_email(on: &mut impl Runner, address: &EmailLookup) -> Result<Option<User>, StoreError> {
    sql("SELECT * FROM users WHERE email_normalized IN ($1, $2) AND (email_normalized = $1 OR email_is_normalized) \
        ORDER BY CASE email_normalized WHEN $1 THEN 0 ELSE 1 END LIMIT 1")
    .bind(address.exact())
    .bind(address.normalized())
    .optional_readable(on)
    .await
}

async fn any(on: &mut impl Runner) -> Result<bool, StoreError> {
    Ok(sql("SELECT 1 AS value FROM users LIMIT 1").row(on).await?.is_some())
}
