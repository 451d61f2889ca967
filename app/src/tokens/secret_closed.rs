//! Closing the dialog that showed a secret.

use axum::{Form, response::Response};
use mintkey_domain::wire::Token;
use serde::Deserialize;

use super::badge::is_rotating;
use crate::{
    time_format::moment,
    web::{SignedIn, flash, redirect},
};

/// Sent when the dialog that showed a secret is closed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SecretClosedForm {
    token: String,
}

/// Redirects to the page behind the dialog, so that reloading it doesn't submit a form again.
pub(crate) async fn close_secret_dialog(user: SignedIn, Form(form): Form<SecretClosedForm>) -> Response {
    let mut response = redirect(&user.visitor.path);
    let Ok(id) = form.token.parse() else { return response };
    // If the token can't be read, there is no message.
    if let Ok(token) = user.visitor.service().token(&user.actor, id).await {
        flash(response.headers_mut(), &message(&token), user.visitor.console.secure);
    }
    response
}

/// Says what was done to the token, and the consequences.
fn message(token: &Token) -> String {
    let label = &token.label;
    match (token.rotated_at, token.previous_secret_expires_at.filter(|_| is_rotating(token)), token.expires_at) {
        (Some(_), Some(end), _) => format!("{label} rotated. Both secrets work until {}.", moment(end.millis())),
        (Some(_), None, _) => format!("{label} rotated. The old secret no longer works."),
        (None, _, Some(end)) => format!("{label} created. It works until {}.", moment(end.millis())),
        (None, _, None) => format!("{label} created. It works until someone invalidates it."),
    }
}
