//! Requests with a slow body: the sender's permissions count when the body is complete.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::server::{CreatedToken, Server, send};

/// A request without its last byte.
struct PartialRequest {
    stream: TcpStream,
    last: u8,
}

impl PartialRequest {
    async fn send(server: &Server, head: &str, body: &str) -> Self {
        let (last, most) = body.as_bytes().split_last().unwrap();
        let length = body.len();
        let head =
            format!("{head}\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n", server.address());
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(&[head.as_bytes(), most].concat()).await.unwrap();
        // The server has read the head once it has answered another request.
        send(server.get("/healthz")).await.expect(200);
        Self { stream, last: *last }
    }

    async fn finish(mut self) -> String {
        self.stream.write_all(&[self.last]).await.unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

fn json_head(line: &str, credential: &str) -> String {
    format!("{line} HTTP/1.1\r\nauthorization: Bearer {credential}\r\ncontent-type: application/json")
}

fn new_token() -> Value {
    json!({"label": "late", "scopes": ["mintkey:tokens.read"]})
}

async fn gateway(server: &Server, admin: &CreatedToken) -> CreatedToken {
    server.create_token(&admin.key, json!({"label": "Gateway", "scopes": ["mintkey:tokens.*"]})).await
}

#[tokio::test]
async fn a_key_that_is_invalidated_while_its_body_comes_creates_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = gateway(&server, &admin).await;
    let partial =
        PartialRequest::send(&server, &json_head("POST /api/v1/tokens", &token.key), &new_token().to_string()).await;
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    let answer = partial.finish().await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let list = send(server.get("/api/v1/tokens?q=late").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 0);
}

#[tokio::test]
async fn a_key_that_was_rotated_while_its_body_comes_cannot_rotate_it_back() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = gateway(&server, &admin).await;
    let rotate = format!("{}/rotate", token.path());
    let partial = PartialRequest::send(&server, &json_head(&format!("POST {rotate}"), &token.key), "{}").await;
    let rotated = send(server.post(&rotate).bearer_auth(&admin.key).json(&json!({}))).await.expect(200);
    assert!(partial.finish().await.starts_with("HTTP/1.1 401 "));
    server.me(rotated["api_key"].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn a_scope_that_is_taken_while_the_body_comes_is_not_there_any_more() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = gateway(&server, &admin).await;
    let partial =
        PartialRequest::send(&server, &json_head("POST /api/v1/tokens", &token.key), &new_token().to_string()).await;
    let edit = json!({"scopes": ["mintkey:tokens.read"]});
    send(server.patch(&token.path()).bearer_auth(&admin.key).json(&edit)).await.expect(200);
    let answer = partial.finish().await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("insufficient_scope"), "{answer}");
}

#[tokio::test]
async fn a_session_that_is_ended_while_its_form_comes_does_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (first, second) = (server.cookie().await, server.cookie().await);
    let form = "label=late&scopes=mintkey%3Atokens.read&expires=90d";
    let head = format!(
        "POST /settings/tokens/new HTTP/1.1\r\norigin: {}\r\ncookie: {first}\r\naccept: text/html\r\n\
         content-type: application/x-www-form-urlencoded",
        server.url
    );
    let partial = PartialRequest::send(&server, &head, form).await;
    let end = server.post("/settings/profile/sessions/others").header("origin", &server.url).header("cookie", &second);
    assert_eq!(send(end.form(&[("", "")])).await.status, 303);
    let answer = partial.finish().await;
    assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains("/login"), "{answer}");
    let list = send(server.get("/api/v1/tokens?q=late").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 0);
}
