//! Login, and the life cycle of access tokens.

use serde_json::json;

use super::server::{CreatedToken, EMAIL, PASSWORD, Server, send};

async fn login(server: &Server, token: &CreatedToken) -> String {
    let body = json!({"client_id": token.id, "client_secret": token.secret});
    let answer = send(server.post("/api/v1/login").json(&body)).await.expect(200);
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn both_pairs_log_in_as_json_and_as_a_form() {
    let server = Server::start().await;
    let token = server.admin().await;
    let person = [("username", EMAIL), ("password", PASSWORD)];
    let client = [("client_id", token.id.as_str()), ("client_secret", token.secret.as_str())];
    for pair in [person, client] {
        let object: serde_json::Map<_, _> =
            pair.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        for request in [server.post("/api/v1/login").json(&object), server.post("/api/v1/login").form(&pair)] {
            let reply = send(request).await;
            assert_eq!(reply.header("cache-control"), "no-store");
            let answer = reply.expect(200);
            assert_eq!(answer["token_type"], "Bearer");
            assert_eq!(answer["expires_in"], 3600);
            assert!(answer["expires_at"].is_string() && answer["scope"].is_string());
            let me = server.me(answer["access_token"].as_str().unwrap()).await.expect(200);
            assert_eq!(me["via"], "access_token");
        }
    }
    let shouted = [("username", " ADA@Example.com "), ("password", PASSWORD)];
    send(server.post("/api/v1/login").form(&shouted)).await.expect(200);
}

#[tokio::test]
async fn a_wrong_password_an_unknown_person_and_a_wrong_secret_answer_alike() {
    let server = Server::start().await;
    let token = server.admin().await;
    let unknown = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    let mut seen = None;
    for body in [
        json!({"username": EMAIL, "password": "wrong horse battery"}),
        json!({"username": "nobody@example.com", "password": PASSWORD}),
        json!({"username": "not an address", "password": "x"}),
        json!({"client_id": token.id, "client_secret": "mks_wrong"}),
        json!({"client_id": unknown, "client_secret": token.secret}),
        json!({"client_id": "x", "client_secret": token.key}),
    ] {
        let mut reply = send(server.post("/api/v1/login").json(&body)).await;
        reply.refused(401, "invalid_credential");
        reply.json.as_object_mut().unwrap().remove("request_id");
        assert_eq!(seen.get_or_insert_with(|| reply.json.clone()), &reply.json);
    }
}

#[tokio::test]
async fn scope_narrows_and_never_widens() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let body = json!({"label": "a", "scopes": ["plants.read", "mintkey:tokens.read"]});
    let token = server.create_token(&admin.key, body).await;
    let login = |scope: &str| {
        let pair = [("client_id", &*token.id), ("client_secret", &*token.secret), ("scope", scope)];
        server.post("/api/v1/login").form(&pair)
    };
    let narrow = send(login("plants.read")).await.expect(200);
    assert_eq!(narrow["scope"], "plants.read");
    let access = narrow["access_token"].as_str().unwrap();
    assert_eq!(server.me(access).await.expect(200)["scopes"], json!(["plants.read"]));
    send(server.get("/api/v1/tokens").bearer_auth(access)).await.refused(403, "insufficient_scope");
    for scope in ["plants.write", "*", "plants.read nothing", "p l ä"] {
        let reply = send(login(scope)).await;
        reply.refused(400, "validation_failed");
        assert!(reply.field("scope").is_some(), "{}", reply.text);
    }
}

#[tokio::test]
async fn access_tokens_die_with_their_token() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let create_token = || server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]}));

    let token = create_token().await;
    let access = login(&server, &token).await;
    server.me(&access).await.expect(200);
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me(&access).await.refused(401, "invalid_credential");

    let token = create_token().await;
    let access = login(&server, &token).await;
    assert_eq!(send(server.delete(&token.path()).bearer_auth(&admin.key)).await.status, 204);
    server.me(&access).await.refused(401, "invalid_credential");

    let token = create_token().await;
    let access = login(&server, &token).await;
    let keep = json!({"keep_access_tokens": true});
    let invalidate = server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key).json(&keep);
    send(invalidate).await.expect(200);
    server.me(&access).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn access_tokens_outlive_a_rotation_and_follow_an_edit() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["plants.read", "plants.write"]})).await;
    let access = login(&server, &token).await;
    send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me(&access).await.expect(200);
    let narrower = json!({"scopes": ["plants.read"]});
    send(server.patch(&token.path()).bearer_auth(&admin.key).json(&narrower)).await.expect(200);
    assert_eq!(server.me(&access).await.expect(200)["scopes"], json!(["plants.read"]));
}

#[tokio::test]
async fn an_access_token_never_lives_longer_than_its_token() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"], "ttl": "2s"})).await;
    let body = json!({"client_id": token.id, "client_secret": token.secret});
    let answer = send(server.post("/api/v1/login").json(&body)).await.expect(200);
    assert!(answer["expires_in"].as_i64().unwrap() <= 2);
    let access = answer["access_token"].as_str().unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(server.me(access).await.status, 401);
}

#[tokio::test]
async fn an_access_token_of_another_issuer_or_with_a_changed_word_is_refused() {
    let (server, other) = (Server::start().await, Server::start().await);
    let foreign = other.sign_in().await;
    server.me(&foreign).await.refused(401, "invalid_credential");
    let own = server.sign_in().await;
    let mut parts: Vec<String> = own.split('.').map(str::to_owned).collect();
    let last = parts[1].pop().unwrap();
    parts[1].push(if last == 'A' { 'B' } else { 'A' });
    server.me(&parts.join(".")).await.refused(401, "invalid_credential");
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", own.split('.').nth(1).unwrap());
    server.me(&unsigned).await.refused(401, "invalid_credential");
}
