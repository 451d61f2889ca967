//! What was asked for is never replaced by something else because a list is too long for it.

use serde_json::json;

use super::server::{Server, send};

#[tokio::test]
async fn an_owner_behind_the_end_of_the_list_is_offered_and_an_unknown_one_is_not_replaced() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut last = String::new();
    for n in 0..201 {
        let new = json!({"name": format!("machine {n:03}")});
        let made = send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&new)).await.expect(201);
        last = made["id"].as_str().unwrap().to_owned();
    }
    server.mint(&admin.key, json!({"label": "a", "scopes": ["*"], "owner_id": last})).await;
    let cookie = server.cookie().await;
    let open = async |path: String| send(server.get(&path).header("cookie", &cookie)).await;

    let form = open(format!("/settings/tokens/new?owner={last}")).await;
    assert_eq!(form.status, 200);
    assert!(form.text.contains(&format!("<option value=\"{last}\" selected>machine 200</option>")), "{}", form.text);
    assert!(form.text.contains("Only the first 200 service accounts are listed."));

    for unknown in ["01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01", "me"] {
        assert_eq!(open(format!("/settings/tokens/new?owner={unknown}")).await.status, 404, "{unknown}");
    }
    let filtered = open(format!("/settings/tokens?owner={last}")).await;
    assert!(filtered.text.contains(&format!("<option value=\"{last}\" selected>")), "{}", filtered.text);
}
