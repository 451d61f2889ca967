//! `GET /healthz` and `GET /readyz`.

use axum::{Json, extract::State};
use mintkey_domain::ErrorCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{problem::JsonResult, state::Api};

/// Health.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

/// Check whether the process is alive
///
/// Answers while the process lives; checks nothing else. For a supervisor that restarts it.
#[utoipa::path(
    get, path = "/healthz", operation_id = "getHealth", tag = "Operation",
    responses((status = 200, description = "The process is alive.", body = Health, example = json!(OK))),
)]
pub(super) async fn alive() -> Json<Health> {
    Json(OK)
}

/// Check whether the server is ready
///
/// Answers 200 only while the database answers. For a load balancer.
#[utoipa::path(
    get, path = "/readyz", operation_id = "getReadiness", tag = "Operation",
    responses((status = 200, description = "The database answers.", body = Health, example = json!(OK))),
    extensions(("x-codes" = json!([ErrorCode::Unavailable]))),
)]
pub(super) async fn ready(State(api): State<Api>) -> JsonResult<Health> {
    api.service.ready().await?;
    Ok(Json(OK))
}
