//! A selected value isn't replaced when a list is too long to contain it.

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
    server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"], "owner_id": last})).await;
    let cookie = server.cookie().await;
    let open = async |path: String| send(server.get(&path).header("cookie", &cookie)).await;

    let form = open(format!("/settings/tokens/new?owner={last}")).await;
    assert_eq!(form.status, 200);
    assert!(form.text.contains(&format!("<option value=\"{last}\" selected>machine 200</option>")), "{}", form.text);
    assert!(form.text.contains("The first 200 of 201 service accounts are listed."));

    for unknown in ["01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01", "me"] {
        assert_eq!(open(format!("/settings/tokens/new?owner={unknown}")).await.status, 404, "{unknown}");
    }
    let filtered = open(format!("/settings/tokens?owner={last}")).await;
    assert!(
        filtered.text.contains(&format!("<option value=\"{last}\" selected>machine 200</option>")),
        "{}",
        filtered.text
    );

    // A search is answered before anything is created, even if Enter activates the submit button.
    let send_form = async |path: &str, fields: &[(&str, &str)]| {
        let request = server.post(path).header("origin", &server.url).header("cookie", &cookie).form(fields);
        send(request).await
    };
    let typed = [("label", "Search first"), ("patterns", "*"), ("expires", "30d"), ("owner", "")];
    let mut search = typed.to_vec();
    search.extend([("choice_search", "MACHINE 200"), ("choice_searched", "")]);
    let reply = send_form("/settings/tokens/new", &search).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("1 service account matches.") && reply.text.contains("Search first"), "{}", reply.text);
    assert!(reply.text.contains(">machine 200</option>") && !reply.text.contains(">machine 001</option>"));
    let named = async |label: &str| {
        let reply = send(server.get(&format!("/api/v1/tokens?q={label}")).bearer_auth(&admin.key)).await.expect(200);
        reply["data"][0]["owner"]["name"].as_str().map(str::to_owned)
    };
    assert_eq!(named("Search").await, None);
    let mut chosen = typed.to_vec();
    chosen.extend([("choice_search", "machine 200"), ("choice_searched", "machine 200"), ("owner", &*last)]);
    chosen.remove(3);
    let made = send_form("/settings/tokens/new", &chosen).await;
    assert!(made.text.contains("mk_"), "{}", made.text);
    assert_eq!(named("Search").await.as_deref(), Some("machine 200"));

    server.add_person("eva@example.com", "member").await;
    let members = send(server.get("/api/v1/members?q=eva").bearer_auth(&admin.key)).await.expect(200);
    let hand_over = format!("/settings/members/{}/hand-over", members["data"][0]["id"].as_str().unwrap());
    let page = open(hand_over.clone()).await;
    assert!(page.text.contains("The first 100 of 201 service accounts are listed."), "{}", page.text);
    let reply = send_form(&hand_over, &[("to_id", ""), ("choice_search", "200"), ("choice_searched", "")]).await;
    assert!(reply.text.contains(&format!("<option value=\"{last}\">machine 200</option>")), "{}", reply.text);
    let fields = [("to_id", &*last), ("choice_search", "200"), ("choice_searched", "200")];
    assert_eq!(send_form(&hand_over, &fields).await.status, 303);

    for path in ["/settings/tokens", "/settings/audit"] {
        let is_cut = open(path.to_owned()).await.text.contains("For others, search by name");
        assert_eq!(is_cut, path.ends_with("audit"), "{path}");
    }
}
