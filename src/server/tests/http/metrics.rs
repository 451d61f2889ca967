//! Prometheus metrics, and their address.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Executor;

use super::{
    reply::Reply,
    server::{CreatedToken, EMAIL, PASSWORD, Server, send},
};

const ON: &[(&str, &str)] = &[("MINTKEY_METRICS_LISTEN", "127.0.0.1:0")];

/// The address of the metrics, from the log.
pub(super) async fn address(server: &Server) -> String {
    for _ in 0..100 {
        let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let line = lines.rfind(|line| line["message"] == "metrics are served");
        if let Some(address) = line.and_then(|line| line["address"].as_str().map(str::to_owned)) {
            return format!("http://{address}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the log doesn't say where the metrics are")
}

async fn metrics(server: &Server) -> Reply {
    send(server.client.get(format!("{}/metrics", address(server).await))).await
}

/// The value of a series; 0 if it is missing, as for a new counter.
pub(super) fn value(text: &str, series: &str) -> i64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().unwrap())
}

fn requests(method: &str, route: &str, status: &str) -> String {
    format!("mintkey_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}")
}

fn duration(method: &str, route: &str) -> String {
    format!("mintkey_http_request_duration_seconds_count{{method=\"{method}\",route=\"{route}\"}}")
}

fn checks(outcome: &str) -> String {
    format!("mintkey_credential_checks_total{{outcome=\"{outcome}\"}}")
}

