//! `/k8s/{id}/tokenreview`: the webhook that a cluster's API server asks about bearer tokens.

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

/// A review of a bearer token, as Kubernetes sends and receives it. Other members are ignored.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TokenReview {
    /// `authentication.k8s.io/v1` or `authentication.k8s.io/v1beta1`; the answer has the same.
    api_version: String,
    /// `TokenReview`.
    kind: String,
    /// The request: `token` is the API key or access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    spec: Option<TokenReviewSpec>,
    /// The answer.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    status: Option<Value>,
}

/// What is reviewed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct TokenReviewSpec {
    /// The API key or access token.
    #[serde(default)]
    token: String,
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
    responses((status = 200, description = "The review.", body = TokenReview, example = json!({
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
    let review = read(fields)?;
    let token = review.spec.map(|spec| spec.token).unwrap_or_default();
    let user = api.service.review_token(&actor, id, &token).await?;
    let authenticated = user.is_some();
    let status = user.map_or_else(|| json!({"authenticated": false}), status);
    let answer = TokenReview { spec: None, status: Some(status), ..review };
    Ok((refusal_floor::mark(authenticated), Json(answer)))
}

fn read(fields: Map<String, Value>) -> Result<TokenReview, FieldErrors> {
    let mut errors = FieldErrors::new();
    if !fields.get("apiVersion").and_then(Value::as_str).is_some_and(|version| VERSIONS.contains(&version)) {
        let expected = "Expected authentication.k8s.io/v1 or authentication.k8s.io/v1beta1.";
        errors.push("apiVersion", FieldCode::InvalidFormat, expected);
    }
    if fields.get("kind").and_then(Value::as_str) != Some(KIND) {
        errors.push("kind", FieldCode::InvalidFormat, "Expected TokenReview.");
    }
    let review = serde_json::from_value::<TokenReview>(Value::Object(fields)).ok();
    let review = review.filter(|review| review.spec.is_some());
    if review.is_none() {
        errors.push("spec", FieldCode::InvalidFormat, "Expected an object with a token, a string.");
    }
    errors.finish(review)
}

fn status(user: ReviewedUser) -> Value {
    let ReviewedUser { username, uid, groups, token_id } = user;
    let mut user = json!({"username": username, "uid": uid, "groups": groups});
    if let Some(id) = token_id {
        user["extra"] = json!({"mintkey.dev/token": [id]});
    }
    json!({"authenticated": true, "user": user})
}
