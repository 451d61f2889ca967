//! `POST /oauth/token` (RFC 6749 section 4.4).

use http::StatusCode;
use mintkey_domain::{AuditAction, wire};
use mintkey_service::LoginRequest;

use super::{
    AREA, ASSERTION, ASSERTION_TYPE,
    client::{Client, client},
    error::{OAuthError, Refusal, no_cache, of_client, settle},
    form::{Form, is_about_fields},
};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Verb},
    v1::access_token_example,
};

pub(super) static TOKEN: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/oauth/token",
    name: "requestAccessToken",
    title: "Get an access token",
    about: "The client credentials grant. The client authenticates by `Basic` (ID and secret form-encoded, as RFC 6749 \
            section 2.3.1 has it), by `client_id` and `client_secret` in the form, or by a JWT that it signed with one \
            of its keys (`private_key_jwt`, RFC 7523), and not in two ways. The access token is a JWT (RFC 9068) of at most an hour, never longer than its token, and dies with it.",
    area: AREA,
    action: Some(AuditAction::AccessTokenCreate),
    body: &[
        Field::new("grant_type", Kind::Choice(&["client_credentials"]), "Always `client_credentials`.").required(),
        Field::new("scope", Kind::Text, "Narrows the access token to these scopes, separated by spaces."),
        Field::new("client_id", Kind::Text, "The client ID, unless it is in the header."),
        Field::new("client_secret", Kind::Password, "The client secret, unless it is in the header."),
        ASSERTION_TYPE,
        ASSERTION,
    ],
    example: r#"{ "grant_type": "client_credentials", "scope": "plants.read" }"#,
    oauth: true,
    answer: Answer::json::<wire::AccessToken>(200, "The access token.", access_token_example),
    ..Endpoint::EMPTY
};

pub(super) async fn token(call: Call) -> Outcome {
    settle(answer(call).await)
}

async fn answer(mut call: Call) -> Result<axum::response::Response, Refusal> {
    let mut form = Form::read(&mut call).await?;
    match form.take("grant_type")?.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            let message = "Only client_credentials is granted here.";
            return Err(OAuthError::new("unsupported_grant_type", message).into());
        }
        None => return Err(OAuthError::invalid_request("grant_type is missing.").into()),
    }
    let client = client(&call, &mut form)?;
    let scope = form.take("scope")?;
    let (request, by_header) = match client {
        Client::Secret { id, secret, by_header } => {
            (LoginRequest::Client { client_id: id, client_secret: secret, scope }, by_header)
        }
        Client::Assertion { assertion, id } => (LoginRequest::Assertion { assertion, client_id: id, scope }, false),
    };
    let token = call.api.service.login(request, call.origin()).await.map_err(|error| {
        if is_about_fields(&error) {
            let message = "Each scope, separated by spaces, must be one that the client holds.";
            return OAuthError::new("invalid_scope", message).into();
        }
        of_client(error, by_header)
    })?;
    let mut response = answer::json(StatusCode::OK, &token)?;
    no_cache(&mut response);
    Ok(response)
}
