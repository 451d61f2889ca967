//! The OpenAPI 3.1 document: the handlers' annotations, completed by the parts that operations share.
//!
//! The operation's ID is the handler's name, and its tag depends on its path. Annotations have three extensions:
//! `x-audit-action` names the audit action, which also determines the scope; `x-codes` lists error codes that aren't
//! derived from the rest; `x-idempotent` means that the operation accepts `Idempotency-Key`.

mod codes;
mod shared;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderValue;
use mintkey_domain::{AuditAction, BUILT_IN_SCOPES, ErrorCode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{OpenApi as Document, Ref, RefOr, Schema, schema::ArrayItems},
};

use crate::{oauth_error::OAuthError, problem::ProblemBody, state};

/// The names of the security schemes, each of which is sufficient.
const SCHEMES: [&str; 5] = ["bearer", "apiKey", "basic", "authorization", "session"];

#[derive(OpenApi)]
#[openapi(
    info(title = "Mintkey", license(name = "Apache-2.0 OR MIT")),
    tags(
        (name = "Credentials", description = "Exchange, look at and check credentials."),
        (name = "Tokens", description = "Create, list, edit, rotate, invalidate and delete tokens."),
        (name = "OAuth 2", description = "Short-lived access tokens for clients, by RFC 6749 and related standards."),
        (name = "Service accounts", description = "Identities for machines: devices, agents, pipelines."),
        (name = "Members", description = "The people of the organization, and those who are invited."),
        (name = "Organization", description = "Its name, its limits, the audience of its access tokens."),
        (name = "Certificates", description = "Who issues client certificates, and which of them are revoked."),
        (name = "Clusters", description = "Kubernetes clusters, and what their API servers ask about credentials."),
        (name = "Scopes", description = "The catalogue: what tokens can be given."),
        (name = "Audit log", description = "What was done, by whom, with which credential and from where."),
        (name = "Operation", description = "For operators, and for tools."),
    ),
    components(schemas(AuditAction, mintkey_domain::AuditTargetType)),
)]
struct Base;

/// Completes the document that utoipa generates from the handlers' annotations.
pub(crate) fn complete(mut annotated: Document, public_url: &str, session_cookie: &str) -> Value {
    let base = Base::openapi();
    annotated.info = base.info;
    annotated.tags = base.tags;
    let components = annotated.components.get_or_insert_default();
    components.schemas.extend(base.components.unwrap_or_default().schemas);
    let mut schemas =
        vec![("Problem".to_owned(), ProblemBody::schema()), ("OAuthError".to_owned(), OAuthError::schema())];
    ProblemBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.schemas = std::mem::take(&mut components.schemas).into_iter().map(page_of_references).collect();

    let mut document = serde_json::to_value(annotated).unwrap_or_default();
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document["info"]["description"] = description().into();
    document["servers"] = json!([{ "url": public_url }]);
    let mut shared = shared::Shared::new(public_url);
    drop_defaults(&mut document["paths"]);
    share_parameters(&document["paths"], &mut shared);
    let schemas = document["components"]["schemas"].clone();
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (route, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete_operation(route, method, operation, &mut shared);
                if let Some(body) = operation.get_mut("requestBody") {
                    let mut contents = body["content"].as_object().into_iter().flat_map(Map::values);
                    body["required"] = contents.any(|content| requires_a_field(&content["schema"], &schemas)).into();
                }
            }
        }
    }
    shared.write(&mut document["components"]);
    document["components"]["securitySchemes"] = shared::security_schemes(session_cookie);
    document
}

/// Serializes the document.
pub(crate) fn write(document: &Value) -> state::Document {
    let body = document.to_string();
    state::Document { etag: etag(&body), body: body.into(), policy: None }
}

/// A weak entity tag, because compressed and uncompressed responses share it.
pub(crate) fn etag(body: &str) -> HeaderValue {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(body));
    HeaderValue::from_str(&format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Renames utoipa's `ListPage_Token`, which inlines `Token`, to `TokenPage`, which refers to it.
fn page_of_references((name, mut schema): (String, RefOr<Schema>)) -> (String, RefOr<Schema>) {
    let Some(entry) = name.strip_prefix("ListPage_") else { return (name, schema) };
    if let RefOr::T(Schema::Object(page)) = &mut schema
        && let Some(RefOr::T(Schema::Array(data))) = page.properties.get_mut("data")
    {
        data.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(entry).into()));
    }
    (format!("{entry}Page"), schema)
}

fn complete_operation(route: &str, method: &str, operation: &mut Value, shared: &mut shared::Shared) {
    let Some(operation) = operation.as_object_mut() else { return };
    if let Some(Value::String(name)) = operation.get_mut("operationId") {
        *name = camel_case(name);
    }
    operation.entry("tags").or_insert_with(|| json!([tag(route)]));
    let action = operation.get("x-audit-action").and_then(|name| name.as_str()?.parse::<AuditAction>().ok());
    let scope = action.and_then(AuditAction::scope);
    let authenticated = scope.is_some() || operation.contains_key("security");
    let oauth = route.starts_with("/oauth/");
    let codes = codes::all(operation, route, method, authenticated);

    let security = if authenticated {
        let scopes = |scheme| if scheme == "bearer" { scope.into_iter().collect() } else { Vec::new() };
        SCHEMES.iter().map(|scheme| json!({ *scheme: scopes(*scheme) })).collect()
    } else {
        json!([{}])
    };
    operation.insert("security".to_owned(), security);
    let idempotent = operation.contains_key("x-idempotent");
    complete_parameters(operation, route, idempotent, shared);
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for response in responses.values_mut() {
            complete_answer(response, idempotent, shared);
        }
        for codes in codes.chunk_by(|one, other| one.status() == other.status()) {
            let status = codes.first().map_or(500, |code| code.status());
            // A head that can't be read has no path, so its refusal is the same everywhere.
            let name = if oauth && status != ErrorCode::HeadersTooLarge.status() {
                shared.oauth_error(status)
            } else {
                shared.problem(codes)
            };
            responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }));
        }
    }
}

