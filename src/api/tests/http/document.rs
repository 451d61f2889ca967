//! The OpenAPI document.

use std::collections::BTreeSet;

use mintkey_domain::AuditAction;
use serde_json::{Value, json};

use super::world::World;

async fn document() -> Value {
    World::new().await.get("/api/openapi.json").await.matches("getOpenApi")
}

/// Operation IDs, methods, paths and operations.
fn operations(document: &Value) -> Vec<(&str, &str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods
            .map(move |(method, operation)| (operation["operationId"].as_str().unwrap(), &**method, &**path, operation))
    });
    all.collect()
}

/// The sorted IDs of the operations that match a predicate.
fn ids(document: &Value, holds: impl Fn(&str, &Value) -> bool) -> Vec<&str> {
    let operations = operations(document).into_iter().filter(|(.., path, operation)| holds(path, operation));
    let mut ids: Vec<_> = operations.map(|(id, ..)| id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn the_page_answers_as_before() {
    World::new().await.get("/api/docs").await.matches("getDocs");
}

#[tokio::test]
async fn a_document_that_the_reader_has_is_not_sent_again() {
    let world = World::new().await;
    for path in ["/api/openapi.json", "/api/docs"] {
        let etag = world.get(path).await.headers["etag"].to_str().unwrap().to_owned();
        let with = async |known: &str| world.send_with("GET", path, None, &[("if-none-match", known)]).await;
        for known in [etag.as_str(), "*", " * ", &format!("\"a\", {etag}")] {
            let answer = with(known).await;
            assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{known}");
            assert_eq!(answer.headers["etag"], etag);
        }
        assert_eq!(with("\"a\"").await.status, 200);
    }
}

#[tokio::test]
async fn a_document_is_compressed_as_its_reader_asks() {
    let world = World::new().await;
    for (accepted, status, coding) in [
        ("gzip", 200, Some("gzip")),
        ("br", 200, Some("br")),
        ("gzip, identity;q=0", 200, Some("gzip")),
        ("identity", 200, None),
        ("", 200, None),
        ("identity;q=0", 406, None),
        ("*;q=0", 406, None),
    ] {
        let answer = world.send_with("GET", "/api/openapi.json", None, &[("accept-encoding", accepted)]).await;
        let answered = answer.headers.get("content-encoding").map(|coding| coding.to_str().unwrap());
        assert_eq!((answer.status, answered), (status, coding), "{accepted}");
    }
}

#[tokio::test]
async fn health_and_readiness_answer_as_before() {
    let world = World::new().await;
    world.get("/healthz").await.matches("getHealth");
    world.get("/readyz").await.matches("getReadiness");
}

#[tokio::test]
async fn public_operations_are_these_and_every_other_one_requires_a_credential() {
    let document = document().await;
    let public = [
        "getAuthorizationServer",
        "getCertificates",
        "getDocs",
        "getHealth",
        "getKeys",
        "getOpenApi",
        "getOpenIdConfiguration",
        "getReadiness",
        "getRevocationList",
        "getRevocationLists",
        "introspect",
        "login",
        "requestAccessToken",
        "revokeAccessToken",
    ];
    assert_eq!(ids(&document, |_, operation| operation["security"] == json!([{}])), public);
    // `getMe` accepts any credential, whatever its scopes.
    assert_eq!(ids(&document, |_, operation| operation["security"][0]["bearer"] == json!([])), ["getMe"]);
}

#[tokio::test]
async fn a_request_without_a_credential_is_refused_by_all_that_are_not_public() {
    let world = World::new().await;
    let document = world.get("/api/openapi.json").await.is("200");
    let mut public: BTreeSet<_> =
        ids(&document, |_, operation| operation["security"] == json!([{}])).into_iter().collect();
    for (id, method, path, _) in operations(&document) {
        let path = path.replace("{id}", "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01");
        let answer = world.send_with(&method.to_uppercase(), &path, None, &[]).await;
        assert_eq!(answer.json["code"] == "credential_required", !public.remove(id), "{id}: {}", answer.text);
    }
    assert!(public.is_empty());
}

#[tokio::test]
async fn operations_that_take_a_query_are_the_lists_and_one_more() {
    let document = document().await;
    let takes_query = |operation: &Value| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.map(|parameter| resolve(parameter, &document)).any(|parameter| parameter["in"] == "query")
    };
    let taking = ids(&document, |path, operation| path.starts_with("/api/v1/") && takes_query(operation));
    let lists = ids(&document, |_, operation| operation["operationId"].as_str().unwrap().starts_with("list"));
    assert_eq!(taking, [vec!["deleteToken"], lists].concat());
}

#[tokio::test]
async fn every_operation_says_its_action_and_the_scope_of_it() {
    let document = document().await;
    for (id, _, _, operation) in operations(&document) {
        let Some(scope) = operation["security"][0]["bearer"][0].as_str() else { continue };
        let action: AuditAction = operation["x-audit-action"].as_str().unwrap().parse().ok().unwrap();
        assert_eq!(action.scope(), Some(scope), "{id}");
    }
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_a_tag_and_says_what_it_does() {
    let document = document().await;
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut names = BTreeSet::new();
    for (id, _, _, operation) in operations(&document) {
        assert!(names.insert(id), "{id}");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{id}");
        assert!(operation["summary"].is_string() && operation["description"].is_string(), "{id}");
        assert!(operation["responses"]["500"].is_object() && operation["x-codes"].is_null(), "{id}");
    }
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_actions_are_listed_and_older_names_are_allowed() {
    let document = document().await;
    let event = &document["components"]["schemas"]["AuditEvent"];
    assert!(event["required"].as_array().unwrap().contains(&"action".into()));
    let parameters = document["paths"]["/api/v1/audit"]["get"]["parameters"].as_array().unwrap();
    let parameter = parameters.iter().find(|parameter| parameter["name"] == "action").unwrap();
    for schema in [&event["properties"]["action"], &parameter["schema"]] {
        let any = schema["anyOf"].as_array().unwrap();
        assert_eq!(any[0]["$ref"], "#/components/schemas/AuditAction");
        assert_eq!(any[1]["type"], "string");
    }
    let names = &document["components"]["schemas"]["AuditAction"]["enum"];
    assert_eq!(*names, json!(AuditAction::NAMES));
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        if let Some(Value::String(location)) = value.get("$ref") {
            assert!(document.pointer(&location[1..]).is_some(), "{location}");
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| walk(value, document)),
            Value::Array(values) => values.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }
    let document = document().await;
    walk(&document, &document);
}

#[tokio::test]
async fn the_document_is_small_enough_to_be_read() {
    let document = document().await;
    let (length, count) = (document.to_string().len(), operations(&document).len());
    // It grows with the API, so what is bounded is the share of one operation.
    let share = length / count;
    assert!(
        share <= 3_100,
        "{share} bytes for each operation: share the parts that several have (`openapi/shared.rs`)"
    );
    assert!(length <= 300_000, "{length}");
}

#[tokio::test]
async fn a_form_of_oauth_and_a_review_of_kubernetes_may_have_more_fields_and_no_other_body_may() {
    let document = document().await;
    for (id, _, path, operation) in operations(&document) {
        for body in operation["requestBody"]["content"].as_object().into_iter().flat_map(|content| content.values()) {
            let schema = document.pointer(&body["schema"]["$ref"].as_str().unwrap()[1..]).unwrap();
            let closed = (!path.starts_with("/oauth/") && !path.starts_with("/k8s/")).then_some(&Value::Bool(false));
            assert_eq!(schema.get("additionalProperties"), closed, "{id}");
        }
    }
}

#[tokio::test]
async fn a_body_may_be_left_out_where_every_field_may() {
    let document = document().await;
    let required = |path: &str, method: &str| &document["paths"][path][method]["requestBody"]["required"];
    assert_eq!(required("/api/v1/tokens", "post"), true);
    assert_eq!(required("/oauth/token", "post"), true);
    assert_eq!(required("/api/v1/tokens/{id}", "patch"), false);
    assert_eq!(required("/api/v1/tokens/{id}/rotate", "post"), false);
}

#[tokio::test]
async fn the_keys_have_the_media_type_of_rfc_7517() {
    let answer = &document().await["paths"]["/.well-known/jwks.json"]["get"]["responses"]["200"]["content"];
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["application/jwk-set+json"]);
}

#[tokio::test]
async fn every_example_fits_its_schema() {
    let document = document().await;
    for (id, _, _, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap().values();
        let bodies = answers.chain([&operation["requestBody"]]);
        for content in bodies.filter_map(|body| body["content"].as_object()).flat_map(|content| content.values()) {
            let shared = content.pointer("/examples/example").map(|example| &resolve(example, &document)["value"]);
            let Some(example) = content.get("example").or(shared) else { continue };
            check(example, &content["schema"], &document, id);
            // The page shows it between apostrophes, as part of a shell command.
            assert!(!example.to_string().contains('\''), "{id}");
        }
    }
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    let examples = document["components"]["examples"].as_object().unwrap();
    for (name, example) in examples.iter().filter(|(_, example)| example["value"]["status"].is_number()) {
        check(&example["value"], &problem, &document, name);
    }
}

/// Validates a value against the subset of JSON Schema that the document uses.
fn check(value: &Value, schema: &Value, document: &Value, place: &str) {
    assert!(fits(value, schema, document), "{place}: {value} is not {schema}");
    let schema = resolve(schema, document);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(member) = value.get(name) {
            check(member, property, document, &format!("{place}/{name}"));
        }
    }
    for entry in value.as_array().into_iter().flatten().filter(|_| schema["items"].is_object()) {
        check(entry, &schema["items"], document, place);
    }
}

fn fits(value: &Value, schema: &Value, document: &Value) -> bool {
    let schema = resolve(schema, document);
    let each = |name: &str| schema[name].as_array().into_iter().flatten().map(|one| fits(value, one, document));
    let is_type = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => false,
    };
    let right_type = match &schema["type"] {
        Value::Array(types) => types.iter().any(is_type),
        Value::Null => true,
        name => is_type(name),
    };
    let named = |name: &Value| value.get(name.as_str().unwrap()).is_some();
    let known = |name: &String| schema["properties"].get(name).is_some();
    right_type
        && each("allOf").all(|fits| fits)
        && (schema["oneOf"].is_null() || each("oneOf").any(|fits| fits))
        && (schema["anyOf"].is_null() || each("anyOf").any(|fits| fits))
        && schema["enum"].as_array().is_none_or(|names| names.contains(value))
        && schema["required"].as_array().is_none_or(|names| names.iter().all(named))
        && (schema["additionalProperties"] != false || value.as_object().is_none_or(|object| object.keys().all(known)))
}

fn resolve<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    schema["$ref"].as_str().map_or(schema, |location| document.pointer(&location[1..]).unwrap())
}
