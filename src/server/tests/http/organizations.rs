//! Organizations, invitations, reset links and hand-over over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use super::server::{EMAIL, PASSWORD, Server, send};

const MEMBERS: &str = "/api/v1/members";
const INVITATIONS: &str = "/api/v1/members/invitations";
const ORGANIZATION: &str = "/api/v1/organization";
const BOB: &str = "bob@example.com";

async fn members(server: &Server, key: &str) -> Vec<Value> {
    let members = send(server.get(MEMBERS).bearer_auth(key)).await.expect(200);
    members["data"].as_array().unwrap().clone()
}

async fn id_of(server: &Server, key: &str, email: &str) -> String {
    let all = members(server, key).await;
    let member = all.iter().find(|member| member["email"] == email).unwrap();
    member["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_command_line_makes_organizations_for_known_and_unknown_administrators() {
    let server = Server::start().await;
    let (code, out, err) = server.admin_command(&["organization", "create", "Second", "--admin", EMAIL]).await;
    assert_eq!((code, err.as_str()), (0, ""));
    let second = out.trim().to_owned();
    assert_eq!(second.len(), 36, "a known administrator needs no invitation: {out}");
    let url = "https://mintkey.example.com/";
    let arguments = ["organization", "create", "Third", "--admin", BOB, "--public-url", url];
    let (code, out, _) = server.admin_command(&arguments).await;
    assert_eq!(code, 0);
    assert!(out.lines().nth(1).unwrap().starts_with("https://mintkey.example.com/invite?code="), "{out}");
    let (_, list, _) = server.admin_command(&["organization", "list"]).await;
    assert_eq!(list.lines().count(), 3);
    assert!(list.contains(&format!("{second} Second")), "{list}");

    // Users with several organizations must choose one.
    let login = json!({"username": EMAIL, "password": PASSWORD});
    let reply = send(server.post("/api/v1/login").json(&login)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("organization_id"), Some("required"));
    let login = json!({"username": EMAIL, "password": PASSWORD, "organization_id": second});
    let access = send(server.post("/api/v1/login").json(&login)).await.expect(200);
    let me = server.me(access["access_token"].as_str().unwrap()).await.expect(200);
    assert_eq!(me["organization_id"], second);
    let (code, _, err) = server.admin_command(&["create-user", "eve@example.com"]).await;
    assert_eq!(code, 1);
    assert!(err.contains("several organizations"), "{err}");
    let (code, out, _) = server.admin_command(&["create-user", EMAIL, "--organization", &second]).await;
    assert_eq!((code, out.as_str()), (1, ""), "they are a member already");
}

#[tokio::test]
async fn a_person_who_is_known_joins_another_organization_with_the_password_that_they_have() {
    let server = Server::start().await;
    server.add_person(BOB, "member").await;
    let (_, out, _) = server.admin_command(&["organization", "create", "Second", "--admin", EMAIL]).await;
    let second = out.trim();
    let arguments = ["create-user", BOB, "--role", "auditor", "--organization", second];
    let (code, out, _) = server.admin_command(&arguments).await;
    assert_eq!(code, 0);
    assert!(out.contains("password stays"), "{out}");
    let login = json!({"username": BOB, "password": PASSWORD, "organization_id": second});
    let access = send(server.post("/api/v1/login").json(&login)).await.expect(200);
    let access = access["access_token"].as_str().unwrap();
    assert_eq!(members(&server, access).await.len(), 2);
}

#[tokio::test]
async fn an_invitations_link_stands_in_one_answer_only() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"email": "new@example.com", "role": "auditor"});
    let reply = send(server.post(INVITATIONS).bearer_auth(&admin.key).json(&body)).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let issued = reply.expect(201);
    let url = issued["url"].as_str().unwrap().to_owned();
    let code = url.strip_prefix(&format!("{}/invite?code=", server.url)).unwrap();
    assert_eq!(code.len(), 22);
    let list = send(server.get(INVITATIONS).bearer_auth(&admin.key)).await;
    assert!(!list.text.contains(code));
    let list = list.expect(200);
    assert_eq!((list["total"].as_i64(), list["data"][0]["email"].as_str()), (Some(1), Some("new@example.com")));
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(!log.contains(code));
    let one = format!("{INVITATIONS}/{}", issued["id"].as_str().unwrap());
    assert_eq!(send(server.delete(&one).bearer_auth(&admin.key)).await.status, 204);
    send(server.delete(&one).bearer_auth(&admin.key)).await.refused(404, "not_found");
}