/// Converts a handler's name to an operation ID, such as `create_token` to `createToken`.
fn camel_case(handler: &str) -> String {
    let mut words = handler.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_uppercase() + rest
    })
}

/// The tag of a path.
fn tag(route: &str) -> &'static str {
    let resource = route.strip_prefix("/api/v1/").and_then(|rest| rest.split('/').next());
    match resource {
        Some("tokens") => "Tokens",
        Some("service-accounts") => "Service accounts",
        Some("members") => "Members",
        Some("organization") => "Organization",
        Some("clusters") => "Clusters",
        Some("certificate-authorities") => "Certificates",
        Some("scopes") => "Scopes",
        Some("audit") => "Audit log",
        Some(_) => "Credentials",
        None if route.contains("/oauth") => "OAuth 2",
        None => "Operation",
    }
}

/// Drops `required` from optional parameters: that is its default.
fn drop_defaults(paths: &mut Value) {
    let operations = paths.as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut()).flatten();
    let parameters = operations.filter_map(|(_, operation)| operation.get_mut("parameters")?.as_array_mut()).flatten();
    for parameter in parameters.filter_map(Value::as_object_mut) {
        parameter.retain(|name, value| name != "required" || value != false);
    }
}

/// Collects the parameters that several operations have, to be replaced by references.
fn share_parameters(paths: &Value, shared: &mut shared::Shared) {
    let operations = paths.as_object().into_iter().flatten().filter_map(|(_, item)| item.as_object()).flatten();
    let all: Vec<&Value> =
        operations.filter_map(|(_, operation)| operation.get("parameters")?.as_array()).flatten().collect();
    for (index, parameter) in all.iter().enumerate() {
        if let (Some(name), true) = (parameter["name"].as_str(), all[..index].contains(parameter)) {
            shared.parameters.entry(name).or_insert_with(|| (*parameter).clone());
        }
    }
}

fn complete_parameters(operation: &mut Map<String, Value>, route: &str, idempotent: bool, shared: &shared::Shared) {
    let mut parameters = Vec::new();
    if route.contains("{id}") {
        parameters.push(shared::reference("parameters", "id"));
    }
    if let Some(Value::Array(described)) = operation.remove("parameters") {
        for parameter in described {
            let name = parameter["name"].as_str().filter(|name| shared.parameters.get(*name) == Some(&parameter));
            parameters.push(name.map_or_else(|| parameter.clone(), |name| shared::reference("parameters", name)));
        }
    }
    if idempotent {
        parameters.push(shared::reference("parameters", "Idempotency-Key"));
    }
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
}

fn complete_answer(response: &mut Value, idempotent: bool, shared: &mut shared::Shared) {
    let location = response["description"].as_str().is_some_and(|text| text.contains("`Location`"));
    let mut headers = vec!["X-Request-Id"];
    if location {
        headers.push("Location");
    }
    if idempotent {
        headers.push("Idempotency-Replayed");
    }
    response["headers"] = shared::headers(&headers);
    let contents = response.get_mut("content").and_then(Value::as_object_mut);
    for content in contents.into_iter().flat_map(|contents| contents.values_mut()) {
        let Some(name) = content["schema"]["$ref"].as_str().and_then(|location| location.rsplit('/').next()) else {
            continue;
        };
        let name = name.strip_prefix("ListPage_").map_or_else(|| name.to_owned(), |entry| format!("{entry}Page"));
        let own = content.as_object_mut().and_then(|content| content.remove("example"));
        if let Some(example) = shared.example(&name, own) {
            content["examples"] = json!({ "example": shared::reference("examples", &example) });
        }
        content["schema"] = shared::reference("schemas", &name);
    }
}

/// Whether a body with this schema is required.
fn requires_a_field(schema: &Value, schemas: &Value) -> bool {
    let name = schema["$ref"].as_str().and_then(|location| location.rsplit('/').next());
    let schema = name.map_or(schema, |name| &schemas[name]);
    schema["required"].is_array()
        || schema["allOf"].as_array().is_some_and(|parts| parts.iter().any(|part| requires_a_field(part, schemas)))
}

fn description() -> String {
    let scopes: Vec<String> =
        BUILT_IN_SCOPES.iter().map(|scope| format!("- `{}`: {}", scope.name, scope.description)).collect();
    format!(
        "Mints, scopes, rotates, expires, invalidates and checks API credentials.\n\nJSON in and out, `snake_case`, \
         times in RFC 3339 UTC, ids as UUIDs. Unknown fields and parameters are refused. Every error is \
         `application/problem+json` (RFC 9457) with a stable `code`. A body may have 256 KiB.\n\nMintkey's own \
         scopes:\n\n{}",
        scopes.join("\n")
    )
}
