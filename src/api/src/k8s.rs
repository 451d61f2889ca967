//! `/k8s/{id}/tokenreview`: the webhook that a cluster's API server asks about bearer tokens.

use std::borrow::Cow;

use axum::{Json, extract::State, response::IntoResponse};
use mintkey_domain::{AuditAction, ClusterId, ErrorCode, FieldCode, FieldErrors};
use mintkey_service::ReviewedUser;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, JsonObject, Path},
    problem::ApiError,
    refusal_floor,
    state::Api,
};

/// The versions of the request, one of which the answer has too.
const VERSIONS: [&str; 2] = ["authentication.k8s.io/v1", "authentication.k8s.io/v1beta1"];
const KIND: &str = "TokenReview";

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(review_token))
}

/// A bearer token to review, as Kubernetes sends it. Other members are ignored.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct TokenReview {
    /// `authentication.k8s.io/v1` or `authentication.k8s.io/v1beta1`; the answer has the same.
    api_version: String,
    /// `TokenReview`.
    kind: String,
    /// What is reviewed.
    spec: TokenReviewSpec,
}

/// What is reviewed.
#[derive(Deserialize, ToSchema)]
struct TokenReviewSpec {
    /// The API key or access token.
    #[serde(default)]
    token: String,
}

/// The answer to a review, as Kubernetes reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReviewedToken {
    /// That of the request.
    api_version: String,
    /// `TokenReview`.
    kind: String,
    /// `authenticated`, and, if it is true, `user`.
    #[schema(value_type = Object)]
    status: Value,
}

/// Review a token for a Kubernetes cluster
///
/// The webhook of a cluster's API server. `status.authenticated` is `false` for whatever isn't good now. The user's name is
/// `mintkey:` with the IDs of the organization and of the owner, its groups are those of the cluster
/// whose scope the token may use. A token that is bound to addresses or to a certificate isn't accepted.
#[utoipa::path(
    post, path = "/k8s/{id}/tokenreview", tag = "Clusters",
    request_body(content = TokenReview, example = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "mk_…"},
    })),
    responses((status = 200, description = "The review.", body = ReviewedToken, example = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": {"authenticated": false},
    }))),
    extensions(
        ("x-audit-action" = json!(AuditAction::CredentialVerify)),
        ("x-codes" = json!([ErrorCode::ValidationFailed, ErrorCode::MultipleCredentials, ErrorCode::Unavailable])),
    ),
)]
async fn review_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ClusterId>,
    JsonObject(fields): JsonObject,
) -> Result<impl IntoResponse, ApiError> {
    let TokenReview { api_version, kind, spec } = read(fields)?;
    let user = api.service.review_token(&actor, id, &spec.token).await?;
    let authenticated = user.is_some();
    let status = user.map_or_else(|| json!({"authenticated": false}), status);
    Ok((refusal_floor::mark(authenticated), Json(ReviewedToken { api_version, kind, status })))
}

fn read(mut fields: Map<String, Value>) -> Result<TokenReview, FieldErrors> {
    let mut errors = FieldErrors::new();
    let api_version = one_of(&fields, "apiVersion", &VERSIONS, &mut errors);
    let kind = one_of(&fields, "kind", &[KIND], &mut errors);
    let spec = match fields.remove("spec") {
        None => wrong(&mut errors, "spec", FieldCode::Required, "Missing."),
        Some(spec @ Value::Object(_)) => serde_json::from_value(spec)
            .ok()
            .or_else(|| wrong(&mut errors, "spec", FieldCode::InvalidFormat, "Expected a token, a string.")),
        Some(_) => wrong(&mut errors, "spec", FieldCode::WrongType, "Expected an object with a token, a string."),
    };
    let review = api_version.zip(kind).zip(spec);
    errors.finish(review.map(|((api_version, kind), spec)| TokenReview { api_version, kind, spec }))
}

/// A required text with one of few values.
fn one_of(
    fields: &Map<String, Value>,
    name: &'static str,
    values: &[&str],
    errors: &mut FieldErrors,
) -> Option<String> {
    let expected = format!("Expected {}.", values.join(" or "));
    match fields.get(name) {
        None => wrong(errors, name, FieldCode::Required, expected),
        Some(Value::String(text)) if values.contains(&text.as_str()) => Some(text.clone()),
        Some(Value::String(_)) => wrong(errors, name, FieldCode::InvalidFormat, expected),
        Some(_) => wrong(errors, name, FieldCode::WrongType, expected),
    }
}

fn wrong<T>(
    errors: &mut FieldErrors,
    name: &'static str,
    code: FieldCode,
    message: impl Into<Cow<'static, str>>,
) -> Option<T> {
    errors.push(name, code, message);
    None
}

fn status(user: ReviewedUser) -> Value {
    let ReviewedUser { username, uid, groups, token_id } = user;
    let mut user = json!({"username": username, "uid": uid, "groups": groups});
    if let Some(id) = token_id {
        user["extra"] = json!({"mintkey.dev/token": [id]});
    }
    json!({"authenticated": true, "user": user})
}
