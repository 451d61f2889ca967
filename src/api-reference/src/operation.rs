//! Renders an operation.

use maud::{Markup, html};
use serde_json::Value;

use crate::{
    curl,
    model::{Operation, resolve, text},
    parts::{prose, table, verb},
    schema, try_it,
};

pub(crate) fn write(operation: &Operation<'_>, document: &Value) -> Markup {
    let described = operation.described;
    html! {
        article id=(operation.id) {
            h3 {
                (operation.summary) " "
                a.anchor href={ "#" (operation.id) } aria-label="Link to this operation" { "#" }
            }
            p.path { (verb(operation.method)) " " code { (operation.path) } }
            p { (prose(text(&described["description"]))) }
            p.needs {
                @match described["security"][0]["bearer"][0].as_str() {
                    Some(scope) => { "Requires the scope " code { (scope) } "." }
                    None if operation.authenticated() => { "Requires a credential, whatever its scopes." }
                    None => { "Requires no credential." }
                }
                @if let Some(action) = described["x-audit-action"].as_str() {
                    " Its name in the audit log is " a href="#schema-AuditAction" { code { (action) } } "."
                }
            }
            (parameters(operation, document))
            (body(operation, document))
            (example(operation, document))
            (answers(operation, document))
        }
    }
}

fn parameters(operation: &Operation<'_>, document: &Value) -> Markup {
    let parameters = operation.described["parameters"].as_array().into_iter().flatten();
    let (query, other): (Vec<_>, Vec<_>) =
        parameters.map(|parameter| resolve(parameter, document)).partition(|parameter| parameter["in"] == "query");
    html! {
        @if !query.is_empty() {
            h4 { "Query" }
            (table("Query", &["Name", "Type", "Meaning"], &html! {
                @for parameter in query {
                    (schema::row(
                        text(&parameter["name"]),
                        false,
                        &parameter["schema"],
                        text(&parameter["description"]),
                    ))
                }
            }))
        }
        @if other.iter().any(|parameter| parameter["in"] == "header") {
            p { "Accepts the header " code { "Idempotency-Key" } ": see " a href="#repeats" { "Idempotency" } "." }
        }
    }
}

fn body(operation: &Operation<'_>, document: &Value) -> Markup {
    let content = operation.described["requestBody"]["content"].as_object();
    let schema = content.and_then(|content| content.values().next()).map(|content| &content["schema"]);
    html! {
        @if let Some(schema) = schema {
            h4 { "Body" }
            (schema::properties("Body", schema, document))
        }
    }
}

fn example(operation: &Operation<'_>, document: &Value) -> Markup {
    let answers = operation.described["responses"].as_object().into_iter().flatten();
    let examples = answers.filter_map(|(status, answer)| {
        let content = answer["content"].as_object()?.values().next()?;
        let example = resolve(content["examples"].get("example")?, document);
        Some((status, &example["value"]))
    });
    html! {
        h4 { "Example" }
        pre tabindex="0" { code { (curl::command(operation, text(&document["servers"][0]["url"]))) } }
        (try_it::write(operation, document))
        @for (status, example) in examples {
            details {
                summary { "Answer " (status) }
                pre tabindex="0" { code { (curl::pretty(example)) } }
            }
        }
    }
}

fn answers(operation: &Operation<'_>, document: &Value) -> Markup {
    let answers = operation.described["responses"].as_object().into_iter().flatten();
    html! {
        h4 { "Answers" }
        dl {
            @for (status, answer) in answers {
                @let answer = resolve(answer, document);
                @let content = answer["content"].as_object().and_then(|content| content.values().next());
                div {
                    @if status.starts_with('2') {
                        dt.success { (status) }
                        dd {
                            (prose(text(&answer["description"])))
                            @if let Some(name) = content.and_then(|content| schema::name(&content["schema"])) {
                                " " (schema::link(name))
                            }
                        }
                    } @else {
                        dt { (status) }
                        dd {
                            @match answer["x-codes"].as_array() {
                                Some(codes) => {
                                    @for code in codes.iter().map(text) { a href={ "#" (code) } { code { (code) } } " " }
                                }
                                None => { (prose(text(&answer["description"]))) }
                            }
                        }
                    }
                }
            }
        }
    }
}
