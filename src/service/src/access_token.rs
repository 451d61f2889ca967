//! Access tokens: short-lived JWTs (RFC 9068), signed ES256 with a key that is sealed under the master key.

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use dashmap::DashMap;
use foldhash::fast::RandomState;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use mintkey_domain::{OrganizationId, ScopeSet, SigningKeyId, Timestamp};
use mintkey_store::{SigningKey, Store};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Environment, Error, MasterKey, Result};

/// The longest life of an access token, in seconds.
pub(crate) const MAX_LIFE: i64 = 3600;
/// The `client_id` of access tokens that come from a password.
pub(crate) const PASSWORD_CLIENT: &str = "mintkey";
const TYPE: &str = "at+jwt";
const ALGORITHM: &str = "ES256";
/// Signatures remembered at once; past it all are forgotten, which costs one verification each.
const MAX_REMEMBERED: usize = 100_000;

/// The claims (RFC 9068 section 2.2), and the organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: Uuid,
    pub(crate) aud: String,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    /// Version 7: it also tells the millisecond of issue, where `iat` has whole seconds.
    pub(crate) jti: Uuid,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    pub(crate) organization_id: OrganizationId,
    /// `user` or `service_account`.
    pub(crate) sub_type: mintkey_domain::PrincipalType,
    /// From a password, and not narrowed: here it may do all that the person may do now. `scope` says what that was
    /// at the time of issue, for those who only have the access token to go by.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unrestricted: bool,
}

/// Signs and checks access tokens.
pub(crate) struct Signer {
    issuer: String,
    active: (String, EncodingKey),
    keys: HashMap<String, (DecodingKey, Value)>,
    /// Verified signatures by the token's SHA-256: a signature may be remembered, a decision not.
    remembered: DashMap<[u8; 32], Arc<Verified>, RandomState>,
}

/// The claims of a token whose signature is ours.
pub(crate) struct Verified {
    pub(crate) claims: Claims,
    pub(crate) scopes: Arc<ScopeSet>,
}

impl Claims {
    /// When it was issued, to the millisecond.
    pub(crate) fn issued_at(&self) -> Timestamp {
        let millis = self.jti.get_timestamp().map_or(0, |time| {
            let (seconds, nanos) = time.to_unix();
            seconds.saturating_mul(1000) + u64::from(nanos / 1_000_000)
        });
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(0))
    }

    /// When it ends.
    pub(crate) fn ends_at(&self) -> Timestamp {
        Timestamp::from_millis(self.exp.saturating_mul(1000))
    }
}

impl Signer {
    /// Loads the keys; makes the first one on an empty database.
    pub(crate) async fn open(
        store: &Store,
        master: &MasterKey,
        environment: &Environment,
        issuer: &str,
    ) -> Result<Self> {
        let mut rows = store.signing_keys().await?;
        if !rows.iter().any(|row| row.active) {
            let row = new_key(master, environment)?;
            let stored = row.clone();
            store
                .write(move |tx| {
                    Box::pin(async move {
                        tx.insert_signing_key(&stored).await?;
                        Ok::<_, Error>(())
                    })
                })
                .await?;
            rows.push(row);
        }
        let mut keys = HashMap::new();
        let mut active = None;
        for row in &rows {
            let id = row.id.to_string();
            let private = master.open(row.id.uuid().as_bytes(), &row.private_encrypted)?;
            let jwk: Value =
                serde_json::from_str(&row.public_jwk).map_err(|_| Error::Crypto("a stored public key is damaged"))?;
            let (Some(x), Some(y)) = (jwk["x"].as_str(), jwk["y"].as_str()) else {
                return Err(Error::Crypto("a stored public key is damaged"));
            };
            let decoding =
                DecodingKey::from_ec_components(x, y).map_err(|_| Error::Crypto("a stored public key is damaged"))?;
            if row.active {
                active = Some((id.clone(), EncodingKey::from_ec_der(&private)));
            }
            keys.insert(id, (decoding, jwk));
        }
        let active = active.ok_or(Error::Crypto("there is no active signing key"))?;
        Ok(Self { issuer: issuer.to_owned(), active, keys, remembered: DashMap::default() })
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The signed token.
    pub(crate) fn sign(&self, claims: &Claims) -> Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.active.0.clone());
        jsonwebtoken::encode(&header, claims, &self.active.1).map_err(|_| Error::Crypto("signing an access token"))
    }

    /// The claims of a token that we signed; `None` for any other text. Its end is the caller's to look at.
    pub(crate) fn verify(&self, text: &str) -> Option<Arc<Verified>> {
        let digest: [u8; 32] = Sha256::digest(text).into();
        if let Some(known) = self.remembered.get(&digest) {
            return Some(known.clone());
        }
        let header = jsonwebtoken::decode_header(text).ok()?;
        let (key, _) = self.keys.get(header.kid.as_deref()?)?;
        if header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[&self.issuer]);
        // The clock is ours to read, and the audience differs by organization: both are looked at after this.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims = jsonwebtoken::decode::<Claims>(text, key, &validation).ok()?.claims;
        if self.remembered.len() >= MAX_REMEMBERED {
            self.remembered.clear();
        }
        let scopes = Arc::new(ScopeSet::from_stored(claims.scope.split(' ')));
        let verified = Arc::new(Verified { claims, scopes });
        self.remembered.insert(digest, verified.clone());
        Some(verified)
    }

    /// The public keys (RFC 7517 section 5).
    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": self.keys.values().map(|(_, jwk)| jwk).collect::<Vec<_>>() })
    }

    /// Forgets signatures of tokens that have ended.
    pub(crate) fn purge(&self, now: Timestamp) {
        self.remembered.retain(|_, verified| verified.claims.ends_at() > now);
    }
}

/// A new P-256 key.
#[expect(clippy::disallowed_methods, reason = "the library makes keys from its own generator only")]
fn new_key(master: &MasterKey, environment: &Environment) -> Result<SigningKey> {
    let failed = |_| Error::Crypto("making a signing key");
    let now = environment.now();
    let id = SigningKeyId::new(now, environment.random());
    let private =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(failed)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.as_ref())
        .map_err(|_| Error::Crypto("making a signing key"))?;
    // An uncompressed point: 0x04, then x and y of 32 bytes each.
    let point = pair.public_key().as_ref();
    let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else {
        return Err(Error::Crypto("making a signing key"));
    };
    let public = json!({
        "kty": "EC", "crv": "P-256", "alg": ALGORITHM, "use": "sig", "kid": id.to_string(),
        "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    });
    Ok(SigningKey {
        id,
        algorithm: ALGORITHM.to_owned(),
        public_jwk: public.to_string(),
        private_encrypted: master.seal(environment, id.uuid().as_bytes(), private.as_ref())?,
        active: true,
        created_at: now,
        retires_at: None,
    })
}
