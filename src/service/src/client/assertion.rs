//! Client authentication by a signed JWT instead of a secret (RFC 7523 sections 2.2 and 3).
//!
//! 1. `iss` and `sub` are both the client ID.
//! 2. `aud` is this server: its issuer, with or without a trailing slash, or its token endpoint; or a list of only
//!    these.
//! 3. `exp` is in the future, by ten minutes at most; `nbf` and `iat`, if present, are not.
//! 4. The signature is by one of the client's keys, with an algorithm for that key.
//! 5. `jti` wasn't used before.
//!
//! All failures return the same error as a wrong secret. Once the signature is verified, the reason is written to the
//! audit log for the client's operator. So only holders of an assertion signed by the client can write to it, and equal
//! refusals are counted as one event.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mintkey_domain::{ErrorCode, Timestamp, TokenId, wire::VerificationCode};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::keys::{algorithm, stored};
use crate::{
    Actor, Error, Origin, Result, Service, audit::Details, authenticate::invalid_credential, credential::Proof,
    records::InMemory,
};

/// The maximum time until an assertion expires, in seconds.
const LONGEST: f64 = 600.0;
/// The tolerance for clients whose clock is ahead, in seconds.
const SKEW: f64 = 60.0;
const MAX_JTI: usize = 255;
/// The maximum size of an assertion in bytes, several times that of an RSA signature with claims.
const MAX_TEXT: usize = 8192;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// The claims of an assertion. Each is parsed separately, so that the log can name the invalid one.
#[derive(Deserialize)]
struct Claims {
    iss: Option<Value>,
    sub: Option<Value>,
    aud: Option<Value>,
    exp: Option<Value>,
    jti: Option<Value>,
    nbf: Option<Value>,
    iat: Option<Value>,
}

/// What is wrong with a correctly signed assertion, as written to the audit log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Flaw {
    code: &'static str,
    reason: &'static str,
}

const NAMED: Flaw = Flaw { code: "assertion_issuer", reason: "iss and sub must both be the client ID." };
const OTHER_CLIENT: Flaw = Flaw { code: "assertion_client_id", reason: "The client_id beside it is another one." };
const AUDIENCE: Flaw =
    Flaw { code: "assertion_audience", reason: "aud must be the issuer or the token endpoint, and nobody else." };
const NO_END: Flaw = Flaw { code: "assertion_end_missing", reason: "exp must be a number of seconds since 1970." };
const EXPIRED: Flaw = Flaw { code: "assertion_expired", reason: "exp has passed." };
const TOO_LONG: Flaw = Flaw { code: "assertion_too_long", reason: "exp is more than ten minutes ahead." };
const NOT_YET: Flaw = Flaw { code: "assertion_not_yet", reason: "iat or nbf lies ahead, or is no number." };
const NO_JTI: Flaw = Flaw { code: "assertion_jti", reason: "jti must be a text of 1 to 255 bytes." };
const REUSED: Flaw = Flaw { code: "assertion_reused", reason: "jti was used before: each assertion works once." };

