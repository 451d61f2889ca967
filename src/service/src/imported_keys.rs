//! Keys that were imported from other systems. A key is found by its hash, or by the part of it that isn't secret.
//!
//! The first use of a key replaces its stored hash with SHA-256 of its text, unless it is that already, so that every later
//! check is the same as that of Mintkey's own keys. Only a text that looks like an imported key is searched for, and a slow hash is compared only if
//! its look-up finds one, behind the limits of failed sign-ins and in the queue of the password hashes.

mod hash;

use std::{cmp::Reverse, net::IpAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use mintkey_domain::{
    AuditAction, ImportedAlgorithm, ImportedKeyPattern, KeyLookup, MEERSCHAUM_PREFIX, OrganizationId, SecretHash,
    Timestamp, TokenId, Via, is_imported_key,
};
use mintkey_store::{ImportedHash, TokenSecret};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

pub(crate) use self::hash::{Pbkdf2, Pbkdf2Digest, bcrypt_cost};
use crate::{
    Credential, Origin, Result, Service,
    audit::Details,
    credential::Proof,
    hex,
    identity_cache::{SecretSource, TokenRecord},
    password::Caller,
    records::InTransaction,
};

/// A text that could be an imported key.
struct PresentedKey<'t> {
    text: &'t str,
    /// SHA-256 of the text.
    sha256: [u8; 32],
}

/// The most secrets that a text is compared with: by its hash, and by the longest look-ups.
const MAX_CANDIDATES: usize = 3;

impl Service {
    /// The proof that an imported key was presented; `None` if no such key is known.
    ///
    /// # Errors
    /// `rate_limited` once too many texts were compared with the slow hash of one token; `unavailable` if the queue of the
    /// slow hashes is full.
    pub(crate) async fn imported_proof(
        &self,
        credential: Credential<'_>,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Option<Proof>> {
        let (text, via) = match credential {
            Credential::Bearer(text) | Credential::ApiKey(text) => match meerschaum(text) {
                Some((id, secret)) => return self.proof_of_client(id, &secret, Via::ApiKey, origin, now).await,
                None => (text, Via::ApiKey),
            },
            Credential::Client { id, secret } => {
                let Ok(id) = id.trim().parse() else { return Ok(None) };
                return self.proof_of_client(id, secret.trim(), Via::ClientSecret, origin, now).await;
            }
            Credential::Certificate(_) => return Ok(None),
        };
        let patterns = self.identities.imported_patterns();
        if !patterns.iter().any(|pattern| pattern.matches(text)) {
            return Ok(None);
        }
        let key = PresentedKey::new(text);
        let token = match self.identities.imported_token(&key.sha256) {
            Some(token) => Some(token),
            None => self.find_imported(&key, &patterns, origin, now).await?,
        };
        Ok(token.map(|token| key.proof(token, via)))
    }

