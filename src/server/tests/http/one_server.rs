//! One server per `SQLite` file, next to `mintkey admin` and other processes.

use std::{
    fs::{Permissions, set_permissions},
    os::unix::fs::{PermissionsExt, symlink},
    time::Duration,
};

use serde_json::json;
use sqlx::{Executor, SqliteConnection};

use super::server::{CreatedToken, Server};

/// Long enough for several polls for changes by other processes.
const DEADLINE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused_and_the_first_goes_on() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let link = server.folder.path().join("link.db");
    symlink(server.database_file(), &link).unwrap();
    // On the first server's address, too, the error names the file and not the address.
    for (file, listen) in
        [(server.database_file(), "127.0.0.1:0"), (server.database_file(), server.address()), (link, "127.0.0.1:0")]
    {
        let (code, out, err) = server.serve_beside(&file, listen).await;
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(err.starts_with(&format!("mintkey: the database {} is in use", file.display())), "{err}");
        assert!(err.contains("PostgreSQL"), "{err}");
    }
    server.me(&admin.key).await.expect(200);
    server.create_token(&admin.key, json!({"label": "after", "scopes": ["*"]})).await;
}

#[tokio::test]
async fn a_database_that_everybody_could_open_is_kept_from_others_and_the_log_says_so() {
    let mut server = Server::start().await;
    server.terminate().await;
    let file = server.database_file();
    let mode = || std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    set_permissions(&file, Permissions::from_mode(0o664)).unwrap();
    let server = server.crash_and_restart().await;
    assert_eq!(mode(), 0o660, "the group may be a backup's");
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(log.contains("its mode was 664 and is 660 now"), "{log}");
}

#[tokio::test]
async fn a_new_server_starts_once_the_first_has_ended_however_it_ended() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let server = server.restart().await;
    server.me(&admin.key).await.expect(200);
    let server = server.crash_and_restart().await;
    server.me(&admin.key).await.expect(200);
}

#[tokio::test]
async fn admin_commands_work_beside_a_server() {
    let server = Server::start().await;
    for _ in 0..2 {
        let (code, out, err) = server.admin_command(&["organization", "list"]).await;
        assert_eq!((code, out.lines().count(), err.as_str()), (0, 1, ""));
    }
}

#[tokio::test]
async fn an_admin_command_never_migrates_beside_a_server() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut database = server.database().await;
    let last = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
    assert_eq!(database.execute(last).await.unwrap().rows_affected(), 1);
    let before = schema(&mut database).await;
    let (code, out, err) = server.admin_command(&["organization", "list"]).await;
    assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{err}");
    for part in [server.database_file().to_str().unwrap(), "older version", "`mintkey admin`"] {
        assert!(err.contains(part), "{err}");
    }
    assert_eq!(schema(&mut database).await, before);
    server.me(&admin.key).await.expect(200);
}

#[tokio::test]
async fn a_token_that_another_process_changed_is_judged_anew_within_seconds() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "watched", "scopes": ["*"]})).await;
    server.me(&token.key).await.expect(200);
    let mut database = server.database().await;
    for (change, status) in [("strftime('%s') * 1000", 401), ("NULL", 200)] {
        let update = format!("UPDATE tokens SET invalidated_at = {change} WHERE label = 'watched'");
        let changed = database.execute(sqlx::AssertSqlSafe(update)).await.unwrap();
        assert_eq!(changed.rows_affected(), 1);
        becomes(&server, &token, status).await;
        server.me(&admin.key).await.expect(200);
    }
}

/// Waits until requests with the token get this status.
async fn becomes(server: &Server, token: &CreatedToken, status: u16) {
    let polled = async {
        while server.me(&token.key).await.status != status {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(DEADLINE, polled).await.unwrap_or_else(|_| panic!("never became {status}"));
}

/// The definitions of all tables and indexes, and the applied migrations.
async fn schema(database: &mut SqliteConnection) -> (Vec<String>, Vec<i64>) {
    let tables = "SELECT COALESCE(sql, name) FROM sqlite_schema ORDER BY name";
    let versions = "SELECT version FROM _sqlx_migrations ORDER BY version";
    (
        sqlx::query_scalar(tables).fetch_all(&mut *database).await.unwrap(),
        sqlx::query_scalar(versions).fetch_all(database).await.unwrap(),
    )
}
