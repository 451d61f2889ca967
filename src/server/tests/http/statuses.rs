//! Reaches each error status over HTTP, and checks its format.

use serde_json::json;
use sqlx::Executor;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::server::{CreatedToken, Server, send};

#[tokio::test]
async fn every_status_of_a_refusal_can_be_reached_and_has_its_form() {
    let server = Server::start_with(&[("MINTKEY_KEY_FAILURES_PER_ADDRESS", "3")]).await;
    let admin = server.admin().await;
    // The 504 takes a while, so the others run concurrently.
    tokio::join!(others(&server, &admin), timeout(&server, &admin), timeout_of_page(&server));
}

async fn others(server: &Server, admin: &CreatedToken) {
    let missing = "/api/v1/tokens/01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    let reply = send(server.get("/api/v1/me")).await;
    reply.refused(401, "credential_required");
    assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="mintkey""#);

    let narrow = server.create_token(&admin.key, json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    send(server.get("/api/v1/audit").bearer_auth(&narrow.key)).await.refused(403, "insufficient_scope");
    send(server.get(missing).bearer_auth(&admin.key)).await.refused(404, "not_found");
    send(server.delete(&admin.path()).bearer_auth(&admin.key)).await.refused(409, "credential_in_use");

    for _ in 0..3 {
        server.me("mk_wrong").await.refused(401, "invalid_credential");
    }
    let reply = server.me("mk_wrong").await;
    reply.refused(429, "rate_limited");
    assert!((1..=61).contains(&reply.header("retry-after").parse::<u32>().unwrap()));

    // An unreadable row: only the log has the cause.
    let create = || {
        let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("idempotency-key", "kept");
        send(request.json(&json!({"label": "kept", "scopes": ["*"]})))
    };
    create().await.expect(201);
    let mut database = server.database().await;
    let damaged =
        sqlx::query("UPDATE idempotency_keys SET response = CAST(x'ff' AS TEXT)").execute(&mut database).await;
    assert_eq!(damaged.unwrap().rows_affected(), 1);
    let reply = create().await;
    reply.refused(500, "internal");
    assert!(!reply.text.contains("response"), "{}", reply.text);
    server.log_lines_with(reply.header("x-request-id")).await;
    server.me(&admin.key).await.expect(200);

    database.execute("BEGIN EXCLUSIVE").await.unwrap();
    let create = server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&json!({"label": "b", "scopes": ["*"]}));
    let reply = send(create).await;
    reply.refused(503, "unavailable");
    assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
    database.execute("ROLLBACK").await.unwrap();
}

/// Sends a request whose body never arrives.
async fn timeout(server: &Server, admin: &CreatedToken) {
    let mut stream = server.stalled(&admin.key).await;
    let mut answer = vec![0; 4096];
    let reading = tokio::time::timeout(std::time::Duration::from_mins(1), stream.read(&mut answer));
    let length = reading.await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 504 ") && answer.contains("\"code\":\"timeout\""), "{answer}");
    assert!(answer.contains("content-type: application/problem+json"), "{answer}");
}

/// A form that never comes.
async fn timeout_of_page(server: &Server) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!("POST /login HTTP/1.1\r\nhost: {}\r\ncontent-length: 100\r\n\r\na", server.address());
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let reading = tokio::time::timeout(std::time::Duration::from_mins(1), stream.read(&mut answer));
    let length = reading.await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 504 ") && answer.contains("content-type: text/html"), "{answer}");
    let id = answer.split("x-request-id: ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap();
    assert!(answer.contains("<h1>") && answer.contains(&format!("<code>{id}</code>")), "{answer}");
    server.log_lines_with(id).await;
}
