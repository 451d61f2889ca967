//! Access to the parts of the OpenAPI document.

use serde_json::Value;

/// An operation of the document.
pub(crate) struct Operation<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) id: &'a str,
    pub(crate) tag: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) described: &'a Value,
}

/// The methods in the order in which the page lists them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// All operations, by path and method.
pub(crate) fn operations(document: &Value) -> Vec<Operation<'_>> {
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
    pub(crate) fn authenticated(&self) -> bool {
        self.described["security"][0].as_object().is_some_and(|scheme| !scheme.is_empty())
    }
}

/// Resolves a reference; returns any other part of the document unchanged.
pub(crate) fn resolve<'a>(part: &'a Value, document: &'a Value) -> &'a Value {
    let target = part["$ref"].as_str().and_then(|location| document.pointer(location.strip_prefix('#')?));
    target.unwrap_or(part)
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
