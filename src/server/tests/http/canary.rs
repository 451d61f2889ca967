//! Searches for a known secret in all places that must not contain it.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::RequestBuilder;
use serde_json::json;

use super::server::{CreatedToken, EMAIL, PASSWORD, Server, send};

/// The texts to search for: both secrets, and the part that they share.
fn secrets(token: &CreatedToken) -> Vec<String> {
    let shared = token.secret[4..47].to_owned();
    assert!(token.key.contains(&shared));
    vec![token.key.clone(), token.secret.clone(), shared]
}

fn find(place: &str, content: &[u8], secrets: &[String]) {
    for secret in secrets {
        let is_there = content.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "a secret is in {place}");
    }
}

#[tokio::test]
async fn a_secret_is_in_no_log_no_file_and_no_answer_but_the_two_that_show_it() {
    let server = Server::start_with(&[("RUST_LOG", "trace")]).await;
    let admin = server.admin().await;
    let body = json!({"label": "canary", "scopes": ["*"]});
    let token = server.create_token(&admin.key, body).await;
    let rotate =
        server.post(&format!("{}/rotate", token.path())).bearer_auth(&token.key).json(&json!({"overlap": "1h"}));
    let second = CreatedToken::new(send(rotate).await.expect(200));
    let mut all = secrets(&token);
    all.extend(secrets(&second));
    all.push(PASSWORD.to_owned());

    for token in [&token, &second] {
        for request in uses(&server, token).into_iter().chain(misuses(&server, token, &admin)) {
            let reply = send(request).await;
            find("an answer", reply.text.as_bytes(), &all);
            find("a header", format!("{:?}", reply.headers).as_bytes(), &all);
        }
    }
    let wrong = json!({"username": EMAIL, "password": format!("{PASSWORD}!")});
    send(server.post("/api/v1/login").json(&wrong)).await.refused(401, "invalid_credential");

    // While the server runs, new pages are in the write-ahead log; after a shutdown, in the database file.
    let check_files = |server: &Server| {
        for entry in fs::read_dir(server.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                find(&path.display().to_string(), &fs::read(&path).unwrap(), &all);
            }
        }
        find("the log", &server.log.lock().unwrap(), &all);
    };
    assert!(server.folder.path().join("mintkey.db-wal").exists());
    check_files(&server);
    let server = server.restart().await;
    server.me(&token.key).await.expect(200);
    server.me(&second.key).await.expect(200);
    check_files(&server);
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(log.contains("/api/v1/me"), "the log was on: {}", log.len());
}

/// All supported uses of a secret.
fn uses(server: &Server, token: &CreatedToken) -> Vec<RequestBuilder> {
    let me = || server.get("/api/v1/me");
    vec![
        me().bearer_auth(&token.key),
        me().header("authorization", &token.key),
        me().header("authorization", format!("APIToken {}", token.key)),
        me().header("x-api-key", &token.key),
        me().basic_auth(&token.id, Some(&token.secret)),
        server.post("/api/v1/login").form(&[("client_id", &token.id), ("client_secret", &token.secret)]),
        server.post("/api/v1/login").json(&json!({"client_id": token.id, "client_secret": token.secret})),
        server.post("/api/v1/verify").bearer_auth(&token.key).json(&json!({"credential": token.key})),
        server.get("/api/v1/tokens").bearer_auth(&token.key),
        server.get(&token.path()).bearer_auth(&token.key),
        server.patch(&token.path()).bearer_auth(&token.key).json(&json!({"label": "canary bird"})),
    ]
}

/// Unsupported uses of a secret.
fn misuses(server: &Server, token: &CreatedToken, admin: &CreatedToken) -> Vec<RequestBuilder> {
    let create = || server.post("/api/v1/tokens").bearer_auth(&admin.key);
    let as_json = |request: RequestBuilder, text: String| request.header("content-type", "application/json").body(text);
    let mut requests = Vec::new();
    for secret in [&token.key, &token.secret] {
        requests.extend([
            server.get(&format!("/api/v1/me?api_key={secret}")),
            server.get(&format!("/api/v1/tokens?q={secret}")).bearer_auth(&admin.key),
            server.get(&format!("/api/v1/tokens?{secret}=1")).bearer_auth(&admin.key),
            server
                .get(&format!("/api/v1/tokens?scope={secret}&owner_id={secret}&cursor={secret}"))
                .bearer_auth(&admin.key),
            server.get(&format!("/api/v1/tokens/{secret}")).bearer_auth(&admin.key),
            server.get(&format!("/api/{secret}")),
            server.get(&format!("/{secret}")),
            server.get("/api/v1/me").header("authorization", format!("Digest {secret}")),
            server.get("/api/v1/me").header("authorization", format!("Basic {}", STANDARD.encode(secret))),
            server.get("/api/v1/me").header("authorization", format!("Bearer {secret}x")),
            server.get("/api/v1/me").header("cookie", format!("mintkey_session={secret}")),
            server.get("/api/v1/me").bearer_auth(&admin.key).header("x-request-id", secret),
            create().json(&json!({"label": format!("{secret}{}", "x".repeat(60)), "scopes": ["*"]})),
            create().json(&json!({"label": secret, "scopes": ["*"]})),
            create().json(&json!({"label": "a", "description": format!("see {secret}."), "scopes": ["*"]})),
            server
                .post(&format!("{}/invalidate", admin.path()))
                .bearer_auth(&admin.key)
                .json(&json!({"reason": secret})),
            create().json(&json!({"label": "a", "scopes": [secret]})),
            create().json(&json!({"label": "a", "scopes": ["*"], "kind": secret, "owner_id": secret, "ttl": secret})),
            create().json(&json!({"label": "a", "scopes": ["*"], "allowed_cidrs": [secret], "expires_at": secret})),
            create().json(&json!({"label": "a", "scopes": ["*"], secret: secret})),
            create().header("idempotency-key", format!("{secret} ")).json(&json!({"label": secret})),
            as_json(create(), format!("{{\"label\": \"{secret}\"")),
            as_json(create(), secret.clone()),
            create().body(secret.clone()),
            server.post("/api/v1/login").json(&json!({"username": secret, "password": secret})),
            server.post("/api/v1/login").form(&[("username", secret)]),
            server.post("/api/v1/scopes").bearer_auth(&admin.key).json(&json!({"name": secret})),
            server.post("/api/v1/scopes").bearer_auth(&admin.key).json(&json!({"name": "a", "description": secret})),
            server.client.put(format!("{}/api/v1/tokens/{secret}", server.url)),
        ]);
    }
    requests
}
