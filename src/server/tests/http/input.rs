//! Invalid input: every field with every kind of mistake.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::server::{Server, send};

/// A value that a response can only contain by repeating the input.
const MARK: &str = "zQx7Marker";

/// Sends a body with one replaced field, and expects an error for only this field, with this code.
async fn expect_one(request: RequestBuilder, good: &Value, field: &str, value: Value, code: &str) {
    let mut body = good.clone();
    let text = value.to_string();
    body[field] = value;
    let reply = send(request.json(&body)).await;
    reply.refused(400, "validation_failed");
    assert_eq!(reply.field(field), Some(code), "{field}: {text}: {}", reply.text);
    // Each entry of a list can be wrong.
    let errors = reply.json["errors"].as_array().unwrap();
    assert!(errors.len() == 1 || body[field].is_array(), "{field}: {text}: {}", reply.text);
    assert!(errors.iter().all(|error| error["field"] == field), "{field}: {text}: {}", reply.text);
    let message = reply.json["errors"][0]["message"].as_str().unwrap();
    assert!(message.ends_with('.') || message.ends_with('”'), "{message}");
    assert!(!reply.text.contains(MARK), "{field} repeats its value: {}", reply.text);
}

/// Values of all other JSON types.
fn wrong_types(of: &str) -> Vec<Value> {
    let all = [
        ("string", json!(MARK)),
        ("number", json!(12.5)),
        ("bool", json!(true)),
        ("list", json!([1, MARK])),
        ("object", json!({MARK: MARK})),
    ];
    all.into_iter().filter(|(kind, _)| *kind != of).map(|(_, value)| value).collect()
}

#[tokio::test]
async fn every_field_of_a_new_token_is_checked_in_every_way() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let good = json!({"label": "a", "scopes": ["*"]});
    let create = || server.post("/api/v1/tokens").bearer_auth(&admin.key);
    let long = |length| json!(MARK.repeat(length / MARK.len() + 1));
    let many = |count: usize| json!((0..count).map(|n| format!("{MARK}.{n}")).collect::<Vec<_>>());
    for (field, value, code) in [
        ("label", json!(""), "required"),
        ("label", json!("   "), "required"),
        ("label", long(101), "too_long"),
        ("label", json!(format!("{MARK}\u{7}")), "control_character"),
        ("label", json!(format!("{MARK}\nb")), "control_character"),
        ("label", Value::Null, "wrong_type"),
        ("description", long(1001), "too_long"),
        ("description", json!(format!("{MARK}\u{0}")), "control_character"),
        ("kind", json!(MARK), "invalid_format"),
        ("kind", json!(""), "invalid_format"),
        ("kind", json!("API_KEY"), "invalid_format"),
        ("kind", Value::Null, "wrong_type"),
        ("owner_id", json!(MARK), "invalid_format"),
        ("owner_id", json!("01998f6a5c1e7d308b1f0c8a2f6e4d01"), "invalid_format"),
        ("owner_id", json!("01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01"), "unknown_owner"),
        ("owner_id", Value::Null, "wrong_type"),
        ("scopes", json!([]), "required"),
        ("scopes", json!([format!("{MARK} {MARK}")]), "invalid_format"),
        ("scopes", json!([""]), "invalid_format"),
        ("scopes", json!(["mk_zQx7Marker"]), "invalid_format"),
        ("scopes", json!(["*", "*"]), "duplicate"),
        ("scopes", many(1001), "too_long"),
        ("scopes", Value::Null, "wrong_type"),
        ("allowed_cidrs", json!([MARK]), "invalid_format"),
        ("allowed_cidrs", json!(["10.0.0.1/8"]), "invalid_format"),
        ("allowed_cidrs", json!(["10.0.0.0/33"]), "invalid_format"),
        ("allowed_cidrs", json!(["10.0.0.0/8", "10.0.0.0/8"]), "duplicate"),
        ("allowed_cidrs", many(101), "too_long"),
        ("allowed_cidrs", Value::Null, "wrong_type"),
        ("expires_at", json!(MARK), "invalid_format"),
        ("expires_at", json!("2099-01-01"), "invalid_format"),
        ("expires_at", json!("2099-02-30T00:00:00Z"), "invalid_format"),
        ("expires_at", json!("10000-01-01T00:00:00Z"), "invalid_format"),
        ("expires_at", json!("2020-01-01T00:00:00Z"), "in_the_past"),
        ("ttl", json!(MARK), "invalid_format"),
        ("ttl", json!(""), "invalid_format"),
        ("ttl", json!("90"), "invalid_format"),
        ("ttl", json!("-1d"), "invalid_format"),
        ("ttl", json!("0s"), "invalid_format"),
        ("ttl", json!("9999999d"), "exceeds_maximum"),
        ("ttl", json!("99999999999999999999h"), "exceeds_maximum"),
        ("ttl", Value::Null, "wrong_type"),
        ("expiration_days", json!(0), "in_the_past"),
        ("expiration_days", json!(-1), "in_the_past"),
        ("expiration_days", json!(9_999_999), "exceeds_maximum"),
        ("expiration_days", json!(u64::MAX), "exceeds_maximum"),
        ("expiration_days", Value::Null, "wrong_type"),
        ("colour", json!(MARK), "unknown_field"),
        ("id", json!(MARK), "unknown_field"),
        ("password", json!(MARK), "conflict"),
        ("csr", json!(MARK), "conflict"),
        ("pkcs12", json!("modern"), "conflict"),
    ] {
        expect_one(create(), &good, field, value, code).await;
    }
    for (field, kind) in [
        ("label", "string"),
        ("description", "string"),
        ("kind", "string"),
        ("owner_id", "string"),
        ("scopes", "strings"),
        ("allowed_cidrs", "strings"),
        ("expires_at", "string"),
        ("ttl", "string"),
        ("expiration_days", "integer"),
    ] {
        for value in wrong_types(kind) {
            expect_one(create(), &good, field, value, "wrong_type").await;
        }
    }
    for (field, value) in [("label", json!(admin.key)), ("description", json!(format!("see {}", admin.secret)))] {
        expect_one(create(), &good, field, value, "invalid_format").await;
    }
    let list = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 1, "nothing was made");
}

