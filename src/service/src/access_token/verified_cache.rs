//! Cache of verified access tokens. It caches signatures only, never authorization decisions.
//!
//! Limited in bytes, in total and per subject: a caller that requests many access tokens with a thousand scopes each
//! evicts only its own.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use dashmap::DashMap;
use foldhash::fast::RandomState;
use mintkey_domain::Timestamp;
use uuid::Uuid;

use super::Verified;
use crate::identity_cache::heap_bytes;

/// The limit for one subject, in bytes.
const MAX_BYTES_PER_SUBJECT: usize = 2 * 1024 * 1024;
/// The limit in total, in bytes. Beyond it, the largest subject loses all entries, which costs one verification each.
const MAX_BYTES: usize = 64 * 1024 * 1024;

type Digest = [u8; 32];

/// The verified tokens by the SHA-256 of their text.
#[derive(Default)]
pub(super) struct VerifiedTokenCache {
    tokens: DashMap<Digest, Arc<Verified>, RandomState>,
    subjects: Mutex<Subjects>,
}

#[derive(Default)]
struct Subjects {
    bytes: usize,
    by_id: HashMap<Uuid, SubjectEntries>,
}

/// The entries of one subject, the oldest first.
#[derive(Default)]
struct SubjectEntries {
    bytes: usize,
    tokens: VecDeque<(Digest, usize)>,
}

impl VerifiedTokenCache {
    pub(super) fn get(&self, digest: &Digest) -> Option<Arc<Verified>> {
        self.tokens.get(digest).map(|known| known.clone())
    }

    pub(super) fn insert(&self, digest: Digest, verified: Arc<Verified>) {
        let (subject, bytes) = (verified.claims.sub, bytes(&verified));
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes > MAX_BYTES_PER_SUBJECT || self.tokens.insert(digest, verified).is_some() {
            return;
        }
        let Subjects { bytes: all, by_id } = &mut *subjects;
        let entries = by_id.entry(subject).or_default();
        entries.tokens.push_back((digest, bytes));
        entries.bytes += bytes;
        *all += bytes;
        while entries.bytes > MAX_BYTES_PER_SUBJECT {
            let Some((oldest, bytes)) = entries.tokens.pop_front() else { break };
            self.tokens.remove(&oldest);
            entries.bytes -= bytes;
            *all -= bytes;
        }
        while *all > MAX_BYTES {
            let largest = by_id.iter().max_by_key(|(_, entries)| entries.bytes).map(|(id, _)| *id);
            let Some(entries) = largest.and_then(|id| by_id.remove(&id)) else { break };
            entries.tokens.iter().for_each(|(digest, _)| drop(self.tokens.remove(digest)));
            *all -= entries.bytes;
        }
    }

    /// Drops expired tokens.
    pub(super) fn purge(&self, now: Timestamp) {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        self.tokens.retain(|_, verified| verified.claims.ends_at() > now);
        subjects.by_id.retain(|_, entries| {
            entries.tokens.retain(|(digest, _)| self.tokens.contains_key(digest));
            entries.bytes = entries.tokens.iter().map(|(_, bytes)| bytes).sum();
            !entries.tokens.is_empty()
        });
        subjects.bytes = subjects.by_id.values().map(|entries| entries.bytes).sum();
    }
}

/// The approximate memory of a token, including its entries here.
fn bytes(verified: &Verified) -> usize {
    const ENTRIES: usize = 256;
    let claims = &verified.claims;
    let texts = claims.iss.len() + claims.aud.len() + claims.client_id.len() + claims.scope.len();
    ENTRIES + size_of::<Verified>() + texts + heap_bytes(&verified.scopes)
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{OrganizationId, PrincipalType, ScopeSet};

    use super::{super::Claims, *};

    fn verified(subject: u128, scope: &str, exp: i64) -> Arc<Verified> {
        let claims = Claims {
            iss: "https://mintkey.example.com".to_owned(),
            sub: Uuid::from_u128(subject),
            aud: "https://api.example.com".to_owned(),
            client_id: "a".to_owned(),
            scope: scope.to_owned(),
            jti: Uuid::nil(),
            iat: 0,
            exp,
            organization_id: OrganizationId::from_uuid(Uuid::nil()),
            sub_type: PrincipalType::User,
            owner_generation: 1,
            password_generation: None,
            unrestricted: false,
            cnf: None,
        };
        let scopes = Arc::new(ScopeSet::from_stored(scope.split(' ')));
        Arc::new(Verified { claims, key: Uuid::nil(), scopes })
    }

    fn digest(subject: u128, n: u128) -> Digest {
        let mut digest = [0; 32];
        digest[..16].copy_from_slice(&subject.to_be_bytes());
        digest[16..].copy_from_slice(&n.to_be_bytes());
        digest
    }

    fn large_scope() -> String {
        (0..1000).map(|n| format!("s{n:0>100}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_subject_evicts_only_its_own_tokens() {
        let cache = VerifiedTokenCache::default();
        cache.insert(digest(1, 0), verified(1, "a", 10));
        for n in 0..300 {
            cache.insert(digest(2, n), verified(2, &large_scope(), 10));
        }
        assert!(cache.get(&digest(1, 0)).is_some());
        assert!(cache.get(&digest(2, 0)).is_none() && cache.get(&digest(2, 299)).is_some());
        let subjects = cache.subjects.lock().unwrap();
        assert!(subjects.bytes <= MAX_BYTES_PER_SUBJECT + bytes(&verified(1, "a", 10)), "{}", subjects.bytes);
    }

    #[test]
    fn all_subjects_together_are_limited_in_bytes() {
        let cache = VerifiedTokenCache::default();
        for subject in 0..60 {
            for n in 0..10 {
                cache.insert(digest(subject, n), verified(subject, &large_scope(), 10));
            }
        }
        let subjects = cache.subjects.lock().unwrap();
        assert!(subjects.bytes <= MAX_BYTES, "{}", subjects.bytes);
        assert_eq!(cache.tokens.len(), subjects.by_id.values().map(|entries| entries.tokens.len()).sum::<usize>());
    }

    #[test]
    fn expired_tokens_are_dropped() {
        let cache = VerifiedTokenCache::default();
        cache.insert(digest(1, 0), verified(1, "a", 10));
        cache.insert(digest(1, 1), verified(1, "a", 20));
        cache.purge(Timestamp::from_millis(15_000));
        assert!(cache.get(&digest(1, 0)).is_none() && cache.get(&digest(1, 1)).is_some());
        cache.purge(Timestamp::from_millis(25_000));
        let subjects = cache.subjects.lock().unwrap();
        assert_eq!((subjects.bytes, subjects.by_id.len(), cache.tokens.len()), (0, 0, 0));
    }
}
