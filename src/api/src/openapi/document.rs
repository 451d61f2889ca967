//! The whole document.

use mintkey_domain::{AuditAction, AuditTargetType, BUILT_IN_SCOPES};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, HttpMethod, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathsBuilder,
        ServerBuilder,
        path::PathItem,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::operation;
use crate::{
    endpoint::{Content, Endpoint, Verb},
    oauth::OAuthError,
    refusal::ProblemBody,
};

/// The names of the security schemes. Any one of them is enough.
pub(super) const SCHEMES: &[&str] = &["bearer", "apiKey", "basic", "authorization", "session"];

/// The parts of the API, in the order of the page.
pub(crate) const AREAS: &[(&str, &str)] = &[
    ("Credentials", "Exchange, look at and check credentials."),
    ("Tokens", "Create, list, edit, rotate, invalidate and delete tokens."),
    ("OAuth 2", "Short-lived access tokens for clients, as RFC 6749 and its relatives have it."),
    ("Service accounts", "Identities for machines: devices, agents, pipelines."),
    ("Members", "The people of the organization, and those who are invited."),
    ("Organization", "Its name, its limits, the audience of its access tokens."),
    ("Scopes", "The catalogue: what tokens can be given."),
    ("Audit log", "What was done, by whom, through which credential and from where."),
    ("Operation", "For whoever runs Mintkey, and for tools."),
];

/// Writes the document.
pub(super) fn build(endpoints: &[&'static Endpoint], public_url: &str, session_cookie: &str) -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new()
        .schema("Problem", ProblemBody::schema())
        .schema("OAuthError", OAuthError::schema())
        .schema(AuditAction::name(), AuditAction::schema())
        .schema(AuditTargetType::name(), AuditTargetType::schema());
    let mut parts = Vec::new();
    ProblemBody::schemas(&mut parts);
    for endpoint in endpoints {
        let operation = operation::describe(endpoint, public_url);
        paths = paths.path(endpoint.path, PathItem::new(method(endpoint.method), operation));
        if let Content::Json { schema, .. } = endpoint.answer.content {
            parts.extend(schema().parts);
        }
    }
    for (name, schema) in parts {
        components = components.schema(name, schema);
    }
    for (name, scheme) in schemes(session_cookie) {
        components = components.security_scheme(name, scheme);
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Mintkey")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(about()))
                .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url(public_url).build()]))
        .tags(Some(AREAS.iter().map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build())))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn about() -> String {
    let scopes: Vec<String> =
        BUILT_IN_SCOPES.iter().map(|scope| format!("- `{}`: {}", scope.name, scope.description)).collect();
    format!(
        "Mints, scopes, rotates, expires, invalidates and checks API credentials.\n\nJSON in and out, `snake_case`, \
         times in RFC 3339 UTC, ids as UUIDs. Unknown fields and parameters are refused. Every refusal is \
         `application/problem+json` (RFC 9457) with a stable `code`. A body may have 256 KiB.\n\nMintkey's own \
         scopes:\n\n{}",
        scopes.join("\n")
    )
}

fn schemes(session_cookie: &str) -> [(&'static str, SecurityScheme); 5] {
    let key = |name: &str, about: &str| ApiKeyValue::with_description(name, about);
    let http =
        |scheme, about: &str| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).description(Some(about)).build());
    [
        ("bearer", http(HttpAuthScheme::Bearer, "`Authorization: Bearer …` with an API key or an access token.")),
        ("apiKey", SecurityScheme::ApiKey(ApiKey::Header(key("X-API-Key", "An API key.")))),
        ("basic", http(HttpAuthScheme::Basic, "Client ID as user name, client secret as password.")),
        (
            "authorization",
            SecurityScheme::ApiKey(ApiKey::Header(key(
                "Authorization",
                "`APIToken mk_…`, `ApiKey mk_…`, or the bare API key.",
            ))),
        ),
        (
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(key(session_cookie, "The console's session, from its own pages."))),
        ),
    ]
}

const fn method(verb: Verb) -> HttpMethod {
    match verb {
        Verb::Get => HttpMethod::Get,
        Verb::Post => HttpMethod::Post,
        Verb::Put => HttpMethod::Put,
        Verb::Patch => HttpMethod::Patch,
        Verb::Delete => HttpMethod::Delete,
    }
}
