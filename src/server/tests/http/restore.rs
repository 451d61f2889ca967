//! `mintkey admin restore` and `mintkey admin database`.

use serde_json::json;

use super::server::{Server, command, send};

/// Runs `mintkey admin` on the server's database while it is stopped.
async fn offline(server: &Server, arguments: &[&str]) -> (i32, String, String) {
    let output = command(server.folder.path()).arg("admin").args(arguments).output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn a_backup_replaces_the_database_and_the_former_one_is_kept() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let backup = server.folder.path().join("backup.db").display().to_string();
    assert_eq!(server.admin_command(&["backup", &backup]).await.0, 0);
    let later = server.create_token(&admin.key, json!({"label": "later", "scopes": ["*"]})).await;

    let (code, _, error) = server.admin_command(&["restore", &backup, "--yes"]).await;
    assert!(code == 1 && error.contains("in use"), "{error}");
    server.terminate().await;
    let (code, _, error) = offline(&server, &["restore", &backup]).await;
    assert!(code == 2 && error.contains("--yes"), "{error}");
    let (code, out, error) = offline(&server, &["restore", &backup, "--yes"]).await;
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("Restored ") && error.contains("The former database is in "), "{out} {error}");

    let server = server.crash_and_restart().await;
    server.me(&admin.key).await.expect(200);
    server.me(&later.key).await.refused(401, "invalid_credential");
    let events = send(server.get("/api/v1/audit?action=backup.restore").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!((&events["total"], &events["data"][0]["target"]["name"]), (&json!(1), &json!("backup.db")));
    assert_eq!(server.admin_command(&["audit", "verify"]).await.0, 0);
    let names = std::fs::read_dir(server.folder.path()).unwrap().flatten().map(|entry| entry.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name.starts_with("mintkey.db.before-restore-")), "{names:?}");
    assert!(!names.iter().any(|name| name.contains(".restoring")), "{names:?}");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_not_restored() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let backup = server.folder.path().join("backup.db");
    assert_eq!(server.admin_command(&["backup", &backup.display().to_string()]).await.0, 0);
    server.terminate().await;
    let whole = std::fs::read(&backup).unwrap();
    for broken in [b"no database".to_vec(), whole[..whole.len() / 2].to_vec()] {
        std::fs::write(&backup, broken).unwrap();
        let (code, _, error) = offline(&server, &["restore", &backup.display().to_string(), "--yes"]).await;
        assert_eq!(code, 1, "{error}");
    }
    let (code, _, error) = offline(&server, &["restore", "missing.db", "--yes"]).await;
    assert!(code == 2 && error.contains("there is no backup"), "{error}");
    // Changes that are only in the write-ahead log would be lost.
    std::fs::write(&backup, &whole).unwrap();
    let log = server.folder.path().join("mintkey.db-wal");
    std::fs::write(&log, [0; 64]).unwrap();
    let (code, _, error) = offline(&server, &["restore", &backup.display().to_string(), "--yes"]).await;
    assert!(code == 1 && error.contains("mintkey.db-wal"), "{error}");
    std::fs::remove_file(log).unwrap();
    server.crash_and_restart().await.me(&admin.key).await.expect(200);
}

#[tokio::test]
async fn migrations_are_counted_and_applied() {
    let server = Server::start().await;
    let (code, status, _) = server.admin_command(&["database", "status"]).await;
    assert!(code == 0 && status.ends_with(" applied, 0 pending\n"), "{status}");
    assert_eq!(server.admin_command(&["database", "migrate"]).await, (0, status, String::new()));
}
