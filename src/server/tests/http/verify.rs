//! Credential verification.

use serde_json::{Value, json};

use super::server::{CreatedToken, Server, send};

async fn verify(server: &Server, by: &CreatedToken, body: Value) -> Value {
    send(server.post("/api/v1/verify").bearer_auth(&by.key).json(&body)).await.expect(200)
}

#[tokio::test]
async fn every_verdict_has_its_code() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let body = json!({"label": "a", "scopes": ["plants.read"], "allowed_cidrs": ["10.4.0.0/16"], "ttl": "1h"});
    let token = server.create_token(&admin.key, body).await;
    let short = server.create_token(&admin.key, json!({"label": "b", "scopes": ["*"], "ttl": "1s"})).await;
    let dead = server.create_token(&admin.key, json!({"label": "c", "scopes": ["*"]})).await;
    send(server.post(&format!("{}/invalidate", dead.path())).bearer_auth(&admin.key)).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    for (body, code) in [
        (json!({"credential": token.key, "ip": "10.4.1.7"}), "valid"),
        (json!({"credential": token.key, "scopes": ["plants.read"], "ip": "10.4.1.7"}), "valid"),
        (json!({"credential": token.key, "scopes": [], "ip": "10.4.1.7"}), "valid"),
        (
            json!({"credential": token.key, "scopes": ["plants.read", "plants.write"], "ip": "10.4.1.7"}),
            "insufficient_scope",
        ),
        (json!({"credential": token.key, "ip": "10.5.0.1"}), "address_not_allowed"),
        (json!({"credential": token.key, "ip": "2001:db8::1"}), "address_not_allowed"),
        (json!({"credential": short.key}), "expired"),
        (json!({"credential": dead.key}), "invalidated"),
        (json!({"credential": "mk_nonsense"}), "invalid"),
        (json!({"credential": token.mistyped_key()}), "invalid"),
        (json!({"credential": token.secret}), "invalid"),
    ] {
        let verdict = verify(&server, &admin, body.clone()).await;
        assert_eq!(verdict["code"], code, "{verdict}");
        assert_eq!(verdict["valid"], code == "valid");
        assert_eq!(verdict.get("token").is_some(), code != "invalid");
        assert_eq!(verdict.get("missing_scopes").is_some(), code == "insufficient_scope");
    }
    let verdict =
        verify(&server, &admin, json!({"credential": token.key, "scopes": ["plants.write"], "ip": "10.4.0.1"})).await;
    assert_eq!(verdict["missing_scopes"], json!(["plants.write"]));
    assert_eq!(verdict["token"]["id"], token.json["id"]);
    assert_eq!(verdict["principal"], token.json["created_by"]);
}

#[tokio::test]
async fn an_access_token_is_judged_by_its_token_now() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let pair = [("client_id", &token.id), ("client_secret", &token.secret)];
    let login = send(server.post("/api/v1/login").form(&pair)).await.expect(200);
    let access = login["access_token"].clone();
    assert_eq!(verify(&server, &admin, json!({"credential": access})).await["code"], "valid");
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(verify(&server, &admin, json!({"credential": access})).await["valid"], false);
}
