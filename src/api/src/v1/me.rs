//! `GET /api/v1/me`.

use axum::Json;
use mintkey_domain::wire;

use crate::extract::Caller;

/// Get the caller
///
/// Works with every credential, whatever its scopes. `scopes` is what the credential may do now: its scopes, as far as
/// its owner may do them at this moment. The cheapest way to find out whether a credential works.
#[utoipa::path(
    get, path = "/api/v1/me",
    responses((status = 200, description = "The caller.", body = wire::Me)),
    security(("bearer" = [])),
)]
pub(super) async fn get_me(Caller(actor): Caller) -> Json<wire::Me> {
    Json(actor.me())
}
