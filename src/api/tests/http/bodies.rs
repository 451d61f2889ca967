//! Rules for all bodies.

use axum::body::Body;
use http::{Request, header};
use serde_json::json;

use super::world::{Answer, PASSWORD, World};

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

#[tokio::test]
async fn each_wrong_entry_of_a_list_is_named_with_its_place() {
    let world = World::new().await;
    let wrong = json!({
        "label": "a",
        "scopes": ["a b", "mintkey:*", 2, "mintkey:*", ""],
        "allowed_cidrs": ["x", "10.0.0.0/8", "10.0.0.1/8", "10.0.0.0/8"],
    });
    let expected = [
        ("/allowed_cidrs/0", "invalid_format"),
        ("/allowed_cidrs/2", "invalid_format"),
        ("/allowed_cidrs/3", "duplicate"),
        ("/scopes/0", "invalid_format"),
        ("/scopes/2", "wrong_type"),
        ("/scopes/3", "duplicate"),
        ("/scopes/4", "invalid_format"),
    ];
    let answer = world.post("/api/v1/tokens", wrong).await;
    assert_eq!(answer.mistakes(), expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
    assert!(answer.json["detail"].as_str().unwrap().starts_with("2 fields are wrong"));
    let scopes: Vec<_> = (0..1000).map(|n| format!("a b{n}")).collect();
    let many = world.post("/api/v1/tokens", json!({"label": "a", "scopes": scopes})).await;
    assert_eq!(many.mistakes().len(), 50);
}

#[tokio::test]
async fn each_member_that_is_wrong_is_named_with_its_place() {
    let world = World::new().await;
    let me = world.get("/api/v1/me").await.is("200")["principal"]["id"].clone();
    let nobody = ["01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01", "00998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01"];
    let expected = |mistakes: &[(&str, &str)]| -> Vec<_> {
        mistakes.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect()
    };
    let wrong = json!({"name": "a", "member_ids": ["ada", me, me, 7]});
    let forms = [("/member_ids/0", "invalid_format"), ("/member_ids/2", "duplicate"), ("/member_ids/3", "wrong_type")];
    assert_eq!(world.post("/api/v1/service-accounts", wrong).await.mistakes(), expected(&forms));
    let unknown = json!({"name": "a", "member_ids": [nobody[0], me, nobody[1]]});
    let places = expected(&[("/member_ids/0", "unknown_member"), ("/member_ids/2", "unknown_member")]);
    assert_eq!(world.post("/api/v1/service-accounts", unknown.clone()).await.mistakes(), places);
    let account = world.post("/api/v1/service-accounts", json!({"name": "a"})).await.is("201");
    let path = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    assert_eq!(world.patch(&path, unknown).await.mistakes(), places);
}

#[tokio::test]
async fn each_client_key_that_is_wrong_is_named_with_its_place() {
    let world = World::new().await;
    let token = world.create_token(json!({"label": "a", "scopes": ["*"]})).await;
    let path = format!("/api/v1/tokens/{}/client-keys", token["id"].as_str().unwrap());
    let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let keys = json!({"keys": [{"kty": "oct"}, key, key, {"d": "a"}]});
    let mistakes = world.send("PUT", &path, Some(keys)).await.mistakes();
    let expected = [("/keys/0", "invalid_format"), ("/keys/2", "duplicate"), ("/keys/3", "invalid_format")];
    assert_eq!(mistakes, expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn a_body_without_fields_takes_none() {
    let world = World::new().await;
    let account = world.post("/api/v1/service-accounts", json!({"name": "a"})).await.is("201");
    let system = world.service.administrator(None).await.unwrap();
    let role = mintkey_domain::Role::Member;
    world.service.create_user(&system, "mia@example.com", PASSWORD.to_owned(), role).await.unwrap();
    let member = world.get("/api/v1/members?q=mia").await.is("200")["data"][0].clone();
    let account = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    let member = format!("/api/v1/members/{}", member["id"].as_str().unwrap());
    for (path, status) in [
        (format!("{account}/suspend"), "200"),
        (format!("{account}/activate"), "200"),
        (format!("{member}/password-reset"), "201"),
        (format!("{member}/deactivate"), "200"),
        (format!("{member}/activate"), "200"),
    ] {
        let mistakes = world.post(&path, json!({"colour": "red"})).await.mistakes();
        assert_eq!(mistakes, [("colour".to_owned(), "unknown_field".to_owned())], "{path}");
        world.post(&path, json!({})).await.is(status);
        world.send("POST", &path, None).await.is(status);
    }
}
