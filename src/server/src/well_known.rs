//! Standard paths below `/.well-known`.

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use mintkey_domain::{DAY, Timestamp};
use mintkey_service::Clock;

/// The console's page for changing a password.
const PASSWORD_FORM: &str = "/settings/profile/password";
/// Validity of `security.txt` in milliseconds. The RFC recommends less than a year.
const VALIDITY: i64 = 90 * DAY;
const ONE_HOUR: &str = "public, max-age=3600";

/// The routes. Without a contact there is no `security.txt`.
pub(crate) fn router(contact: Option<String>, public_url: &str, clock: Arc<dyn Clock>) -> Router {
    let router = Router::new().route("/.well-known/change-password", get(change_password));
    let Some(contact) = contact else { return router };
    let origin: Arc<str> = public_url.into();
    let security = async move || {
        let head = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, ONE_HOUR)];
        (head, security_txt(&contact, &origin, clock.now())).into_response()
    };
    router.route("/.well-known/security.txt", get(security))
}

async fn change_password() -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, PASSWORD_FORM)])
}

/// Renders RFC 9116 fields: `Contact` (section 2.5.3), `Expires` (2.5.5) and, on https, `Canonical` (2.5.2).
fn security_txt(contact: &str, public_url: &str, now: Timestamp) -> String {
    let expires = now.saturating_add(VALIDITY);
    let canonical = if public_url.starts_with("https://") {
        format!("Canonical: {public_url}/.well-known/security.txt\n")
    } else {
        String::new()
    };
    format!("Contact: {contact}\nExpires: {expires}\n{canonical}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_address_is_said_where_it_is_https() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        assert_eq!(
            security_txt("mailto:security@example.com", "https://mintkey.example.com", now),
            "Contact: mailto:security@example.com\nExpires: 2027-04-15T08:00:00.000Z\n\
             Canonical: https://mintkey.example.com/.well-known/security.txt\n"
        );
        let plain = security_txt("tel:+1-201-555-0123", "http://127.0.0.1:8080", now);
        assert!(!plain.contains("Canonical"), "{plain}");
    }
}