#[tokio::test]
async fn every_field_of_an_edit_is_checked_in_every_way() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let edit = || server.patch(&token.path()).bearer_auth(&admin.key);
    for (field, value, code) in [
        ("label", json!(" "), "required"),
        ("label", json!("x".repeat(101)), "too_long"),
        ("label", Value::Null, "wrong_type"),
        ("description", json!("x".repeat(1001)), "too_long"),
        ("scopes", json!([]), "required"),
        ("scopes", Value::Null, "wrong_type"),
        ("allowed_cidrs", json!([MARK]), "invalid_format"),
        ("allowed_cidrs", Value::Null, "wrong_type"),
        ("expires_at", json!(MARK), "invalid_format"),
        ("expires_at", json!("2020-01-01T00:00:00Z"), "in_the_past"),
        ("previous_secret_expires_at", json!(MARK), "invalid_format"),
        ("previous_secret_expires_at", json!("2099-01-01T00:00:00Z"), "conflict"),
        ("previous_secret_expires_at", Value::Null, "conflict"),
        ("ttl", json!("1d"), "unknown_field"),
        ("owner_id", json!(MARK), "unknown_field"),
        ("kind", json!("api_key"), "unknown_field"),
    ] {
        expect_one(edit(), &json!({}), field, value, code).await;
    }
    for field in ["label", "description", "expires_at", "previous_secret_expires_at"] {
        for value in wrong_types("string") {
            expect_one(edit(), &json!({}), field, value, "wrong_type").await;
        }
    }
    let got = send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(got["updated_at"], token.json["updated_at"], "nothing was changed");
}

#[tokio::test]
async fn every_field_of_the_other_bodies_is_checked() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = |verb: &str| format!("{}/{verb}", admin.path());
    for (path, good, field, value, code) in [
        (path("rotate"), json!({}), "overlap", json!(MARK), "invalid_format"),
        (path("rotate"), json!({}), "overlap", json!("0s"), "invalid_format"),
        (path("rotate"), json!({}), "overlap", json!("9999999d"), "exceeds_maximum"),
        (path("rotate"), json!({}), "overlap", Value::Null, "wrong_type"),
        (path("rotate"), json!({}), "overlap", json!(24), "wrong_type"),
        (path("rotate"), json!({}), "reason", json!(MARK), "unknown_field"),
        (path("invalidate"), json!({}), "reason", json!("x".repeat(1001)), "too_long"),
        (path("invalidate"), json!({}), "reason", json!("a\u{1b}b"), "control_character"),
        (path("invalidate"), json!({}), "reason", Value::Null, "wrong_type"),
        (path("invalidate"), json!({}), "force", json!("true"), "wrong_type"),
        (path("invalidate"), json!({}), "keep_access_tokens", json!(1), "wrong_type"),
        (path("invalidate"), json!({}), "keep_access_token", json!(true), "unknown_field"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "name", json!(""), "required"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "name", json!("a b"), "invalid_format"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "name", json!("a*"), "invalid_format"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "name", json!("mintkey:a"), "invalid_format"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "name", json!("x".repeat(129)), "invalid_format"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "name", json!(["a"]), "wrong_type"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "description", json!("x".repeat(1001)), "too_long"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "description", Value::Null, "wrong_type"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "admin_only", json!("no"), "wrong_type"),
        ("/api/v1/scopes".into(), json!({"name": "a"}), "id", json!("x"), "unknown_field"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "credential", json!(""), "required"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "credential", json!([MARK]), "wrong_type"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "scopes", json!("a"), "wrong_type"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "scopes", json!(["a b"]), "invalid_format"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "ip", json!(MARK), "invalid_format"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "ip", json!("10.0.0.0/8"), "invalid_format"),
        ("/api/v1/verify".into(), json!({"credential": "a"}), "address", json!(MARK), "unknown_field"),
    ] {
        expect_one(server.post(&path).bearer_auth(&admin.key), &good, field, value, code).await;
    }
    let person = json!({"username": "a", "password": "b"});
    for (field, value, code) in [
        ("username", json!(5), "wrong_type"),
        ("password", json!([MARK]), "wrong_type"),
        ("organization_id", json!(MARK), "invalid_format"),
        ("grant_type", json!("client_credentials"), "invalid_format"),
        ("scope", json!(["a"]), "wrong_type"),
        ("otp", json!(MARK), "unknown_field"),
    ] {
        expect_one(server.post("/api/v1/login"), &person, field, value, code).await;
    }
    server.me(&admin.key).await.expect(200);
}

