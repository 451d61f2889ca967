//! `/api/v1/verify`.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn a_credential_is_verified_as_before() {
    let world = World::new().await;
    let token = world.create_token(json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    let check = json!({"credential": token["api_key"], "scopes": ["mintkey:tokens.write"], "ip": "192.0.2.9"});
    world.post("/api/v1/verify", check).await.matches("verify");
    let wrong = json!({"credential": "", "scopes": ["a b"], "ip": "10.0.0.0/8", "address": "a"});
    world.post("/api/v1/verify", wrong).await.matches("verify-refused");
}
