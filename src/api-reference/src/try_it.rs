//! "Try it": a form that sends an operation's request from the page. It is hidden until the page's script runs.
//!
//! `data-in` determines where a field's value goes: the path, the query, a header, the body, or the credential.

use maud::{Markup, html};
use serde_json::Value;

use crate::{
    curl::{FORM, ID, pretty},
    model::{Operation, resolve, text},
};

/// The last path segments of operations that require a confirmation because they end or replace something.
const ENDINGS: [&str; 6] = ["deactivate", "hand-over", "invalidate", "revoke", "rotate", "suspend"];

pub(crate) fn write(operation: &Operation<'_>, document: &Value) -> Markup {
    let content = operation.described["requestBody"]["content"].as_object();
    let body = content.and_then(|content| content.iter().next());
    html! {
        details.try hidden {
            summary aria-label={ "Try it: " (operation.summary) } { "Try it" }
            form autocomplete="off" data-method=(operation.method.to_uppercase()) data-path=(operation.path)
                data-confirm[asks_first(operation)] {
                @if operation.authenticated() { (api_key()) }
                (parameters(operation, document))
                @match body {
                    Some((media_type, content)) if media_type == FORM => { (form_fields(&content["example"])) }
                    Some((_, content)) => { (json(&content["example"])) }
                    None => {}
                }
                button { "Send" }
            }
            p.status role="status" {}
            div.answer {}
        }
    }
}

fn asks_first(operation: &Operation<'_>) -> bool {
    let last = operation.path.rsplit('/').next().unwrap_or_default();
    matches!(operation.method, "delete" | "put") || ENDINGS.contains(&last)
}

fn api_key() -> Markup {
    html! {
        label {
            "API key"
            input type="password" data-in="key" placeholder="mk_…" autocomplete="new-password";
            small { "It is forgotten when you leave the page. Without one, your session in the console is used." }
        }
    }
}

fn parameters(operation: &Operation<'_>, document: &Value) -> Markup {
    let parameters = operation.described["parameters"].as_array().into_iter().flatten();
    html! {
        div.fields {
            @for parameter in parameters.map(|parameter| resolve(parameter, document)) {
                label {
                    code { (text(&parameter["name"])) }
                    (value(parameter))
                }
            }
        }
    }
}

/// The input for a parameter's value. Empty values aren't sent.
fn value(parameter: &Value) -> Markup {
    let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
    let schema = &parameter["schema"];
    let choices: Vec<&str> = match schema["enum"].as_array() {
        Some(choices) => choices.iter().map(text).collect(),
        None if schema["type"] == "boolean" => vec!["true", "false"],
        None => vec![],
    };
    html! {
        @if !choices.is_empty() {
            select name=(name) data-in=(place) {
                option value="" { "—" }
                @for choice in choices { option { (choice) } }
            }
        } @else {
            input name=(name) data-in=(place) placeholder=[(place == "path").then_some(ID)] required[place == "path"];
        }
    }
}

/// The fields of an OAuth form and the client's credentials. Abbreviated example values are placeholders for secrets.
fn form_fields(example: &Value) -> Markup {
    html! {
        div.fields {
            label { "Client ID" input data-in="client" placeholder=(ID); }
            label { "Client secret" input type="password" data-in="client" autocomplete="new-password"; }
            @for (name, value) in example.as_object().into_iter().flatten() {
                @let value = text(value);
                label {
                    code { (name) }
                    @if value.contains('…') {
                        input name=(name) data-in="form" type="password" autocomplete="new-password";
                    } @else {
                        input name=(name) data-in="form" value=(value);
                    }
                }
            }
        }
    }
}

fn json(example: &Value) -> Markup {
    let example = pretty(example);
    html! {
        label {
            "Body"
            textarea data-in="json" rows=(example.lines().count().clamp(3, 16)) spellcheck="false" { (example) }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::operations;

    fn form(path: &str, method: &str, described: &Value) -> String {
        let document = json!({"paths": {path: {method: described}}});
        write(&operations(&document)[0], &document).into_string()
    }

    #[test]
    fn a_form_is_hidden_until_the_script_runs() {
        assert!(form("/healthz", "get", &json!({"security": [{}]})).starts_with("<details class=\"try\" hidden>"));
    }

    #[test]
    fn what_ends_or_replaces_something_is_asked_about() {
        for (path, method, asks) in [
            ("/api/v1/tokens/{id}", "delete", true),
            ("/api/v1/tokens/{id}/client-keys", "put", true),
            ("/api/v1/tokens/{id}/invalidate", "post", true),
            ("/oauth/revoke", "post", true),
            ("/api/v1/tokens/{id}", "patch", false),
            ("/api/v1/tokens", "post", false),
        ] {
            assert_eq!(form(path, method, &json!({})).contains("data-confirm"), asks, "{method} {path}");
        }
    }

    #[test]
    fn an_api_key_is_asked_for_where_one_is_needed() {
        let key = "data-in=\"key\"";
        assert!(form("/api/v1/me", "get", &json!({"security": [{"bearer": []}]})).contains(key));
        assert!(!form("/healthz", "get", &json!({"security": [{}]})).contains(key));
    }

    #[test]
    fn a_secret_of_the_readers_is_not_prefilled() {
        let content = json!({FORM: {"example": {"grant_type": "password", "token": "eyJ.…"}}});
        let form = form("/oauth/introspect", "post", &json!({"requestBody": {"content": content}}));
        assert!(form.contains("value=\"password\"") && !form.contains('…'));
    }
}
