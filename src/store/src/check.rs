//! Finds damage: rows that the rest of this crate skips because it can't read them.

use mintkey_domain::{AddressRanges, Grant, ImportedKeyPattern, UserId};
use uuid::Uuid;

use crate::{
    AuditCheckpoint, AuditEvent, CertificateAuthority, Cluster, ClusterGroup, IdempotencyRecord, Membership,
    OneTimeCode, Organization, Scope, ServiceAccount, SessionRow, SigningKey, Store, StoreError, Token,
    TokenKubeconfig, TokenSecret, User,
    sql::{FromRow, Row, Runner, sql},
    users::older_addresses,
};

/// The findings of [`Store::check`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// Rows with a value that can't be read.
    pub rows: Vec<UnreadableRow>,
    /// Reports of the engine: `SQLite`'s integrity check of its file, and why a table can't be read.
    pub file: Vec<String>,
    /// E-mail addresses that aren't in the current normalized form.
    pub older_addresses: Vec<OlderAddress>,
}

/// An e-mail address that can't be normalized, or whose normalized form belongs to another user: it is compared in its
/// older form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderAddress {
    /// The user.
    pub id: UserId,
    /// The address as typed.
    pub email: String,
}

/// A row with a value that can't be read. The value isn't reported, because it may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The table.
    pub table: &'static str,
    /// The columns that identify the row, with their values.
    pub key: Vec<(&'static str, String)>,
    /// The columns that can't be read; for some tables only the first.
    pub columns: Vec<&'static str>,
}

