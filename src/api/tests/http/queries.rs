//! Rules for all queries.

use super::world::World;

#[tokio::test]
async fn unknown_repeated_conflicting_and_wrong_parameters_are_named_at_once() {
    let world = World::new().await;
    let answer = world.get("/api/v1/tokens?colour=red&q=a&q=b&limit=0&page=1&cursor=x").await;
    let expected =
        [("colour", "unknown_field"), ("cursor", "conflict"), ("limit", "invalid_format"), ("q", "duplicate")];
    assert_eq!(answer.mistakes(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn parameters_are_decoded() {
    let world = World::new().await;
    world.create_token(serde_json::json!({"label": "plant 3 a", "scopes": ["*"]})).await;
    let found = async |query: &str| world.get(&format!("/api/v1/tokens?{query}")).await.is("200")["total"].clone();
    assert_eq!(found("q=plant%203+a&page=1&limit=100").await, 1);
    assert_eq!(found("q=plant%203+b").await, 0);
}

#[tokio::test]
async fn numbers_are_digits_within_bounds() {
    let world = World::new().await;
    for (name, wrong) in [
        ("limit", ["0", "101", "", "%2B5", "1.5", "99999999999"]),
        ("page", ["0", "-1", "", "%2B5", "1.5", "99999999999"]),
    ] {
        for text in wrong {
            let mistakes = world.get(&format!("/api/v1/tokens?{name}={text}")).await.mistakes();
            assert_eq!(mistakes, [(name.to_owned(), "invalid_format".to_owned())], "{text}");
        }
    }
    assert_eq!(world.get("/api/v1/tokens?limit=100&page=4294967295").await.is("200")["limit"], 100);
    let cursor = world.get("/api/v1/scopes?limit=2").await.is("200")["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&format!("/api/v1/scopes?cursor={cursor}")).await.is("200")["limit"], 20);
}

#[tokio::test]
async fn only_true_and_false_are_flags() {
    let world = World::new().await;
    let token = world.create_token(serde_json::json!({"label": "a", "scopes": ["*"]})).await;
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    for text in ["", "1", "yes", "True"] {
        let mistakes = world.delete(&format!("{path}?force={text}")).await.mistakes();
        assert_eq!(mistakes, [("force".to_owned(), "invalid_format".to_owned())], "{text}");
    }
    let own = format!("/api/v1/tokens/{}", world.client_id);
    assert_eq!(world.delete(&format!("{own}?force=false")).await.is("409")["code"], "credential_in_use");
    world.delete(&format!("{own}?force=true")).await.is("204");
}

#[tokio::test]
async fn following_the_cursor_shows_every_entry_once() {
    let world = World::new().await;
    let page = async |query: &str| world.get(&format!("/api/v1/scopes?{query}")).await.is("200");
    let names = |page: &serde_json::Value| {
        page["data"].as_array().unwrap().iter().map(|scope| scope["name"].clone()).collect::<Vec<_>>()
    };
    let all = names(&page("limit=100").await);
    let mut next = page("limit=4").await;
    let mut seen = names(&next);
    while let Some(cursor) = next["next_cursor"].as_str().map(str::to_owned) {
        next = page(&format!("limit=4&cursor={cursor}")).await;
        seen.extend(names(&next));
    }
    assert!(all.len() > 8 && seen == all);
}

#[tokio::test]
async fn pages_beyond_the_end_are_empty() {
    let world = World::new().await;
    let total = world.get("/api/v1/scopes").await.is("200")["total"].clone();
    for number in [100, u32::MAX] {
        let page = world.get(&format!("/api/v1/scopes?page={number}&limit=5")).await.is("200");
        assert_eq!((&page["data"], &page["total"]), (&serde_json::json!([]), &total));
        assert!(page["next_cursor"].is_null());
    }
}

#[tokio::test]
async fn a_cursor_that_was_not_given_out_is_a_mistake() {
    let world = World::new().await;
    for list in ["scopes", "members", "tokens", "service-accounts", "audit", "members/invitations"] {
        let mistakes = world.get(&format!("/api/v1/{list}?cursor=x")).await.mistakes();
        assert_eq!(mistakes, [("cursor".to_owned(), "invalid_format".to_owned())], "{list}");
    }
}
