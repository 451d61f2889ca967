//! Console sessions.

use mintkey_domain::{DAY, OrganizationId, SessionId, Timestamp, UserId};

use crate::{
    Bookkeeping, Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// The maximum age of a session, even if it is in use: 30 days in milliseconds.
const MAX_AGE: i64 = 30 * DAY;

/// A console session, with the generations that were current when it was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The ID for listing and deleting it.
    pub id: SessionId,
    /// SHA-256 of the cookie value.
    pub key_hash: [u8; 32],
    /// The user.
    pub user_id: UserId,
    /// The selected organization.
    pub organization_id: OrganizationId,
    /// The password generation at creation.
    pub password_generation: i64,
    /// The membership generation at creation.
    pub membership_generation: i64,
    /// The IP address that created it.
    pub ip: Option<String>,
    /// The user agent that created it.
    pub user_agent: Option<String>,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When it was last renewed.
    pub last_seen_at: Timestamp,
    /// When it expires unless it is renewed.
    pub expires_at: Timestamp,
}

impl FromRow for SessionRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            key_hash: row.get("key_hash")?,
            user_id: row.get("user_id")?,
            organization_id: row.get("organization_id")?,
            password_generation: row.get("password_generation")?,
            membership_generation: row.get("membership_generation")?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

impl Store {
    /// The session whose cookie has this hash, unless it has expired.
    pub async fn session(&self, key_hash: &[u8; 32], now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
        sql("SELECT * FROM sessions WHERE key_hash = $1 AND expires_at > $2 AND created_at > $3")
            .bind(key_hash)
            .bind(now)
            .bind(oldest_start(now))
            .optional_readable(&mut self.reader().await?)
            .await
    }

    /// The session with this ID, unless it has expired.
    pub async fn session_by_id(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
        by_id(&mut self.reader().await?, id, now).await
    }

    /// A user's unexpired sessions in all organizations, the most recently seen first.
    pub async fn sessions_of(&self, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        sql("SELECT * FROM sessions WHERE user_id = $1 AND expires_at > $2 AND created_at > $3 \
            ORDER BY last_seen_at DESC, key_hash")
        .bind(user)
        .bind(now)
        .bind(oldest_start(now))
        .all_readable(&mut self.reader().await?)
        .await
    }
}

impl Bookkeeping {
    /// Extends a session in use. An expired session stays expired.
    pub async fn renew_session(
        &self,
        key_hash: [u8; 32],
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("UPDATE sessions SET expires_at = $2, last_seen_at = $3, updated_at = $3 \
                        WHERE key_hash = $1 AND expires_at > $3")
                    .bind(&key_hash)
                    .bind(expires_at)
                    .bind(now)
                    .execute(tx)
                    .await
                    .map(|_| ())
                })
            })
            .await
    }

    /// Deletes the expired sessions and returns their number.
    pub async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("DELETE FROM sessions WHERE expires_at <= $1 OR created_at <= $2")
                        .bind(now)
                        .bind(oldest_start(now))
                        .execute(tx)
                        .await
                })
            })
            .await
    }
}

impl Tx {
    /// The session with this ID, unless it has expired.
    pub async fn session_by_id(&mut self, id: SessionId, now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
        by_id(self, id, now).await
    }

    /// Inserts a session.
    pub async fn insert_session(&mut self, session: &SessionRow) -> Result<(), StoreError> {
        sql("INSERT INTO sessions (key_hash, id, organization_id, user_id, password_generation, \
            membership_generation, ip, user_agent, created_at, last_seen_at, expires_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10)")
        .bind(&session.key_hash)
        .bind(session.id)
        .bind(session.organization_id)
        .bind(session.user_id)
        .bind(session.password_generation)
        .bind(session.membership_generation)
        .bind(session.ip.as_ref())
        .bind(session.user_agent.as_ref())
        .bind(session.created_at)
        .bind(session.last_seen_at)
        .bind(session.expires_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Sets a session's generations to the current ones of its user's password and membership.
    pub async fn advance_session(&mut self, id: SessionId) -> Result<(), StoreError> {
        sql("UPDATE sessions SET password_generation = \
            (SELECT u.password_generation FROM users u WHERE u.id = sessions.user_id), membership_generation = \
            (SELECT m.generation FROM memberships m WHERE m.organization_id = sessions.organization_id \
            AND m.user_id = sessions.user_id) WHERE id = $1")
        .bind(id)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// Deletes a user's session. Returns `false` if the user has none with this ID.
    pub async fn delete_session(&mut self, user: UserId, id: SessionId) -> Result<bool, StoreError> {
        sql("DELETE FROM sessions WHERE user_id = $1 AND id = $2").bind(user).bind(id).changes(self).await
    }

    /// Deletes a user's sessions, except one if given, and returns their number.
    pub async fn delete_sessions_of(&mut self, user: UserId, except: Option<SessionId>) -> Result<u64, StoreError> {
        let statement = match except {
            None => sql("DELETE FROM sessions WHERE user_id = $1").bind(user),
            Some(except) => sql("DELETE FROM sessions WHERE user_id = $1 AND id <> $2").bind(user).bind(except),
        };
        statement.execute(self).await
    }

    /// Deletes a user's sessions in one organization, except one if given, and returns their number.
    pub async fn delete_sessions_in(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        let statement = match except {
            None => {
                sql("DELETE FROM sessions WHERE user_id = $1 AND organization_id = $2").bind(user).bind(organization)
            }
            Some(except) => sql("DELETE FROM sessions WHERE user_id = $1 AND organization_id = $2 AND id <> $3")
                .bind(user)
                .bind(organization)
                .bind(except),
        };
        statement.execute(self).await
    }
}

/// Sessions created at or before this time have reached their maximum age.
fn oldest_start(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis() - MAX_AGE)
}

async fn by_id(on: &mut impl Runner, id: SessionId, now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
    sql("SELECT * FROM sessions WHERE id = $1 AND expires_at > $2 AND created_at > $3")
        .bind(id)
        .bind(now)
        .bind(oldest_start(now))
        .optional_readable(on)
        .await
}
