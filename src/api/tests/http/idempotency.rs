//! Requests that are repeated with an `Idempotency-Key`.

use serde_json::{Value, json};

use super::world::{Answer, World};

async fn send(world: &World, path: &str, body: Value, keys: &[&str]) -> Answer {
    let credential = format!("Bearer {}", world.key);
    let headers = keys.iter().map(|key| ("idempotency-key", *key)).chain([("authorization", &*credential)]);
    world.send_with("POST", path, Some(body), &headers.collect::<Vec<_>>()).await
}

#[tokio::test]
async fn a_key_is_one_visible_word() {
    let world = World::new().await;
    let create =
        async |keys: &[&str]| send(&world, "/api/v1/tokens", json!({"label": "a", "scopes": ["*"]}), keys).await;
    for keys in [&[][..], &["order-17"], &[&*"x".repeat(255)]] {
        create(keys).await.is("201");
    }
    for (keys, code) in [
        (&[&*"x".repeat(256)][..], "too_long"),
        (&[""], "invalid_format"),
        (&["a b"], "invalid_format"),
        (&["ä"], "invalid_format"),
        (&["a", "a"], "duplicate"),
    ] {
        let mistakes = create(keys).await.mistakes();
        assert_eq!(mistakes, [("Idempotency-Key".to_owned(), code.to_owned())], "{keys:?}");
    }
}

#[tokio::test]
async fn a_repeated_request_answers_without_secrets_and_says_so() {
    let world = World::new().await;
    let body = json!({"label": "a", "scopes": ["*"]});
    let first = send(&world, "/api/v1/tokens", body.clone(), &["order-17"]).await;
    assert!(first.headers.get("idempotency-replayed").is_none() && first.json["api_key"].is_string());
    let again = send(&world, "/api/v1/tokens", body, &["order-17"]).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!((again.status, &again.headers["location"]), (201, &first.headers["location"]));
    assert!(again.json.get("api_key").is_none() && again.json.get("client_secret").is_none());
}

#[tokio::test]
async fn requests_are_the_same_if_operation_path_and_fields_are_whatever_their_order() {
    let world = World::new().await;
    let create =
        async |body: &str| send(&world, "/api/v1/tokens", serde_json::from_str(body).unwrap(), &["order-17"]).await;
    let made = create(r#"{"label": "a", "scopes": ["*"], "expires_at": null}"#).await.is("201");
    let again = create(r#"{"expires_at":null,"scopes":["*"],"label":"a"}"#).await;
    assert_eq!((again.status, &again.json["id"]), (201, &made["id"]));
    let other = create(r#"{"label": "b", "scopes": ["*"], "expires_at": null}"#).await;
    assert_eq!(other.is("422")["code"], "idempotency_key_reused");
    let other = world.create_token(json!({"label": "a", "scopes": ["*"]})).await;
    let rotate = async |id: &Value| {
        let path = format!("/api/v1/tokens/{}/rotate", id.as_str().unwrap());
        send(&world, &path, json!({}), &["order-18"]).await
    };
    rotate(&made["id"]).await.is("200");
    assert_eq!(rotate(&other["id"]).await.is("422")["code"], "idempotency_key_reused");
}
