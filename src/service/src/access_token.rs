//! Access tokens: short-lived JWTs (RFC 9068), signed with a key that is encrypted with the master key.

mod keys;
mod verified_cache;

use std::sync::{Arc, PoisonError, RwLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Validation;
use mintkey_domain::{HOUR, OrganizationId, SECOND, ScopeSet, Timestamp};
use mintkey_store::{Organization, SigningKey, Store};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Error, MasterKey, Result, certificates::ClientCertificate};

use keys::Keys;
pub use keys::SigningAlgorithm;
pub(crate) use keys::{new_key, unreadable_columns};

/// The maximum lifetime of an access token, in seconds.
pub(crate) const MAX_LIFETIME: i64 = HOUR / SECOND;
/// The `client_id` of access tokens that were issued for a password.
pub(crate) const PASSWORD_CLIENT: &str = "mintkey";
const TYPE: &str = "at+jwt";

/// The claims (RFC 9068 section 2.2) and the organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: Uuid,
    pub(crate) aud: String,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    pub(crate) jti: Uuid,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    pub(crate) organization_id: OrganizationId,
    /// `user` or `service_account`.
    pub(crate) sub_type: mintkey_domain::PrincipalType,
    /// The generation of the membership or the service account when the token was issued. A private claim, like the
    /// next two: services that verify offline notice a revocation only at `exp`.
    pub(crate) owner_generation: i64,
    /// The generation of the password when the token was issued, if it was issued for a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_generation: Option<i64>,
    /// The token was issued for a password without narrowing: Mintkey allows whatever the user may do now. `scope`
    /// holds what that was at the time of issue, for services that only see the access token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unrestricted: bool,
    /// The certificate of the client that got it, which whoever uses it must present too (RFC 8705 section 3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cnf: Option<Confirmation>,
}

/// What an access token is bound to (RFC 7800 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// SHA-256 of the certificate's DER form, in base64url.
    #[serde(rename = "x5t#S256")]
    pub x5t_s256: String,
}

/// Signs and verifies access tokens.
pub(crate) struct Signer {
    issuer: String,
    pub(crate) master: MasterKey,
    keys: RwLock<Arc<Keys>>,
}

/// The claims of a token with a valid signature of this server.
pub(crate) struct Verified {
    pub(crate) claims: Claims,
    /// The key that made the signature.
    pub(crate) key: Uuid,
    pub(crate) scopes: Arc<ScopeSet>,
}

impl Confirmation {
    pub(crate) fn of(certificate: &ClientCertificate) -> Self {
        Self { x5t_s256: URL_SAFE_NO_PAD.encode(certificate.fingerprint) }
    }
}

impl Claims {
    /// The certificate that the access token is bound to.
    pub(crate) fn certificate(&self) -> Option<ClientCertificate> {
        let fingerprint = URL_SAFE_NO_PAD.decode(&self.cnf.as_ref()?.x5t_s256).ok()?.try_into().ok()?;
        Some(ClientCertificate { token: self.client_id.parse().ok()?, fingerprint })
    }

    /// Whether the access token may be used by a client with this certificate.
    pub(crate) fn is_confirmed_by(&self, certificate: Option<&ClientCertificate>) -> bool {
        self.cnf.is_none() || self.cnf == certificate.map(Confirmation::of)
    }

    /// When the token expires.
    pub(crate) fn ends_at(&self) -> Timestamp {
        Timestamp::from_millis(self.exp.saturating_mul(SECOND))
    }
}

impl Signer {
    /// Creates a signer with these keys.
    pub(crate) fn new(rows: Vec<SigningKey>, master: &MasterKey, issuer: &str) -> Result<Self> {
        let keys = RwLock::new(Arc::new(Keys::open(rows, master)?));
        Ok(Self { issuer: issuer.to_owned(), master: master.clone(), keys })
    }

    /// Reloads the keys. If they changed, cached signature verifications are dropped.
    pub(crate) async fn reload(&self, store: &Store) -> Result<()> {
        let rows = store.signing_keys().await?;
        if !self.keys().are(&rows) {
            let keys = Arc::new(Keys::open(rows, &self.master)?);
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        Ok(())
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The audience of an organization's access tokens: its setting, or a URL of its own.
    pub(crate) fn audience(&self, organization: &Organization) -> String {
        organization.audience.clone().unwrap_or_else(|| format!("{}/o/{}", self.issuer, organization.id))
    }

    /// Whether this is the organization's audience. Doesn't allocate, because it runs at each use of an access token.
    pub(crate) fn is_audience(&self, organization: &Organization, text: &str) -> bool {
        if let Some(audience) = &organization.audience {
            return audience == text;
        }
        let own = text.strip_prefix(self.issuer.as_str()).and_then(|rest| rest.strip_prefix("/o/"));
        own == Some(organization.id.uuid().as_hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }

    /// Signs the claims and returns the token.
    pub(crate) fn sign(&self, claims: &Claims, now: Timestamp) -> Result<String> {
        let keys = self.keys();
        let signing = keys.signing(now).ok_or(Error::Crypto("there is no active signing key"))?;
        let payload = serde_json::to_vec(claims).map_err(|_| Error::Crypto("writing the claims"))?;
        signing.sign(&payload)
    }

    /// The claims of a token that this server signed; `None` for any other text. The caller must check the expiry.
    pub(crate) fn verify(&self, text: &str) -> Option<Arc<Verified>> {
        let keys = self.keys();
        let digest: [u8; 32] = Sha256::digest(text).into();
        if let Some(known) = keys.verified_cache.get(&digest) {
            return Some(known);
        }
        let header = jsonwebtoken::decode_header(text).ok()?;
        let kid = header.kid.as_deref()?;
        let verifying = keys.verifying(kid)?;
        let key = kid.parse().ok()?;
        if header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let mut validation = Validation::new(verifying.algorithm);
        validation.set_issuer(&[&self.issuer]);
        // Callers check both: the expiry with the injected clock, and the audience, which differs by organization.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims = jsonwebtoken::decode::<Claims>(text, &verifying.key, &validation).ok()?.claims;
        let scopes = Arc::new(ScopeSet::from_stored(claims.scope.split(' ')));
        let verified = Arc::new(Verified { claims, key, scopes });
        keys.verified_cache.insert(digest, verified.clone());
        Some(verified)
    }

    /// The public keys (RFC 7517 section 5).
    pub(crate) fn jwks(&self, now: Timestamp) -> Value {
        self.keys().jwks(now)
    }

    /// Drops cached verifications of expired tokens.
    pub(crate) fn purge(&self, now: Timestamp) {
        self.keys().verified_cache.purge(now);
    }
}
