//! The API reference: renders an OpenAPI document as an HTML page.
//!
//! The page depends only on the document and is complete without its script, which adds "Try it" to each operation.

mod curl;
mod guide;
mod model;
mod operation;
mod parts;
mod schema;
mod try_it;

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::{
    model::{Operation, text},
    parts::verb,
};

/// The page's script, which must be served at [`SCRIPT_PATH`].
pub const SCRIPT: &str = include_str!("try_it.js");
/// The path from which the page loads its script.
pub const SCRIPT_PATH: &str = "/api/docs/try-it.js";

const STYLE: &str = include_str!("style.css");

/// The page's HTML.
pub fn page(document: &Value) -> String {
    markup(document).into_string()
}

/// The page's `Content-Security-Policy`: allows only its own style, and scripts and requests of the same origin.
pub fn content_security_policy() -> String {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'self'; connect-src 'self'; \
         require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn markup(document: &Value) -> Markup {
    let operations = model::operations(document);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Mintkey API" }
                style { (PreEscaped(STYLE)) }
                script type="module" src=(SCRIPT_PATH) {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (contents(document, &operations))
                main id="content" {
                    header {
                        h1 { "Mintkey API" }
                        p {
                            "Version " (text(&document["info"]["version"])) " at "
                            code { (text(&document["servers"][0]["url"])) } ". For generators: "
                            a href="/api/openapi.json" { "OpenAPI 3.1" } "."
                        }
                    }
                    (guide::write(document))
                    @for (name, description) in tags(document) {
                        section aria-labelledby=(anchor(name)) {
                            h2 id=(anchor(name)) { (name) }
                            p { (description) }
                            @for operation in operations.iter().filter(|operation| operation.tag == name) {
                                (operation::write(operation, document))
                            }
                        }
                    }
                    (guide::codes())
                    (schema::write(document))
                }
            }
        }
    }
}

fn contents(document: &Value, operations: &[Operation<'_>]) -> Markup {
    html! {
        nav aria-label="Contents" {
            p.brand { a href="/" { "Mintkey" } " API" }
            h2 { "Guide" }
            ul {
                @for (anchor, title) in guide::SECTIONS { li { a href={ "#" (anchor) } { (title) } } }
            }
            @for (name, _) in tags(document) {
                h2 { (name) }
                ul {
                    @for operation in operations.iter().filter(|operation| operation.tag == name) {
                        li { a href={ "#" (operation.id) } { (verb(operation.method)) " " span { (operation.summary) } } }
                    }
                }
            }
            h2 { "Reference" }
            ul {
                li { a href="#codes" { "Error codes" } }
                @for name in schema::names(document) { li { a href={ "#schema-" (name) } { code { (name) } } } }
            }
        }
    }
}

fn tags(document: &Value) -> impl Iterator<Item = (&str, &str)> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| (text(&tag["name"]), text(&tag["description"])))
}

/// The anchor of a heading.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}
