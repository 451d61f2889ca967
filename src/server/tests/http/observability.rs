//! Log lines and traces of the running server.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, routing::post};
use reqwest::Method;
use serde_json::json;
use sqlx::Executor;

use super::{
    secrets::refused,
    server::{CreatedToken, EMAIL, PASSWORD, Server, send},
};

#[tokio::test]
async fn the_line_of_a_failure_says_which_request_route_organization_and_actor() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let me = server.me(&admin.key).await.expect(200);
    let mut database = server.database().await;
    let create = || {
        let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("idempotency-key", "kept");
        send(request.json(&json!({"label": "kept", "scopes": ["*"]})))
    };
    create().await.expect(201);
    database.execute("UPDATE idempotency_keys SET response = CAST(x'ff' AS TEXT)").await.unwrap();
    let reply = create().await;
    reply.refused(500, "internal");
    let lines = server.log_lines_with(reply.header("x-request-id")).await;
    let line = lines.into_iter().find(|line| line["level"] == "ERROR").expect("a line");
    for (field, expected) in [
        ("request_id", &json!(reply.header("x-request-id"))),
        ("method", &json!("POST")),
        ("route", &json!("/api/v1/tokens")),
        ("organization", &me["organization_id"]),
        ("actor", &me["principal"]["id"]),
        ("message", &json!("request failed")),
    ] {
        assert_eq!(&line[field], expected, "{field}: {line}");
    }
}

#[tokio::test]
async fn debug_tells_the_reason_that_the_caller_does_not_learn() {
    let server = Server::start_with(&[("RUST_LOG", "info,mintkey=debug")]).await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "edge", "scopes": ["*"]})).await;
    send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    let unknown = CreatedToken::new(
        send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&json!({
            "label": "gone", "scopes": ["*"]
        })))
        .await
        .expect(201),
    );
    assert_eq!(send(server.delete(&unknown.path()).bearer_auth(&admin.key)).await.status, 204);
    for (key, reason) in [
        (token.key.as_str(), "another secret, or one that was rotated"),
        (unknown.key.as_str(), "unknown token"),
        ("mk_wrong", "malformed"),
    ] {
        let reply = server.me(key).await;
        reply.refused(401, "invalid_credential");
        let id = reply.header("x-request-id");
        let lines = server.log_lines_with(&format!("\"request_id\":\"{id}\"")).await;
        let found = lines.iter().any(|line| line["request_id"] == id && line["reason"] == reason);
        assert!(found, "{reason}: {lines:?}");
    }
    let wrong = json!({"label": "", "scopes": ["*"], "ttl": "soon"});
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&wrong)).await;
    reply.refused(400, "validation_failed");
    let lines = server.log_lines_with("\"status\":400").await;
    let line = lines.iter().rfind(|line| line["message"] == "request refused").unwrap();
    assert!(line["errors"].as_str().unwrap().contains("ttl: "), "{line}");
    let line = lines.iter().rfind(|line| line["message"] == "request answered").unwrap();
    assert_eq!((&line["status"], &line["route"]), (&json!(400), &json!("/api/v1/tokens")), "{line}");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_page_of_a_refusal_shows_it() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let mut seen = Vec::new();
    for path in ["/login", "/settings/tokens", "/nothing", "/settings/tokens/nothing", "/api/v1/me", "/healthz"] {
        let reply = send(server.get(path).header("cookie", &cookie)).await;
        let id = reply.header("x-request-id").to_owned();
        assert_eq!(id.len(), 36, "{path}");
        if reply.status == 404 {
            assert!(reply.text.contains(&id), "{path}: {}", reply.text);
        }
        assert!(!seen.contains(&id));
        seen.push(id);
    }
}

/// A trace collector; returns its URL and what it receives.
async fn collector() -> (String, Arc<Mutex<Vec<u8>>>) {
    let received: Arc<Mutex<Vec<u8>>> = Arc::default();
    let keep = received.clone();
    let route = post(move |body: Bytes| async move { keep.lock().unwrap().extend_from_slice(&body) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, Router::new().route("/v1/traces", route)).await });
    (url, received)
}

