//! The credential of a request.

use http::{HeaderMap, HeaderName, header::AUTHORIZATION};
use mintkey_domain::{SecretText, is_api_key_scheme, is_bare_api_key};

use super::refusal::Refusal;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// The longest credential: an access token with a thousand scopes.
const MAX_LENGTH: usize = 32 * 1024;

/// The API key or access token of the headers. More than one credential is refused.
pub(super) fn of(headers: &HeaderMap) -> Result<SecretText, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter().map(|value| (value, true));
    let mut keys = headers.get_all(API_KEY).iter().map(|value| (value, false));
    let mut all = values.by_ref().chain(keys.by_ref());
    let (value, has_scheme) = all.next().ok_or(Refusal::CredentialRequired)?;
    if all.next().is_some() || value.len() > MAX_LENGTH {
        return Err(Refusal::InvalidCredential);
    }
    let text = value.to_str().map_err(|_| Refusal::InvalidCredential)?.trim();
    let credential = if has_scheme { without_scheme(text) } else { Some(text) };
    match credential {
        Some(credential) if !credential.is_empty() && !credential.contains(char::is_whitespace) => {
            Ok(SecretText::new(credential.to_owned()))
        }
        _ => Err(Refusal::InvalidCredential),
    }
}

/// The credential behind one of the schemes, in any case; or a bare API key.
fn without_scheme(text: &str) -> Option<&str> {
    match text.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer") || is_api_key_scheme(scheme) => Some(rest.trim()),
        Some(_) => None,
        None => is_bare_api_key(text).then_some(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_lines(lines: &[(&'static str, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        of(&headers).ok().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn each_scheme_has_one_credential() {
        for line in ["Bearer a.b", "bearer a.b", "APIToken a.b", "apikey  a.b", "Token a.b", "api-key a.b"] {
            assert_eq!(of_lines(&[("authorization", line)]).as_deref(), Some("a.b"), "{line}");
        }
        assert_eq!(of_lines(&[("authorization", "mk_x")]).as_deref(), Some("mk_x"));
        assert_eq!(of_lines(&[("x-api-key", "mk_x")]).as_deref(), Some("mk_x"));
        for line in ["", "a.b", "Basic a.b", "Bearer", "Bearer ", "Bearer a b"] {
            assert_eq!(of_lines(&[("authorization", line)]), None, "{line}");
        }
        assert_eq!(of_lines(&[("authorization", "Bearer a"), ("x-api-key", "a")]), None);
        assert_eq!(of_lines(&[("authorization", "Bearer a"), ("authorization", "Bearer a")]), None);
    }
}
