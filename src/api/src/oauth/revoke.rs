//! `POST /oauth/revoke` (RFC 7009).

use axum::{body::Body, response::Response};
use mintkey_domain::{API_KEY_PREFIX, AuditAction};
use mintkey_service::bare_credential;

use super::{
    AREA, ASSERTION, ASSERTION_TYPE,
    client::caller,
    error::{OAuthError, Refusal, no_cache, settle},
    form::Form,
};
use crate::{
    answer::{NO_STORE, Outcome},
    call::Call,
    endpoint::{Answer, Content, Endpoint, Field, Kind, Verb},
};

pub(super) static REVOKE: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/oauth/revoke",
    name: "revokeAccessToken",
    title: "End an access token",
    about: "Ends one access token of the client that asks, at once. Anything else is answered alike, so that nobody \
            learns about tokens of others. An API key isn't revoked here: invalidate its token.",
    area: AREA,
    action: Some(AuditAction::AccessTokenRevoke),
    body: &[
        Field::new(
            "token",
            Kind::Text,
            "The access token. White space around it and the scheme of an `Authorization` header are dropped.",
        )
        .required(),
        Field::new("token_type_hint", Kind::Text, "Taken, and not needed."),
        Field::new("client_id", Kind::Text, "The caller's client ID, unless it is in the header."),
        Field::new("client_secret", Kind::Password, "The caller's client secret, unless it is in the header."),
        ASSERTION_TYPE,
        ASSERTION,
    ],
    example: r#"{ "token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…" }"#,
    oauth: true,
    answer: Answer { status: 200, about: "It doesn't work any more, or never did.", content: Content::Nothing },
    ..Endpoint::EMPTY
};

pub(super) async fn revoke(call: Call) -> Outcome {
    settle(answer(call).await)
}

async fn answer(mut call: Call) -> Result<Response, Refusal> {
    let mut form = Form::read(&mut call).await?;
    let actor = caller(&call, &mut form).await?;
    let text = form.take("token")?.ok_or_else(|| OAuthError::invalid_request("token is missing."))?;
    if bare_credential(&text).starts_with(API_KEY_PREFIX) {
        let message = "An API key isn't revoked here. Invalidate its token.";
        return Err(OAuthError::new("unsupported_token_type", message).into());
    }
    call.api.service.revoke_access_token(&actor, &text).await?;
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(http::header::CACHE_CONTROL, NO_STORE);
    no_cache(&mut response);
    Ok(response)
}
