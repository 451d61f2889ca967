//! `POST /oauth/introspect` (RFC 7662).

use std::net::IpAddr;

use axum::response::Response;
use http::StatusCode;
use mintkey_domain::{OrganizationId, PrincipalType};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AREA, ASSERTION, ASSERTION_TYPE,
    client::caller,
    error::{OAuthError, Refusal, no_cache, settle},
    form::Form,
};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Verb},
    refusal_floor,
};

pub(super) static INTROSPECT: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/oauth/introspect",
    name: "introspect",
    title: "What is this credential worth now?",
    about: "For an API that was shown an access token or an API key. The caller authenticates by any header of the JSON \
            API, or by client ID and secret in the form, and holds `mintkey:verify`; without it, it may ask about its \
            own. It counts as a use of the token if the answer is active. Whatever isn't active, or isn't the caller's to see, is `{\"active\": false}` and nothing else.",
    area: AREA,
    body: &[
        Field::new(
            "token",
            Kind::Text,
            "The access token or API key. White space around it and the scheme of an `Authorization` header are dropped.",
        )
        .required(),
        Field::new("token_type_hint", Kind::Text, "Taken, and not needed."),
        Field::new(
            "ip",
            Kind::Address,
            "From where it was used. A credential that is held to addresses is active for one of them only.",
        ),
        Field::new("client_id", Kind::Text, "The caller's client ID, unless it is in the header."),
        Field::new("client_secret", Kind::Password, "The caller's client secret, unless it is in the header."),
        ASSERTION_TYPE,
        ASSERTION,
    ],
    example: r#"{ "token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…" }"#,
    oauth: true,
    answer: Answer::json::<Introspected>(200, "What it is worth.", example),
    ..Endpoint::EMPTY
};

/// What is known of a credential (RFC 7662 section 2.2). All but `active` are there only if that is true.
#[derive(Serialize, ToSchema, Default)]
pub(crate) struct Introspected {
    /// Whether it works now.
    active: bool,
    /// What it may do now, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The client ID; `mintkey` for an access token that came from a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// E-mail address of a person, name of a service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// `Bearer` for an access token, `api_key` for an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// When it ends, in seconds since 1970; left out for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When the access token was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// The person or machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Uuid>,
    /// Which of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_type: Option<PrincipalType>,
    /// For whom the access token is.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// Who issued the access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// The access token's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Uuid>,
    /// The organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<OrganizationId>,
}

pub(super) async fn introspect(call: Call) -> Outcome {
    settle(answer(call).await)
}

async fn answer(mut call: Call) -> Result<Response, Refusal> {
    let mut form = Form::read(&mut call).await?;
    let actor = caller(&call, &mut form).await?;
    let text = form.take("token")?.ok_or_else(|| OAuthError::invalid_request("token is missing."))?;
    let ip = match form.take("ip")?.map(|text| text.parse::<IpAddr>()) {
        Some(Ok(ip)) => Some(ip),
        Some(Err(_)) => return Err(OAuthError::invalid_request("ip is not an IP address.").into()),
        None => None,
    };
    let found = call.api.service.introspect(&actor, &text, ip).await?;
    let told = found.map_or_else(Introspected::default, |found| {
        let claims = found.access_token;
        Introspected {
            active: true,
            scope: Some(found.scopes.join(" ")),
            client_id: Some(found.client_id),
            username: Some(found.username),
            token_type: Some(if claims.is_some() { "Bearer" } else { "api_key" }),
            exp: found.expires_at.map(mintkey_domain::Timestamp::seconds),
            iat: claims.as_ref().map(|claims| claims.iat),
            sub: Some(found.subject),
            sub_type: Some(found.subject_type),
            jti: claims.as_ref().map(|claims| claims.jti),
            aud: claims.as_ref().map(|claims| claims.aud.clone()),
            iss: claims.map(|claims| claims.iss),
            organization_id: Some(found.organization_id),
        }
    });
    let mut response = answer::json(StatusCode::OK, &told)?;
    no_cache(&mut response);
    if !told.active {
        refusal_floor::mark(&mut response);
    }
    Ok(response)
}

fn example() -> String {
    r#"{
  "active": true,
  "scope": "plants.read",
  "client_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
  "username": "hall-b-gateway",
  "token_type": "Bearer",
  "exp": 1795342440,
  "iat": 1795338840,
  "sub": "01998f6a-0003-7d30-8b1f-0c8a2f6e4d05",
  "sub_type": "service_account"
}"#
    .to_owned()
}
