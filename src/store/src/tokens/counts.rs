//! Maintained token counts per owner and state, which avoid counting rows.

use std::collections::BTreeMap;

use mintkey_domain::{OrganizationId, PrincipalType, Timestamp};
use uuid::Uuid;

use super::Token;
use crate::{
    Store, StoreError,
    sql::{Runner, Sql, insert_rows, readable, sql, values},
};

/// The number of tokens of an organization, or of some of its owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenCounts {
    /// All tokens.
    pub total: i64,
    /// Active tokens.
    pub active: i64,
    /// Tokens that have expired and weren't invalidated.
    pub expired: i64,
    /// Invalidated tokens.
    pub invalidated: i64,
    /// Active tokens that expire soon.
    pub expiring: i64,
}

/// A change to the counts of one owner.
pub(crate) struct CountChange {
    organization: OrganizationId,
    owner: Uuid,
    /// Change in the number of tokens that aren't invalidated, expired or not.
    live: i64,
    invalidated: i64,
    at: Timestamp,
}

impl CountChange {
    pub(crate) fn created(token: &Token) -> Self {
        let invalidated = i64::from(token.invalidated_at.is_some());
        Self {
            organization: token.organization_id,
            owner: token.owner.id(),
            live: 1 - invalidated,
            invalidated,
            at: token.updated_at,
        }
    }

    pub(crate) const fn invalidated(organization: OrganizationId, owner: Uuid, at: Timestamp) -> Self {
        Self { organization, owner, live: -1, invalidated: 1, at }
    }

    /// The number of live tokens that an owner gained, or lost if negative.
    pub(super) const fn moved(organization: OrganizationId, owner: Uuid, live: i64, at: Timestamp) -> Self {
        Self { organization, owner, live, invalidated: 0, at }
    }

    pub(super) fn deleted(organization: OrganizationId, owner: Uuid, was_invalidated: bool, at: Timestamp) -> Self {
        let invalidated = -i64::from(was_invalidated);
        Self { organization, owner, live: -1 - invalidated, invalidated, at }
    }
}

/// Writes the sum of these changes, one row per owner.
pub(crate) async fn write(on: &mut impl Runner, changes: &[CountChange]) -> Result<(), StoreError> {
    // Sorted, so that concurrent transactions lock the rows in the same order and can't deadlock.
    let mut sums = BTreeMap::<_, (i64, i64, Timestamp)>::new();
    for change in changes {
        let sum = sums.entry((change.organization, change.owner)).or_insert((0, 0, change.at));
        *sum = (sum.0 + change.live, sum.1 + change.invalidated, sum.2.max(change.at));
    }
    let mut rows = Vec::with_capacity(sums.len() * 5);
    for ((organization, owner), (live, invalidated, at)) in sums {
        values!(rows; organization, owner, live, invalidated, at);
    }
    insert_rows(
        on,
        "INSERT INTO token_counts (organization_id, owner_id, live, invalidated, updated_at)",
        5,
        rows,
        " ON CONFLICT (organization_id, owner_id) DO UPDATE SET live = token_counts.live + excluded.live, \
        invalidated = token_counts.invalidated + excluded.invalidated, updated_at = excluded.updated_at",
    )
    .await
    .map(|_| ())
}

impl Store {
    /// The counts of an organization, or of some of its owners, at a given time.
    pub async fn token_counts(
        &self,
        organization: OrganizationId,
        owner_ids: Option<&[Uuid]>,
        now: Timestamp,
        expiring_before: Timestamp,
    ) -> Result<TokenCounts, StoreError> {
        of(&mut self.reader().await?, organization, owner_ids, now, expiring_before).await
    }
}

impl Store {
    /// The number of tokens in all organizations that aren't invalidated, expired or not, and that are.
    pub async fn token_counts_of_instance(&self) -> Result<(i64, i64), StoreError> {
        let statement = sql("SELECT CAST(COALESCE(SUM(live), 0) AS BIGINT) AS live, \
            CAST(COALESCE(SUM(invalidated), 0) AS BIGINT) AS invalidated FROM token_counts");
        let row = statement.row(&mut self.reader().await?).await?.ok_or(StoreError::Corrupt("token_counts"))?;
        Ok((row.get("live")?, row.get("invalidated")?))
    }
}

