//! What a caller sends, and what it proves before any record is looked at.

use std::sync::Arc;

use mintkey_domain::{ApiKey, Secret, SecretHash, SessionId, TokenId, Via};
use uuid::Uuid;

use crate::{Service, access_token::Verified};

/// What a caller sent, as the door found it.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// An API key or an access token, after `Bearer` or bare.
    Bearer(&'a str),
    /// An API key.
    ApiKey(&'a str),
    /// Client ID and client secret.
    Client {
        /// The token's id.
        id: &'a str,
        /// `mks_…`.
        secret: &'a str,
    },
}

/// What a request has shown, read and checked as far as no record is needed. Enough to validate it again on other records.
#[derive(Clone)]
pub(crate) enum Proof {
    /// Mintkey itself: `mintkey admin`, or its upkeep.
    System,
    /// An API key, or client ID and client secret.
    Secret { token: TokenId, hash: SecretHash, via: Via },
    /// A statement that a client signed, and the key by which its signature was checked.
    ClientAssertion { token: TokenId, jwk: Arc<str> },
    /// An access token whose signature is ours.
    AccessToken(Arc<Verified>),
    /// A session of the console.
    Session(SessionId),
    /// An access token that is being made.
    Issued(Uuid),
    /// Nothing that could be validated again: such an actor only stands in the audit log.
    Nothing,
}

/// The schemes of an `Authorization` header that an API key or an access token comes with.
const SCHEMES: [&str; 3] = ["Bearer", "APIToken", "ApiKey"];

/// A credential that another service hands on, as it found it: without the white space around it, and without the
/// scheme if it is the whole value of an `Authorization` header.
pub fn bare_credential(text: &str) -> &str {
    let text = text.trim();
    match text.split_once(|c: char| c.is_ascii_whitespace()) {
        Some((scheme, rest)) if SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) => rest.trim_start(),
        _ => text,
    }
}

impl Service {
    /// What a credential shows; `None` for one that is malformed, or whose signature isn't ours.
    pub(crate) fn read(&self, credential: Credential<'_>) -> Option<Proof> {
        let secret = |token, secret: &Secret, via| Proof::Secret { token, hash: secret.hash(), via };
        match credential {
            Credential::Bearer(text) if !text.starts_with(mintkey_domain::API_KEY_PREFIX) => {
                self.signer.verify(text).map(Proof::AccessToken)
            }
            Credential::ApiKey(text) | Credential::Bearer(text) => {
                ApiKey::parse(text).map(|key| secret(key.token_id, &key.secret, Via::ApiKey))
            }
            Credential::Client { id, secret: text } => {
                // A line break that a shell or a file has added is part of neither.
                let parsed = Secret::parse_client_secret(text.trim())?;
                Some(secret(id.trim().parse().ok()?, &parsed, Via::ClientSecret))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bare_credential;

    #[test]
    fn a_credential_is_read_without_what_stands_around_it() {
        for text in ["mk_a", " mk_a\n", "Bearer mk_a", "bearer  mk_a ", "\tAPIToken mk_a\r\n", "apikey\tmk_a"] {
            assert_eq!(bare_credential(text), "mk_a", "{text:?}");
        }
        // One scheme, and a known one.
        for text in ["Bearer Bearer mk_a", "Basic mk_a", "Bearer", "mk_a mk_b", "Bearermk_a", "Bearer: mk_a"] {
            assert_ne!(bare_credential(text), "mk_a", "{text:?}");
        }
    }
}
