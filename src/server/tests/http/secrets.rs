//! Secrets outside the environment: files that variables name, and systemd credentials.

use std::{os::unix::fs::PermissionsExt, path::PathBuf, process::Output};

use tempfile::TempDir;

use super::server::{EMAIL, PASSWORD, Server, command, send};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The error message of a server that refuses to start.
pub(super) async fn refused(variables: &[(&str, &str)]) -> String {
    let folder = TempDir::new().unwrap();
    let mut serve = command(folder.path());
    serve.arg("serve").env("MINTKEY_LISTEN", "127.0.0.1:0").env("MINTKEY_ADMIN_EMAIL", EMAIL);
    serve.envs(variables.iter().copied());
    let Output { status, stderr, .. } = serve.output().await.unwrap();
    assert_eq!(status.code(), Some(2));
    String::from_utf8(stderr).unwrap()
}

#[tokio::test]
async fn the_first_password_may_stand_in_a_file() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "password", &format!("{PASSWORD}\n"));
    let path = path.to_str().unwrap();
    let server = Server::start_with(&[("MINTKEY_ADMIN_PASSWORD", ""), ("MINTKEY_ADMIN_PASSWORD_FILE", path)]).await;
    server.sign_in().await;
}

#[tokio::test]
async fn secrets_may_be_credentials_of_systemds_whatever_their_mode() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("elsewhere.db");
    file(&folder, "admin-password", PASSWORD);
    let key = file(&folder, "master-key", &format!("{KEY}\n"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o440)).unwrap();
    file(&folder, "database-url", &format!("sqlite:{}\n", database.display()));
    let credentials = folder.path().to_str().unwrap();
    let variables =
        [("CREDENTIALS_DIRECTORY", credentials), ("MINTKEY_ADMIN_PASSWORD", ""), ("MINTKEY_DATABASE_URL", "")];
    let mut server = Server::start_with(&variables).await;
    server.sign_in().await;
    assert!(database.exists() && !database.with_extension("key").exists());
    // The restarted server can decrypt the database with this key.
    assert!(server.terminate().await.success());
    let database = format!("sqlite:{}", database.display());
    let variables = [("MINTKEY_MASTER_KEY", KEY), ("MINTKEY_DATABASE_URL", &*database)];
    send(Server::start_with(&variables).await.get("/readyz")).await.expect(200);
}

#[tokio::test]
async fn a_secret_that_is_named_twice_or_cant_be_read_is_refused_by_its_variable() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "secret", "sqlite:a.db");
    let empty = file(&folder, "empty", "\n");
    let [path, empty] = [&path, &empty].map(|path| path.to_str().unwrap());
    for name in ["MINTKEY_ADMIN_PASSWORD", "MINTKEY_DATABASE_URL"] {
        let file_name = format!("{name}_FILE");
        let line = refused(&[(name, "sqlite:b.db"), (&file_name, path)]).await;
        assert!(line.contains(&format!("{name} and {file_name} are both set")), "{line}");
        for wrong in ["/nowhere/secret", empty] {
            let line = refused(&[(name, ""), (&file_name, wrong)]).await;
            assert!(line.contains(&file_name) && line.contains(wrong) && line.lines().count() == 1, "{line}");
        }
    }
}

#[tokio::test]
async fn a_master_key_beside_the_name_of_its_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "master.key", KEY);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let line = refused(&[("MINTKEY_MASTER_KEY", KEY), ("MINTKEY_MASTER_KEY_FILE", path.to_str().unwrap())]).await;
    assert!(line.contains("MINTKEY_MASTER_KEY and --master-key-file (MINTKEY_MASTER_KEY_FILE) are both set"), "{line}");
    assert!(!line.contains(KEY));
}
