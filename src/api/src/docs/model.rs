//! The document as the page reads it.

use serde_json::Value;

/// An operation of the document.
pub(super) struct Operation<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) id: &'a str,
    pub(super) tag: &'a str,
    pub(super) summary: &'a str,
    pub(super) described: &'a Value,
}

/// The methods in the order of the page.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// All operations, by path and method.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = METHODS.into_iter().filter_map(|method| Some((method, item.get(method)?)));
        methods.map(move |(method, described)| Operation {
            method,
            path,
            id: text(&described["operationId"]),
            tag: text(&described["tags"][0]),
            summary: text(&described["summary"]),
            described,
        })
    });
    all.collect()
}

impl Operation<'_> {
    pub(super) fn authenticated(&self) -> bool {
        self.described["security"][0].as_object().is_some_and(|scheme| !scheme.is_empty())
    }
}

/// A part of the document, or what a reference leads to.
pub(super) fn resolve<'a>(part: &'a Value, document: &'a Value) -> &'a Value {
    let target = part["$ref"].as_str().and_then(|location| document.pointer(location.strip_prefix('#')?));
    target.unwrap_or(part)
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
