//! `POST /api/v1/members/{id}/password-reset`.

use axum::{Json, extract::State};
use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path},
    problem::ApiError,
    state::Api,
    v1::examples::{CREATED, DAY},
};

/// A link that works once; it is shown in this answer only.
#[derive(Serialize, ToSchema)]
pub(super) struct PasswordResetLink {
    /// Where the person chooses a new password.
    url: String,
    /// When it ends.
    expires_at: Timestamp,
}

/// Create a password reset link
///
/// A link that works once, for 24 hours, with which the member chooses a new password; give it to them yourself. It is
/// shown in this answer only, and an earlier link stops working. A password gives access to all organizations of a
/// person, so this requires an administrator of each of them, with a credential that may do everything; a token creates
/// links only for members of no other organization. The link ends early when the member joins an organization or gets
/// another password, and when an administrator of this organization stops being one.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/password-reset", operation_id = "createPasswordReset", tag = "Members",
    responses((status = 201, description = "The link.", body = PasswordResetLink, example = json!(example()))),
    extensions(
        ("x-audit-action" = json!(AuditAction::PasswordResetLink)),
        ("x-codes" = json!([ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden, ErrorCode::NotFound])),
    ),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> Result<(StatusCode, Json<PasswordResetLink>), ApiError> {
    let link = api.service.create_password_reset(&actor, id).await?;
    let body = PasswordResetLink { url: link.url.expose().to_owned(), expires_at: link.expires_at };
    Ok((StatusCode::CREATED, Json(body)))
}

fn example() -> PasswordResetLink {
    PasswordResetLink {
        url: "https://mintkey.example.com/reset?code=…".to_owned(),
        expires_at: CREATED.saturating_add(DAY),
    }
}