#[tokio::test]
async fn each_field_of_an_invitation_and_of_the_settings_has_its_mistake() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let try_it = async |method: Method, path: &str, body: Value, field: &str, code: &str| {
        let request = server.client.request(method, format!("{}{path}", server.url));
        let reply = send(request.bearer_auth(&admin.key).json(&body)).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{body}");
    };
    for (body, field, code) in [
        (json!({}), "email", "required"),
        (json!({"email": "nobody"}), "email", "invalid_format"),
        (json!({"email": 1}), "email", "wrong_type"),
        (json!({"email": "a@example.com", "role": "owner"}), "role", "invalid_format"),
        (json!({"email": "a@example.com", "name": "A"}), "name", "unknown_field"),
    ] {
        try_it(Method::POST, INVITATIONS, body, field, code).await;
    }
    for (body, field, code) in [
        (json!({"name": ""}), "name", "required"),
        (json!({"name": "x".repeat(101)}), "name", "too_long"),
        (json!({"default_token_ttl": "soon"}), "default_token_ttl", "invalid_format"),
        (json!({"default_token_ttl": null}), "default_token_ttl", "wrong_type"),
        (json!({"max_token_ttl": "1d"}), "max_token_ttl", "conflict"),
        (json!({"max_token_ttl": "99999999999999999w"}), "max_token_ttl", "exceeds_maximum"),
        (json!({"audience": "two words"}), "audience", "invalid_format"),
        (json!({"audience": "x".repeat(256)}), "audience", "too_long"),
        (json!({"audience": server.url}), "audience", "conflict"),
    ] {
        try_it(Method::PATCH, ORGANIZATION, body, field, code).await;
    }
    let own = id_of(&server, &admin.key, EMAIL).await;
    let path = format!("{MEMBERS}/{own}/hand-over");
    try_it(Method::POST, &path, json!({"to_id": own}), "to_id", "conflict").await;
    try_it(Method::POST, &path, json!({"to_id": "me"}), "to_id", "invalid_format").await;
    try_it(Method::POST, &path, json!({"to_id": "01998f6a-0003-7d30-8b1f-0c8a2f6e4d05"}), "to_id", "unknown_owner")
        .await;
}

#[tokio::test]
async fn the_settings_are_read_and_changed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = send(server.get(ORGANIZATION).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(before["default_token_ttl"], "90d");
    let id = before["id"].as_str().unwrap();
    assert_eq!(before["audience"], format!("{}/o/{id}", server.url));
    let body = json!({"name": "Northfield", "max_token_ttl": "52w", "audience": "https://api.example.com"});
    let after = send(server.patch(ORGANIZATION).bearer_auth(&admin.key).json(&body)).await.expect(200);
    assert_eq!((after["name"].as_str(), after["max_token_ttl"].as_str()), (Some("Northfield"), Some("364d")));
    let forever = json!({"label": "a", "scopes": ["*"], "expires_at": null});
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&forever)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("expires_at"), Some("exceeds_maximum"));
    let body = json!({"max_token_ttl": null, "audience": null});
    let after = send(server.patch(ORGANIZATION).bearer_auth(&admin.key).json(&body)).await.expect(200);
    assert_eq!((&after["max_token_ttl"], &after["audience"]), (&Value::Null, &before["audience"]));
    server.add_person(BOB, "member").await;
    let bob = server.access_token(BOB, PASSWORD).await;
    send(server.get(ORGANIZATION).bearer_auth(&bob)).await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn handed_over_tokens_die_with_the_secret_that_the_leaver_knows() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person(BOB, "member").await;
    let bob = server.access_token(BOB, PASSWORD).await;
    let token = server.create_token(&bob, json!({"label": "bob's", "scopes": ["mintkey:tokens.read"]})).await;
    let (from, to) = (id_of(&server, &admin.key, BOB).await, id_of(&server, &admin.key, EMAIL).await);
    let path = format!("{MEMBERS}/{from}/hand-over");
    let handed = send(server.post(&path).bearer_auth(&admin.key).json(&json!({"to_id": to}))).await.expect(200);
    assert_eq!(handed, json!({"tokens": 1, "service_accounts": 0}));
    server.me(&token.key).await.refused(401, "invalid_credential");
    let rotated = send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me(rotated["api_key"].as_str().unwrap()).await.expect(200);
    let server = server.restart().await;
    server.me(&token.key).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn a_reset_link_is_for_others_and_needs_a_credential_that_may_do_everything() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person(BOB, "member").await;
    let bob = format!("{MEMBERS}/{}/password-reset", id_of(&server, &admin.key, BOB).await);
    let own = format!("{MEMBERS}/{}/password-reset", id_of(&server, &admin.key, EMAIL).await);
    let link = send(server.post(&bob).bearer_auth(&admin.key)).await.expect(201);
    assert!(link["url"].as_str().unwrap().starts_with(&format!("{}/reset?code=", server.url)));
    send(server.post(&own).bearer_auth(&admin.key)).await.refused(403, "forbidden");
    let narrow = server.create_token(&admin.key, json!({"label": "a", "scopes": ["mintkey:members.write"]})).await;
    send(server.post(&bob).bearer_auth(&narrow.key)).await.refused(403, "forbidden");
    let (code, out, _) = server.admin_command(&["reset-link", BOB, "--public-url", &server.url]).await;
    assert_eq!(code, 0);
    assert!(out.starts_with(&format!("{}/reset?code=", server.url)), "{out}");
}
