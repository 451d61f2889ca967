//! Good answers, for a short time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::Caller;

/// How many answers are kept at most, in two halves: when one is full, the older one goes.
const HALF: usize = 5_000;

/// Answers by the hash of the question.
pub(super) struct Cache {
    staleness: Duration,
    halves: Mutex<Halves>,
}

#[derive(Default)]
struct Halves {
    newer: HashMap<[u8; 32], (Instant, Caller)>,
    older: HashMap<[u8; 32], (Instant, Caller)>,
}

impl Cache {
    pub(super) fn new(staleness: Duration) -> Self {
        Self { staleness, halves: Mutex::default() }
    }

    /// The answer, unless it is older than the staleness.
    pub(super) fn get(&self, key: &[u8; 32], now: Instant) -> Option<Caller> {
        let halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked_at, caller) = halves.newer.get(key).or_else(|| halves.older.get(key))?;
        (now.duration_since(*asked_at) < self.staleness).then(|| caller.clone())
    }

    /// Keeps the answer to a question that was asked at this time.
    pub(super) fn insert(&self, key: [u8; 32], asked_at: Instant, caller: Caller) {
        if self.staleness.is_zero() {
            return;
        }
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.newer.len() >= HALF {
            halves.older = std::mem::take(&mut halves.newer);
        }
        halves.newer.insert(key, (asked_at, caller));
    }
}

#[cfg(test)]
mod tests {
    use mintkey_domain::PrincipalType;
    use uuid::Uuid;

    use super::*;

    fn caller() -> Caller {
        Caller { principal_id: Uuid::nil(), principal_type: PrincipalType::User, token_id: None }
    }

    #[test]
    fn an_answer_is_used_until_it_is_stale() {
        let (cache, now) = (Cache::new(Duration::from_secs(5)), Instant::now());
        cache.insert([1; 32], now, caller());
        assert!(cache.get(&[1; 32], now + Duration::from_millis(4_999)).is_some());
        assert!(cache.get(&[1; 32], now + Duration::from_secs(5)).is_none());
        assert!(cache.get(&[2; 32], now).is_none());
        let none = Cache::new(Duration::ZERO);
        none.insert([1; 32], now, caller());
        assert!(none.get(&[1; 32], now).is_none());
    }

    #[test]
    fn the_cache_never_grows_beyond_its_bound() {
        let (cache, now) = (Cache::new(Duration::from_secs(5)), Instant::now());
        for number in 0..50_000_u64 {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_be_bytes());
            cache.insert(key, now, caller());
        }
        let halves = cache.halves.lock().unwrap();
        assert!(halves.newer.len() + halves.older.len() <= 2 * HALF);
    }
}
