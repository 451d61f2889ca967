//! The OpenAPI 3.1 document, made once at the start from the endpoints' own descriptions.

mod document;
mod field;
mod operation;
mod refusals;

use mintkey_domain::{ErrorCode, Problem};

pub(crate) use self::{document::AREAS, field::about, refusals::refusals};
use crate::{
    answer::{self, Outcome},
    call::Call,
    docs,
    endpoint::{Answer, Content, Endpoint},
    routes::Routes,
};

/// What was written at the start.
pub(crate) struct Documents {
    pub(crate) openapi: String,
    pub(crate) page: docs::Page,
}

pub(crate) static DOCUMENT: Endpoint = Endpoint {
    path: "/api/openapi.json",
    name: "getOpenApi",
    title: "This API as an OpenAPI 3.1 document",
    about: "For generators and for tools. It needs no credential.",
    area: "Operation",
    answer: Answer { status: 200, about: "The document.", content: Content::Other("application/json") },
    ..Endpoint::EMPTY
};

impl Documents {
    pub(crate) fn new(endpoints: &[&'static Endpoint], public_url: &str, session_cookie: &str) -> Self {
        let document = document::build(endpoints, public_url, session_cookie);
        let page = docs::Page::new(endpoints, &document, public_url);
        Self { openapi: document.to_pretty_json().unwrap_or_default(), page }
    }
}

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.open(&DOCUMENT, openapi)
}

async fn openapi(call: Call) -> Outcome {
    let text = &call.api.documents.openapi;
    if text.is_empty() {
        return Err(Problem::new(ErrorCode::Internal, "The document could not be written.").into());
    }
    Ok(answer::document(text, "application/json", "no-cache"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use mintkey_domain::AuditAction;
    use serde_json::Value;

    use super::*;
    use crate::{
        endpoint::{Content, Needs},
        input::Fields,
        routes,
    };

    fn document() -> Value {
        let documents = Documents::new(routes::all().endpoints(), "http://mintkey.test", "mintkey_session");
        serde_json::from_str(&documents.openapi).unwrap()
    }

    #[test]
    fn every_route_is_in_the_document_and_every_operation_has_a_route() {
        let document = document();
        let described: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|verb| (path.clone(), verb.to_uppercase())))
            .collect();
        let all = routes::all();
        let routed: Vec<_> = all
            .endpoints()
            .iter()
            .map(|endpoint| (endpoint.path.to_owned(), endpoint.method.as_str().to_owned()))
            .collect();
        assert_eq!(described, routed.iter().cloned().collect());
        assert_eq!(described.len(), routed.len());
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn every_operation_says_its_action_and_the_scope_of_it() {
        let document = document();
        for endpoint in routes::all().endpoints() {
            let operation = &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()];
            assert_eq!(operation["x-audit-action"].as_str(), endpoint.action.map(AuditAction::as_str));
            assert_eq!(operation["x-mintkey-scope"].as_str(), endpoint.scope());
            // `getMe` takes any credential, whatever its scopes. Every other operation with a credential takes a scope.
            let guarded = endpoint.needs == Needs::Credential && endpoint.name != "getMe";
            assert_eq!(endpoint.scope().is_some(), guarded, "{}", endpoint.name);
        }
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
    fn a_form_of_oauth_may_have_more_fields_and_no_other_body_may() {
        let document = document();
        for endpoint in routes::all().endpoints().iter().filter(|endpoint| !endpoint.body.is_empty()) {
            let verb = endpoint.method.as_str().to_lowercase();
            let content = &document["paths"][endpoint.path][verb]["requestBody"]["content"];
            for body in content.as_object().unwrap().values() {
                let others = body["schema"].get("additionalProperties");
                assert_eq!(others, (!endpoint.oauth).then_some(&Value::Bool(false)), "{}", endpoint.name);
            }
        }
    }

    #[test]
    fn the_keys_have_the_media_type_of_rfc_7517() {
        let answer = &document()["paths"]["/.well-known/jwks.json"]["get"]["responses"]["200"]["content"];
        assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["application/jwk-set+json"]);
    }

    #[test]
    fn every_example_of_a_body_is_taken() {
        for endpoint in routes::all().endpoints().iter().filter(|endpoint| !endpoint.body.is_empty()) {
            let Value::Object(map) = serde_json::from_str(endpoint.example).unwrap() else { panic!("not an object") };
            let fields = Fields::read(endpoint.body, map.into_iter().collect());
            assert!(fields.errors.is_empty(), "{}: {:?}", endpoint.name, fields.errors);
            // On the page it stands between apostrophes, to be pasted into a shell.
            assert!(!endpoint.example.contains('\''), "{}", endpoint.name);
        }
    }

    #[test]
    fn every_example_of_an_answer_has_the_fields_of_its_shape() {
        let document = document();
        for endpoint in routes::all().endpoints() {
            let Content::Json { schema, example, .. } = endpoint.answer.content else { continue };
            let shape = &document["components"]["schemas"][schema().name];
            let mut known = BTreeSet::new();
            properties(shape, &document, &mut known);
            let given: BTreeSet<String> =
                serde_json::from_str::<Value>(&example()).unwrap().as_object().unwrap().keys().cloned().collect();
            assert!(given.is_subset(&known), "{}: {given:?} {known:?}", endpoint.name);
        }
    }

    fn properties(shape: &Value, document: &Value, known: &mut BTreeSet<String>) {
        if let Some(Value::String(location)) = shape.get("$ref") {
            properties(document.pointer(&location[1..]).unwrap(), document, known);
        }
        for part in shape["allOf"].as_array().into_iter().flatten() {
            properties(part, document, known);
        }
        known.extend(shape["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_says_what_can_go_wrong() {
        let mut names = BTreeSet::new();
        for endpoint in routes::all().endpoints() {
            assert!(names.insert(endpoint.name), "{}", endpoint.name);
            assert!(!endpoint.title.is_empty() && !endpoint.about.is_empty() && !endpoint.answer.about.is_empty());
            assert!(refusals(endpoint).contains(&ErrorCode::Internal));
        }
    }

    #[test]
    fn the_page_has_no_script_and_every_link_within_it_leads_somewhere() {
        let document = document::build(routes::all().endpoints(), "http://mintkey.test", "mintkey_session");
        let html = docs::Page::new(routes::all().endpoints(), &document, "http://mintkey.test").html().to_owned();
        assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains("javascript:"), "no script");
        for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{link}\"")), "{link}");
        }
    }
}
