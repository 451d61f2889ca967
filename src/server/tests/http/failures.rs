//! Failures around the server: a locked database, and shutdown during requests.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::Executor;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::server::{CreatedToken, Server, send};

#[tokio::test]
async fn a_locked_database_is_503_with_when_to_try_again_and_checks_go_on() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.me(&admin.key).await.expect(200);
    let mut other = server.database().await;
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let began = Instant::now();
    let create = server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&json!({"label": "a", "scopes": ["*"]}));
    let (reply, check) = tokio::join!(send(create), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let began = Instant::now();
        server.me(&admin.key).await.expect(200);
        began.elapsed()
    });
    reply.refused(503, "unavailable");
    assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    assert!(check < Duration::from_secs(1), "a check from memory does not wait: {check:?}");
    other.execute("ROLLBACK").await.unwrap();
    server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let list = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 2, "what was refused did not happen");
}

#[tokio::test]
async fn readyz_is_503_while_the_database_cannot_be_written_to() {
    let server = Server::start().await;
    send(server.get("/readyz")).await.expect(200);
    let mut other = server.database().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    // The result of the last test write is cached for a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for _ in 0..2 {
        send(server.get("/readyz")).await.refused(503, "unavailable");
    }
    other.execute("ROLLBACK").await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    send(server.get("/readyz")).await.expect(200);
}

#[tokio::test]
async fn sigterm_finishes_what_is_in_flight_and_exits_with_0() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    // A request whose body is incomplete when the shutdown starts.
    let body = r#"{"label": "last", "scopes": ["*"]}"#;
    let head = format!(
        "POST /api/v1/tokens HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        admin.key,
        body.len()
    );
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.signal_end().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(server.address()).await.is_err(), "nothing new is taken");
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let created = CreatedToken::new(serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap());
    assert!(server.ended().await.success());

    let server = server.crash_and_restart().await;
    server.me(&created.key).await.expect(200);
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let mut server = Server::start().await;
    let stream = TcpStream::connect(server.address()).await.unwrap();
    send(server.get("/healthz")).await.expect(200);
    let began = Instant::now();
    assert!(server.terminate().await.success());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(stream);
}

#[tokio::test]
async fn a_request_that_takes_longer_than_30_seconds_is_given_up() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut stream = server.stalled(&admin.key).await;
    let began = Instant::now();
    let mut answer = vec![0; 4096];
    let length = tokio::time::timeout(Duration::from_secs(40), stream.read(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 504 ") && answer.contains("\"code\":\"timeout\""), "{answer}");
    assert!(began.elapsed() >= Duration::from_secs(29));
}
