//! Failures are limited, successful requests aren't.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Client;
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
async fn right_passwords_in_parallel_are_never_failures() {
    let server = Server::start().await;
    let login = || server.post("/api/v1/login").json(&json!({"username": EMAIL, "password": PASSWORD}));
    for reply in futures_util::future::join_all((0..12).map(|_| send(login()))).await {
        reply.expect(200);
    }
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

#[tokio::test]
async fn what_signs_in_by_the_api_has_8_kib_at_most() {
    let server = Server::start().await;
    let json = |length: usize| {
        let body = json!({"username": "a@example.com", "password": "x".repeat(length)});
        send(server.post("/api/v1/login").json(&body))
    };
    json(1000).await.refused(401, "invalid_credential");
    let refused = json(8 * 1024).await;
    refused.refused(413, "body_too_large");
    assert!(refused.text.contains("8 KiB"), "{}", refused.text);
    let form = [("grant_type", "client_credentials"), ("client_id", "a"), ("client_secret", &"x".repeat(9000))];
    assert_eq!(send(server.post("/oauth/token").form(&form)).await.status, 413);
}

/// A client with an address of the loopback network.
fn client_at(address: &str) -> Client {
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.local_address(Some(address.parse().unwrap())).build().unwrap()
}

#[tokio::test]
async fn a_newcomer_signs_in_at_once_while_ninety_address_blocks_flood() {
    const FLOOD: Duration = Duration::from_secs(6);
    let many = [("MINTKEY_SIGN_IN_FAILURES", "100000"), ("MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", "100000")];
    let server = Server::start_with(&many).await;
    let ended = Arc::new(AtomicBool::new(false));
    let statuses: Arc<Mutex<BTreeMap<u16, u32>>> = Arc::default();
    let mut flood = tokio::task::JoinSet::new();
    for block in 1..=90 {
        let (client, url) = (client_at(&format!("127.0.{block}.1")), server.url.clone());
        let (ended, statuses) = (ended.clone(), statuses.clone());
        flood.spawn(async move {
            let body = json!({"username": EMAIL, "password": "wrong horse"});
            while !ended.load(Ordering::Relaxed) {
                let reply = client.post(format!("{url}/api/v1/login")).json(&body).send().await.unwrap();
                *statuses.lock().unwrap().entry(reply.status().as_u16()).or_default() += 1;
                // A client that isn't told to wait continues.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
    }
    tokio::time::sleep(FLOOD).await;
    let timed = async |request: reqwest::RequestBuilder| {
        let began = Instant::now();
        (send(request).await.status, began.elapsed())
    };
    let body = json!({"username": EMAIL, "password": PASSWORD});
    let api = timed(client_at("127.200.0.1").post(format!("{}/api/v1/login", server.url)).json(&body)).await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let console = client_at("127.201.0.1").post(format!("{}/login", server.url)).header("origin", &server.url);
    let console = timed(console.form(&form)).await;
    ended.store(true, Ordering::Relaxed);
    while let Some(done) = flood.join_next().await {
        done.unwrap();
    }
    let statuses = statuses.lock().unwrap();
    println!("flood: {statuses:?}; API {api:?}; console {console:?}");
    assert!(statuses[&401] > 0 && statuses[&503] > 0, "it was no flood: {statuses:?}");
    assert_eq!((api.0, console.0), (200, 303));
    assert!(api.1 + console.1 < Duration::from_secs(20), "{api:?} {console:?}");
}

#[tokio::test]
async fn a_request_that_found_no_place_is_no_failure() {
    let server = Server::start_with(&[("MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", "70")]).await;
    let login = |n: usize| {
        // A different account each time, because the limit per account is separate.
        let body = json!({"username": format!("nobody{n}@example.com"), "password": "wrong horse"});
        send(server.post("/api/v1/login").json(&body))
    };
    let replies = futures_util::future::join_all((0..69).map(login)).await;
    let busy = replies.iter().filter(|reply| reply.status == 503).count();
    let wrong = replies.iter().filter(|reply| reply.status == 401).count();
    assert!(busy > 5 && busy + wrong == 69, "{busy} {wrong}");
    for n in 0..70 - wrong {
        login(100 + n).await.refused(401, "invalid_credential");
    }
    login(200).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn a_form_before_sign_in_has_8_kib_at_most() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let form = |length: usize| {
        let password = "x".repeat(length - "email=a%40example.com&password=".len());
        let form = server.post("/login").header("origin", &server.url);
        form.header("content-type", "application/x-www-form-urlencoded")
            .body(format!("email=a%40example.com&password={password}"))
    };
    assert_eq!(send(form(8 * 1024)).await.status, 401);
    let refused = send(form(8 * 1024 + 1)).await;
    assert_eq!(refused.status, 413);
    assert!(refused.text.contains("8 KiB"), "{}", refused.text);
    for path in ["/setup", "/invite", "/reset", "/settings/tokens/new", "/_fn/session/begin"] {
        let form = server.post(path).header("origin", &server.url);
        let form =
            form.header("content-type", "application/x-www-form-urlencoded").body("a=".to_owned() + &"b".repeat(9000));
        assert_eq!(send(form).await.status, 413, "{path}");
    }
    // A signed-in user may submit a thousand scopes.
    let known = form(100_000).header("cookie", &cookie);
    assert_ne!(send(known).await.status, 413);
    assert_eq!(send(form(300_000).header("cookie", &cookie)).await.status, 413);
    let other = form(9000).header("cookie", cookie.split_at(cookie.len() - 2).0.to_owned() + "AA");
    assert_eq!(send(other).await.status, 413, "a cookie of no session is unauthenticated");
}