impl Store {
    /// The owners that have tokens in the organization, up to a limit.
    pub async fn token_owner_ids(
        &self,
        organization: OrganizationId,
        limit: u32,
    ) -> Result<Vec<(Uuid, PrincipalType)>, StoreError> {
        let mut reader = self.reader().await?;
        let rows = sql("SELECT owner_id, EXISTS (SELECT 1 FROM service_accounts s \
            WHERE s.organization_id = $1 AND s.id = owner_id) AS machine FROM token_counts \
            WHERE organization_id = $1 AND live + invalidated > 0 ORDER BY owner_id LIMIT $2")
        .bind(organization)
        .bind(i64::from(limit))
        .rows(&mut reader)
        .await?;
        readable(&rows, |row| {
            let kind = if row.get("machine")? { PrincipalType::ServiceAccount } else { PrincipalType::User };
            Ok((row.get("owner_id")?, kind))
        })
    }
}

/// The number of tokens in any state.
pub(super) async fn total(
    on: &mut impl Runner,
    organization: OrganizationId,
    owner_ids: Option<&[Uuid]>,
) -> Result<i64, StoreError> {
    let mut statement = sql("SELECT CAST(COALESCE(SUM(live + invalidated), 0) AS BIGINT) AS value FROM token_counts");
    statement.push(" WHERE organization_id = ").push_bind(organization);
    push_owners(&mut statement, "owner_id", owner_ids);
    statement.scalar(on).await
}

/// A single statement, so that all counts come from one snapshot.
pub(super) async fn of(
    on: &mut impl Runner,
    organization: OrganizationId,
    owner_ids: Option<&[Uuid]>,
    now: Timestamp,
    expiring_before: Timestamp,
) -> Result<TokenCounts, StoreError> {
    let statement = statement(organization, owner_ids, now, expiring_before);
    let row = statement.row(on).await?.ok_or(StoreError::Corrupt("token_counts"))?;
    let (live, invalidated, expired) = (row.get::<i64>("live")?, row.get::<i64>("invalidated")?, row.get("expired")?);
    Ok(TokenCounts {
        total: live + invalidated,
        active: live - expired,
        expired,
        invalidated,
        expiring: row.get("expiring")?,
    })
}

pub(super) fn statement(
    organization: OrganizationId,
    owner_ids: Option<&[Uuid]>,
    now: Timestamp,
    expiring_before: Timestamp,
) -> Sql {
    let mut statement = sql("SELECT ");
    let kept = |statement: &mut Sql, column: &'static str| {
        statement.push("(SELECT CAST(COALESCE(SUM(").push(column).push("), 0) AS BIGINT) FROM token_counts");
        statement.push(" WHERE organization_id = ").push_bind(organization);
        push_owners(statement, "owner_id", owner_ids);
        statement.push(") AS ").push(column);
    };
    let ending = |statement: &mut Sql, from: Timestamp, to: Timestamp, name: &'static str| {
        statement.push(", (SELECT COUNT(*) FROM ");
        if owner_ids.is_some() {
            // CROSS JOIN prevents SQLite from scanning the expiring tokens of the whole organization.
            statement.push("token_counts c CROSS JOIN tokens t WHERE c.organization_id = ").push_bind(organization);
            push_owners(statement, "c.owner_id", owner_ids);
            statement.push(" AND t.owner_id = c.owner_id AND t.organization_id = ").push_bind(organization);
        } else {
            statement.push("tokens t WHERE t.organization_id = ").push_bind(organization);
        }
        statement.push(" AND t.invalidated_at IS NULL AND t.expires_key > ");
        statement.push_bind(from).push(" AND t.expires_key <= ").push_bind(to).push(") AS ").push(name);
    };
    kept(&mut statement, "live");
    statement.push(", ");
    kept(&mut statement, "invalidated");
    ending(&mut statement, Timestamp::from_millis(i64::MIN), now, "expired");
    ending(&mut statement, now, expiring_before, "expiring");
    statement
}

fn push_owners(statement: &mut Sql, column: &'static str, owner_ids: Option<&[Uuid]>) {
    if let Some(owners) = owner_ids {
        statement.push(" AND ").push(column).push(" IN ").push_list(owners);
    }
}
