//! `POST /api/v1/login`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, FieldErrors, OrganizationId, Password,
    request::{Input, RequestErrors},
    wire,
};
use mintkey_service::LoginRequest;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    extract::{ClientOrigin, JsonOrForm, Valid},
    problem::JsonResult,
    state::Api,
};

/// A user's or a client's secret. Either `username` and `password`, or `client_id` and `client_secret`.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    /// The user's e-mail address.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    username: Option<String>,
    /// Their password.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, format = Password)]
    password: Option<String>,
    /// The organization, for a user who is a member of several.
    #[deserr(default, from(OrganizationId) = Some)]
    #[schema(nullable = false)]
    organization_id: Option<OrganizationId>,
    /// A token's client ID.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// Its client secret.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, format = Password)]
    client_secret: Option<String>,
    /// Optional; must match the pair: `password` or `client_credentials`.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "it is compared with the pair before it is read")]
    grant_type: Option<String>,
    /// Narrows the access token to these scopes, separated by spaces.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    scope: Option<String>,
}

const ONE_PAIR: &str = "Give username and password, or client_id and client_secret.";
const PERSON: [&str; 2] = ["username", "password"];
const CLIENT: [&str; 2] = ["client_id", "client_secret"];

impl Input for Login {
    /// Requires exactly one complete pair. If all four fields are missing, the error names all of them.
    fn check_fields(fields: &mut Map<String, Value>, errors: &mut FieldErrors) {
        let begun = |pair: [&str; 2]| pair.iter().any(|name| fields.contains_key(*name));
        let (by_person, by_client) = (begun(PERSON), begun(CLIENT));
        for (pair, expected) in [(PERSON, by_person || !by_client), (CLIENT, by_client || !by_person)] {
            for name in pair {
                match fields.contains_key(name) {
                    false if expected => errors.push(name, FieldCode::Required, ONE_PAIR),
                    true if by_person && by_client => errors.push(name, FieldCode::Conflict, ONE_PAIR),
                    _ => {}
                }
            }
        }
        let expected = if by_client { "client_credentials" } else { "password" };
        if fields.get("grant_type").and_then(Value::as_str).is_some_and(|grant_type| grant_type != expected) {
            let message = "Expected \"password\" with username and password, \"client_credentials\" with a client ID.";
            errors.push("grant_type", FieldCode::InvalidFormat, message);
        }
        if by_client && fields.contains_key("organization_id") {
            let message = "A client belongs to one organization; leave this out.";
            errors.push("organization_id", FieldCode::Conflict, message);
        }
    }
}

impl From<Login> for LoginRequest {
    fn from(login: Login) -> Self {
        let Login { username, password, organization_id, client_id, client_secret, scope, .. } = login;
        match (client_id, client_secret) {
            (Some(client_id), Some(client_secret)) => Self::Client { client_id, client_secret, scope },
            _ => Self::Password {
                username: username.unwrap_or_default(),
                password: Password::typed(password.unwrap_or_default()),
                organization_id,
                scope,
            },
        }
    }
}

/// Exchange a password or a client secret for an access token
///
/// Send `username` and `password`, or `client_id` and `client_secret`; as JSON or as a form. The access token is a JWT
/// (RFC 9068) that is sent as `Authorization: Bearer …`. It never outlives the token that it came from, and is revoked
/// with it. After 5 failures in 15 minutes for one account from one address, or 100 from one address, further attempts
/// get 429.
#[utoipa::path(
    post, path = "/api/v1/login",
    request_body(
        content((Login = "application/json"), (Login = "application/x-www-form-urlencoded")),
        example = json!({
            "client_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
            "client_secret": "mks_…",
            "scope": "plants.read",
        }),
    ),
    responses((status = 200, description = "The access token.", body = wire::AccessToken)),
    extensions(
        ("x-audit-action" = json!(AuditAction::AccessTokenCreate)),
        ("x-codes" = json!([
            ErrorCode::InvalidCredential,
            ErrorCode::CredentialExpired,
            ErrorCode::RateLimited,
            ErrorCode::CrossOrigin,
        ])),
    ),
)]
pub(super) async fn login(
    State(api): State<Api>,
    ClientOrigin(origin): ClientOrigin,
    Valid(JsonOrForm(login)): Valid<JsonOrForm<Login>>,
) -> JsonResult<wire::AccessToken> {
    Ok(Json(api.service.login(login.into(), origin).await?))
}
