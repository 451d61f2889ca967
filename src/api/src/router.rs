//! All routes, with their layers and their documents.

use std::sync::Arc;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{any, get},
};
use mintkey_api_reference::SCRIPT_PATH;
use mintkey_domain::ErrorCode;
#[cfg(doc)]
use mintkey_service::RequestId;
use serde_json::Value;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    docs, documents, layers, oauth, openapi,
    operation::Operations,
    problem::ApiError,
    state::{Api, ApiOptions, Documents},
    v1, well_known,
};

/// All routes of the JSON API and of OAuth, the documents, `/healthz`, `/readyz` and the public keys.
///
/// The peer's address comes from axum's `ConnectInfo<SocketAddr>`, the request's id from a [`RequestId`] in its extensions. Unknown paths below `/api` and `/oauth` are answered
/// here, all others by the router that this one is merged into.
pub fn router(mut options: ApiOptions) -> Router {
    options.public_url.truncate(options.public_url.trim_end_matches('/').len());
    let (router, document) = described(&options.public_url, options.session_cookie.as_str());
    let operations = Arc::new(Operations::new(&document));
    let documents =
        Documents { openapi: openapi::write(&document), page: docs::write(&document), script: docs::script() };
    let api = Api::new(options, documents);
    let not_found = async || ApiError::from(ErrorCode::NotFound);
    router
        .route_layer(from_fn_with_state(api.clone(), layers::authorize))
        .route(SCRIPT_PATH, get(documents::script).layer(CompressionLayer::new()))
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/api/{*rest}", any(not_found))
        .route("/oauth", any(not_found))
        .route("/oauth/", any(not_found))
        .route("/oauth/{*rest}", any(not_found))
        .method_not_allowed_fallback(async || ApiError::from(ErrorCode::MethodNotAllowed))
        .layer(from_fn_with_state((api.clone(), operations), layers::respond))
        .with_state(api)
}

