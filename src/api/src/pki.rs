//! `/pki/{id}/…`: what anybody may download of an organization's certificate authorities.

use axum::{extract::State, response::IntoResponse};
use http::header;
use mintkey_domain::{ErrorCode, OrganizationId};
use mintkey_service::Published;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{extract::Path, problem::ApiError, state::Api};

const PEM: &str = "application/x-pem-file";
/// RFC 2585 section 4.2.
const CRL: &str = "application/pkix-crl";

/// DER.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only its schema is used")]
struct Der(Vec<u8>);

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(get_certificates))
        .routes(routes!(get_revocation_lists))
        .routes(routes!(get_revocation_list))
}

/// Get the certificate authorities of an organization
///
/// The certificates of all its authorities in PEM, for a proxy or broker that checks client certificates. `{id}` is the
/// organization's. 404 before its first certificate.
#[utoipa::path(
    get, path = "/pki/{id}/ca.pem", tag = "Certificates",
    responses((status = 200, description = "The certificates.", body = String, content_type = "application/x-pem-file")),
    extensions(("x-codes" = json!([ErrorCode::Unavailable]))),
)]
async fn get_certificates(
    State(api): State<Api>,
    Path(id): Path<OrganizationId>,
) -> Result<impl IntoResponse, ApiError> {
    publish(&api, id, Published::Certificates, PEM).await
}

/// Get the revocation lists of an organization in PEM
///
/// One list for each of its authorities (RFC 5280), signed for this answer. They name every certificate that isn't accepted
/// now, from the answer to its invalidation on, and are valid for seven days.
#[utoipa::path(
    get, path = "/pki/{id}/crl.pem", tag = "Certificates",
    responses((status = 200, description = "The lists.", body = String, content_type = "application/x-pem-file")),
    extensions(("x-codes" = json!([ErrorCode::Unavailable]))),
)]
async fn get_revocation_lists(
    State(api): State<Api>,
    Path(id): Path<OrganizationId>,
) -> Result<impl IntoResponse, ApiError> {
    publish(&api, id, Published::RevocationLists, PEM).await
}

/// Get the revocation list of an organization in DER
///
/// That of the authority which issues now.
#[utoipa::path(
    get, path = "/pki/{id}/crl.der", tag = "Certificates",
    responses((status = 200, description = "The list.", body = Der, content_type = "application/pkix-crl")),
    extensions(("x-codes" = json!([ErrorCode::Unavailable]))),
)]
async fn get_revocation_list(
    State(api): State<Api>,
    Path(id): Path<OrganizationId>,
) -> Result<impl IntoResponse, ApiError> {
    publish(&api, id, Published::RevocationList, CRL).await
}

async fn publish(
    api: &Api,
    organization: OrganizationId,
    what: Published,
    media_type: &'static str,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let body = api.service.published(organization, what).await?;
    Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")], body))
}
