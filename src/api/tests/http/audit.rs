//! `/api/v1/audit`.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn each_operation_on_the_audit_log_answers_as_before() {
    let world = World::new().await;
    world.post("/api/v1/scopes", json!({"name": "plants.read", "description": "Meters"})).await.is("201");
    let list = world.get("/api/v1/audit?limit=2").await.matches("listAuditEvents");
    let path = format!("/api/v1/audit/{}", list["data"][0]["id"].as_str().unwrap());
    world.get(&path).await.matches("getAuditEvent");
}

#[tokio::test]
async fn the_audit_log_is_narrowed_by_each_parameter() {
    let world = World::new().await;
    let scope = world.post("/api/v1/scopes", json!({"name": "plants.read"})).await.is("201");
    let event = world.get("/api/v1/audit?action=scope.create").await.is("200")["data"][0].clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let (actor, credential, target) = (text(&event["actor"]["id"]), text(&event["credential_id"]), text(&scope["id"]));
    let all = format!(
        "actor={actor}&credential={credential}&action=scope.create&target={target}&target_type=scope&outcome=done\
         &since=2027-01-15T00:00:00Z&until=2027-01-16T00:00:00Z&q=plants&page=1&limit=50"
    );
    let total = async |query: &str| world.get(&format!("/api/v1/audit?{query}")).await.is("200")["total"].clone();
    assert_eq!(total(&all).await, 1);
    let other = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    for query in [
        &format!("actor={other}"),
        &format!("credential={other}"),
        "action=scope.edit",
        &format!("target={other}"),
        "target_type=invitation",
        "outcome=refused",
        "since=2027-01-16T00:00:00Z",
        "until=2027-01-15T00:00:00Z",
        "q=meadow",
    ] {
        assert_eq!(total(query).await, 0, "{query}");
    }
}

#[tokio::test]
async fn every_parameter_of_the_audit_log_that_has_the_wrong_form_is_named() {
    let query = "actor=a&credential=b&target=c&outcome=d&since=e&until=f&limit=0";
    let answer = World::new().await.get(&format!("/api/v1/audit?{query}")).await;
    let fields: Vec<_> = answer.mistakes().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["actor", "credential", "limit", "outcome", "since", "target", "until"]);
    answer.matches("listAuditEvents-refused");
}
