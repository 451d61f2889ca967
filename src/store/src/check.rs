//! What is damaged: rows that the rest of this crate leaves out because it can't read them.

use mintkey_domain::{AddressRanges, Grant};
use uuid::Uuid;

use crate::{
    AuditCheckpoint, AuditEvent, IdempotencyRecord, Membership, OneTimeCode, Organization, Scope, ServiceAccount,
    SessionRow, SigningKey, Store, StoreError, Token, TokenSecret, User,
    sql::{FromRow, Row, Runner, sql},
};

/// What [`Store::check`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// Rows with a value that can't be read.
    pub rows: Vec<UnreadableRow>,
    /// What the engine reports: `SQLite` about its file, and why a table can't be read.
    pub file: Vec<String>,
}

/// A row with a value that can't be read. The value itself isn't told: it may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The table.
    pub table: &'static str,
    /// The columns that identify the row, each with its value.
    pub key: Vec<(&'static str, String)>,
    /// The columns that can't be read; of some tables only the first.
    pub columns: Vec<&'static str>,
}

impl Store {
    /// Reads every row of every table. Takes as long as reading the database.
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
        Ok(damage)
    }
}

/// How the rows of a table are checked.
struct Table {
    name: &'static str,
    key: &'static [&'static str],
    rows: &'static str,
    unreadable: fn(&Row) -> Result<Vec<&'static str>, StoreError>,
}

const TABLES: &[Table] = &[
    Table::of::<Organization>("organizations", &["id"], "SELECT * FROM organizations"),
    Table::of::<User>("users", &["id"], "SELECT * FROM users"),
    Table::of::<Membership>("memberships", &["organization_id", "user_id"], "SELECT * FROM memberships"),
    Table::of::<ServiceAccount>("service_accounts", &["organization_id", "id"], "SELECT * FROM service_accounts"),
    Table {
        name: "service_account_scopes",
        key: &["organization_id", "service_account_id"],
        rows: "SELECT * FROM service_account_scopes",
        unreadable: grant,
    },
    Table {
        name: "service_account_members",
        key: &["organization_id", "service_account_id"],
        rows: "SELECT * FROM service_account_members",
        unreadable: |row| column(row, "user_id", Row::get::<Uuid>),
    },
    Table::of::<Scope>("scopes", &["organization_id", "id"], "SELECT * FROM scopes"),
    Table {
        name: "tokens",
        key: &["organization_id", "id"],
        rows: "SELECT * FROM tokens",
        unreadable: |row| match Token::from_row(row) {
            Err(StoreError::Corrupt(column)) => Ok(vec![column]),
            read => read.map(|token| token.unreadable),
        },
    },
    Table::of::<TokenSecret>(
        "token_secrets",
        &["organization_id", "token_id", "generation"],
        "SELECT * FROM token_secrets",
    ),
    Table {
        name: "token_scopes",
        key: &["organization_id", "token_id"],
        rows: "SELECT * FROM token_scopes",
        unreadable: grant,
    },
    Table {
        name: "token_cidrs",
        key: &["organization_id", "token_id"],
        rows: "SELECT * FROM token_cidrs",
        unreadable: |row| parsed(row, "cidr", |text| !AddressRanges::from_stored([text.to_owned()]).has_unreadable()),
    },
    Table {
        name: "token_words",
        key: &["organization_id", "token_id"],
        rows: "SELECT * FROM token_words",
        unreadable: |row| column(row, "word", Row::get::<String>),
    },
    Table {
        name: "token_counts",
        key: &["organization_id", "owner_id"],
        rows: "SELECT * FROM token_counts",
        unreadable: |row| column(row, "owner_id", Row::get::<Uuid>),
    },
    Table {
        name: "token_client_keys",
        key: &["organization_id", "token_id", "position"],
        rows: "SELECT * FROM token_client_keys",
        unreadable: |row| column(row, "jwk", Row::get::<String>),
    },
    Table {
        name: "client_assertions",
        key: &["organization_id", "token_id"],
        rows: "SELECT * FROM client_assertions",
        unreadable: |row| column(row, "jti_hash", Row::get::<[u8; 32]>),
    },
    Table::of::<OneTimeCode>("one_time_codes", &["organization_id", "id"], "SELECT * FROM one_time_codes"),
    Table::of::<SessionRow>("sessions", &["id"], "SELECT * FROM sessions WHERE user_id IS NOT NULL"),
    Table::of::<IdempotencyRecord>(
        "idempotency_keys",
        &["organization_id", "principal_id", "created_at"],
        "SELECT * FROM idempotency_keys",
    ),
    Table::of::<SigningKey>("signing_keys", &["id"], "SELECT * FROM signing_keys"),
    Table {
        name: "revoked_access_tokens",
        key: &["organization_id", "expires_at"],
        rows: "SELECT * FROM revoked_access_tokens",
        unreadable: |row| column(row, "id", Row::get::<Uuid>),
    },
    Table::of::<AuditEvent>("audit_events", &["organization_id", "sequence"], "SELECT * FROM audit_events"),
    Table::of::<AuditCheckpoint>("audit_checkpoints", &["organization_id"], "SELECT * FROM audit_checkpoints"),
    Table {
        name: "settings",
        key: &[],
        rows: "SELECT * FROM settings",
        unreadable: |row| column(row, "value", Row::get::<String>),
    },
];

impl Table {
    const fn of<T: FromRow>(name: &'static str, key: &'static [&'static str], rows: &'static str) -> Self {
        let unreadable = |row: &Row| match T::from_row(row) {
            Ok(_) => Ok(Vec::new()),
            Err(StoreError::Corrupt(column)) => Ok(vec![column]),
            Err(error) => Err(error),
        };
        Self { name, key, rows, unreadable }
    }

    async fn check(&self, on: &mut impl Runner, found: &mut Vec<UnreadableRow>) -> Result<(), StoreError> {
        let mut failure = None;
        let check = |row: &Row| match (self.unreadable)(row) {
            Ok(columns) if columns.is_empty() => {}
            Ok(columns) => found.push(UnreadableRow { table: self.name, key: key(row, self.key), columns }),
            Err(error) => failure = Some(error),
        };
        sql(self.rows).for_each(on, check).await?;
        failure.map_or(Ok(()), Err)
    }
}

fn column<T>(
    row: &Row,
    name: &'static str,
    read: fn(&Row, &'static str) -> Result<T, StoreError>,
) -> Result<Vec<&'static str>, StoreError> {
    match read(row, name) {
        Ok(_) => Ok(Vec::new()),
        Err(StoreError::Corrupt(_)) => Ok(vec![name]),
        Err(error) => Err(error),
    }
}

fn grant(row: &Row) -> Result<Vec<&'static str>, StoreError> {
    parsed(row, "scope", |text| Grant::parse(text).is_ok())
}

fn parsed(row: &Row, column: &'static str, is_good: fn(&str) -> bool) -> Result<Vec<&'static str>, StoreError> {
    match row.get::<String>(column) {
        Ok(text) if is_good(&text) => Ok(Vec::new()),
        Ok(_) | Err(StoreError::Corrupt(_)) => Ok(vec![column]),
        Err(error) => Err(error),
    }
}

/// The values of these columns: ids and numbers only.
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
    // Rows without the one that they belong to: a token's address range that is lost would no longer hold it.
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
