//! Service accounts over HTTP: their life cycle and their tokens.

use serde_json::{Value, json};

use super::server::{CreatedToken, Server, send};

const PATH: &str = "/api/v1/service-accounts";

async fn account(server: &Server, key: &str, body: Value) -> Value {
    send(server.post(PATH).bearer_auth(key).json(&body)).await.expect(201)
}

fn path(account: &Value) -> String {
    format!("{PATH}/{}", account["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_token_is_replaced_by_another_without_a_moment_in_which_neither_works() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read"]).await;
    let reply = send(server.post(PATH).bearer_auth(&admin.key).json(&json!({"name": "hall-b"}))).await;
    let location = reply.header("location").to_owned();
    let account = reply.expect(201);
    assert_eq!((location, account["status"].as_str()), (path(&account), Some("active")));
    assert_eq!((account["role"].as_str(), account["allowed_scopes"].is_null()), (Some("member"), true));
    let tokens = format!("{}/tokens", path(&account));
    let body = json!({"label": "blue", "scopes": ["plants.read"]});
    let make = || send(server.post(&tokens).bearer_auth(&admin.key).json(&body));
    let (old, new) = (CreatedToken::new(make().await.expect(201)), CreatedToken::new(make().await.expect(201)));
    assert_eq!(
        new.json["owner"],
        json!({
            "type": "service_account", "id": account["id"], "name": "hall-b", "status": "active"
        })
    );
    for key in [&old.key, &new.key] {
        assert_eq!(server.me(key).await.expect(200)["principal"]["type"], "service_account");
    }
    let invalidate = format!("{}/invalidate", old.path());
    send(server.post(&invalidate).bearer_auth(&admin.key)).await.expect(200);
    server.me(&old.key).await.expect(401);
    server.me(&new.key).await.expect(200);
    let listed = |query: &str| send(server.get(&format!("{tokens}?{query}")).bearer_auth(&admin.key));
    assert_eq!(listed("status=invalidated").await.expect(200)["total"], 1);
    assert_eq!(listed("status=active&page=1&limit=1").await.expect(200)["total"], 1);
    assert_eq!(listed("").await.expect(200)["total"], 2);
    let other = format!("owner_id={}", admin.json["owner"]["id"].as_str().unwrap());
    listed(&other).await.expect(400);
}

#[tokio::test]
async fn only_an_active_account_gets_tokens_and_its_credentials_follow_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let account = account(&server, &admin.key, json!({"name": "hall-b"})).await;
    let tokens = format!("{}/tokens", path(&account));
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read"]});
    let created = CreatedToken::new(send(server.post(&tokens).bearer_auth(&admin.key).json(&body)).await.expect(201));
    let login = json!({"client_id": created.id, "client_secret": created.secret});
    let access = send(server.post("/api/v1/login").json(&login)).await.expect(200);
    let access = access["access_token"].as_str().unwrap();
    server.me(access).await.expect(200);

    let act = |what: &str| send(server.post(&format!("{}/{what}", path(&account))).bearer_auth(&admin.key));
    for _ in 0..2 {
        assert_eq!(act("suspend").await.expect(200)["status"], "suspended");
    }
    for credential in [&created.key, access] {
        assert_eq!(server.me(credential).await.expect(401)["code"], "invalid_credential");
    }
    send(server.post("/api/v1/login").json(&login)).await.expect(401);
    let refused = send(server.post(&tokens).bearer_auth(&admin.key).json(&body)).await.expect(409);
    assert_eq!(refused["code"], "service_account_not_active");
    assert_eq!(act("activate").await.expect(200)["status"], "active");
    server.me(&created.key).await.expect(200);
    server.me(access).await.expect(401);

    for _ in 0..2 {
        send(server.delete(&path(&account)).bearer_auth(&admin.key)).await.expect(204);
    }
    server.me(&created.key).await.expect(401);
    assert_eq!(act("activate").await.expect(409)["code"], "service_account_decommissioned");
    let kept = send(server.get(&path(&account)).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!((kept["status"].as_str(), kept["tokens"].as_i64()), (Some("decommissioned"), Some(0)));
    let token = send(server.get(&created.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(
        (token["status"].as_str(), token["owner"]["status"].as_str()),
        (Some("invalidated"), Some("decommissioned"))
    );
}

#[tokio::test]
async fn each_field_that_is_wrong_is_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let first = account(&server, &admin.key, json!({"name": "hall-b"})).await;
    for (body, field, code) in [
        (json!({}), "name", "required"),
        (json!({"name": "x".repeat(101)}), "name", "too_long"),
        (json!({"name": "a\u{7}"}), "name", "control_character"),
        (json!({"name": 1}), "name", "wrong_type"),
        (json!({"name": "a", "role": "owner"}), "role", "invalid_format"),
        (json!({"name": "a", "allowed_scopes": []}), "allowed_scopes", "required"),
        (json!({"name": "a", "allowed_scopes": ["a b"]}), "allowed_scopes", "invalid_format"),
        (json!({"name": "a", "allowed_scopes": ["no.such"]}), "allowed_scopes", "unknown_scope"),
        (json!({"name": "a", "member_ids": ["x"]}), "member_ids", "invalid_format"),
        (json!({"name": "a", "member_ids": [first["id"]]}), "member_ids", "unknown_member"),
        (json!({"name": "a", "colour": "red"}), "colour", "unknown_field"),
    ] {
        let reply = send(server.post(PATH).bearer_auth(&admin.key).json(&body)).await.expect(400);
        assert_eq!(reply["errors"][0]["field"], field, "{body}");
        assert_eq!(reply["errors"][0]["code"], code, "{body}");
    }
    let taken = send(server.post(PATH).bearer_auth(&admin.key).json(&json!({"name": "hall-b"}))).await;
    assert_eq!(taken.expect(409)["code"], "already_exists");
    let change = json!({"description": null, "allowed_scopes": ["mintkey:tokens.read"], "name": "hall-c"});
    let edited = send(server.patch(&path(&first)).bearer_auth(&admin.key).json(&change)).await.expect(200);
    assert_eq!(
        (edited["name"].as_str(), edited["allowed_scopes"].clone()),
        (Some("hall-c"), json!(["mintkey:tokens.read"]))
    );
}

#[tokio::test]
async fn members_neither_see_nor_make_service_accounts() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let account = account(&server, &admin.key, json!({"name": "hall-b"})).await;
    server.add_person("bob@example.com", "member").await;
    let bob = server.access_token("bob@example.com", super::server::PASSWORD).await;
    assert_eq!(send(server.get(PATH).bearer_auth(&bob)).await.expect(403)["code"], "insufficient_scope");
    send(server.post(PATH).bearer_auth(&bob).json(&json!({"name": "a"}))).await.expect(403);
    let tokens = format!("{}/tokens", path(&account));
    send(server.get(&tokens).bearer_auth(&bob)).await.expect(404);
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read"]});
    send(server.post(&tokens).bearer_auth(&bob).json(&body)).await.expect(404);
    let me = server.me(&bob).await.expect(200);
    let given = json!({"member_ids": [me["principal"]["id"]]});
    send(server.patch(&path(&account)).bearer_auth(&admin.key).json(&given)).await.expect(200);
    let created = CreatedToken::new(send(server.post(&tokens).bearer_auth(&bob).json(&body)).await.expect(201));
    server.me(&created.key).await.expect(200);
    assert_eq!(send(server.get(&tokens).bearer_auth(&bob)).await.expect(200)["total"], 1);
}
