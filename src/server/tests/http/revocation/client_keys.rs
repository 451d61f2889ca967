//! Client keys authenticate like the secret, and end with it.

use std::{process::Stdio, time::SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, process::Command};

use super::requests::{create_token, start};
use crate::http::{
    reply::Reply,
    server::{CreatedToken, Server, send},
};

/// The private key.
const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/// Returns the public key and the signature of the message.
async fn sign(message: &str) -> (String, String) {
    let mut python = Command::new("python3")
        .args(["-c", include_str!("ed25519.py"), SEED])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is needed for this test");
    python.stdin.take().unwrap().write_all(message.as_bytes()).await.unwrap();
    let output = String::from_utf8(python.wait_with_output().await.unwrap().stdout).unwrap();
    let mut parts = output.split_whitespace().map(|hex| {
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

async fn jwk() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": sign("").await.0})
}

fn keys_path(token: &CreatedToken) -> String {
    format!("{}/client-keys", token.path())
}

async fn keys(server: &Server, admin: &CreatedToken, token: &CreatedToken) -> Value {
    send(server.get(&keys_path(token)).bearer_auth(&admin.key)).await.expect(200)
}

/// A token with a client key.
async fn client(server: &Server, admin: &CreatedToken) -> CreatedToken {
    let token = create_token(server, &admin.key, "client", &["mintkey:tokens.read"]).await;
    let put = server.put(&keys_path(&token)).bearer_auth(&admin.key).json(&json!({"keys": [jwk().await]}));
    send(put).await.expect(200);
    token
}

/// Requests an access token with `private_key_jwt`.
async fn assert_identity(server: &Server, token: &CreatedToken) -> Reply {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let claims = json!({
        "iss": token.id, "sub": token.id, "aud": server.url, "iat": now.as_secs(), "exp": now.as_secs() + 60,
        "jti": now.as_nanos().to_string(),
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&json!({"alg": "EdDSA", "kid": "one"})), part(&claims));
    let assertion = format!("{message}.{}", sign(&message).await.1);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    send(server.post("/oauth/token").form(&form)).await
}

async fn rotate(server: &Server, admin: &CreatedToken, token: &CreatedToken, body: &Value) -> Value {
    send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key).json(body)).await.expect(200)
}

#[tokio::test]
async fn rotating_ends_a_clients_keys() {
    // Attack: add a key to a token, and keep using it after the rotation that should end every older proof.
    let server = start().await;
    let admin = server.admin().await;
    let token = client(&server, &admin).await;
    assert_identity(&server, &token).await.expect(200);
    let rotated = rotate(&server, &admin, &token, &json!({})).await;
    assert_eq!(assert_identity(&server, &token).await.expect(401)["error"], "invalid_client");
    assert_eq!(keys(&server, &admin, &token).await, json!({"keys": []}));
    assert_eq!(rotated["client_keys"], json!({"kept": 0, "ended": 1}));
    server.me(rotated["api_key"].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn rotating_keeps_a_clients_keys_where_that_is_asked_for() {
    // Control: a client that uses only its key continues when `keep_client_keys` is set.
    let server = start().await;
    let admin = server.admin().await;
    let token = client(&server, &admin).await;
    let rotated = rotate(&server, &admin, &token, &json!({"keep_client_keys": true})).await;
    assert_eq!(rotated["client_keys"], json!({"kept": 1, "ended": 0}));
    assert_identity(&server, &token).await.expect(200);
    assert_eq!(keys(&server, &admin, &token).await["keys"].as_array().map(Vec::len), Some(1));
    server.me(&token.key).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn a_clients_keys_live_through_an_overlap_and_end_with_it() {
    // Attack: add a key to a token, and keep using it after the overlap was ended early.
    let server = start().await;
    let admin = server.admin().await;
    let token = client(&server, &admin).await;
    rotate(&server, &admin, &token, &json!({"overlap": "1h"})).await;
    assert_identity(&server, &token).await.expect(200);
    server.me(&token.key).await.expect(200);
    let end = server.patch(&token.path()).bearer_auth(&admin.key).json(&json!({"previous_secret_expires_at": null}));
    send(end).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
    assert_eq!(assert_identity(&server, &token).await.expect(401)["error"], "invalid_client");
    assert_eq!(keys(&server, &admin, &token).await, json!({"keys": []}));
}

#[tokio::test]
async fn a_token_gives_itself_no_key() {
    // Attack: add one's own key to a leaked token with the token itself.
    let server = start().await;
    let admin = server.admin().await;
    let token = create_token(&server, &admin.key, "leaked", &["*"]).await;
    let body = json!({"keys": [jwk().await]});
    for credential in [&token.key, &super::requests::exchange(&server, &token).await] {
        let put = server.put(&keys_path(&token)).bearer_auth(credential).json(&body);
        send(put).await.refused(409, "credential_in_use");
    }
    assert_eq!(keys(&server, &admin, &token).await, json!({"keys": []}));
    assert_identity(&server, &token).await.expect(401);
}
