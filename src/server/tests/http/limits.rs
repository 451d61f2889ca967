//! Failures are limited; what succeeds never is.

use serde_json::json;

use super::server::{EMAIL, PASSWORD, Server, send};

#[tokio::test]
async fn the_sixth_wrong_password_for_an_account_from_an_address_waits() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let guess = |password: &str| server.post("/api/v1/login").json(&json!({"username": EMAIL, "password": password}));
    for n in 0..5 {
        send(guess(&format!("wrong horse {n}"))).await.refused(401, "invalid_credential");
    }
    let reply = send(guess("wrong horse 6")).await;
    reply.refused(429, "rate_limited");
    let seconds: u32 = reply.header("retry-after").parse().unwrap();
    assert!((1..=901).contains(&seconds), "{seconds}");
    send(guess(PASSWORD)).await.refused(429, "rate_limited");
    let other = json!({"username": "mia@example.com", "password": "x"});
    send(server.post("/api/v1/login").json(&other)).await.refused(401, "invalid_credential");
    server.me(&admin.key).await.expect(200);
    let client = [("client_id", &admin.id), ("client_secret", &admin.secret)];
    send(server.post("/api/v1/login").form(&client)).await.expect(200);
}

#[tokio::test]
async fn an_account_is_never_locked_out_from_elsewhere() {
    let server = Server::start_with(&[("MINTKEY_TRUSTED_PROXIES", "127.0.0.1/32")]).await;
    let login = |password: &str, from: &str| {
        let body = json!({"username": EMAIL, "password": password});
        server.post("/api/v1/login").header("x-forwarded-for", from).json(&body)
    };
    for _ in 0..5 {
        send(login("wrong horse", "192.0.2.1")).await.refused(401, "invalid_credential");
    }
    send(login(PASSWORD, "192.0.2.1")).await.refused(429, "rate_limited");
    send(login(PASSWORD, "192.0.2.2")).await.expect(200);
}

#[tokio::test]
async fn past_the_limit_failing_keys_wait_and_a_good_one_still_passes() {
    let server = Server::start_with(&[("MINTKEY_KEY_FAILURES_PER_ADDRESS", "20")]).await;
    let admin = server.admin().await;
    for _ in 0..20 {
        server.me("mk_wrong").await.refused(401, "invalid_credential");
    }
    let reply = server.me("mk_wrong").await;
    reply.refused(429, "rate_limited");
    let seconds: u32 = reply.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
    server.me(&admin.key).await.expect(200);
    send(server.get("/api/v1/me")).await.refused(401, "credential_required");
}
