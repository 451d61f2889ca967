//! Sessions as their owner sees them listed, and how they end.

use mintkey_domain::{OrganizationId, SessionId, Timestamp, UserId};

use crate::{
    Store, StoreError, Tx,
    session_store::oldest_start,
    sql::{FromRow, Row, sql},
};

/// A session of the console, without anything that could be used to take it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The id by which it is listed and ended.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The organization that it looks at.
    pub organization_id: Option<OrganizationId>,
    /// When its owner signed in.
    pub created_at: Timestamp,
    /// When it was last written.
    pub last_seen_at: Timestamp,
    /// When it ends if nothing happens.
    pub expires_at: Timestamp,
    /// The address that it was begun from.
    pub ip: Option<String>,
    /// The browser that it was begun with.
    pub user_agent: Option<String>,
}

impl FromRow for SessionRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            user_id: row.get("user_id")?,
            organization_id: row.get("organization_id")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
        })
    }
}

impl Store {
    /// A person's sessions that still work, whatever the organization, the last seen first.
    pub async fn sessions_of(&self, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        sql("SELECT * FROM sessions WHERE user_id = $1 AND id IS NOT NULL AND expires_at > $2 AND created_at > $3 \
            ORDER BY last_seen_at DESC, key_hash")
        .bind(user)
        .bind(now)
        .bind(oldest_start(now))
        .all(&mut self.reader().await?)
        .await
    }

    /// Removes the sessions that have ended by themselves, and tells how many.
    pub async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sql("DELETE FROM sessions WHERE expires_at <= $1 OR created_at <= $2")
                    .bind(now)
                    .bind(oldest_start(now))
                    .execute(tx.changes().await?)
                    .await
            })
        })
        .await
    }
}

impl Tx {
    /// Ends a person's session. `false` if they have none of that id.
    pub async fn delete_session(&mut self, user: UserId, id: SessionId) -> Result<bool, StoreError> {
        sql("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
            .bind(user)
            .bind(id)
            .changes(self.changes().await?)
            .await
    }

    /// Ends all of a person's sessions but one, and tells how many.
    pub async fn delete_sessions_of(&mut self, user: UserId, except: Option<SessionId>) -> Result<u64, StoreError> {
        let statement = match except {
            None => sql("DELETE FROM sessions WHERE user_id = $1").bind(user),
            Some(except) => {
                sql("DELETE FROM sessions WHERE user_id = $1 AND (id IS NULL OR id <> $2)").bind(user).bind(except)
            }
        };
        statement.execute(self.changes().await?).await
    }

    /// Ends a person's sessions in one organization but one, and tells how many.
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
        statement.execute(self.changes().await?).await
    }
}
