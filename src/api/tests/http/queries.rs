//! What all queries have in common.

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
