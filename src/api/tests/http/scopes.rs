//! `/api/v1/scopes`.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn each_operation_on_scopes_answers_as_before() {
    let world = World::new().await;
    let scope = json!({"name": "plants.read", "description": "Read the meters of all plants", "admin_only": true});
    let scope = world.post("/api/v1/scopes", scope).await.matches("createScope");
    let path = format!("/api/v1/scopes/{}", scope["id"].as_str().unwrap());
    world.get(&path).await.matches("getScope");
    world.patch(&path, json!({"description": "", "admin_only": false})).await.matches("editScope");
    world.get("/api/v1/scopes?q=plants").await.matches("listScopes");
    world.delete(&path).await.matches("deleteScope");
}

#[tokio::test]
async fn each_body_about_scopes_is_refused_as_before() {
    let world = World::new().await;
    let wrong = json!({"name": "", "description": null, "admin_only": "no", "id": "x"});
    world.post("/api/v1/scopes", wrong).await.matches("createScope-refused");
    let scope = world.post("/api/v1/scopes", json!({"name": "plants.read"})).await.is("201");
    let path = format!("/api/v1/scopes/{}", scope["id"].as_str().unwrap());
    world.patch(&path, json!({"name": "a", "admin_only": null})).await.matches("editScope-refused");
}