    /// A client ID names its token, so its secret needs no look-up.
    async fn proof_of_client(
        &self,
        token: TokenId,
        secret: &str,
        via: Via,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Option<Proof>> {
        if !is_imported_key(secret) {
            return Ok(None);
        }
        let Some(record) = self.identities.token(&self.store, token).await? else { return Ok(None) };
        let key = PresentedKey::new(secret);
        if record.has_hash_to_upgrade && !key.is_of(&record) {
            for stored in self.store.token_secrets(record.organization, token).await? {
                if self.upgrade(&stored, &key, origin, now).await? {
                    break;
                }
            }
        }
        Ok(Some(key.proof(token, via)))
    }

    /// The token of a key that isn't in memory.
    async fn find_imported(
        &self,
        key: &PresentedKey<'_>,
        patterns: &[ImportedKeyPattern],
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Option<TokenId>> {
        let matching = patterns.iter().filter(|pattern| pattern.matches(key.text));
        let lookups: Vec<KeyLookup> = matching.filter_map(|pattern| pattern.lookup(key.text)).collect();
        let before = self.identities.removals();
        let mut found = self.store.imported_secrets(&key.sha256, &Sha512::digest(key.text), &lookups).await?;
        // Those with its hash first, which the validation compares again. A longer look-up says more: keys with a shorter
        // one may begin like it by chance.
        found.sort_by_key(|secret| {
            let lookup = secret.hash.imported().and_then(|hash| hash.lookup.as_ref());
            Reverse(lookup.map_or(usize::MAX, |lookup| lookup.text().len()))
        });
        for secret in found.into_iter().take(MAX_CANDIDATES) {
            let stored = secret.hash.imported();
            let is_sha256 = stored.is_some_and(|stored| stored.algorithm == ImportedAlgorithm::Sha256);
            if is_sha256 || self.upgrade(&secret, key, origin, now).await? {
                self.identities.insert_imported(key.sha256, secret.token_id, before);
                return Ok(Some(secret.token_id));
            }
        }
        Ok(None)
    }

    /// Compares the text with the hash of an imported secret, and if it matches, replaces the hash with SHA-256 of the text.
    /// Returns whether it matches.
    async fn upgrade(
        &self,
        secret: &TokenSecret,
        key: &PresentedKey<'_>,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(stored) = secret.hash.imported() else { return Ok(false) };
        let has_ended = secret.expires_at.is_some_and(|end| end <= now);
        if has_ended || !self.matches(secret.token_id, stored, key, origin.ip, now).await? {
            return Ok(false);
        }
        let Some(record) = self.identities.token(&self.store, secret.token_id).await? else { return Ok(false) };
        self.replace_hash(record.organization, secret.clone(), stored.clone(), key.sha256, origin.clone()).await
    }

    async fn matches(
        &self,
        token: TokenId,
        stored: &ImportedHash,
        key: &PresentedKey<'_>,
        ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<bool> {
        match stored.algorithm {
            ImportedAlgorithm::Sha256 => Ok(false),
            ImportedAlgorithm::Sha512 => Ok(hash::equal(&Sha512::digest(key.text), &stored.hash)),
            ImportedAlgorithm::Pbkdf2 | ImportedAlgorithm::Bcrypt => {
                // Without an address, callers can't be told apart: only repetitions of one text count together.
                let account = match ip {
                    Some(_) => format!("imported key of {token}"),
                    None => format!("imported key {}", hex::encode(&key.sha256)),
                };
                let attempt = self.limiters.begin_sign_in(&account, ip, now).await?;
                let (service, stored) = (self.clone(), stored.clone());
                let (text, sha256) = (Zeroizing::new(key.text.to_owned()), key.sha256);
                // A request that came first may have replaced the hash meanwhile.
                let compared = move || {
                    let record = service.identities.cached_token(token);
                    let key = PresentedKey { text: &text, sha256 };
                    record.is_some_and(|record| key.is_of(&record)) || hash::is_of(&stored, &text)
                };
                let matches = self.passwords.compare(compared, Caller { ip, now }).await?;
                if matches {
                    attempt.succeeded();
                } else {
                    attempt.failed();
                }
                Ok(matches)
            }
        }
    }

    /// Replaces the hash. The event's actor is the token, because its key matched. Returns `false` if the key is that of
    /// another token, which was imported with a hash that can't be compared with this one.
    async fn replace_hash(
        &self,
        organization: OrganizationId,
        secret: TokenSecret,
        before: ImportedHash,
        hash: [u8; 32],
        origin: Origin,
    ) -> Result<bool> {
        let id = secret.token_id;
        let system = self.system(organization).await?;
        self.change(&system, AuditAction::TokenUpgradeHash, id.uuid())?
            .run(move |change| {
                Box::pin(async move {
                    let now = change.now;
                    let Some(token) = change.tx.token(organization, id).await? else {
                        return Ok(change.unchanged(false));
                    };
                    let fingerprint = ImportedHash::new(ImportedAlgorithm::Sha256, hash.to_vec()).fingerprint();
                    if change.tx.token_of_imported_key(&fingerprint).await?.is_some_and(|other| other != id) {
                        tracing::warn!(token = %id, "the key of an imported token was imported for another token too");
                        return Ok(change.unchanged(false));
                    }
                    if !change.tx.upgrade_imported_hash(&secret, &before, &hash, now).await? {
                        // Another request was first, or the secret has ended: the check decides.
                        return Ok(change.unchanged(true));
                    }
                    change.tx.insert_imported_keys(organization, &[(fingerprint, id)], now).await?;
                    let secrets = change.tx.token_secrets(organization, id).await?;
                    let proof = proof_of(id, hash, Via::ApiKey);
                    let service = change.service.clone();
                    let mut records = InTransaction::new(&service, change.tx);
                    let checked = service.validate(&mut records, proof, origin, now).await?;
                    drop(records);
                    if let Some(proven) = checked.proven {
                        change.acts_as(proven.actor, id.uuid());
                    }
                    let details = Details::default().note("replaced", before.algorithm.as_str());
                    let ended = change.done(token.label.as_str(), &details, true);
                    change.tx.after_commit(move || service.identities.insert_token(&token, &secrets));
                    Ok(ended)
                })
            })
            .await
    }
}

impl<'t> PresentedKey<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, sha256: Sha256::digest(text).into() }
    }

    fn proof(&self, token: TokenId, via: Via) -> Proof {
        proof_of(token, self.sha256, via)
    }

    /// Whether it is a key of this token, with SHA-256 as its stored hash.
    fn is_of(&self, token: &TokenRecord) -> bool {
        let hash = SecretHash::from_bytes(self.sha256);
        token.secrets.iter().any(|known| known.source == SecretSource::Imported && known.hash.matches(&hash))
    }
}

fn proof_of(token: TokenId, sha256: [u8; 32], via: Via) -> Proof {
    Proof::Secret { token, source: SecretSource::Imported, hash: SecretHash::from_bytes(sha256), via }
}

/// The client ID and secret of a key of Meerschaum: its prefix, and Base64 of `id:secret`.
fn meerschaum(text: &str) -> Option<(TokenId, Zeroizing<String>)> {
    let pair = Zeroizing::new(String::from_utf8(STANDARD.decode(text.strip_prefix(MEERSCHAUM_PREFIX)?).ok()?).ok()?);
    let (id, secret) = pair.split_once(':')?;
    Some((id.parse().ok()?, Zeroizing::new(secret.to_owned())))
}