#[tokio::test]
async fn a_collector_gets_a_span_a_request_with_its_writes_and_statements_and_no_secret() {
    let (url, received) = collector().await;
    let mut server = Server::start_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &url)]).await;
    let admin = server.admin().await;
    let body = json!({"label": "traced", "scopes": ["*"]});
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let create = server.post("/api/v1/tokens").header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"));
    let token = CreatedToken::new(send(create.bearer_auth(&admin.key).json(&body)).await.expect(201));
    server.me(&token.mistyped_key()).await.refused(401, "invalid_credential");
    let key_as_method = Method::from_bytes(token.key.as_bytes()).unwrap();
    send(server.client.request(key_as_method, format!("{}/healthz", server.url))).await;
    assert!(server.terminate().await.success());

    let received = received.lock().unwrap();
    let has = |bytes: &[u8]| received.windows(bytes.len()).any(|window| window == bytes);
    for text in [
        "mintkey",
        "POST /api/v1/tokens",
        "GET /api/v1/me",
        "http.route",
        "write",
        "group",
        "sql",
        "argon2",
        "INSERT INTO tokens",
        "request_id",
        "actor",
        "_OTHER",
    ] {
        assert!(has(text.as_bytes()), "{text}");
    }
    let trace: Vec<_> = (0..16).map(|at| u8::from_str_radix(&trace[2 * at..2 * at + 2], 16).unwrap()).collect();
    assert!(has(&trace), "the caller's trace goes on");
    for secret in [&token.key, &token.secret, &token.secret[4..47], PASSWORD, &admin.key] {
        assert!(!has(secret.as_bytes()), "a secret is in a trace");
    }
}

#[tokio::test]
async fn without_a_collector_the_server_runs_and_ends_as_ever() {
    // Nothing listens on this port.
    let mut server = Server::start_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]).await;
    let admin = server.admin().await;
    server.me(&admin.key).await.expect(200);
    let began = tokio::time::Instant::now();
    assert!(server.terminate().await.success());
    assert!(began.elapsed() < Duration::from_secs(30), "its end waits for nobody");
}

#[tokio::test]
async fn settings_that_the_exporter_would_ignore_are_refused_by_their_variable() {
    for (variable, value) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "garbage"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "99999999999999"),
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
    ] {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
        let line = refused(&[endpoint, ("MINTKEY_ADMIN_PASSWORD", PASSWORD), (variable, value)]).await;
        assert!(line.contains(&format!("{variable}: expected ")) && !line.contains("secret"), "{value}: {line}");
    }
    for off in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
        let (url, received) = collector().await;
        let mut server = Server::start_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), off]).await;
        server.sign_in().await;
        assert!(server.terminate().await.success());
        assert!(received.lock().unwrap().is_empty(), "{off:?}");
    }
}

#[tokio::test]
async fn the_line_of_an_unknown_path_has_no_part_of_it() {
    let server = Server::start_with(&[("RUST_LOG", "info,mintkey=debug")]).await;
    for (path, route) in [("/nothing/secret", "unmatched"), ("/api/nothing/secret", "/api/{*rest}")] {
        let reply = send(server.get(path)).await;
        let id = reply.header("x-request-id");
        let lines = server.log_lines_with(&format!("\"request_id\":\"{id}\"")).await;
        for line in lines.iter().filter(|line| line["request_id"] == id) {
            assert!(line["route"] == route && !line.to_string().contains("secret"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_made_up_method_is_not_written_out() {
    let server = Server::start_with(&[("RUST_LOG", "trace")]).await;
    let admin = server.admin().await;
    for method in [admin.key.as_str(), &"X".repeat(20_000)] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let reply = send(server.client.request(method, format!("{}/healthz", server.url))).await;
        let id = reply.header("x-request-id");
        let lines = server.log_lines_with(&format!("\"request_id\":\"{id}\"")).await;
        assert!(lines.iter().any(|line| line["request_id"] == id && line["method"] == "other"));
    }
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(!log.contains(&admin.key) && !log.contains(&"X".repeat(100)));
}

#[tokio::test]
async fn a_form_that_was_carried_out_says_so_whatever_coding_is_refused() {
    let server = Server::start().await;
    for codings in ["identity;q=0", "*;q=0", "gzip, identity;q=0", "Identity ; q=0"] {
        let form = [("email", EMAIL), ("password", PASSWORD)];
        let request = server.post("/login").header("origin", &server.url).header("accept-encoding", codings);
        assert_eq!(send(request.form(&form)).await.status, 303, "{codings}");
    }
}
