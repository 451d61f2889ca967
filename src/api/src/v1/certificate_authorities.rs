//! `/api/v1/certificate-authorities`: who issues the organization's client certificates.

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use mintkey_domain::{
    AuditAction,
    wire::{CertificateAuthority, ListPage},
};
use mintkey_service::NewCertificateAuthority;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Valid},
    input::NoFields,
    problem::{ApiError, JsonResult},
    state::Api,
    v1::pages::page_of,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_certificate_authorities, create_certificate_authority))
}

/// List certificate authorities
///
/// The newest one issues client certificates; those that the others have issued stay valid. An organization without any
/// makes one for its first certificate.
#[utoipa::path(
    get, path = "/api/v1/certificate-authorities", params(PageQuery),
    responses((status = 200, description = "One page of authorities.", body = ListPage<CertificateAuthority>)),
    extensions(("x-audit-action" = json!(AuditAction::CertificateAuthorityRead))),
)]
async fn list_certificate_authorities(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { paging, .. }: ListQuery<NoFields>,
) -> JsonResult<ListPage<CertificateAuthority>> {
    let authorities = api.service.list_certificate_authorities(&actor).await?;
    Ok(Json(page_of(authorities, paging, |authority| authority.id.to_string())?))
}

/// Bring a certificate authority
///
/// An intermediate of your own hierarchy, which issues from now on. Its private key is stored encrypted.
#[utoipa::path(
    post, path = "/api/v1/certificate-authorities",
    request_body(content = NewCertificateAuthority, example = json!({
        "certificates": "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
        "private_key": "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n",
    })),
    responses((status = 201, description = "The authority.", body = CertificateAuthority)),
    extensions(("x-audit-action" = json!(AuditAction::CertificateAuthorityCreate))),
)]
async fn create_certificate_authority(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewCertificateAuthority>>,
) -> Result<impl IntoResponse, ApiError> {
    let authority = api.service.bring_certificate_authority(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(authority)))
}
