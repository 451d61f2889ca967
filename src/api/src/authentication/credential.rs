//! Reads the credential in a request's headers, in exactly the forms that the API reference lists.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use mintkey_domain::{ErrorCode, Problem, is_api_key_scheme, is_bare_api_key};
use mintkey_service::Credential;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Accepts Base64 with or without `=` padding, because clients differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A credential that hasn't been verified.
pub(super) enum RawCredential<'h> {
    /// An API key or an access token.
    Bearer(&'h str),
    /// An API key.
    ApiKey(&'h str),
    /// `id:secret`, and the index of the colon.
    Client(String, usize),
    /// A header that can't be valid. The service checks it anyway, so that it counts as a failure.
    Malformed,
}

impl RawCredential<'_> {
    pub(super) fn credential(&self) -> Credential<'_> {
        match self {
            Self::Bearer(text) => Credential::Bearer(text),
            Self::ApiKey(text) => Credential::ApiKey(text),
            Self::Client(text, colon) => Credential::Client { id: &text[..*colon], secret: &text[colon + 1..] },
            Self::Malformed => Credential::ApiKey(""),
        }
    }
}

/// The credential in the headers. Refuses two credentials and a repeated header, because proxies and servers may
/// disagree on which one counts.
pub(super) fn from_headers(headers: &HeaderMap) -> Result<Option<RawCredential<'_>>, Problem> {
    match (single(headers, &header::AUTHORIZATION)?, single(headers, &X_API_KEY)?) {
        (None, None) => Ok(None),
        (Some(value), None) => Ok(Some(authorization(value))),
        (None, Some(value)) => Ok(Some(text(value).map_or(RawCredential::Malformed, RawCredential::ApiKey))),
        (Some(_), Some(_)) => Err(several()),
    }
}

fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h HeaderValue>, Problem> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next();
    if values.next().is_some() { Err(several()) } else { Ok(first) }
}

fn several() -> Problem {
    Problem::new(
        ErrorCode::MultipleCredentials,
        "Send one credential: either Authorization or X-API-Key, and that header once.",
    )
}

/// Parses a scheme in any case, spaces and a credential (RFC 9110 section 11.4), or a bare API key.
fn authorization(value: &HeaderValue) -> RawCredential<'_> {
    let Some(value) = text(value) else {
        return RawCredential::Malformed;
    };
    let Some((scheme, rest)) = value.split_once(' ') else {
        return if is_bare_api_key(value) { RawCredential::ApiKey(value) } else { RawCredential::Malformed };
    };
    let rest = rest.trim_start_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") {
        RawCredential::Bearer(rest)
    } else if is_api_key_scheme(scheme) {
        RawCredential::ApiKey(rest)
    } else if scheme.eq_ignore_ascii_case("basic") {
        basic(rest).unwrap_or(RawCredential::Malformed)
    } else {
        RawCredential::Malformed
    }
}

/// RFC 7617 section 2: the first colon ends the client ID.
fn basic(encoded: &str) -> Option<RawCredential<'static>> {
    let pair = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let colon = pair.find(':')?;
    Some(RawCredential::Client(pair, colon))
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        match from_headers(&headers) {
            Err(problem) => problem.code.to_string(),
            Ok(None) => "none".to_owned(),
            Ok(Some(RawCredential::Malformed)) => "malformed".to_owned(),
            Ok(Some(presented)) => match presented.credential() {
                Credential::Bearer(text) => format!("bearer {text}"),
                Credential::ApiKey(text) => format!("key {text}"),
                Credential::Client { id, secret } => format!("client {id} {secret}"),
                Credential::Certificate(_) => unreachable!("not in a header"),
            },
        }
    }

    #[test]
    fn every_form_is_read_in_any_case() {
        for (value, expected) in [
            ("Bearer mk_a", "bearer mk_a"),
            ("bearer mk_a", "bearer mk_a"),
            ("BEARER   mk_a", "bearer mk_a"),
            ("Bearer a.b.c", "bearer a.b.c"),
            ("APIToken mk_a", "key mk_a"),
            ("apitoken mk_a", "key mk_a"),
            ("ApiKey mk_a", "key mk_a"),
            ("APIKEY mk_a", "key mk_a"),
            ("Token mk_a", "key mk_a"),
            ("api-key a.b", "key a.b"),
            ("mrsm-key:YTpi", "key mrsm-key:YTpi"),
            ("mk_a", "key mk_a"),
            ("  mk_a ", "key mk_a"),
            ("Basic aWQ6c2VjcmV0", "client id secret"),
            ("basic aWQ6c2U6Y3JldA==", "client id se:cret"),
            ("BASIC aWQ6c2U6Y3JldA", "client id se:cret"),
            ("Basic Og==", "client  "),
        ] {
            assert_eq!(read(&[("authorization", value)]), expected, "{value}");
        }
        assert_eq!(read(&[("x-api-key", " mk_a")]), "key mk_a");
    }

    #[test]
    fn anything_else_is_a_credential_that_is_not_good() {
        for value in ["", "Bearer", "Digest mk_a", "Token", "mks_", "MK_a", "Basic", "Basic ???", "Basic aWQ=", "ä"] {
            assert_eq!(read(&[("authorization", value)]), "malformed", "{value}");
        }
        assert_eq!(read(&[("x-api-key", "ä")]), "malformed");
        assert_eq!(read(&[("x-api-key", "")]), "key ");
    }

    #[test]
    fn two_credentials_are_refused_even_if_they_are_the_same() {
        for lines in [
            [("authorization", "Bearer mk_a"), ("x-api-key", "mk_a")],
            [("authorization", "Bearer mk_a"), ("authorization", "Bearer mk_a")],
            [("x-api-key", "mk_a"), ("x-api-key", "mk_b")],
            [("authorization", ""), ("x-api-key", "")],
        ] {
            assert_eq!(read(&lines), "multiple_credentials");
        }
    }

    #[test]
    fn no_header_is_no_credential() {
        assert_eq!(read(&[("cookie", "mintkey_session=a")]), "none");
    }
}
