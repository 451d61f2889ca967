//! `mintkey admin signing-key` while a server is running.

use std::time::Duration;

use serde_json::Value;

use super::server::{Server, send};

async fn published(server: &Server) -> Vec<Value> {
    send(server.get("/.well-known/jwks.json")).await.expect(200)["keys"].as_array().unwrap().clone()
}

/// The lines of a command's output.
async fn printed(server: &Server, arguments: &[&str]) -> Vec<String> {
    let (code, output, errors) = server.admin_command(arguments).await;
    assert_eq!((code, errors.as_str()), (0, ""));
    output.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_running_server_publishes_a_key_that_another_process_made_and_goes_on_signing_with_the_old_one() {
    let server = Server::start().await;
    let access = server.sign_in().await;
    let old = published(&server).await;
    let rotated =
        printed(&server, &["signing-key", "rotate", "--algorithm", "EdDSA", "--retire-old-after", "3h"]).await;
    assert!(rotated.len() == 1 && rotated[0].contains(" EdDSA published, signs from "), "{rotated:?}");
    for _ in 0..100 {
        if published(&server).await.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let keys = published(&server).await;
    assert_eq!((keys.len(), &keys[1]), (2, &old[0]));
    assert!(rotated[0].starts_with(keys[0]["kid"].as_str().unwrap()));
    server.me(&access).await.expect(200);
    server.me(&server.sign_in().await).await.expect(200);
    let listed = printed(&server, &["signing-key", "list"]).await;
    assert!(listed.len() == 2 && listed[0] == rotated[0] && listed[1].contains(" ES256 signing, "), "{listed:?}");
    let (code, _, errors) = server.admin_command(&["signing-key", "rotate"]).await;
    assert!(code == 1 && errors.contains("does not sign yet. Wait until 20"), "{code} {errors}");
    for arguments in [
        &["signing-key", "rotate", "--algorithm", "HS256"][..],
        &["signing-key", "rotate", "--revoke-old", "--retire-old-after", "2h"],
    ] {
        assert_eq!(server.admin_command(arguments).await.0, 2, "{arguments:?}");
    }
    let (code, _, errors) = server.admin_command(&["signing-key", "rotate", "--retire-old-after", "59m"]).await;
    assert!(code == 2 && errors.contains("at least 1h"), "{code} {errors}");
}

#[tokio::test]
async fn a_revoked_key_takes_its_access_tokens_along_on_a_running_server_and_the_audit_log_tells() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let access = server.sign_in().await;
    server.me(&access).await.expect(200);
    printed(&server, &["signing-key", "rotate", "--revoke-old"]).await;
    for _ in 0..100 {
        if server.me(&access).await.status == 401 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.me(&access).await.refused(401, "invalid_credential");
    server.me(&server.sign_in().await).await.expect(200);
    server.me(&admin.key).await.expect(200);
    assert_eq!(published(&server).await.len(), 1);
    let log = send(server.get("/api/v1/audit?action=signing_key.rotate").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
    let server = server.restart().await;
    server.me(&access).await.refused(401, "invalid_credential");
}
