//! An edit without changes writes nothing: no event, no new `updated_at`.

use serde_json::{Value, json};

use super::server::{CreatedToken, Server, send};

async fn patched(server: &Server, admin: &CreatedToken, path: &str, body: &Value) -> Value {
    send(server.patch(path).bearer_auth(&admin.key).json(body)).await.expect(200)
}

async fn events(server: &Server, admin: &CreatedToken) -> Value {
    send(server.get("/api/v1/audit").bearer_auth(&admin.key)).await.expect(200)["total"].clone()
}

#[tokio::test]
async fn an_edit_to_what_is_there_already_writes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let post = |path: &str, body: Value| send(server.post(path).bearer_auth(&admin.key).json(&body));
    let token =
        server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"], "allowed_cidrs": ["10.0.0.0/8"]})).await;
    let scope = post("/api/v1/scopes", json!({"name": "plants.read", "description": "Read meters"})).await.expect(201);
    let account = json!({"name": "fleet", "allowed_scopes": ["plants.read"], "member_ids": []});
    let account = post("/api/v1/service-accounts", account).await.expect(201);
    let organization = send(server.get("/api/v1/organization").bearer_auth(&admin.key)).await.expect(200);
    let of = |collection: &str, value: &Value| format!("/api/v1/{collection}/{}", value["id"].as_str().unwrap());
    let cases = [
        (token.path(), token.json.clone(), vec!["label", "description", "scopes", "allowed_cidrs", "expires_at"]),
        (of("scopes", &scope), scope.clone(), vec!["description", "admin_only"]),
        (of("service-accounts", &account), account.clone(), vec!["name", "role", "allowed_scopes"]),
        (
            "/api/v1/organization".to_owned(),
            organization.clone(),
            vec!["name", "default_token_ttl", "max_token_ttl", "audit_retention"],
        ),
    ];
    let before = events(&server, &admin).await;
    for (path, object, fields) in cases {
        let same: serde_json::Map<_, _> =
            fields.iter().map(|field| ((*field).to_owned(), object[*field].clone())).collect();
        for body in [json!({}), Value::Object(same)] {
            let answer = patched(&server, &admin, &path, &body).await;
            assert_eq!(answer["updated_at"], object["updated_at"], "{path} {body}");
        }
    }
    assert_eq!(events(&server, &admin).await, before);
    let changed = patched(&server, &admin, &token.path(), &json!({"label": "b"})).await;
    assert_ne!(changed["updated_at"], token.json["updated_at"]);
}

#[tokio::test]
async fn a_form_that_is_saved_untouched_writes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let new = json!({"label": "a", "description": "one\ntwo", "scopes": ["mintkey:*", "mintkey:tokens.read"]});
    let token = server.create_token(&admin.key, new).await;
    let before = events(&server, &admin).await;
    let form = [
        ("label", "a"),
        ("description", "one\r\ntwo"),
        ("scopes[]", "mintkey:tokens.read"),
        ("patterns", "mintkey:*"),
        ("expires", "keep"),
        ("allowed_cidrs", ""),
    ];
    let path = format!("/settings/tokens/{}/edit", token.id);
    let request = server.post(&path).header("cookie", server.cookie().await).header("origin", &server.url);
    let before_sign_in = before.as_i64().unwrap();
    assert_eq!(send(request.form(&form)).await.status, 303);
    // The sign-in is the only new event.
    assert_eq!(events(&server, &admin).await, json!(before_sign_in + 1));
}
