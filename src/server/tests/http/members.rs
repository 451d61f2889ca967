//! Members over HTTP: roles and membership.

use serde_json::{Value, json};

use super::server::{EMAIL, PASSWORD, Server, send};

const PATH: &str = "/api/v1/members";
const BOB: &str = "bob@example.com";

async fn id_of(server: &Server, key: &str, email: &str) -> String {
    let members = send(server.get(PATH).bearer_auth(key)).await.expect(200);
    let member = members["data"].as_array().unwrap().iter().find(|member| member["email"] == email).unwrap();
    member["id"].as_str().unwrap().to_owned()
}

async fn act(server: &Server, key: &str, id: &str, what: &str, status: u16) -> Value {
    send(server.post(&format!("{PATH}/{id}/{what}")).bearer_auth(key)).await.expect(status)
}

#[tokio::test]
async fn a_deactivated_members_credentials_stop_at_once_and_access_tokens_stay_dead() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person(BOB, "member").await;
    let session = server.access_token(BOB, PASSWORD).await;
    let bobs = server.create_token(&session, json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    let grant = [("grant_type", "client_credentials")];
    let request = server.post("/oauth/token").basic_auth(&bobs.id, Some(&bobs.secret)).form(&grant);
    let access = send(request).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let id = id_of(&server, &admin.key, BOB).await;
    for _ in 0..2 {
        assert_eq!(act(&server, &admin.key, &id, "deactivate", 200).await["status"], "deactivated");
    }
    for credential in [&session, &bobs.key, &access] {
        assert_eq!(server.me(credential).await.expect(401)["code"], "invalid_credential");
    }
    let login = json!({"username": BOB, "password": PASSWORD});
    send(server.post("/api/v1/login").json(&login)).await.expect(401);
    let seen = send(server.get(&bobs.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!((seen["status"].as_str(), seen["owner"]["status"].as_str()), (Some("active"), Some("deactivated")));

    assert_eq!(act(&server, &admin.key, &id, "activate", 200).await["status"], "active");
    server.me(&bobs.key).await.expect(200);
    for credential in [&session, &access] {
        server.me(credential).await.expect(401);
    }
    send(server.post("/api/v1/login").json(&login)).await.expect(200);
}

#[tokio::test]
async fn a_role_counts_at_the_next_use_of_every_credential() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person(BOB, "admin").await;
    let session = server.access_token(BOB, PASSWORD).await;
    let bobs = server.create_token(&session, json!({"label": "a", "scopes": ["*"]})).await;
    send(server.get(PATH).bearer_auth(&bobs.key)).await.expect(200);
    let path = format!("{PATH}/{}", id_of(&server, &admin.key, BOB).await);
    let change = |role: &str| send(server.patch(&path).bearer_auth(&admin.key).json(&json!({"role": role})));
    assert_eq!(change("member").await.expect(200)["role"], "member");
    send(server.get(PATH).bearer_auth(&bobs.key)).await.expect(403);
    send(server.get(&admin.path()).bearer_auth(&bobs.key)).await.expect(404);
    change("auditor").await.expect(200);
    send(server.get(PATH).bearer_auth(&bobs.key)).await.expect(200);
    send(server.post("/api/v1/tokens").bearer_auth(&bobs.key).json(&json!({"label": "b", "scopes": ["*"]})))
        .await
        .expect(403);
    assert_eq!(change("owner").await.expect(400)["errors"][0]["field"], "role");
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = id_of(&server, &admin.key, EMAIL).await;
    let path = format!("{PATH}/{id}");
    assert_eq!(act(&server, &admin.key, &id, "deactivate", 409).await["code"], "last_administrator");
    let demote = || send(server.patch(&path).bearer_auth(&admin.key).json(&json!({"role": "member"})));
    assert_eq!(demote().await.expect(409)["code"], "last_administrator");
    server.add_person(BOB, "admin").await;
    let bob = id_of(&server, &admin.key, BOB).await;
    act(&server, &admin.key, &bob, "deactivate", 200).await;
    demote().await.expect(409);
    act(&server, &admin.key, &bob, "activate", 200).await;
    demote().await.expect(200);
    send(server.get(PATH).bearer_auth(&admin.key)).await.expect(403);
}

#[tokio::test]
async fn a_narrow_credential_raises_nobody() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person(BOB, "member").await;
    let bob = format!("{PATH}/{}", id_of(&server, &admin.key, BOB).await);
    let body = json!({"label": "a", "scopes": ["mintkey:members.read", "mintkey:members.write"]});
    let narrow = server.create_token(&admin.key, body).await;
    let raise = send(server.patch(&bob).bearer_auth(&narrow.key).json(&json!({"role": "admin"}))).await;
    assert_eq!(raise.expect(403)["code"], "forbidden");
    assert_eq!(send(server.get(&bob).bearer_auth(&narrow.key)).await.expect(200)["role"], "member");
    let nobody = format!("{PATH}/01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01");
    send(server.get(&nobody).bearer_auth(&admin.key)).await.expect(404);
}
