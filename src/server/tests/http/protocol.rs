//! HTTP itself: paths, methods, content types, sizes and IDs.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::server::{Server, send};

async fn raw(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(10), reading).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn unknown_paths_and_ids_are_not_found() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/me",
        "/api/v1/tokens/",
        "/api/v1/me/",
        "/api/v1/nothing",
        "/api/V1/me",
        "/api/v1/tokens/a",
        "/api/v1/tokens/01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
        "/api/v1/tokens/01998F6A5C1E7D308B1F0C8A2F6E4D01",
        "/api/v1/scopes/1",
        "/api/v1/tokens/%00",
    ] {
        send(server.get(path).bearer_auth(&admin.key)).await.refused(404, "not_found");
    }
    let id = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    for action in ["rotate", "invalidate"] {
        for id in [id, "x"] {
            let request = server.post(&format!("/api/v1/tokens/{id}/{action}")).bearer_auth(&admin.key);
            send(request).await.refused(404, "not_found");
        }
    }
    send(server.delete(&format!("/api/v1/tokens/{id}")).bearer_auth(&admin.key)).await.refused(404, "not_found");
    let patch = server.patch(&format!("/api/v1/tokens/{id}")).bearer_auth(&admin.key).json(&json!({"label": "a"}));
    send(patch).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let server = Server::start().await;
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/tokens", &["GET", "HEAD", "POST"][..]),
        (Method::GET, "/api/v1/login", &["POST"]),
        (Method::POST, "/api/v1/me", &["GET", "HEAD"]),
        (Method::PUT, "/api/v1/tokens/x", &["GET", "HEAD", "PATCH", "DELETE"]),
        (Method::GET, "/api/v1/tokens/x/rotate", &["POST"]),
        (Method::OPTIONS, "/api/v1/tokens", &["GET", "HEAD", "POST"]),
        (Method::POST, "/api/openapi.json", &["GET", "HEAD"]),
        (Method::POST, "/healthz", &["GET", "HEAD"]),
        (Method::TRACE, "/api/v1/me", &["GET", "HEAD"]),
    ] {
        let reply = send(server.client.request(method.clone(), format!("{}{path}", server.url))).await;
        reply.refused(405, "method_not_allowed");
        let allow: HashSet<&str> = reply.header("allow").split(',').map(str::trim).collect();
        assert_eq!(allow, allowed.iter().copied().collect(), "{method} {path}");
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn head_works_where_get_does() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for path in ["/api/v1/me", "/api/v1/tokens", "/healthz", "/api/openapi.json", "/api/docs"] {
        let url = format!("{}{path}", server.url);
        let get = send(server.client.get(&url).bearer_auth(&admin.key)).await;
        let head = send(server.client.head(&url).bearer_auth(&admin.key)).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
    let head = send(server.client.head(format!("{}/api/v1/me", server.url))).await;
    assert_eq!((head.status, head.text.as_str()), (401, ""));
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_whatever_the_caller_sends() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut seen = HashSet::new();
    for request in [
        server.get("/api/v1/me").bearer_auth(&admin.key),
        server.get("/api/v1/me"),
        server.get("/api/nothing"),
        server.post("/api/v1/me"),
        server.get("/healthz"),
        server.get("/readyz"),
        server.get("/api/docs"),
        server.get("/.well-known/jwks.json"),
        server.post("/api/v1/login"),
    ] {
        let sent = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
        let reply = send(request.header("x-request-id", sent)).await;
        let id = reply.header("x-request-id").to_owned();
        assert!(id.len() == 36 && id.as_bytes()[14] == b'7' && id != sent, "{id}");
        assert!(seen.insert(id));
    }
}

#[tokio::test]
async fn a_body_of_the_wrong_content_type_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = r#"{"label": "a", "scopes": ["*"]}"#;
    for content_type in ["text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data", "json"]
    {
        let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", content_type);
        send(request.body(body)).await.refused(415, "unsupported_media_type");
    }
    let none = server.post("/api/v1/tokens").bearer_auth(&admin.key).body(body);
    send(none).await.refused(415, "unsupported_media_type");
    send(server.post("/api/v1/login").body("username=a&password=b")).await.refused(415, "unsupported_media_type");
    let zipped = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", "application/json");
    send(zipped.header("content-encoding", "gzip").body(body)).await.refused(415, "unsupported_media_type");
    for content_type in ["application/json", "APPLICATION/JSON; charset=utf-8", "application/vnd.mintkey+json"] {
        let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", content_type);
        send(request.body(body)).await.expect(201);
    }
}

