//! What all bodies have in common.

use axum::body::Body;
use http::{Request, header};
use serde_json::json;

use super::world::{Answer, World};

async fn create(world: &World, content_type: Option<&str>, body: &[u8]) -> Answer {
    let mut request = Request::post("/api/v1/tokens").header(header::AUTHORIZATION, format!("Bearer {}", world.key));
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    world.answer(request.body(Body::from(body.to_vec())).unwrap()).await
}

#[tokio::test]
async fn json_is_read_by_its_content_type_and_nothing_else_is() {
    let world = World::new().await;
    let body = br#"{"label": "a", "scopes": ["*"]}"#;
    for content_type in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
        create(&world, Some(content_type), body).await.is("201");
    }
    for content_type in [
        None,
        Some("text/plain"),
        Some("text/json"),
        Some("application/jsonx"),
        Some("multipart/form-data"),
        Some("application/x-www-form-urlencoded"),
    ] {
        assert_eq!(create(&world, content_type, body).await.is("415")["code"], "unsupported_media_type");
    }
}

#[tokio::test]
async fn nothing_needs_no_content_type() {
    let world = World::new().await;
    for body in [&b""[..], b" \r\n"] {
        assert_eq!(create(&world, None, body).await.mistakes().len(), 2, "label and scopes are missing");
    }
}

#[tokio::test]
async fn what_is_not_one_json_object_is_refused() {
    let world = World::new().await;
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    let texts = ["[]", "null", "\"a\"", "{", "{}{}", "{\"a\":1,}", "{'a':1}", "\u{feff}{}", &deep];
    for body in texts.map(str::as_bytes).into_iter().chain([&b"{\"a\":\"\xff\"}"[..]]) {
        assert_eq!(create(&world, Some("application/json"), body).await.is("400")["code"], "invalid_json");
    }
}

#[tokio::test]
async fn all_mistakes_are_named_at_once_and_no_name_that_could_be_a_secret() {
    let world = World::new().await;
    let body = json!({
        "label": null, "description": 1, "scopes": ["a", 2], "ttl": "soon", "x": 1, "a secret": 1, "allowed_cidrs": "a",
    });
    let expected = [
        ("(unnamed)", "unknown_field"),
        ("/scopes/1", "wrong_type"),
        ("allowed_cidrs", "wrong_type"),
        ("description", "wrong_type"),
        ("label", "wrong_type"),
        ("ttl", "invalid_format"),
        ("x", "unknown_field"),
    ];
    let mistakes = world.post("/api/v1/tokens", body).await.mistakes();
    assert_eq!(mistakes, expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn a_repeated_field_is_a_mistake() {
    let world = World::new().await;
    let body = br#"{"label": "a", "label": "b", "scopes": ["*"]}"#;
    let mistakes = create(&world, Some("application/json"), body).await.mistakes();
    assert_eq!(mistakes, [("label".to_owned(), "duplicate".to_owned())]);
}

#[tokio::test]
async fn thousands_of_unknown_fields_are_not_all_listed() {
    let world = World::new().await;
    let body: serde_json::Map<_, _> = (0..10_000).map(|n| (format!("f{n}"), json!(n))).collect();
    assert_eq!(world.post("/api/v1/tokens", body.into()).await.mistakes().len(), 50);
}
