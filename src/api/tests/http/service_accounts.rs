//! `/api/v1/service-accounts`.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn each_operation_on_service_accounts_answers_as_before() {
    let world = World::new().await;
    let me = world.get("/api/v1/me").await.is("200");
    let account = json!({
        "name": "hall-b-gateway",
        "description": "Reads the meters of hall B.",
        "role": "member",
        "allowed_scopes": ["mintkey:tokens.*"],
        "member_ids": [me["principal"]["id"]],
    });
    let account = world.post("/api/v1/service-accounts", account).await.matches("createServiceAccount");
    let path = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    world.get(&path).await.matches("getServiceAccount");
    let changes = json!({
        "name": "hall-c-gateway", "description": null, "role": "auditor", "allowed_scopes": null, "member_ids": [],
        "invalidate_tokens": true,
    });
    world.patch(&path, changes).await.matches("editServiceAccount");
    let tokens = format!("{path}/tokens");
    let token = json!({"label": "a", "scopes": ["mintkey:tokens.read"]});
    world.post(&tokens, token).await.matches("createServiceAccountToken");
    world.get(&tokens).await.matches("listServiceAccountTokens");
    world.send("POST", &format!("{path}/suspend"), None).await.matches("suspendServiceAccount");
    world.send("POST", &format!("{path}/activate"), None).await.matches("activateServiceAccount");
    world.get("/api/v1/service-accounts?status=active&q=hall").await.matches("listServiceAccounts");
    world.delete(&path).await.matches("decommissionServiceAccount");
}

#[tokio::test]
async fn each_body_about_service_accounts_is_refused_as_before() {
    let world = World::new().await;
    let wrong = json!({"role": "owner", "allowed_scopes": ["a b"], "member_ids": ["ada"], "colour": "red"});
    world.post("/api/v1/service-accounts", wrong).await.matches("createServiceAccount-refused");
    let account = world.post("/api/v1/service-accounts", json!({"name": "a"})).await.is("201");
    let path = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    let wrong = json!({"name": "", "allowed_scopes": [], "invalidate_tokens": null});
    world.patch(&path, wrong).await.matches("editServiceAccount-refused");
    let token = json!({"label": "a", "scopes": ["*"], "owner_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01"});
    world.post(&format!("{path}/tokens"), token).await.matches("createServiceAccountToken-refused");
}
