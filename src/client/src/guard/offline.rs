//! Checks of access tokens by the server's public keys (RFC 9068 section 4).

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use http::header::CACHE_CONTROL;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use mintkey_domain::{PrincipalType, ScopeSet, SecretText};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{Caller, Refusal};
use crate::{Client, RawRequest};

const TYPE: &str = "at+jwt";
/// How long keys are cached if the server doesn't say.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(5);
/// How long keys are cached at most, whatever the server says.
const MAX_LIFETIME: Duration = Duration::from_hours(24);
/// How long the server has for its keys.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The least time between two loads: access tokens with invented key IDs can't cause more.
const MIN_INTERVAL: Duration = Duration::from_secs(10);

pub(super) struct Offline {
    client: Client,
    issuer: String,
    audience: String,
    keys: RwLock<Arc<Keys>>,
    /// When the keys were last requested, with or without success. Held while they are.
    requested_at: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<String, DecodingKey>,
    /// Until when they are current. `None` before the first load.
    current_until: Option<Instant>,
}

#[derive(Deserialize)]
struct Claims {
    sub: Uuid,
    sub_type: PrincipalType,
    client_id: String,
    scope: String,
    /// What it is bound to (RFC 7800): a certificate, which this layer doesn't see.
    #[serde(default)]
    cnf: Option<Value>,
}

impl Offline {
    pub(super) fn new(client: Client, audience: String) -> Self {
        let issuer = client.origin().to_owned();
        Self { client, issuer, audience, keys: RwLock::default(), requested_at: Mutex::default() }
    }

    pub(super) fn with_issuer(&self, issuer: String) -> Self {
        Self { issuer, ..Self::new(self.client.clone(), self.audience.clone()) }
    }

    pub(super) async fn check(&self, credential: &SecretText, scopes: &[String]) -> Result<Caller, Refusal> {
        let text = credential.expose();
        let header = decode_header(text).map_err(|_| Refusal::InvalidCredential)?;
        let is_access_token = header.typ.is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.strip_prefix("application/").unwrap_or(&kind) == TYPE
        });
        let (true, Some(key_id), Algorithm::ES256 | Algorithm::EdDSA) = (is_access_token, header.kid, header.alg)
        else {
            return Err(Refusal::InvalidCredential);
        };
        let keys = self.keys_with(&key_id).await?;
        let key = keys.by_id.get(&key_id).ok_or(Refusal::InvalidCredential)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = 0;
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let claims = decode::<Claims>(text, key, &validation).map_err(|_| Refusal::InvalidCredential)?.claims;
        if claims.cnf.is_some() {
            // Without the client's certificate, it may be stolen.
            return Err(Refusal::InvalidCredential);
        }
        let held = ScopeSet::from_stored(claims.scope.split(' '));
        if let Some(missing) = scopes.iter().find(|scope| !held.covers(scope)) {
            return Err(Refusal::InsufficientScope(missing.clone()));
        }
        Ok(Caller {
            principal_id: claims.sub,
            principal_type: claims.sub_type,
            token_id: claims.client_id.parse().ok(),
        })
    }

    /// The keys; loaded if they are old, or if none has this ID. A caller with a current key never waits for that.
    async fn keys_with(&self, key_id: &str) -> Result<Arc<Keys>, Refusal> {
        if let Some(keys) = self.current().filter(|keys| keys.by_id.contains_key(key_id)) {
            return Ok(keys);
        }
        // Concurrent callers wait for one load.
        let mut requested_at = self.requested_at.lock().await;
        let current = self.current();
        let is_recent = requested_at.is_some_and(|at| at.elapsed() < MIN_INTERVAL);
        match current {
            Some(keys) if is_recent || keys.by_id.contains_key(key_id) => return Ok(keys),
            None if is_recent => return Err(Refusal::Undecided),
            _ => {}
        }
        *requested_at = Some(Instant::now());
        let loaded =
            tokio::time::timeout(TIMEOUT, self.load()).await.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        match loaded {
            Ok(keys) => {
                let keys = Arc::new(keys);
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.clone();
                Ok(keys)
            }
            Err(reason) => {
                tracing::error!(reason, "the keys of access tokens can't be loaded");
                Err(Refusal::Undecided)
            }
        }
    }

    /// The keys, unless they are old.
    fn current(&self) -> Option<Arc<Keys>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        keys.current_until.is_some_and(|end| Instant::now() < end).then_some(keys)
    }

    async fn load(&self) -> Result<Keys, String> {
        let answer = self.client.send_raw(RawRequest::new("GET", "/.well-known/jwks.json").anonymous()).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if answer.status != 200 {
            return Err(format!("the server answered {}", answer.status));
        }
        let set: JwkSet = serde_json::from_slice(&answer.body).map_err(|_| "the answer is no key set".to_owned())?;
        let usable = |key: &Jwk| Some((key.common.key_id.clone()?, DecodingKey::from_jwk(key).ok()?));
        let lifetime = answer.headers.get(CACHE_CONTROL).and_then(|value| max_age(value.to_str().ok()?));
        Ok(Keys {
            by_id: set.keys.iter().filter_map(usable).collect(),
            current_until: Some(Instant::now() + lifetime.unwrap_or(DEFAULT_LIFETIME).min(MAX_LIFETIME)),
        })
    }
}

/// The `max-age` of a `Cache-Control` header (RFC 9111 section 5.2.2.1).
fn max_age(header: &str) -> Option<Duration> {
    let seconds = header.split(',').find_map(|directive| directive.trim().strip_prefix("max-age="))?;
    seconds.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cached_as_long_as_the_header_says() {
        assert_eq!(max_age("public, max-age=300"), Some(Duration::from_mins(5)));
        assert_eq!(max_age("no-store"), None);
    }
}
