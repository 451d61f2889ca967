//! A client that proves itself by a signed statement instead of its secret (RFC 7523 sections 2.2 and 3).
//!
//! 1. `iss` and `sub` are both the client ID.
//! 2. `aud` is this server: its issuer, or its token endpoint, and nobody else.
//! 3. `exp` lies ahead, by ten minutes at most; `nbf` and `iat`, if they are there, don't.
//! 4. The signature is of one of the client's keys, by an algorithm of that key.
//! 5. `jti` wasn't used before.
//!
//! Whatever is wrong, the refusal is the one that a wrong secret gets.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mintkey_domain::{ErrorCode, Timestamp, TokenId, wire::VerificationCode};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::keys::{algorithm, stored};
use crate::{
    Actor, Error, Origin, Result, Service, authenticate::invalid_credential, credential::Proof, records::InMemory,
};

/// How far ahead the end of an assertion may lie, in seconds.
const LONGEST: f64 = 600.0;
/// How far a client's clock may be ahead, in seconds.
const SKEW: f64 = 60.0;
const MAX_JTI: usize = 255;
/// The longest text that is looked at: an RSA signature and claims fit many times over.
const MAX_TEXT: usize = 8192;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    jti: String,
    nbf: Option<f64>,
    iat: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Service {
    /// The actor of a client that was named, or names itself, in a signed assertion.
    ///
    /// # Errors
    /// `invalid_credential` whatever is wrong; `rate_limited` instead once an address has failed too often.
    pub async fn authenticate_assertion(&self, assertion: &str, client: Option<&str>, origin: Origin) -> Result<Actor> {
        let (now, ip) = (self.environment.now(), origin.ip);
        if let Some(actor) = self.check_assertion(assertion, client, origin, now).await? {
            self.checks.count(VerificationCode::Valid);
            return Ok(actor);
        }
        self.checks.count(VerificationCode::Invalid);
        self.limiters.key_failed(ip, now)?;
        Err(invalid_credential().into())
    }

    async fn check_assertion(
        &self,
        text: &str,
        client: Option<&str>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Option<Actor>> {
        // Whose it claims to be says which keys to try: nothing else of it is believed before one of them fits.
        let Some(id) = claimed(text).filter(|id| client.is_none_or(|client| client.parse() == Ok(*id))) else {
            return Ok(None);
        };
        let Some(token) = self.memory.token(&self.store, id).await? else { return Ok(None) };
        let keys = self.store.client_keys(token.organization, id, now).await?;
        let Some((claims, jwk)) = verified(text, &keys).filter(|(claims, _)| self.is_meant(claims, id, now)) else {
            return Ok(None);
        };
        let proof = Proof::ClientAssertion { token: id, jwk };
        let checked = self.judge(&mut InMemory(self), proof, origin, now).await?;
        let Some(proven) = checked.proven else { return Ok(None) };
        if checked.code != VerificationCode::Valid {
            self.credential_refused(&proven.actor, checked.code);
            return Ok(None);
        }
        // Rounded up: an assertion is remembered for as long as it could be taken.
        #[expect(clippy::cast_possible_truncation, reason = "at most ten minutes from now, as was just checked")]
        let ends_at = Timestamp::from_millis((claims.exp.ceil() as i64).saturating_add(1).saturating_mul(1000));
        match self.consume_assertion(&proven.actor, id, Sha256::digest(&claims.jti).into(), ends_at).await {
            Ok(actor) => {
                self.record_use(&proven, checked.code, now);
                Ok(Some(actor))
            }
            Err(Error::Refused(problem)) if problem.code == ErrorCode::InvalidCredential => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn is_meant(&self, claims: &Claims, id: TokenId, now: Timestamp) -> bool {
        let issuer = self.signer.issuer();
        let aud = match &claims.aud {
            Audience::One(aud) => aud,
            Audience::Several(list) => match list.as_slice() {
                [only] => only,
                _ => return false,
            },
        };
        let ours = aud == issuer || aud.strip_prefix(issuer) == Some("/oauth/token");
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium are exact")]
        let now = now.millis() as f64 / 1000.0;
        let in_time = claims.exp > now
            && claims.exp <= now + LONGEST
            && [claims.nbf, claims.iat].into_iter().flatten().all(|from| from <= now + SKEW);
        let named = claims.iss == claims.sub && claims.iss.parse() == Ok(id);
        ours && in_time && named && (1..=MAX_JTI).contains(&claims.jti.len())
    }
}

fn claimed(text: &str) -> Option<TokenId> {
    let payload = text.split('.').nth(1).filter(|_| text.len() <= MAX_TEXT)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.iss.parse().ok()
}

/// The claims, and the key that made the signature.
fn verified(text: &str, keys: &[String]) -> Option<(Claims, Arc<str>)> {
    let (message, signature) = text.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    // What must be understood, and isn't, refuses (RFC 7515 section 4.1.11).
    let wanted = algorithm(&header.alg).filter(|_| header.crit.is_none())?;
    let fits = |kid: &Option<String>| kid.is_none() || header.kid.is_none() || *kid == header.kid;
    let proving = keys.iter().find(|key| {
        stored(key).is_some_and(|key| {
            fits(&key.kid)
                && key.algorithms.contains(&wanted)
                && jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.key, wanted).unwrap_or(false)
        })
    })?;
    let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    Some((claims, proving.as_str().into()))
}