#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({
        "label": "", "description": 5, "kind": "x", "owner_id": "x", "scopes": [], "allowed_cidrs": ["x"],
        "ttl": "x", "colour": "red",
    });
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)).await;
    reply.refused(400, "validation_failed");
    let mut fields: Vec<_> =
        reply.json["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    let expected = ["allowed_cidrs", "colour", "description", "kind", "label", "owner_id", "scopes", "ttl"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn two_ways_to_say_the_end_are_a_mistake_of_both() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let good = json!({"label": "a", "scopes": ["*"]});
    let ways = [("expires_at", Value::Null), ("ttl", json!("1d")), ("expiration_days", json!(1))];
    for (i, (one, first)) in ways.iter().enumerate() {
        for (other, second) in &ways[i + 1..] {
            let mut body = good.clone();
            body[one] = first.clone();
            body[other] = second.clone();
            let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)).await;
            reply.refused(400, "validation_failed");
            assert_eq!((reply.field(one), reply.field(other)), (Some("conflict"), Some("conflict")));
        }
    }
}

#[tokio::test]
async fn unknown_scopes_are_named_and_known_ones_are_not() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read", "peers.raed", "peers.*"]});
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("scopes"), Some("unknown_scope"));
    let message = reply.json["errors"][0]["message"].as_str().unwrap();
    assert_eq!(message, "Not in the scope catalogue: peers.*, peers.raed.");
}

#[tokio::test]
async fn half_a_pair_both_pairs_and_none_are_named_at_login() {
    let server = Server::start().await;
    for (body, fields) in [
        (json!({}), &["username", "password", "client_id", "client_secret"][..]),
        (json!({"username": "a"}), &["password"]),
        (json!({"client_id": "a"}), &["client_secret"]),
        (
            json!({"username": "", "password": "b", "client_id": "c", "client_secret": "d"}),
            &["username", "password", "client_id", "client_secret"],
        ),
    ] {
        let reply = send(server.post("/api/v1/login").json(&body)).await;
        reply.refused(400, "validation_failed");
        for field in fields {
            assert!(reply.field(field).is_some(), "{field}: {}", reply.text);
        }
        assert_eq!(reply.json["errors"].as_array().unwrap().len(), fields.len());
    }
}

#[tokio::test]
async fn what_is_not_one_json_object_is_refused_without_a_parsers_words() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let deep = format!("{{\"label\":{}", "[".repeat(50_000));
    for body in [
        "{",
        "[]",
        "null",
        "5",
        "\"zQx7Marker\"",
        "{\"label\":zQx7Marker}",
        "{\"label\":\"zQx7Marker",
        "{\"a\":1}{}",
        "{\"a\":1,}",
        "{'a':1}",
        "\u{feff}{}",
        &*deep,
    ] {
        let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", "application/json");
        let reply = send(request.body(body.to_owned())).await;
        reply.refused(400, "invalid_json");
        assert!(!reply.text.contains(MARK) && !reply.text.contains("line"), "{}", reply.text);
    }
    let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", "application/json");
    send(request.body(b"{\"label\":\"\xff\"}".to_vec())).await.refused(400, "invalid_json");
}

#[tokio::test]
async fn a_repeated_field_is_a_mistake_and_not_the_last_one() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let request = server.post("/api/v1/tokens").bearer_auth(&admin.key).header("content-type", "application/json");
    let reply = send(request.body(r#"{"label": "a", "scopes": ["*"], "label": "b"}"#)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("label"), Some("duplicate"));
    let twice = server.post("/api/v1/login").header("content-type", "application/x-www-form-urlencoded");
    let reply = send(twice.body("username=a&username=b&password=c")).await;
    assert_eq!(reply.refused(400, "validation_failed").field("username"), Some("duplicate"));
}

#[tokio::test]
async fn a_secret_in_the_place_of_a_name_is_not_repeated() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for name in [&admin.key, &admin.secret, &admin.key[25..68]] {
        let body = json!({"label": "a", "scopes": ["*"], name: 1});
        let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)).await;
        reply.refused(400, "validation_failed");
        assert!(!reply.text.contains(name));
        let reply = send(server.get(&format!("/api/v1/tokens?{name}=1")).bearer_auth(&admin.key)).await;
        reply.refused(400, "validation_failed");
        assert!(!reply.text.contains(name));
    }
}
