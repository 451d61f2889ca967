//! Renders schemas.

use maud::{Markup, html};
use serde_json::Value;

use crate::{
    model::{resolve, text},
    parts::{prose, table},
};

/// The names of all schemas.
pub(crate) fn names(document: &Value) -> impl Iterator<Item = &String> {
    document["components"]["schemas"].as_object().into_iter().flat_map(|schemas| schemas.keys())
}

pub(crate) fn write(document: &Value) -> Markup {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    html! {
        section aria-labelledby="schemas" {
            h2 id="schemas" { "Schemas" }
            @for (name, schema) in schemas {
                article id={ "schema-" (name) } {
                    h3 { code { (name) } }
                    p { (prose(text(&schema["description"]))) }
                    (properties(&format!("Fields of {name}"), schema, document))
                    @if let Some(values) = schema["enum"].as_array() {
                        p {
                            "One of "
                            @for (index, value) in values.iter().enumerate() {
                                @if index > 0 { ", " }
                                code { (text(value)) }
                            }
                            "."
                        }
                    }
                }
            }
        }
    }
}

/// The fields of an object, including those of its `allOf` schemas.
pub(crate) fn properties(label: &str, schema: &Value, document: &Value) -> Markup {
    let mut fields = Vec::new();
    collect(schema, document, &mut fields);
    fields.sort_by_key(|(_, required, _)| !required);
    html! {
        @if !fields.is_empty() {
            (table(label, &["Name", "Type", "Meaning"], &html! {
                @for (name, required, field) in fields { (row(name, required, field, meaning(field))) }
            }))
        }
    }
}

/// Collects each field's name, whether it is required, and its schema.
fn collect<'a>(schema: &'a Value, document: &'a Value, fields: &mut Vec<(&'a str, bool, &'a Value)>) {
    let schema = resolve(schema, document);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(part, document, fields);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let required = schema["required"].as_array().is_some_and(|required| required.iter().any(|one| one == name));
        fields.push((name, required, field));
    }
}

/// A field's description. For a nullable field, it is in the alternative that isn't null.
fn meaning(field: &Value) -> &str {
    let alternatives = field["oneOf"].as_array().into_iter().flatten();
    let described = alternatives.chain([field]).find_map(|schema| schema["description"].as_str());
    described.unwrap_or_default()
}

/// The table row of a field or a parameter.
pub(crate) fn row(name: &str, required: bool, schema: &Value, meaning: &str) -> Markup {
    let choices = schema["enum"].as_array().into_iter().flatten();
    html! {
        tr {
            th scope="row" { code { (name) } @if required { " " em { "required" } } }
            td { (kind(schema)) }
            td { (prose(meaning)) @for choice in choices { " " code { (text(choice)) } } }
        }
    }
}

/// The name of the referenced schema.
pub(crate) fn name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

pub(crate) fn link(name: &str) -> Markup {
    html! { a href={ "#schema-" (name) } { code { (name) } } }
}

/// Describes a type in a few words.
fn kind(schema: &Value) -> Markup {
    if let Some(name) = name(schema) {
        return link(name);
    }
    for combination in ["oneOf", "anyOf", "allOf"] {
        if let Some(items) = schema[combination].as_array() {
            return html! {
                @for (index, item) in items.iter().enumerate() {
                    @if index > 0 { " or " }
                    (kind(item))
                }
            };
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(text).collect(),
        _ => vec!["anything"],
    };
    html! {
        @for (index, one) in types.iter().enumerate() {
            @if index > 0 { " or " }
            @match *one {
                "string" => (string(schema)),
                "integer" => (integer(schema)),
                "boolean" => "boolean",
                "array" => { "list of " (kind(&schema["items"])) }
                "null" => { code { "null" } }
                other => (other),
            }
        }
    }
}

fn string(schema: &Value) -> &str {
    match schema["format"].as_str() {
        Some("uuid") => "UUID",
        Some("date-time") => "time",
        Some("ip") => "IP address",
        _ if schema["pattern"].is_string() => "duration",
        _ => "string",
    }
}

fn integer(schema: &Value) -> String {
    match (schema["minimum"].as_f64(), schema["maximum"].as_f64()) {
        (Some(minimum), Some(maximum)) => format!("integer, {minimum} to {maximum}"),
        (Some(minimum), None) => format!("integer, {minimum} or more"),
        _ => "integer".to_owned(),
    }
}
