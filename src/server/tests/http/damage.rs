//! A database with unreadable values: the server starts, lists all rows, and rejects and reports what is damaged.

use serde_json::{Value, json};
use sqlx::Executor;

use super::server::{CreatedToken, PASSWORD, Server, send};

/// Executes these statements directly on the database, and restarts the server.
async fn damage(server: Server, statements: &[&'static str]) -> Server {
    let mut database = server.database().await;
    for statement in statements {
        assert!(database.execute(*statement).await.unwrap().rows_affected() > 0, "{statement}");
    }
    drop(database);
    server.restart().await
}

async fn get(server: &Server, admin: &CreatedToken, path: &str) -> Value {
    send(server.get(path).bearer_auth(&admin.key)).await.expect(200)
}

async fn labelled(server: &Server, key: &str, label: &str) -> CreatedToken {
    let new = json!({"label": label, "scopes": ["mintkey:tokens.read"], "allowed_cidrs": ["127.0.0.0/8", "::1"]});
    server.create_token(key, new).await
}

#[tokio::test]
async fn a_token_that_cant_be_read_is_refused_listed_and_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (kind, scope) = (labelled(&server, &admin.key, "kind").await, labelled(&server, &admin.key, "scope").await);
    let sound = labelled(&server, &admin.key, "sound").await;
    let server = damage(
        server,
        &[
            "UPDATE tokens SET kind = 'cookie' WHERE label = 'kind'",
            "UPDATE token_scopes SET scope = 'no grant' WHERE token_id = (SELECT id FROM tokens WHERE label = 'scope')",
        ],
    )
    .await;
    for token in [&kind, &scope] {
        assert_eq!(server.me(&token.key).await.expect(401)["code"], "invalid_credential");
    }
    server.me(&sound.key).await.expect(200);

    let list = get(&server, &admin, "/api/v1/tokens?sort=label").await;
    let attention = |label: &str| {
        let tokens = list["data"].as_array().unwrap();
        tokens.iter().find(|token| token["label"] == label).unwrap()["needs_attention"].clone()
    };
    assert_eq!((attention("kind"), attention("scope")), (json!(["kind"]), json!(["scopes"])));
    assert!(attention("sound").is_null());

    let (code, out, err) = server.admin_command(&["check"]).await;
    assert_eq!((code, err.as_str()), (1, "mintkey: 2 problems found\n"));
    for (table, token, column) in [("tokens", &kind, "kind"), ("token_scopes", &scope, "scope")] {
        let named = |line: &str| line.starts_with(table) && line.contains(&token.id) && line.ends_with(column);
        assert!(out.lines().any(named), "{out}");
    }

    // An edit repairs values that can be replaced.
    let healed =
        send(server.patch(&scope.path()).bearer_auth(&admin.key).json(&json!({"scopes": ["mintkey:tokens.read"]})));
    let healed = healed.await.expect(200);
    assert!(healed["needs_attention"].is_null());
    server.me(&scope.key).await.expect(200);
}

#[tokio::test]
async fn an_address_range_that_cant_be_read_matches_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (one, all) = (labelled(&server, &admin.key, "one").await, labelled(&server, &admin.key, "all").await);
    let server = damage(
        server,
        &[
            "UPDATE token_cidrs SET cidr = 'office' WHERE cidr LIKE '::1%' \
             AND token_id = (SELECT id FROM tokens WHERE label = 'one')",
            "UPDATE token_cidrs SET cidr = 'office' || position \
             WHERE token_id = (SELECT id FROM tokens WHERE label = 'all')",
        ],
    )
    .await;
    server.me(&one.key).await.expect(200);
    server.me(&all.key).await.expect(401);
    let reply = get(&server, &admin, &all.path()).await;
    assert_eq!(reply["allowed_cidrs"], json!(["office0", "office1"]));
    assert_eq!(reply["needs_attention"], json!(["allowed_cidrs"]));
    let (code, out, _) = server.admin_command(&["check"]).await;
    assert_eq!((code, out.lines().filter(|line| line.starts_with("token_cidrs ")).count()), (1, 3), "{out}");
}

