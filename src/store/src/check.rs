//! What is damaged: rows that the rest of this crate leaves out because it can't read them.

use mintkey_domain::{AddressRanges, Grant};
use uuid::Uuid;

use crate::{
    Membership, OneTimeCode, Organization, Scope, ServiceAccount, SessionRow, SigningKey, Store, StoreError, Token,
    TokenSecret, User,
    sql::{FromRow, Row, Runner, sql},
};

/// What [`Store::check`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// Rows with a value that can't be read.
    pub rows: Vec<UnreadableRow>,
    /// What `SQLite` reports about its file, in its own words; empty for a sound file, and on `PostgreSQL`.
    pub file: Vec<String>,
}

/// A row with a value that can't be read. The value itself isn't told: it may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The table.
    pub table: &'static str,
    /// The columns that identify the row, each with its value.
    pub key: Vec<(&'static str, String)>,
    /// The columns that can't be read.
    pub columns: Vec<&'static str>,
}

impl Store {
    /// Reads every row of every table but the audit log, whose chain has a check of its own. Takes as long as reading the
    /// database.
    pub async fn check(&self) -> Result<Damage, StoreError> {
        let mut reader = self.reader().await?;
        let on = &mut reader;
        let file = if on.is_sqlite() { check_file(on).await? } else { Vec::new() };
        let mut rows = Vec::new();
        for table in TABLES {
            let mut failed = None;
            let check = |row: &Row| match (table.unreadable)(row) {
                Ok(columns) if columns.is_empty() => {}
                Ok(columns) => rows.push(UnreadableRow { table: table.name, key: key(row, table.key), columns }),
                Err(error) => failed = Some(error),
            };
            sql(table.rows).for_each(on, check).await?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(Damage { rows, file })
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
    Table::of::<OneTimeCode>("one_time_codes", &["organization_id", "id"], "SELECT * FROM one_time_codes"),
    Table::of::<SessionRow>("sessions", &["id"], "SELECT * FROM sessions WHERE user_id IS NOT NULL"),
    Table::of::<SigningKey>("signing_keys", &["id"], "SELECT * FROM signing_keys"),
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
    Ok(reports)
}
