//! Several users in one organization: what each can see and do.

use serde_json::json;

use super::server::{CreatedToken, PASSWORD, Server, send};

#[tokio::test]
async fn one_member_can_not_touch_anothers_tokens() {
    let server = Server::start().await;
    for email in ["mia@example.com", "max@example.com"] {
        server.add_person(email, "member").await;
    }
    let mia = server.access_token("mia@example.com", PASSWORD).await;
    let max = server.access_token("max@example.com", PASSWORD).await;
    let token = server.create_token(&mia, json!({"label": "mia's", "scopes": ["mintkey:tokens.read"]})).await;
    let action = |verb: &str| format!("{}/{verb}", token.path());
    for request in [
        server.get(&token.path()),
        server.patch(&token.path()).json(&json!({"label": "x"})),
        server.delete(&token.path()),
        server.post(&action("rotate")),
        server.post(&action("invalidate")),
    ] {
        send(request.bearer_auth(&max)).await.refused(404, "not_found");
    }
    let list = send(server.get("/api/v1/tokens").bearer_auth(&max)).await.expect(200);
    assert_eq!(list["total"], 0);
    let owner = token.json["owner"]["id"].as_str().unwrap();
    let list = send(server.get(&format!("/api/v1/tokens?owner_id={owner}")).bearer_auth(&max)).await.expect(200);
    assert_eq!(list["total"], 0);
    let for_mia = json!({"label": "x", "scopes": ["mintkey:tokens.read"], "owner_id": owner});
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&max).json(&for_mia)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("owner_id"), Some("unknown_owner"));
    server.me(&token.key).await.expect(200);
}

#[tokio::test]
async fn an_administrator_can_end_a_persons_token_but_never_learn_its_secret() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("mia@example.com", "member").await;
    let mia = server.access_token("mia@example.com", PASSWORD).await;
    let token = server.create_token(&mia, json!({"label": "mia's", "scopes": ["mintkey:tokens.read"]})).await;
    send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key)).await.refused(403, "forbidden");
    let edit = server.patch(&token.path()).bearer_auth(&admin.key).json(&json!({"scopes": ["*"]}));
    send(edit).await.refused(403, "forbidden");
    server.me(&token.key).await.expect(200);
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
    assert_eq!(send(server.delete(&token.path()).bearer_auth(&admin.key)).await.status, 204);
}

#[tokio::test]
async fn an_auditor_reads_everything_and_changes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("una@example.com", "auditor").await;
    let una = server.access_token("una@example.com", PASSWORD).await;
    let list = send(server.get("/api/v1/tokens").bearer_auth(&una)).await.expect(200);
    assert_eq!(list["total"], 1);
    send(server.get("/api/v1/scopes").bearer_auth(&una)).await.expect(200);
    for request in [
        server.post("/api/v1/tokens").json(&json!({"label": "x", "scopes": ["*"]})),
        server.delete(&admin.path()),
        server.post(&format!("{}/invalidate", admin.path())),
        server.post("/api/v1/scopes").json(&json!({"name": "x"})),
        server.post("/api/v1/verify").json(&json!({"credential": admin.key})),
    ] {
        send(request.bearer_auth(&una)).await.refused(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn everything_means_what_its_owner_may_do() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("mia@example.com", "member").await;
    let mia = server.access_token("mia@example.com", PASSWORD).await;
    let token: CreatedToken = server.create_token(&mia, json!({"label": "all", "scopes": ["*"]})).await;
    let me = server.me(&token.key).await.expect(200);
    assert_eq!(
        me["scopes"],
        json!(["mintkey:clusters.read", "mintkey:scopes.read", "mintkey:tokens.read", "mintkey:tokens.write"])
    );
    let scope = server.post("/api/v1/scopes").bearer_auth(&token.key).json(&json!({"name": "x"}));
    send(scope).await.refused(403, "insufficient_scope");
    assert_eq!(server.me(&admin.key).await.expect(200)["scopes"], json!(["*"]));
}
