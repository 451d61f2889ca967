//! A form that was submitted after its session had ended. Unless it contains a secret or is too long, it is
//! stored in a cookie of the sign-in page and offered to the same user after sign-in. It is never resubmitted
//! automatically. The sign-in page says whether the form was stored.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use leptos::prelude::*;
use mintkey_domain::contains_secret;
use mintkey_service::Actor;
use time::Duration;

use super::auth_layout;
use crate::web::{SignedIn, Visitor, cookie_value, delete_cookie, encoded_length, redirect, same_origin, set_cookie};

const COOKIE: &str = "mintkey_form";
const COOKIE_PATH: &str = "/login";
const LIFETIME: Duration = Duration::minutes(30);
/// The ID of the user who signed in last.
const LAST_USER_COOKIE: &str = "mintkey_person";
/// The maximum session lifetime.
const MAX_SESSION_LIFETIME: Duration = Duration::days(30);
/// Browsers limit a cookie, with its name and attributes, to 4 KiB.
const MAX_COOKIE_LENGTH: usize = 3800;

/// Only forms below this path are stored.
const SETTINGS: &str = "/settings/";

/// Query parameter of the sign-in page which says that the form couldn't be stored.
pub(super) const LOST_PARAM: &str = "form_lost";

/// The page that offers the pending form.
pub(super) const PAGE_PATH: &str = "/login/form";

/// A pending form: its target path, the user's ID, and its fields.
struct PendingForm {
    path: String,
    user: String,
    fields: Vec<(String, String)>,
}

/// Stores the user's ID in this browser, so that a pending form is offered only to the same user.
pub(crate) fn remember_user(visitor: &Visitor, answer: &mut HeaderMap) {
    let Some(principal) = visitor.actor.as_ref().and_then(Actor::principal) else { return };
    let id = principal.id().to_string();
    if cookie_value(&visitor.parts.headers, LAST_USER_COOKIE).as_deref() != Some(id.as_str()) {
        set_cookie(answer, LAST_USER_COOKIE, &id, "/", MAX_SESSION_LIFETIME, visitor.console.secure);
    }
}

/// Stores the form of a request that was redirected to sign-in, or marks it as lost in the redirect URL.
pub(crate) fn store(visitor: &Visitor, body: &[u8], answer: &mut HeaderMap) {
    if visitor.parts.method != Method::POST || !visitor.path.starts_with(SETTINGS) {
        return;
    }
    if let Some(text) = encode(visitor, body) {
        return set_cookie(answer, COOKIE, &text, COOKIE_PATH, LIFETIME, visitor.console.secure);
    }
    let location = answer.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let location = location.map(|location| HeaderValue::try_from(format!("{location}&{LOST_PARAM}=1")));
    if let Some(Ok(location)) = location {
        answer.insert(header::LOCATION, location);
    }
}

/// The cookie's value, or `None` if the form can't be stored.
fn encode(visitor: &Visitor, body: &[u8]) -> Option<String> {
    let headers = &visitor.parts.headers;
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())?;
    if !media_type.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let mut fields = serde_urlencoded::from_bytes::<Vec<(String, String)>>(body).ok()?;
    // A form with a secret can't be resubmitted without it.
    let has_secret =
        fields.iter().any(|(name, value)| holds_secret(name, value) || contains_secret(name) || contains_secret(value));
    let user = cookie_value(headers, LAST_USER_COOKIE).filter(|_| !has_secret && !fields.is_empty())?;
    // The path and the user come first, under empty names, which no form field has.
    fields.insert(0, (String::new(), same_origin(&visitor.path)?.to_owned()));
    fields.insert(1, (String::new(), user));
    let text = serde_urlencoded::to_string(&fields).ok()?;
    (encoded_length(&text) <= MAX_COOKIE_LENGTH).then_some(text)
}

/// Whether a form for this path is stored until its user signs in.
pub(super) fn is_waiting(visitor: &Visitor, destination: &str) -> bool {
    PendingForm::read(visitor).is_some_and(|form| form.path == destination)
}

/// `GET /login/form`: shows the pending form, to submit or discard it.
pub(super) async fn show(user: SignedIn) -> Response {
    let visitor = &user.visitor;
    let id = user.actor.principal().map(|principal| principal.id().to_string());
    let form = match PendingForm::read(visitor) {
        Some(form) if Some(&form.user) == id.as_ref() => form,
        other => {
            // Another user goes to the requested page without the form.
            let mut answer = redirect(other.as_ref().map_or("/settings/tokens", |form| &form.path));
            delete_cookie(answer.headers_mut(), COOKIE, COOKIE_PATH, visitor.console.secure);
            return answer;
        }
    };
    let content = move || view! { <PendingFormPage form/> };
    let mut response = auth_layout::show(visitor, StatusCode::OK, "Your form", content).await;
    delete_cookie(response.headers_mut(), COOKIE, COOKIE_PATH, visitor.console.secure);
    response
}

impl PendingForm {
    fn read(visitor: &Visitor) -> Option<Self> {
        let text = cookie_value(&visitor.parts.headers, COOKIE)?;
        let mut fields: Vec<(String, String)> = serde_urlencoded::from_str(&text).ok()?;
        if fields.len() < 2 {
            return None;
        }
        let (name, path) = fields.remove(0);
        let (_, user) = fields.remove(0);
        let path = same_origin(&path).filter(|path| name.is_empty() && path.starts_with(SETTINGS))?.to_owned();
        Some(Self { path, user, fields })
    }
}

/// Shows the fields, with buttons to submit or discard them.
#[component]
fn PendingFormPage(form: PendingForm) -> impl IntoView {
    let PendingForm { path, fields, .. } = form;
    let (action, target) = (path.clone(), path.clone());
    let typed = fields.iter().filter(|(name, value)| !is_internal(name) && !value.trim().is_empty());
    let typed = typed.map(|(name, value)| {
        view! { <dt>{name.replace(['_', '-'], " ")}</dt><dd class="whole">{value.clone()}</dd> }
    });
    let typed = typed.collect_view();
    let inputs = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=action>
            <div>
                <h1>"Send your form?"</h1>
                <p class="muted">
                    "Your session ended before a form was sent to "<code>{target}</code>", so nothing was done. \
                     This is what was typed; passwords aren\u{2019}t kept. Send it only if it is yours."
                </p>
            </div>
            <dl>{typed}</dl>
            {inputs.collect_view()}
            <button class="btn primary wide">"Send the form"</button>
            <a class="link" href=path>"Drop it"</a>
        </form>
    }
}

/// Detects secrets by field name. Mintkey's own secrets are also detected by their format. An empty field is no secret:
/// the form for a new token has a password that only a certificate needs.
fn holds_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["password", "secret", "code", "credential", "api_key", "private_key", "keys"];
    !value.is_empty() && parts.iter().any(|part| name.contains(part))
}

/// Whether a field holds an internal value, such as an idempotency key or a return path, that no user typed.
fn is_internal(name: &str) -> bool {
    matches!(name, "key" | "once" | "nonce" | "back" | "idempotency")
}

#[cfg(test)]
mod tests {
    use super::holds_secret;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "password",
            "current_password",
            "Repeat_Password",
            "client_secret",
            "code",
            "api_key",
            "private_key",
            "keys",
        ] {
            assert!(holds_secret(name, "x") && !holds_secret(name, ""), "{name}");
        }
        for name in ["label", "scopes", "expires_in", "email", "name", "key"] {
            assert!(!holds_secret(name, "x"), "{name}");
        }
    }
}