#[tokio::test]
async fn an_account_that_may_do_nothing_is_not_freed_by_a_rename() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let new = json!({"name": "fleet", "allowed_scopes": ["mintkey:tokens.read"]});
    let account = send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&new)).await.expect(201);
    let server = damage(server, &["UPDATE service_account_scopes SET scope = 'no grant'"]).await;
    let path = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    assert_eq!(get(&server, &admin, &path).await["allowed_scopes"], json!([]));
    let form = [("name", "fleet 2"), ("role", "member"), ("allowed_scopes", "")];
    let edit = format!("{}/edit", path.replace("/api/v1", "/settings"));
    let request = server.post(&edit).header("cookie", server.cookie().await).header("origin", &server.url).form(&form);
    assert_eq!(send(request).await.status, 303);
    let renamed = get(&server, &admin, &path).await;
    assert_eq!((&renamed["name"], &renamed["allowed_scopes"]), (&json!("fleet 2"), &json!([])));
}

#[tokio::test]
async fn only_who_could_grant_its_scopes_repairs_a_token() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server
        .create_token(&admin.key, json!({"label": "broken", "scopes": ["mintkey:audit.read", "mintkey:verify"]}))
        .await;
    let narrow = server.create_token(&admin.key, json!({"label": "narrow", "scopes": ["mintkey:tokens.*"]})).await;
    let server = damage(server, &["UPDATE token_scopes SET scope = 'no grant' WHERE scope = 'mintkey:verify'"]).await;
    let repair = json!({"scopes": ["mintkey:audit.read"]});
    let by = |key: &str| server.patch(&token.path()).bearer_auth(key).json(&repair);
    send(by(&narrow.key)).await.refused(403, "insufficient_scope");
    server.me(&token.key).await.expect(401);
    send(by(&admin.key)).await.expect(200);
    server.me(&token.key).await.expect(200);
    let log = get(&server, &admin, "/api/v1/audit?action=token.edit").await;
    assert_eq!(log["data"][0]["details"]["notes"]["replaced_unreadable"], "scopes", "{log}");
}

#[tokio::test]
async fn nobody_resets_a_password_that_may_open_an_organization_they_dont_administer() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("bob@example.com", "member").await;
    let create = ["organization", "create", "Next door", "--admin", "bob@example.com"];
    assert_eq!(server.admin_command(&create).await.0, 0);
    let server = damage(
        server,
        &["UPDATE memberships SET role = 'owner' WHERE role = 'admin' \
           AND user_id = (SELECT id FROM users WHERE email = 'bob@example.com')"],
    )
    .await;
    let members = get(&server, &admin, "/api/v1/members").await;
    let bob = members["data"].as_array().unwrap().iter().find(|member| member["email"] == "bob@example.com").unwrap();
    let path = format!("/api/v1/members/{}/password-reset", bob["id"].as_str().unwrap());
    assert_eq!(send(server.post(&path).bearer_auth(&admin.key)).await.status, 500);
}

#[tokio::test]
async fn damaged_people_and_keys_break_no_start_and_no_list() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("bob@example.com", "member").await;
    let server = damage(
        server,
        &[
            "UPDATE memberships SET role = 'owner' \
             WHERE user_id = (SELECT id FROM users WHERE email = 'bob@example.com')",
            "UPDATE signing_keys SET public_jwk = '{'",
        ],
    )
    .await;
    let members = get(&server, &admin, "/api/v1/members").await;
    assert_eq!(members["data"].as_array().unwrap().len(), 1, "{members}");
    let username = json!({"username": "bob@example.com", "password": PASSWORD});
    send(server.post("/api/v1/login").json(&username)).await.expect(401);
    // No key could sign any more, so the server creates a new one.
    let client = json!({"client_id": admin.id, "client_secret": admin.secret});
    let access_token =
        send(server.post("/api/v1/login").json(&client)).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    server.me(&access_token).await.expect(200);
    let log = get(&server, &admin, "/api/v1/audit?action=signing_key.rotate").await;
    assert_eq!(log["total"], 1, "{log}");
    let (code, out, _) = server.admin_command(&["check"]).await;
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
}

#[tokio::test]
async fn a_sound_database_is_said_to_be_so() {
    let server = Server::start().await;
    let (code, out, err) = server.admin_command(&["check"]).await;
    assert_eq!((code, out.as_str(), err.as_str()), (0, "No problems found.\n", ""));
}
