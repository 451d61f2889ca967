//! Both engines have the same tables.

use std::collections::BTreeSet;

use sqlx::{Connection, PgConnection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use super::harness::{self, Database};

/// Table, column, and whether it is nullable.
type Columns = BTreeSet<(String, String, bool)>;

async fn of_sqlite(database: &Database) -> Columns {
    let options = SqliteConnectOptions::new().filename(database.url.strip_prefix("sqlite:").unwrap());
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let rows = sqlx::query(
        "SELECT t.name, c.name, c.\"notnull\" = 0 FROM pragma_table_list t, pragma_table_info(t.name) c \
        WHERE t.schema = 'main' AND t.type = 'table'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

async fn of_postgres(database: &Database) -> Columns {
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    let rows = sqlx::query(
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), is_nullable = 'YES' \
        FROM information_schema.columns WHERE table_schema = current_schema()",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

fn without_the_engines_own(columns: Columns) -> Columns {
    columns.into_iter().filter(|(table, ..)| !table.starts_with("_sqlx") && !table.starts_with("sqlite_")).collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let sqlite = std::sync::Mutex::new(Columns::new());
    harness::on_sqlite(async |database| {
        let columns = without_the_engines_own(of_sqlite(database).await);
        *sqlite.lock().unwrap() = columns;
    })
    .await;
    let sqlite = sqlite.into_inner().unwrap();
    assert!(sqlite.contains(&("tokens".to_owned(), "expires_at".to_owned(), true)));
    harness::on_postgres(async |database| {
        assert_eq!(without_the_engines_own(of_postgres(database).await), sqlite);
    })
    .await;
}

#[tokio::test]
async fn every_row_tells_when_it_changed_and_whose_it_is() {
    /// Shared by the instance, so without an organization.
    const SHARED: [&str; 4] = ["organizations", "users", "signing_keys", "settings"];
    harness::on_sqlite(async |database| {
        let columns = without_the_engines_own(of_sqlite(database).await);
        let tables: BTreeSet<_> = columns.iter().map(|(table, ..)| table.clone()).collect();
        for table in tables {
            let has = |column: &str| columns.iter().any(|(t, c, _)| *t == table && c == column);
            assert!(has("updated_at"), "{table}");
            assert!(has("organization_id") || SHARED.contains(&table.as_str()), "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_table_of_sqlite_checks_its_types() {
    harness::on_sqlite(async |database| {
        let options = SqliteConnectOptions::new().filename(database.url.strip_prefix("sqlite:").unwrap());
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
            AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let loose: Vec<String> = sqlx::query_scalar(loose).fetch_all(&mut connection).await.unwrap();
        assert_eq!(loose, Vec::<String>::new());
    })
    .await;
}
