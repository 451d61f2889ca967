//! `/api/v1/members`.

mod invitations;

use axum::{Json, extract::State};
use deserr::Deserr;
use http::StatusCode;
use mintkey_domain::{
    AuditAction, ErrorCode, Role, UserId,
    request::{Input, RequestErrors},
    wire::{HandOver, ListPage, Member, PasswordResetLink},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path, Valid},
    input::NoFields,
    problem::{ApiError, JsonResult},
    state::Api,
    v1::pages::page_of,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_members))
        .routes(routes!(get_member, edit_member))
        .routes(routes!(deactivate_member))
        .routes(routes!(activate_member))
        .routes(routes!(create_password_reset))
        .routes(routes!(hand_over_member))
        .merge(invitations::routes())
}

/// Filters of the list of members.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
struct MemberFilter {
    /// Words of the address, in any spelling of case and composition; or the id.
    #[deserr(default)]
    q: Option<String>,
}

impl Input for MemberFilter {}

/// List members
///
/// The people of the organization by address, deactivated members too.
#[utoipa::path(
    get, path = "/api/v1/members", params(MemberFilter, PageQuery),
    responses((status = 200, description = "One page of members.", body = ListPage<Member>)),
    extensions(("x-audit-action" = json!(AuditAction::MemberRead))),
)]
async fn list_members(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<MemberFilter>,
) -> JsonResult<ListPage<Member>> {
    let (members, _) = api.service.search_members(&actor, filter.q.as_deref()).await?;
    Ok(Json(page_of(members, paging, |member| member.id.to_string())?))
}

/// Get a member
///
/// By the user's id.
#[utoipa::path(
    get, path = "/api/v1/members/{id}",
    responses((status = 200, description = "The member.", body = Member)),
    extensions(("x-audit-action" = json!(AuditAction::MemberRead))),
)]
async fn get_member(State(api): State<Api>, Caller(actor): Caller, Path(id): Path<UserId>) -> JsonResult<Member> {
    Ok(Json(api.service.member(&actor, id).await?))
}

/// Changes to a member.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
struct MemberChanges {
    /// What they may do in this organization.
    role: Role,
}

impl Input for MemberChanges {}

/// Change a member's role
///
/// It applies from the next use of each of their credentials on; their other sessions end. A role above `member`
/// requires a credential that may do everything.
#[utoipa::path(
    patch, path = "/api/v1/members/{id}",
    request_body(content = MemberChanges, example = json!({"role": "auditor"})),
    responses((status = 200, description = "The edited member.", body = Member)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberRole)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::LastAdministrator])),
    ),
)]
async fn edit_member(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Valid(Json(changes)): Valid<Json<MemberChanges>>,
) -> JsonResult<Member> {
    Ok(Json(api.service.change_member_role(&actor, id, changes.role).await?))
}

/// Deactivate a member
///
/// All their credentials in this organization stop at once: tokens, access tokens, sessions. Other organizations aren't
/// affected. Idempotent.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/deactivate",
    responses((status = 200, description = "The deactivated member.", body = Member)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberDeactivate)),
        ("x-codes" = json!([ErrorCode::LastAdministrator])),
    ),
)]
async fn deactivate_member(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    _: Valid<Json<NoFields>>,
) -> JsonResult<Member> {
    Ok(Json(api.service.deactivate_member(&actor, id).await?))
}

/// Activate a member
///
/// Their tokens work again; earlier access tokens stay revoked. Idempotent.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/activate",
    responses((status = 200, description = "The active member.", body = Member)),
    extensions(("x-audit-action" = json!(AuditAction::MemberActivate)), ("x-codes" = json!([ErrorCode::Forbidden]))),
)]
async fn activate_member(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    _: Valid<Json<NoFields>>,
) -> JsonResult<Member> {
    Ok(Json(api.service.activate_member(&actor, id).await?))
}

/// Create a password reset link
///
/// A link that works once, for 24 hours, with which the member chooses a new password; give it to them yourself. It is
/// shown in this answer only, and an earlier link stops working. A password gives access to all organizations of a
/// person, so this requires an administrator of each of them, with a credential that may do everything; a token creates
/// links only for members of no other organization. The link ends early when the member joins an organization or gets
/// another password, and when an administrator of this organization stops being one.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/password-reset",
    responses((status = 201, description = "The link.", body = PasswordResetLink)),
    extensions(
        ("x-audit-action" = json!(AuditAction::PasswordResetLink)),
        ("x-codes" = json!([ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden])),
    ),
)]
async fn create_password_reset(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    _: Valid<Json<NoFields>>,
) -> Result<(StatusCode, Json<PasswordResetLink>), ApiError> {
    Ok((StatusCode::CREATED, Json(api.service.create_password_reset(&actor, id).await?)))
}

/// A request to hand over what a member owns.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
struct MemberHandOver {
    /// The new owner: a user or a service account.
    to_id: Uuid,
}

impl Input for MemberHandOver {}

/// Hand over what a member owns
///
/// Their tokens go to another active member or to an active service account, and the service accounts that they manage
/// go to the other member. Because the member knows the tokens' secrets, these stop working at once; the new owner
/// rotates a token to get a new secret. Tokens of the service accounts stay as they are: rotate those whose secrets the
/// member may have kept. Requires `mintkey:tokens.write` too.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/hand-over",
    request_body(content = MemberHandOver, example = json!({"to_id": "01998f6a-0003-7d30-8b1f-0c8a2f6e4d05"})),
    responses((status = 200, description = "What was handed over.", body = HandOver)),
    extensions(("x-audit-action" = json!(AuditAction::MemberHandOver)), ("x-codes" = json!([ErrorCode::Forbidden]))),
)]
async fn hand_over_member(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Valid(Json(body)): Valid<Json<MemberHandOver>>,
) -> JsonResult<HandOver> {
    Ok(Json(api.service.hand_over(&actor, id, body.to_id).await?))
}