#[tokio::test]
async fn requests_and_checks_are_counted_by_template_status_and_outcome() {
    let server = Server::start_with(ON).await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "edge", "scopes": ["mintkey:tokens.read"]})).await;
    let before = metrics(&server).await;
    assert_eq!(before.status, 200);
    assert_eq!(before.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");

    for _ in 0..3 {
        server.me(&token.key).await.expect(200);
    }
    send(server.get(&token.path()).bearer_auth(&token.key)).await.expect(200);
    send(server.delete(&token.path()).bearer_auth(&token.key)).await.refused(403, "insufficient_scope");
    server.me("mk_wrong").await.refused(401, "invalid_credential");
    send(server.get("/api/v1/me")).await.refused(401, "credential_required");
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
    send(server.post("/api/v1/verify").bearer_auth(&admin.key).json(&json!({"credential": token.key})))
        .await
        .expect(200);
    send(server.get("/api/v1/nothing")).await.refused(404, "not_found");
    assert_eq!(send(server.get("/api/v1/me").header("host", "a b")).await.status, 400);
    assert_eq!(send(server.get("/login")).await.status, 200);
    let signed_in = json!({"client_id": admin.id, "client_secret": admin.secret});
    send(server.post("/api/v1/login").json(&signed_in)).await.expect(200);

    let after = metrics(&server).await.text;
    let more = |series: &str| value(&after, series) - value(&before.text, series);
    for (series, expected) in [
        (requests("GET", "/api/v1/me", "200"), 3),
        (requests("GET", "/api/v1/me", "401"), 3),
        (requests("GET", "/api/v1/tokens/{id}", "200"), 1),
        (requests("DELETE", "/api/v1/tokens/{id}", "403"), 1),
        (requests("POST", "/api/v1/tokens/{id}/invalidate", "200"), 1),
        (requests("POST", "/api/v1/verify", "200"), 1),
        (requests("POST", "/api/v1/login", "200"), 1),
        (requests("GET", "/api/{*rest}", "404"), 1),
        (requests("GET", "/login", "200"), 1),
        (requests("other", "refused", "400"), 1),
        (duration("GET", "/api/v1/me"), 6),
        // Five with the token, one of which lacked the scope; two with the administrator's; and the sign-in.
        (checks("valid"), 8),
        (checks("invalid"), 1),
        (checks("invalidated"), 2),
        ("mintkey_tokens{state=\"live\"}".to_owned(), -1),
        ("mintkey_tokens{state=\"invalidated\"}".to_owned(), 1),
        // The missing scope, and the invalidated token with the correct secret.
        ("mintkey_refusals_waiting".to_owned(), 2),
    ] {
        assert_eq!(more(&series), expected, "{series}\n{after}");
    }
    assert!(value(&after, "mintkey_uses_waiting") >= 1, "{after}");
    assert!(value(&after, "process_start_time_seconds") > 1_700_000_000, "{after}");
    assert!(value(&after, "process_resident_memory_bytes") > 1_000_000, "{after}");
    // The administrator's password was hashed, and then verified at sign-in; both writes belong to a group.
    assert!(value(&after, "mintkey_password_wait_seconds_count") >= 2, "{after}");
    let groups = value(&after, "mintkey_write_group_size_count");
    assert!(groups >= 2 && value(&after, "mintkey_write_duration_seconds_count") >= groups, "{after}");
    assert!(value(&after, "mintkey_write_wait_seconds_count") >= groups, "{after}");
    let open = |name: &str| {
        ["idle", "busy"].map(|state| value(&after, &format!("{name}{{state=\"{state}\"}}"))).iter().sum::<i64>()
    };
    assert!(open("mintkey_database_connections") >= 1, "{after}");
    assert!(value(&after, "mintkey_connections{state=\"idle\"}") >= 1, "{after}");
    for series in ["mintkey_passwords{state=\"running\"} 0", "mintkey_connections_closed_total 0"] {
        assert!(after.contains(series), "{series}\n{after}");
    }
    assert_eq!(value(&after, &format!("mintkey_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1);
}

#[tokio::test]
async fn the_metrics_are_on_their_own_address_only_and_nothing_else_is_there() {
    let server = Server::start_with(ON).await;
    for path in ["/metrics", "/api/metrics", "/api/v1/metrics"] {
        assert_eq!(send(server.get(path)).await.status, 404, "{path}");
    }
    let metrics = address(&server).await;
    for path in ["/", "/login", "/api/v1/me", "/healthz", "/metrics/"] {
        assert_eq!(send(server.client.get(format!("{metrics}{path}"))).await.status, 404, "{path}");
    }
    let post = server.client.request(Method::POST, format!("{metrics}/metrics"));
    assert_eq!(send(post).await.status, 405);
}

#[tokio::test]
async fn without_the_setting_nothing_is_served() {
    let server = Server::start().await;
    assert_eq!(send(server.get("/metrics")).await.status, 404);
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(!log.contains("metrics"), "{log}");
}

#[tokio::test]
async fn nothing_that_was_sent_is_in_the_metrics() {
    let server = Server::start_with(ON).await;
    let admin = server.admin().await;
    let CreatedToken { id, key, secret, .. } = &admin;
    for path in
        [format!("/api/v1/tokens/{id}"), format!("/api/v1/tokens/{key}"), format!("/api/{key}"), format!("/{key}")]
    {
        send(server.get(&path).bearer_auth(key)).await;
    }
    send(server.get(&format!("/api/v1/me?api_key={secret}")).header("x-request-id", key)).await;
    server.me(&format!("{key}x")).await.refused(401, "invalid_credential");
    let odd = Method::from_bytes(b"ODD").unwrap();
    send(server.client.request(odd, format!("{}/api/v1/me", server.url))).await;
    let text = metrics(&server).await.text;
    assert!(text.contains("route=\"/api/v1/tokens/{id}\",status=\"404\""), "{text}");
    for sent in [id.as_str(), key, secret, &secret[4..47], EMAIL, PASSWORD, "ODD", "127.0.0.1", "::1"] {
        assert!(!text.contains(sent), "{sent}");
    }
}

#[tokio::test]
async fn a_locked_database_shows_as_writes_that_wait() {
    let server = Server::start_with(ON).await;
    let admin = server.admin().await;
    let mut other = server.database().await;
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let create = || {
        let body = json!({"label": "a", "scopes": ["*"]});
        tokio::spawn(send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)))
    };
    // The writer processes the first write when the others arrive, so those wait.
    let mut waiting = vec![create()];
    tokio::time::sleep(Duration::from_millis(500)).await;
    waiting.extend((0..3).map(|_| create()));
    let mut most = 0;
    for _ in 0..40 {
        let text = metrics(&server).await.text;
        most = most.max(value(&text, "mintkey_writes_waiting"));
        if most > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    other.execute("ROLLBACK").await.unwrap();
    for reply in waiting {
        reply.await.unwrap();
    }
    assert!((1..=4).contains(&most), "{most}");
}

#[tokio::test]
async fn the_end_is_in_order_with_a_reader_of_metrics_connected() {
    let mut server = Server::start_with(ON).await;
    metrics(&server).await.expect_text();
    assert!(server.terminate().await.success());
}

impl Reply {
    #[track_caller]
    fn expect_text(&self) {
        assert!(self.status == 200 && self.text.ends_with('\n'), "{}", self.text);
    }
}