#[tokio::test]
async fn a_body_beyond_256_kib_is_refused_before_and_after_its_length_is_known() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let request = |length: usize| {
        let body = format!("{{\"label\":\"a\",\"scopes\":[\"*\"]{}}}", " ".repeat(length - 28));
        assert_eq!(body.len(), length);
        (server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", "application/json"), body)
    };
    let (fits, body) = request(256 * 1024);
    send(fits.body(body)).await.expect(201);
    let (more, body) = request(256 * 1024 + 1);
    send(more.body(body)).await.refused(413, "body_too_large");
    let (much, body) = request(1024 * 1024);
    send(much.body(body)).await.refused(413, "body_too_large");
    let head = format!(
        "POST /api/v1/tokens HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        admin.key
    );
    let announced = raw(&server, format!("{head}content-length: 99999999999\r\n\r\n").as_bytes()).await;
    assert!(announced.starts_with("HTTP/1.1 413 "), "{announced}");
    assert!(announced.contains("body_too_large"));
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000)).repeat(6);
    let chunked = raw(
        &server,
        format!("{head}transfer-encoding: chunked\r\nconnection: close\r\n\r\n{chunk}0\r\n\r\n").as_bytes(),
    )
    .await;
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");
}

#[tokio::test]
async fn headers_that_are_too_large_are_refused() {
    let server = Server::start().await;
    let long = format!("GET /api/v1/me HTTP/1.1\r\nhost: a\r\nx-long: {}\r\n\r\n", "a".repeat(600_000));
    assert!(raw(&server, long.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    let many = "x-many: a\r\n".repeat(200);
    let many = format!("GET /api/v1/me HTTP/1.1\r\nhost: a\r\n{many}\r\n");
    assert!(raw(&server, many.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    send(server.get("/healthz")).await.expect(200);
}

#[tokio::test]
async fn a_head_that_cannot_be_read_is_refused_as_everything_else_is() {
    let server = Server::start().await;
    let long = format!("GET / HTTP/1.1\r\nhost: a\r\nx-long: {}\r\n\r\n", "a".repeat(40_000));
    for (head, status, code) in [
        ("GET / HTTP/1.1\r\nno header\r\n\r\n", "400 Bad Request", "invalid_request"),
        ("G@T / HTTP/1.1\r\nhost: a\r\n\r\n", "400 Bad Request", "invalid_request"),
        ("GET / HTTP/1.1\nhost: a\r\n\r\n", "400 Bad Request", "invalid_request"),
        (&*long, "431 Request Header Fields Too Large", "headers_too_large"),
    ] {
        let answer = raw(&server, head.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        assert_eq!(lines.next(), Some(&*format!("HTTP/1.1 {status}")));
        let headers: HashMap<&str, &str> = lines.map(|line| line.split_once(": ").unwrap()).collect();
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!((headers["x-content-type-options"], headers["connection"]), ("nosniff", "close"));
        assert_eq!(headers["content-length"], body.len().to_string());
        let problem: Value = serde_json::from_str(body).unwrap();
        assert_eq!((&problem["code"], &problem["request_id"]), (&json!(code), &json!(headers["x-request-id"])));
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_head_behind_a_request_of_http_1_0_is_refused_the_same_way() {
    let server = Server::start().await;
    let requests =
        "GET /healthz HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\nG@T / HTTP/1.1\r\nhost: a\r\n\r\n";
    let answers = raw(&server, requests.as_bytes()).await;
    let refusal = answers.split("HTTP/1.0 400 ").nth(1).expect("a refusal");
    assert!(refusal.contains("nosniff") && refusal.contains("invalid_request"), "{answers}");
}

#[tokio::test]
async fn a_bare_line_feed_is_refused_as_soon_as_it_arrives() {
    let server = Server::start().await;
    for part in ["GET / HTTP/1.1", "GET / HTTP/1.1\r\nhost: a", "GET / HTTP/1.1\r\nhost: a\r\n", "GET", "\r\n"] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(part.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(b"\n").await.unwrap();
        let mut answer = String::new();
        // Less than what a head may take.
        let reading = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer));
        assert!(reading.await.is_ok_and(|read| read.is_ok()), "{part:?}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{part:?}: {answer}");
    }
}

#[tokio::test]
async fn a_fragment_in_a_request_target_is_refused() {
    let server = Server::start().await;
    for target in ["/healthz#", "/healthz#x", "/healthz?a=b#c", "#"] {
        let answer = raw(&server, format!("GET {target} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("invalid_request"), "{target}: {answer}");
    }
    let header = "GET /healthz HTTP/1.1\r\nhost: a\r\nx: #\r\nconnection: close\r\n\r\n";
    assert!(raw(&server, header.as_bytes()).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_body_that_breaks_off_changes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/tokens HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n{{\"label\":\"a\"",
        admin.key
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    let list = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 1);
}

#[tokio::test]
async fn a_body_may_be_left_out_where_every_field_may() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    send(server.patch(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    send(
        server
            .post(&format!("{}/invalidate", token.path()))
            .bearer_auth(&admin.key)
            .body("{}")
            .header("content-type", "application/json"),
    )
    .await
    .expect(200);
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key)).await;
    reply.refused(400, "validation_failed");
    assert_eq!((reply.field("label"), reply.field("scopes")), (Some("required"), Some("required")));
}

#[tokio::test]
async fn nothing_personal_is_kept_by_a_browser_or_a_proxy() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for path in ["/api/v1/me", "/api/v1/tokens", "/api/v1/scopes", &*admin.path()] {
        assert_eq!(send(server.get(path).bearer_auth(&admin.key)).await.header("cache-control"), "no-store");
    }
}