/// The routes, and the document that their annotations make.
fn described(public_url: &str, session_cookie: &str) -> (Router<Api>, Value) {
    let described = OpenApiRouter::new()
        .merge(v1::routes())
        .merge(oauth::routes())
        .merge(well_known::routes())
        .merge(documents::routes());
    let (router, document) = described.split_for_parts();
    (router, openapi::complete(document, public_url, session_cookie))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use mintkey_domain::AuditAction;

    use super::*;
    use crate::operation::Auth;

    fn document() -> Value {
        described("http://mintkey.test", "mintkey_session").1
    }

    /// Operation ids, methods and descriptions.
    fn operations(document: &Value) -> Vec<(&str, &str, &str, &Value)> {
        let paths = document["paths"].as_object().unwrap().iter();
        let all = paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| {
                (operation["operationId"].as_str().unwrap(), &**method, &**path, operation)
            })
        });
        all.collect()
    }

    #[test]
    fn public_operations_are_these_and_every_other_one_requires_a_credential() {
        let operations = Operations::new(&document());
        let mut public: Vec<_> =
            operations.iter().filter(|one| one.auth == Auth::Public).map(|one| one.id.clone()).collect();
        public.sort();
        let expected = [
            "getAuthorizationServer",
            "getDocs",
            "getHealth",
            "getKeys",
            "getOpenApi",
            "getReadiness",
            "introspect",
            "login",
            "requestAccessToken",
            "revokeAccessToken",
        ];
        assert_eq!(public, expected);
        // `getMe` takes any credential, whatever its scopes.
        let any: Vec<_> = operations.iter().filter(|one| one.auth == Auth::Credential).map(|one| &*one.id).collect();
        assert_eq!(any, ["getMe"]);
    }

    #[test]
    fn operations_that_take_a_query_are_the_lists_and_one_more() {
        let operations = Operations::new(&document());
        let taking = operations.iter().filter(|one| one.route.starts_with("/api/v1/") && !one.refuses_query);
        let mut other: Vec<_> = taking.map(|one| one.id.clone()).filter(|id| !id.starts_with("list")).collect();
        other.sort();
        assert_eq!(other, ["deleteToken"]);
        assert!(operations.iter().all(|one| !(one.id.starts_with("list") && one.refuses_query)));
    }

    #[test]
    fn every_operation_says_its_action_and_the_scope_of_it() {
        let document = document();
        let read = Operations::new(&document);
        for (id, _, _, operation) in operations(&document) {
            let one = read.iter().find(|one| one.id == id).unwrap();
            let Auth::Scope(scope) = one.auth else { continue };
            assert_eq!(operation["security"][0]["bearer"][0], scope, "{id}");
            assert_eq!(operation["x-audit-action"].as_str(), one.action.map(AuditAction::as_str), "{id}");
        }
    }

    #[test]
    fn the_id_in_a_path_is_the_target_or_what_holds_it() {
        let operations = Operations::new(&document());
        let mut holders: Vec<_> = operations
            .iter()
            .filter(|one| one.route.contains("{id}") && !one.names_target())
            .map(|one| one.id.clone())
            .collect();
        holders.sort();
        assert_eq!(holders, ["createServiceAccountToken", "getAuditEvent", "listServiceAccountTokens"]);
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_a_tag_and_says_what_it_does() {
        let document = document();
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

    #[test]
    fn the_actions_are_listed_and_older_names_are_allowed() {
        let document = document();
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
        assert_eq!(*names, serde_json::json!(AuditAction::NAMES));
    }

    #[test]
    fn every_reference_leads_somewhere() {
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
        let document = document();
        walk(&document, &document);
    }

    #[test]
    fn the_document_is_small_enough_to_be_read() {
        let length = document().to_string().len();
        assert!(length <= 150_000, "{length}");
    }

    #[test]
    fn a_form_of_oauth_may_have_more_fields_and_no_other_body_may() {
        let document = document();
        for (id, _, path, operation) in operations(&document) {
            for body in operation["requestBody"]["content"].as_object().into_iter().flat_map(|content| content.values())
            {
                let schema = document.pointer(&body["schema"]["$ref"].as_str().unwrap()[1..]).unwrap();
                let closed = (!path.starts_with("/oauth/")).then_some(&Value::Bool(false));
                assert_eq!(schema.get("additionalProperties"), closed, "{id}");
            }
        }
    }

    #[test]
    fn a_body_may_be_left_out_where_every_field_may() {
        let document = document();
        let required = |path: &str, method: &str| &document["paths"][path][method]["requestBody"]["required"];
        assert_eq!(required("/api/v1/tokens", "post"), true);
        assert_eq!(required("/oauth/token", "post"), true);
        assert_eq!(required("/api/v1/tokens/{id}", "patch"), false);
        assert_eq!(required("/api/v1/tokens/{id}/rotate", "post"), false);
    }

    #[test]
    fn the_keys_have_the_media_type_of_rfc_7517() {
        let answer = &document()["paths"]["/.well-known/jwks.json"]["get"]["responses"]["200"]["content"];
        assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["application/jwk-set+json"]);
    }

    #[test]
    fn every_example_fits_its_schema() {
        let document = document();
        for (id, _, _, operation) in operations(&document) {
            let answers = operation["responses"].as_object().unwrap().values();
            let bodies = answers.chain([&operation["requestBody"]]);
            for content in bodies.filter_map(|body| body["content"].as_object()).flat_map(|content| content.values()) {
                let shared = content.pointer("/examples/example").map(|example| &resolve(example, &document)["value"]);
                let Some(example) = content.get("example").or(shared) else { continue };
                check(example, &content["schema"], &document, id);
                // On the page it is between apostrophes, to be pasted into a shell.
                assert!(!example.to_string().contains('\''), "{id}");
            }
        }
        let problem = serde_json::json!({"$ref": "#/components/schemas/Problem"});
        let examples = document["components"]["examples"].as_object().unwrap();
        for (name, example) in examples.iter().filter(|(_, example)| example["summary"].is_string()) {
            check(&example["value"], &problem, &document, name);
        }
    }

    /// As much of JSON Schema as the document uses.
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
            && (schema["additionalProperties"] != false
                || value.as_object().is_none_or(|object| object.keys().all(known)))
    }

    fn resolve<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
        schema["$ref"].as_str().map_or(schema, |location| document.pointer(&location[1..]).unwrap())
    }

    #[test]
    fn the_page_has_one_script_of_its_own_and_every_link_within_it_leads_somewhere() {
        let page = docs::write(&document());
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains(&format!("<script type=\"module\" src=\"{SCRIPT_PATH}\"></script>")));
        for inline in [" style=", "javascript:", " onclick=", " onsubmit="] {
            assert!(!html.contains(inline), "{inline}");
        }
        for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{link}\"")), "{link}");
        }
        for (id, ..) in operations(&document()) {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}
