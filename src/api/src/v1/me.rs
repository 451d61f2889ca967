//! `GET /api/v1/me`.

use axum::Json;
use mintkey_domain::wire;

use crate::extract::Caller;

/// Get the caller
///
/// Works with every credential, whatever its scopes. `scopes` lists the scopes that the credential may use now, limited
/// to those of its owner. This is the cheapest way to check whether a credential works.
#[utoipa::path(
    get, path = "/api/v1/me",
    responses((status = 200, description = "The caller.", body = wire::Me)),
    security(("bearer" = [])),
)]
pub(super) async fn get_me(Caller(actor): Caller) -> Json<wire::Me> {
    Json(actor.me())
}
