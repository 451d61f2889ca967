//! Submitted credentials, and what they prove before any record is read.

use std::sync::Arc;

use mintkey_domain::{ApiKey, Secret, SecretHash, SessionId, TokenId, Via, is_api_key_scheme};
use uuid::Uuid;

use crate::{Service, access_token::Verified, certificates::ClientCertificate, identity_cache::SecretSource};

/// A credential as submitted.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// An API key or an access token, with or without `Bearer`.
    Bearer(&'a str),
    /// An API key.
    ApiKey(&'a str),
    /// A client ID and client secret.
    Client {
        /// The token's ID.
        id: &'a str,
        /// `mks_…`.
        secret: &'a str,
    },
    /// A client certificate, whose holder has proven to have its private key.
    Certificate(ClientCertificate),
}

/// A credential that was parsed and verified as far as possible without records. A change validates it again.
#[derive(Clone)]
pub(crate) enum Proof {
    /// Mintkey itself: `mintkey admin` or maintenance.
    System,
    /// An API key, or a client ID and client secret; Mintkey's own or imported.
    Secret { token: TokenId, source: SecretSource, hash: SecretHash, via: Via },
    /// A client certificate.
    Certificate(ClientCertificate),
    /// A client assertion, with the key that verified its signature.
    ClientAssertion { token: TokenId, jwk: Arc<str> },
    /// An access token with a valid signature of this server.
    AccessToken(Arc<Verified>),
    /// A console session.
    Session(SessionId),
    /// An access token that is being issued.
    Issued(Uuid),
    /// Nothing to validate again: such an actor only appears in the audit log.
    Nothing,
}

/// Extracts a credential that another service passes on: removes surrounding white space, and the scheme if the text is
/// the whole value of an `Authorization` header.
pub fn bare_credential(text: &str) -> &str {
    let text = text.trim();
    match text.split_once(|c: char| c.is_ascii_whitespace()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer") || is_api_key_scheme(scheme) => rest.trim_start(),
        _ => text,
    }
}

impl Service {
    /// Parses a credential of Mintkey's own form; `None` if it is malformed, its signature is invalid, or it may be an
    /// imported key.
    pub(crate) fn parse_credential(&self, credential: Credential<'_>) -> Option<Proof> {
        let secret = |token, secret: &Secret, via| Proof::Secret {
            token,
            source: SecretSource::Mintkey,
            hash: secret.hash(),
            via,
        };
        match credential {
            Credential::Bearer(text) if !text.starts_with(mintkey_domain::API_KEY_PREFIX) => {
                self.signer.verify(text).map(Proof::AccessToken)
            }
            Credential::ApiKey(text) | Credential::Bearer(text) => {
                ApiKey::parse(text).map(|key| secret(key.token_id, &key.secret, Via::ApiKey))
            }
            Credential::Client { id, secret: text } => {
                // A trailing line break from a shell or file belongs to neither.
                let parsed = Secret::parse_client_secret(text.trim())?;
                Some(secret(id.trim().parse().ok()?, &parsed, Via::ClientSecret))
            }
            Credential::Certificate(certificate) => Some(Proof::Certificate(certificate)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bare_credential;

    #[test]
    fn a_credential_is_read_without_what_stands_around_it() {
        for text in [
            "mk_a",
            " mk_a\n",
            "Bearer mk_a",
            "bearer  mk_a ",
            "\tAPIToken mk_a\r\n",
            "apikey\tmk_a",
            "Api-Key mk_a",
            "token mk_a",
        ] {
            assert_eq!(bare_credential(text), "mk_a", "{text:?}");
        }
        // Only one scheme, and a known one.
        for text in ["Bearer Bearer mk_a", "Basic mk_a", "Bearer", "mk_a mk_b", "Bearermk_a", "Bearer: mk_a"] {
            assert_ne!(bare_credential(text), "mk_a", "{text:?}");
        }
    }
}