impl Service {
    /// Authenticates a client by a signed assertion; `client` is the client ID from the request, if any.
    ///
    /// # Errors
    /// `invalid_credential` for every failure; `rate_limited` instead if the IP address has failed too often.
    pub async fn authenticate_assertion(&self, assertion: &str, client: Option<&str>, origin: Origin) -> Result<Actor> {
        let (now, ip) = (self.environment.now(), origin.ip);
        if let Some(actor) = self.check_assertion(assertion, client, origin, now).await? {
            self.metrics.checked(VerificationCode::Valid);
            return Ok(actor);
        }
        self.metrics.checked(VerificationCode::Invalid);
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
        // The claimed client ID selects the keys to try. Nothing is trusted before one verifies the signature.
        let unproven = |reason| {
            tracing::debug!(reason, "client assertion refused");
            Ok(None)
        };
        let Some(id) = claimed(text) else { return unproven("it names no client") };
        let Some(token) = self.identities.token(&self.store, id).await? else { return unproven("unknown client") };
        let keys = self.store.client_keys(token.organization, id, now).await?;
        let Some((claims, jwk)) = verified(text, &keys) else { return unproven("no registered key fits") };
        let proof = Proof::ClientAssertion { token: id, jwk };
        let checked = self.validate(&mut InMemory(self), proof, origin, now).await?;
        let Some(proven) = checked.proven else { return Ok(None) };
        if checked.code != VerificationCode::Valid {
            self.credential_refused(&proven.actor, checked.code);
            return Ok(None);
        }
        let same = client.is_none_or(|client| client.trim().parse() == Ok(id));
        let meaning = if same { self.meaning(&claims, id, now) } else { Err(OTHER_CLIENT) };
        let (end, jti) = match meaning {
            Ok(claimed) => claimed,
            Err(flaw) => {
                self.assertion_refused(&proven.actor, flaw);
                return Ok(None);
            }
        };
        // Rounded up: the `jti` is stored for as long as the assertion is acceptable.
        #[expect(clippy::cast_possible_truncation, reason = "at most ten minutes from now, as was just checked")]
        let ends_at = Timestamp::from_millis((end.ceil() as i64).saturating_add(1).saturating_mul(1000));
        match self.consume_assertion(&proven.actor, id, Sha256::digest(jti).into(), ends_at).await {
            Ok(Some(actor)) => {
                self.record_use(&proven, checked.code, now);
                actor.identify_request();
                Ok(Some(actor))
            }
            Ok(None) => {
                self.assertion_refused(&proven.actor, REUSED);
                Ok(None)
            }
            Err(Error::Refused(problem)) if problem.code == ErrorCode::InvalidCredential => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The expiry and `jti` of an assertion that is valid for this server now, or its flaw.
    fn meaning<'c>(
        &self,
        claims: &'c Claims,
        id: TokenId,
        now: Timestamp,
    ) -> std::result::Result<(f64, &'c str), Flaw> {
        let text = |claim: &'c Option<Value>| claim.as_ref().and_then(Value::as_str);
        let number = |claim: &Option<Value>| claim.as_ref().and_then(Value::as_f64);
        let issuer = text(&claims.iss).filter(|issuer| issuer.parse() == Ok(id));
        if issuer.is_none() || issuer != text(&claims.sub) {
            return Err(NAMED);
        }
        if !self.is_audience(claims.aud.as_ref()) {
            return Err(AUDIENCE);
        }
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium are exact")]
        let now = now.millis() as f64 / 1000.0;
        let end = number(&claims.exp).ok_or(NO_END)?;
        if end <= now {
            return Err(EXPIRED);
        }
        if end > now + LONGEST {
            return Err(TOO_LONG);
        }
        let begun = |claim: &Option<Value>| claim.is_none() || number(claim).is_some_and(|from| from <= now + SKEW);
        if !begun(&claims.nbf) || !begun(&claims.iat) {
            return Err(NOT_YET);
        }
        let jti = text(&claims.jti).filter(|jti| (1..=MAX_JTI).contains(&jti.len())).ok_or(NO_JTI)?;
        Ok((end, jti))
    }

    /// Records the refusal of a correctly signed assertion.
    fn assertion_refused(&self, proven: &Actor, flaw: Flaw) {
        tracing::debug!(reason = flaw.reason, "client assertion refused");
        let details = Details::default().note("code", flaw.code).note("reason", flaw.reason);
        self.credential_refused_because(proven, flaw.code, &details);
    }

    /// Whether the audience is only this server (RFC 7519 section 4.1.3: one string, or a list).
    fn is_audience(&self, aud: Option<&Value>) -> bool {
        let is_ours = |aud: &Value| {
            let path = aud.as_str().and_then(|aud| aud.strip_prefix(self.signer.issuer()));
            matches!(path, Some("" | "/" | "/oauth/token"))
        };
        match aud {
            Some(Value::Array(list)) => !list.is_empty() && list.iter().all(is_ours),
            Some(aud) => is_ours(aud),
            None => false,
        }
    }
}

fn claimed(text: &str) -> Option<TokenId> {
    let payload = text.split('.').nth(1).filter(|_| text.len() <= MAX_TEXT)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    // Either claim names the client; a difference is reported once the signature is verified.
    [claims.sub, claims.iss].into_iter().flatten().find_map(|claim| claim.as_str()?.parse().ok())
}

/// The claims, and the key that verified the signature.
fn verified(text: &str, keys: &[String]) -> Option<(Claims, Arc<str>)> {
    let (message, signature) = text.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    // An unsupported critical header must be refused (RFC 7515 section 4.1.11).
    let algorithm = algorithm(&header.alg).filter(|_| header.crit.is_none())?;
    let fits = |kid: &Option<String>| kid.is_none() || header.kid.is_none() || *kid == header.kid;
    let proving = keys.iter().find(|key| {
        stored(key).is_some_and(|key| {
            fits(&key.kid)
                && key.algorithms.contains(&algorithm)
                && jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.key, algorithm).unwrap_or(false)
        })
    })?;
    let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    Some((claims, proving.as_str().into()))
}
