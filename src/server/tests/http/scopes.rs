//! The scope catalogue.

use serde_json::json;

use super::server::{Server, send};

#[tokio::test]
async fn a_scope_is_added_described_used_and_removed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let create = || {
        let body = json!({"name": "plants.read", "description": "Read meters"});
        server.post("/api/v1/scopes").bearer_auth(&admin.key).json(&body)
    };
    let reply = send(create()).await;
    let location = reply.header("location").to_owned();
    let scope = reply.expect(201);
    assert_eq!(location, format!("/api/v1/scopes/{}", scope["id"].as_str().unwrap()));
    assert_eq!((&scope["name"], &scope["admin_only"]), (&json!("plants.read"), &json!(false)));
    send(create()).await.refused(409, "already_exists");
    assert_eq!(send(server.get(&location).bearer_auth(&admin.key)).await.expect(200), scope);

    let edit = |body: serde_json::Value| server.patch(&location).bearer_auth(&admin.key).json(&body);
    let edited = send(edit(json!({"description": "Read all meters"}))).await.expect(200);
    assert_eq!((&edited["description"], &edited["name"]), (&json!("Read all meters"), &json!("plants.read")));
    let reply = send(edit(json!({"name": "plants.write"}))).await;
    assert_eq!(reply.refused(400, "validation_failed").field("name"), Some("unknown_field"));

    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["plants.read"]})).await;
    send(server.delete(&location).bearer_auth(&admin.key)).await.refused(409, "scope_in_use");
    assert_eq!(send(server.delete(&token.path()).bearer_auth(&admin.key)).await.status, 204);
    assert_eq!(send(server.delete(&location).bearer_auth(&admin.key)).await.status, 204);
    send(server.get(&location).bearer_auth(&admin.key)).await.refused(404, "not_found");
    let body = json!({"label": "a", "scopes": ["plants.read"]});
    send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)).await.refused(400, "validation_failed");
}

#[tokio::test]
async fn a_scope_that_a_service_account_is_allowed_is_in_use_until_the_account_ends() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let list = send(server.get("/api/v1/scopes?q=plants.read").bearer_auth(&admin.key)).await.expect(200);
    let path = format!("/api/v1/scopes/{}", list["data"][0]["id"].as_str().unwrap());
    let delete = || send(server.delete(&path).bearer_auth(&admin.key));
    let body = json!({"name": "gateway", "allowed_scopes": ["plants.read", "plants.write"]});
    let account = send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&body)).await.expect(201);
    delete().await.refused(409, "scope_in_use");
    let account = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    assert!(send(server.delete(&account).bearer_auth(&admin.key)).await.status < 300);
    assert_eq!(delete().await.status, 204);
}

#[tokio::test]
async fn mintkeys_own_scopes_are_there_and_stay_as_they_are() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let list = send(server.get("/api/v1/scopes?limit=100").bearer_auth(&admin.key)).await.expect(200);
    let scopes = list["data"].as_array().unwrap();
    assert_eq!((&list["total"], &list["page"], &list["limit"]), (&json!(scopes.len()), &json!(1), &json!(100)));
    for name in ["mintkey:tokens.read", "mintkey:tokens.write", "mintkey:scopes.read", "mintkey:verify"] {
        let scope = scopes.iter().find(|scope| scope["name"] == name).unwrap();
        assert!(!scope["description"].as_str().unwrap().is_empty());
        let path = format!("/api/v1/scopes/{}", scope["id"].as_str().unwrap());
        send(server.delete(&path).bearer_auth(&admin.key)).await.refused(409, "scope_built_in");
        let edit = server.patch(&path).bearer_auth(&admin.key).json(&json!({"admin_only": true}));
        send(edit).await.refused(409, "scope_built_in");
    }
}

#[tokio::test]
async fn following_the_cursor_shows_the_whole_catalogue() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let names: Vec<String> = (0..25).map(|n| format!("plants.{n:02}")).collect();
    server.add_scopes(&admin.key, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            send(server.get(&format!("/api/v1/scopes?limit=7{cursor}")).bearer_auth(&admin.key)).await.expect(200);
        seen.extend(page["data"].as_array().unwrap().iter().map(|scope| scope["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(names.iter().all(|name| seen.contains(name)));
    assert_eq!(seen.len(), 25 + mintkey_domain::BUILT_IN_SCOPES.len());
}

#[tokio::test]
async fn what_is_kept_for_administrators_is_kept_from_members_tokens_at_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("mia@example.com", "member").await;
    let mia = server.access_token("mia@example.com", super::server::PASSWORD).await;
    let body = json!({"name": "plants.stop"});
    let scope = send(server.post("/api/v1/scopes").bearer_auth(&admin.key).json(&body)).await.expect(201);
    let token = server.create_token(&mia, json!({"label": "a", "scopes": ["plants.*"]})).await;
    let scopes = async || server.me(&token.key).await.expect(200)["scopes"].clone();
    assert_eq!(scopes().await, json!(["plants.stop"]));
    let path = format!("/api/v1/scopes/{}", scope["id"].as_str().unwrap());
    send(server.patch(&path).bearer_auth(&admin.key).json(&json!({"admin_only": true}))).await.expect(200);
    assert_eq!(scopes().await, json!([]));
}
