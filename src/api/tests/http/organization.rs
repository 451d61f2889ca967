//! `/api/v1/organization`.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn each_operation_on_the_organization_answers_as_before() {
    let world = World::new().await;
    world.get("/api/v1/organization").await.matches("getOrganization");
    let changes = json!({
        "name": "Southfield", "default_token_ttl": "30d", "max_token_ttl": "365d", "audience": "urn:southfield",
        "audit_retention": "400d",
    });
    world.patch("/api/v1/organization", changes).await.matches("editOrganization");
    let nulls = json!({"max_token_ttl": null, "audience": null, "audit_retention": null});
    let edited = world.patch("/api/v1/organization", nulls).await.is("200");
    assert_eq!((&edited["max_token_ttl"], &edited["audit_retention"]), (&json!(null), &json!(null)));
    assert!(edited["audience"].as_str().unwrap().starts_with("http://mintkey.test/o/"));
}

#[tokio::test]
async fn each_mistake_in_the_settings_is_named() {
    let world = World::new().await;
    let wrong = json!({
        "name": " ", "default_token_ttl": null, "max_token_ttl": "soon", "audience": "two words", "audit_retention": "29d",
    });
    world.patch("/api/v1/organization", wrong).await.matches("editOrganization-refused");
}
