//! A database with values that can't be read: it starts, lists everything, lets nobody in by them, and names them.

use serde_json::{Value, json};
use sqlx::Executor;

use super::server::{Minted, PASSWORD, Server, send};

/// Runs these statements past the server, and starts it anew.
async fn damage(server: Server, statements: &[&'static str]) -> Server {
    let mut database = server.database().await;
    for statement in statements {
        assert!(database.execute(*statement).await.unwrap().rows_affected() > 0, "{statement}");
    }
    drop(database);
    server.restart().await
}

async fn get(server: &Server, admin: &Minted, path: &str) -> Value {
    send(server.get(path).bearer_auth(&admin.key)).await.expect(200)
}

async fn labelled(server: &Server, key: &str, label: &str) -> Minted {
    let new = json!({"label": label, "scopes": ["mintkey:tokens.read"], "allowed_cidrs": ["127.0.0.0/8", "::1"]});
    server.mint(key, new).await
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
    assert_eq!((code, err.as_str()), (1, "mintkey: 2 things are damaged\n"));
    for (table, token, column) in [("tokens", &kind, "kind"), ("token_scopes", &scope, "scope")] {
        let named = |line: &str| line.starts_with(table) && line.contains(&token.id) && line.ends_with(column);
        assert!(out.lines().any(named), "{out}");
    }

    // What can be replaced is put right by an edit.
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
    let shown = get(&server, &admin, &all.path()).await;
    assert_eq!(shown["allowed_cidrs"], json!(["office0", "office1"]));
    assert_eq!(shown["needs_attention"], json!(["allowed_cidrs"]));
    let (code, out, _) = server.admin_command(&["check"]).await;
    assert_eq!((code, out.lines().filter(|line| line.starts_with("token_cidrs ")).count()), (1, 3), "{out}");
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
    // A new key signs, because none could any more.
    let client = json!({"client_id": admin.id, "client_secret": admin.secret});
    let access_token =
        send(server.post("/api/v1/login").json(&client)).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    server.me(&access_token).await.expect(200);
}

#[tokio::test]
async fn a_sound_database_is_said_to_be_so() {
    let server = Server::start().await;
    let (code, out, err) = server.admin_command(&["check"]).await;
    assert_eq!((code, out.as_str(), err.as_str()), (0, "Nothing is damaged.\n", ""));
}
