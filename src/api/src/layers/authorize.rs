//! Authenticates the caller, checks the operation's scope, and reads the body.

use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use http::{Uri, request::Parts};
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, insufficient_scope};
use mintkey_service::Actor;

use crate::{
    authentication::{Attempt, authenticate, refuse_other_sites},
    input::{MAX_FIELD_ERRORS, Untyped, printable_name, read_body},
    operation::{Auth, Operation, RequestContext},
    problem::ApiError,
    state::Api,
};

/// Runs a handler only for an authorized caller.
///
/// The service checks the scope too. With this earlier check, callers without the scope get no validation errors, and
/// their bodies aren't read. Because a body can arrive slowly, the caller is authenticated again once it is complete.
pub(super) async fn authorize(api: &Api, request: Request, next: Next) -> Result<Response, ApiError> {
    let (mut parts, mut body) = request.into_parts();
    let operation = &context(&parts)?.operation;
    if operation.auth == Auth::Public {
        if operation.route.starts_with("/oauth/") && context(&parts)?.certificate.is_some() {
            refuse_other_sites(api, &parts).await?;
        }
        if operation.route.starts_with("/api/v1/") {
            refuse_other_sites(api, &parts).await?;
            refuse_parameters(operation, &parts.uri)?;
        }
        return Ok(next.run(Request::from_parts(parts, body)).await);
    }
    if operation.auth == Auth::NoOperation {
        return Err(ErrorCode::MethodNotAllowed.into());
    }
    let mut actor = authorized(api, &parts, Attempt::First).await?;
    refuse_parameters(operation, &parts.uri)?;
    if !parts.method.is_safe() {
        body = Body::from(read_body(&parts, body).await?);
        actor = authorized(api, &parts, Attempt::Again).await?;
    }
    if let Some(context) = parts.extensions.get_mut::<RequestContext>() {
        context.caller = Some(actor);
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// The caller, if it holds the operation's scope now. A missing scope is recorded in the audit log here, because the
/// handler doesn't run; the service records its own refusals.
async fn authorized(api: &Api, parts: &Parts, attempt: Attempt) -> Result<Actor, ApiError> {
    let context = context(parts)?;
    let actor = authenticate(api, parts, context.origin(&parts.headers), attempt).await?;
    let Auth::Scope(scope) = context.operation.auth else { return Ok(actor) };
    if actor.allows(scope) {
        return Ok(actor);
    }
    let problem = insufficient_scope(scope);
    if let Some(action) = context.operation.action {
        api.service.refused(&actor, action, context.operation.target(&parts.uri), &problem);
    }
    Err(problem.into())
}

fn context(parts: &Parts) -> Result<&RequestContext, ApiError> {
    parts.extensions.get().ok_or_else(|| ErrorCode::Internal.into())
}

/// Refuses every query parameter of an operation that has none in the OpenAPI document.
fn refuse_parameters(operation: &Operation, uri: &Uri) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    let query = uri.query().filter(|_| operation.refuses_query).unwrap_or_default();
    for name in Untyped::from_pairs(query.as_bytes()).fields.keys().take(MAX_FIELD_ERRORS) {
        errors.push(printable_name(name), FieldCode::UnknownField, "There is no such parameter here.");
    }
    errors.into_result()
}
