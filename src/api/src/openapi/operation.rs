//! One endpoint as an OpenAPI operation.

use std::collections::BTreeMap;

use mintkey_domain::ErrorCode;
use serde_json::Value;
use utoipa::openapi::{
    Content, ContentBuilder, Header, KnownFormat, ObjectBuilder, Ref, Required, Response, ResponseBuilder,
    SchemaFormat, Type,
    example::ExampleBuilder,
    extensions::{Extensions, ExtensionsBuilder},
    header::HeaderBuilder,
    path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::{RequestBody, RequestBodyBuilder},
    security::SecurityRequirement,
};

use super::{document::SCHEMES, field, refusals};
use crate::{
    endpoint::{self, Endpoint, Needs},
    v1::problem_example,
};

/// Describes the endpoint.
pub(super) fn describe(endpoint: &Endpoint, public_url: &str) -> Operation {
    let mut operation = OperationBuilder::new()
        .tag(endpoint.area)
        .operation_id(Some(endpoint.name))
        .summary(Some(endpoint.title))
        .description(Some(endpoint.about))
        .request_body(body(endpoint));
    for parameter in parameters(endpoint) {
        operation = operation.parameter(parameter);
    }
    operation = operation.response(endpoint.answer.status.to_string(), answer(endpoint));
    for (status, codes) in by_status(endpoint) {
        operation = operation.response(
            status.to_string(),
            if endpoint.oauth && codes != [ErrorCode::HeadersTooLarge] {
                oauth_refusal(status)
            } else {
                refusal(&codes, public_url)
            },
        );
    }
    let securities: Vec<_> = match endpoint.needs {
        Needs::Nothing => vec![SecurityRequirement::default()],
        Needs::Credential => SCHEMES.iter().map(|scheme| SecurityRequirement::new(*scheme, [""; 0])).collect(),
    };
    operation = operation.securities(Some(securities));
    operation.extensions(extensions(endpoint)).build()
}

/// The scope that the operation takes, and its name in the audit log.
fn extensions(endpoint: &Endpoint) -> Option<Extensions> {
    let action = endpoint.action?;
    let extensions = ExtensionsBuilder::new().add("x-audit-action", action.as_str());
    Some(match endpoint.scope() {
        Some(scope) => extensions.add("x-mintkey-scope", scope).build(),
        None => extensions.build(),
    })
}

fn parameters(endpoint: &Endpoint) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    if endpoint.path.contains("{id}") {
        let uuid =
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        parameters.push(
            ParameterBuilder::new()
                .name("id")
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some("Its id."))
                .schema(Some(uuid))
                .build(),
        );
    }
    parameters.extend(endpoint.query.iter().map(|field| {
        ParameterBuilder::new()
            .name(field.name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(field::about(field)))
            .schema(Some(field::schema(field)))
            .build()
    }));
    if endpoint.repeatable {
        let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
        parameters.push(
            ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some("A word of your own by which a repeat is known for 24 hours; visible ASCII."))
                .schema(Some(key))
                .build(),
        );
    }
    parameters
}

fn body(endpoint: &Endpoint) -> Option<RequestBody> {
    if endpoint.body.is_empty() {
        return None;
    }
    // RFC 6749 section 3.2: unknown parameters are ignored there, and refused everywhere else.
    let object = if endpoint.oauth { field::open_object } else { field::object };
    let content = |example| ContentBuilder::new().schema(Some(object(endpoint.body))).example(example).build();
    let example = serde_json::from_str::<Value>(endpoint.example).ok();
    let required = if endpoint.body.iter().any(|field| field.required) { Required::True } else { Required::False };
    let body = RequestBodyBuilder::new().required(Some(required));
    if endpoint.oauth {
        return Some(body.content("application/x-www-form-urlencoded", content(example)).build());
    }
    let body = body.content("application/json", content(example));
    let body = if endpoint.form { body.content("application/x-www-form-urlencoded", content(None)) } else { body };
    Some(body.build())
}

fn answer(endpoint: &Endpoint) -> Response {
    let response = ResponseBuilder::new().description(endpoint.answer.about).header("X-Request-Id", request_id());
    let response = match endpoint.answer.content {
        endpoint::Content::Nothing => response,
        endpoint::Content::Other(media_type) => response.content(media_type, Content::default()),
        endpoint::Content::Json { media_type, schema, example } => response.content(
            media_type,
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(schema().name)))
                .example(serde_json::from_str(&example()).ok())
                .build(),
        ),
    };
    let response = if endpoint.answer.status == 201 {
        response.header("Location", header("The path of what was made."))
    } else {
        response
    };
    if endpoint.repeatable {
        let about = "`true` if this repeats an earlier answer; it then has no secrets.";
        response.header("Idempotency-Replayed", header(about)).build()
    } else {
        response.build()
    }
}

fn by_status(endpoint: &Endpoint) -> BTreeMap<u16, Vec<ErrorCode>> {
    let mut groups: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in refusals(endpoint) {
        groups.entry(code.status()).or_default().push(code);
    }
    groups
}

fn refusal(codes: &[ErrorCode], public_url: &str) -> Response {
    let about: Vec<String> = codes.iter().map(|code| format!("`{code}`: {}.", code.title())).collect();
    let examples = codes.iter().map(|code| {
        let example = ExampleBuilder::new()
            .summary(code.title())
            .value(serde_json::from_str(&problem_example(*code, public_url)).ok());
        (code.as_str(), example.build())
    });
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples.collect::<Vec<_>>());
    let mut response = ResponseBuilder::new().description(about.join(" ")).header("X-Request-Id", request_id());
    // This one comes from below the router: it has no body and no id.
    if codes == [ErrorCode::HeadersTooLarge] {
        return ResponseBuilder::new().description(about.join(" ")).build();
    }
    let status = codes.first().map_or(0, |code| code.status());
    if status == 401 {
        response = response.header("WWW-Authenticate", header("How to authenticate (RFC 6750 section 3)."));
    }
    if status == 429 || status == 503 {
        response = response.header("Retry-After", header("Seconds after which a new try makes sense."));
    }
    response.content("application/problem+json", problem.build()).build()
}

/// RFC 6749 section 5.2.
fn oauth_refusal(status: u16) -> Response {
    let about = match status {
        400 => "The request can't be understood or granted: `error` has the code of RFC 6749, 7009 or 7662.",
        401 => "Client authentication failed: `invalid_client`.",
        413 => "The body is too large: `invalid_request`.",
        429 => "Too many failures: `temporarily_unavailable`.",
        503 => "The database is busy or not available: `temporarily_unavailable`.",
        504 => "The request took too long: `temporarily_unavailable`.",
        _ => "Something went wrong on our side: `server_error`.",
    };
    let error = ContentBuilder::new().schema(Some(Ref::from_schema_name("OAuthError"))).build();
    let response = ResponseBuilder::new().description(about).header("X-Request-Id", request_id());
    let response = if status == 401 {
        response.header("WWW-Authenticate", header("`Basic`, if that was how the client tried."))
    } else if status == 429 || status == 503 {
        response.header("Retry-After", header("Seconds after which a new try makes sense."))
    } else {
        response
    };
    response.content("application/json", error).build()
}

fn request_id() -> Header {
    header("The request's id; the log has it too.")
}

fn header(about: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(text)).description(Some(about)).build()
}
