//! Handles API keys that were pasted into a URL, such as in a search, link or path. They must not be repeated: every
//! link on the page, and every proxy's log, would contain them.

use std::iter;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, Uri, header};
use mintkey_domain::{DetectedSecret, ErrorCode, find_secret};
use percent_encoding::percent_decode_str;

use super::{path::redirect, visitor::Visitor};
use crate::error::AppError;

/// How many times text is decoded: a URL inside a URL's parameter is encoded twice.
const DEPTH: usize = 3;

/// The response to a request with a token's secret in its URL: a redirect to the token if the visitor may see it,
/// otherwise an error that doesn't repeat the secret. `None` for other requests.
pub(crate) async fn refuse_secret(visitor: &Visitor, method: &Method, uri: &Uri) -> Option<Response> {
    let mut response = match (find(uri)?, &visitor.actor) {
        (DetectedSecret::ApiKey(id), Some(actor)) if method == Method::GET => {
            match visitor.service().token(actor, id).await {
                Ok(token) => redirect(&format!("/settings/tokens/{}", token.id)),
                Err(_) => refusal().into_response(),
            }
        }
        _ => refusal().into_response(),
    };
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Some(response)
}

fn refusal() -> AppError {
    AppError::new(
        ErrorCode::InvalidRequest,
        "The address contained a token's secret, so nothing was looked up. Addresses are kept in histories and logs: rotate \
         that token if others may have seen it. To find a token, search for the last characters of its key.",
    )
}

fn find(uri: &Uri) -> Option<DetectedSecret> {
    let address = uri.path_and_query()?.as_str().to_owned();
    let decoded = |text: &String| Some(percent_decode_str(text).decode_utf8_lossy().into_owned());
    iter::successors(Some(address), decoded).take(1 + DEPTH).find_map(|text| find_secret(&text))
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{Secret, TokenId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_secret_is_found_wherever_it_stands_in_an_address() {
        let id = TokenId::from_uuid(Uuid::from_u128(7));
        let secret = Secret::from_random([7; 32]);
        let (key, client) = (secret.to_api_key(id), secret.to_client_secret());
        let (key, client) = (key.expose(), client.expose());
        let escaped = key.replace('_', "%5F");
        for (address, expected) in [
            (format!("/settings/tokens?q={key}"), DetectedSecret::ApiKey(id)),
            (format!("/settings/tokens?q=%20{escaped}+"), DetectedSecret::ApiKey(id)),
            (
                format!("/login?next=%2Fsettings%2Ftokens%3Fq%3D{}", escaped.replace('%', "%25")),
                DetectedSecret::ApiKey(id),
            ),
            (format!("/settings/tokens/{key}"), DetectedSecret::ApiKey(id)),
            (format!("/settings/audit?target={client}"), DetectedSecret::ClientSecret),
        ] {
            assert_eq!(find(&address.parse().unwrap()), Some(expected), "{address}");
        }
        for address in ["/settings/tokens?q=mk_...abcd", "/settings/tokens/mk_", "/%ff"] {
            assert_eq!(find(&address.parse().unwrap()), None, "{address}");
        }
    }
}