impl Store {
    /// Reads every row of every table, so it takes as long as reading the whole database.
    pub async fn check(&self) -> Result<Damage, StoreError> {
        let mut reader = self.reader().await?;
        let on = &mut reader;
        let mut damage = Damage::default();
        if on.is_sqlite() {
            damage.file = check_file(on).await?;
        }
        for table in TABLES {
            if let Err(error) = table.check(on, &mut damage.rows).await {
                damage.file.push(format!("the table {} can't be read: {error}", table.name));
            }
        }
        match older_addresses(on).await {
            Ok(addresses) => {
                damage.older_addresses = addresses.into_iter().map(|(id, email)| OlderAddress { id, email }).collect();
            }
            // The loop above has reported the table.
            Err(StoreError::Sql(_) | StoreError::Unavailable(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(damage)
    }
}

struct Table {
    name: &'static str,
    key: &'static [&'static str],
    /// The columns of a row that can't be read; some tables return the first of them as [`StoreError::Corrupt`].
    read: fn(&Row) -> Result<Vec<&'static str>, StoreError>,
}

const TABLES: &[Table] = &[
    Table::of::<Organization>("organizations", &["id"]),
    Table::of::<User>("users", &["id"]),
    Table::of::<Membership>("memberships", &["organization_id", "user_id"]),
    Table::of::<ServiceAccount>("service_accounts", &["organization_id", "id"]),
    Table::new("service_account_scopes", &["organization_id", "service_account_id"], |row| {
        row.get::<Grant>("scope").map(none)
    }),
    Table::new("service_account_members", &["organization_id", "service_account_id"], |row| {
        row.get::<Uuid>("user_id").map(none)
    }),
    Table::of::<Scope>("scopes", &["organization_id", "id"]),
    Table::new("tokens", &["organization_id", "id"], |row| Ok(Token::from_row(row)?.unreadable)),
    Table::of::<TokenSecret>("token_secrets", &["organization_id", "token_id", "generation"]),
    Table::new("token_scopes", &["organization_id", "token_id"], |row| row.get::<Grant>("scope").map(none)),
    Table::new("token_cidrs", &["organization_id", "token_id"], |row| {
        let range = AddressRanges::from_stored([row.get("cidr")?]);
        if range.has_unreadable() { Err(StoreError::Corrupt("cidr")) } else { Ok(Vec::new()) }
    }),
    Table::new("imported_keys", &["organization_id", "token_id"], |row| row.get::<[u8; 32]>("fingerprint").map(none)),
    Table::of::<ImportedKeyPattern>("imported_key_patterns", &["organization_id"]),
    Table::new("token_words", &["organization_id", "token_id"], |row| row.get::<String>("word").map(none)),
    Table::new("token_counts", &["organization_id", "owner_id"], |row| row.get::<Uuid>("owner_id").map(none)),
    Table::new("token_client_keys", &["organization_id", "token_id", "position"], |row| {
        row.get::<String>("jwk").map(none)
    }),
    Table::new("client_assertions", &["organization_id", "token_id"], |row| row.get::<[u8; 32]>("jti_hash").map(none)),
    Table::of::<OneTimeCode>("one_time_codes", &["organization_id", "id"]),
    Table::of::<SessionRow>("sessions", &["id"]),
    Table::of::<IdempotencyRecord>("idempotency_keys", &["organization_id", "principal_id", "created_at"]),
    Table::of::<SigningKey>("signing_keys", &["id"]),
    Table::of::<CertificateAuthority>("certificate_authorities", &["organization_id", "id"]),
    Table::of::<Cluster>("clusters", &["organization_id", "id"]),
    Table::of::<ClusterGroup>("cluster_groups", &["organization_id", "cluster_id", "position"]),
    Table::of::<TokenKubeconfig>("token_kubeconfigs", &["organization_id", "token_id"]),
    Table::new("certificates", &["organization_id", "token_id", "generation"], |row| {
        row.get::<Vec<u8>>("serial").map(none)
    }),
    Table::new("revoked_access_tokens", &["organization_id", "expires_at"], |row| row.get::<Uuid>("id").map(none)),
    Table::of::<AuditEvent>("audit_events", &["organization_id", "sequence"]),
    Table::of::<AuditCheckpoint>("audit_checkpoints", &["organization_id"]),
    Table::new("settings", &[], |row| row.get::<String>("value").map(none)),
];

impl Table {
    const fn of<T: FromRow>(name: &'static str, key: &'static [&'static str]) -> Self {
        Self::new(name, key, |row| T::from_row(row).map(none))
    }

    const fn new(
        name: &'static str,
        key: &'static [&'static str],
        read: fn(&Row) -> Result<Vec<&'static str>, StoreError>,
    ) -> Self {
        Self { name, key, read }
    }

    async fn check(&self, on: &mut impl Runner, unreadable: &mut Vec<UnreadableRow>) -> Result<(), StoreError> {
        let mut failure = None;
        let check = |row: &Row| {
            let columns = match (self.read)(row) {
                Ok(columns) if columns.is_empty() => return,
                Ok(columns) => columns,
                Err(StoreError::Corrupt(column)) => vec![column],
                Err(error) => {
                    failure = Some(error);
                    return;
                }
            };
            unreadable.push(UnreadableRow { table: self.name, key: key(row, self.key), columns });
        };
        let mut rows = sql("SELECT * FROM ");
        rows.push(self.name);
        rows.for_each(on, check).await?;
        failure.map_or(Ok(()), Err)
    }
}

/// No columns, because the value could be read.
fn none<T>(_: T) -> Vec<&'static str> {
    Vec::new()
}

/// The values of these columns, which hold only IDs and numbers.
fn key(row: &Row, columns: &[&'static str]) -> Vec<(&'static str, String)> {
    let text = |column: &&'static str| {
        let id = row.get::<Uuid>(column).map(|id| id.to_string());
        let number = |_| row.get::<i64>(column).map(|number| number.to_string());
        (*column, id.or_else(number).unwrap_or_else(|_| "unreadable".to_owned()))
    };
    columns.iter().map(text).collect()
}

async fn check_file(on: &mut impl Runner) -> Result<Vec<String>, StoreError> {
    let rows = sql("PRAGMA integrity_check").rows(on).await?;
    let mut reports = rows.iter().map(|row| row.get("integrity_check")).collect::<Result<Vec<String>, _>>()?;
    reports.retain(|report| report != "ok");
    // Rows without their parent: a token that lost its address ranges would no longer be limited to them.
    for row in sql("SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check").rows(on).await? {
        let (table, parent): (String, String) = (row.get("table")?, row.get("parent")?);
        reports.push(format!("{table} has rows that belong to no row of {parent}"));
    }
    Ok(reports)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Access, Writer};

    #[tokio::test]
    async fn every_table_is_checked() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/check.sqlite", folder.path().display());
        let store = Writer::open(&url, Access::Server).await.unwrap();
        let names = sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%sqlx%' \
            AND name NOT LIKE 'sqlite_%'");
        let rows = names.rows(&mut store.reader().await.unwrap()).await.unwrap();
        let existing: BTreeSet<String> = rows.iter().map(|row| row.get("name").unwrap()).collect();
        let checked = TABLES.iter().map(|table| table.name.to_owned()).collect();
        assert_eq!(existing, checked);
    }
}
