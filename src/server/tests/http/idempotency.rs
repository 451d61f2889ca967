//! Idempotency keys.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::server::{CreatedToken, Server, send};

fn create(server: &Server, credential: &str, key: &str, body: &Value) -> RequestBuilder {
    server.post("/api/v1/tokens").bearer_auth(credential).header("idempotency-key", key).json(body)
}

#[tokio::test]
async fn a_repeated_create_answers_as_before_without_secrets_and_makes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["*"]});
    let first = send(create(&server, &admin.key, "order-17", &body)).await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let location = first.header("location").to_owned();
    let first = CreatedToken::new(first.expect(201));
    for body in [body.clone(), json!({"scopes": ["*"], "label": "a"})] {
        let again = send(create(&server, &admin.key, "order-17", &body)).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("location"), location);
        assert!(!again.text.contains(&first.key) && !again.text.contains(&first.secret));
        let mut expected = first.json.clone();
        for secret in ["api_key", "client_secret"] {
            expected.as_object_mut().unwrap().remove(secret);
        }
        assert_eq!(again.expect(201), expected);
    }
    let list = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 2);
}

#[tokio::test]
async fn a_repeat_by_another_credential_shows_only_what_that_may_read() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.write"]});
    let writer = json!({"label": "w", "scopes": ["mintkey:tokens.write"]});
    let writer = server.create_token(&admin.key, writer).await;
    send(create(&server, &admin.key, "k", &body)).await.expect(201);
    let refused = send(create(&server, &writer.key, "k", &body)).await;
    refused.refused(403, "insufficient_scope");
    assert!(refused.text.contains("mintkey:tokens.read") && !refused.text.contains("mk_"), "{}", refused.text);
    // The response to the caller's own request is replayed.
    send(create(&server, &writer.key, "own", &body)).await.expect(201);
    let again = send(create(&server, &writer.key, "own", &body)).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    let reader = json!({"label": "r", "scopes": ["mintkey:tokens.*"]});
    let reader = server.create_token(&admin.key, reader).await;
    assert_eq!(send(create(&server, &reader.key, "k", &body)).await.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn the_same_key_for_something_else_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    send(create(&server, &admin.key, "k", &json!({"label": "a", "scopes": ["*"]}))).await.expect(201);
    let other = send(create(&server, &admin.key, "k", &json!({"label": "b", "scopes": ["*"]}))).await;
    other.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_key_belongs_to_its_principal_and_its_route() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("mia@example.com", "member").await;
    let mia = server.access_token("mia@example.com", super::server::PASSWORD).await;
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read"]});
    let one = CreatedToken::new(send(create(&server, &admin.key, "k", &body)).await.expect(201));
    let other = CreatedToken::new(send(create(&server, &mia, "k", &body)).await.expect(201));
    assert_ne!(one.id, other.id);
    let rotate = server.post(&format!("{}/rotate", one.path())).bearer_auth(&admin.key).header("idempotency-key", "k");
    assert_eq!(send(rotate).await.header("idempotency-replayed"), "");
}

#[tokio::test]
async fn a_repeated_rotation_does_not_rotate_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let rotate = |id: &str| {
        server.post(&format!("/api/v1/tokens/{id}/rotate")).bearer_auth(&admin.key).header("idempotency-key", "r1")
    };
    let first = CreatedToken::new(send(rotate(&token.id)).await.expect(200));
    let again = send(rotate(&token.id)).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(!again.text.contains(&first.key));
    again.expect(200);
    server.me(&first.key).await.expect(200);
    send(rotate(&admin.id)).await.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn many_at_once_make_one_token() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["*"]});
    let sent = (0..16).map(|_| tokio::spawn(send(create(&server, &admin.key, "k", &body))));
    let mut with_secrets = 0;
    for reply in sent.collect::<Vec<_>>() {
        let reply = reply.await.unwrap();
        match reply.status {
            201 if reply.json.get("api_key").is_some() => with_secrets += 1,
            201 => assert_eq!(reply.header("idempotency-replayed"), "true"),
            409 => drop(reply.refused(409, "request_in_progress")),
            _ => panic!("{}", reply.text),
        }
    }
    assert_eq!(with_secrets, 1);
    let list = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 2);
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let server = Server::start().await;
    let admin = server.admin().await;
    send(create(&server, &admin.key, "k", &json!({"label": "", "scopes": ["*"]})))
        .await
        .refused(400, "validation_failed");
    send(create(&server, &admin.key, "k", &json!({"label": "a", "scopes": ["*"]}))).await.expect(201);
}

#[tokio::test]
async fn a_key_of_the_wrong_form_is_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["*"]});
    for (key, code) in [("a b", "invalid_format"), ("", "invalid_format"), (&*"x".repeat(256), "too_long")] {
        let reply = send(create(&server, &admin.key, key, &body)).await;
        assert_eq!(reply.refused(400, "validation_failed").field("Idempotency-Key"), Some(code));
    }
    let twice = create(&server, &admin.key, "a", &body).header("idempotency-key", "a");
    assert_eq!(send(twice).await.field("Idempotency-Key"), Some("duplicate"));
    send(create(&server, &admin.key, &"x".repeat(255), &body)).await.expect(201);
}
