//! `/api/v1/clusters` and `/k8s`.

use serde_json::json;

use super::world::World;

const PATH: &str = "/api/v1/clusters";

#[tokio::test]
async fn each_operation_on_clusters_answers_as_before() {
    let world = World::new().await;
    let new = json!({
        "name": "plant-3", "server": "https://10.4.0.1:6443", "default_namespace": "gateways",
        "ca_pem": include_str!("../../../service/tests/authority.pem"),
        "groups": [{"group": "operators", "scope": "mintkey:tokens.write"}],
    });
    let cluster = world.post(PATH, new).await.matches("createCluster");
    let path = format!("{PATH}/{}", cluster["id"].as_str().unwrap());
    world.get(PATH).await.matches("listClusters");
    world.get(&path).await.matches("getCluster");
    world.patch(&path, json!({"name": "plant-4", "groups": []})).await.matches("editCluster");
    let review = format!("/k8s/{}/tokenreview", cluster["id"].as_str().unwrap());
    let body = |version: &str| json!({"apiVersion": version, "kind": "TokenReview", "spec": {"token": world.key}});
    world.post(&review, body("authentication.k8s.io/v1")).await.matches("reviewToken");
    world.post(&review, body("v1")).await.matches("reviewToken-refused");
    world.delete(&path).await.matches("deleteCluster");
    world.get("/.well-known/openid-configuration").await.matches("getOpenIdConfiguration");
}

#[tokio::test]
async fn each_mistake_in_a_cluster_is_named() {
    let world = World::new().await;
    let wrong =
        json!({"name": "a", "server": "b", "ca_pem": "c", "groups": [{"group": "system:masters", "scope": "d"}]});
    world.post(PATH, wrong).await.matches("createCluster-refused");
    let wrong = json!({"default_namespace": 5, "colour": "red"});
    let path = format!("{PATH}/01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01");
    world.patch(&path, wrong).await.matches("editCluster-refused");
}
