//! Failures are counted and limited; what succeeds never is.

use std::net::{IpAddr, Ipv6Addr};

use dashmap::DashMap;
use mintkey_domain::{ErrorCode, Problem, Timestamp};
use sha2::{Digest, Sha256};

/// How many failures are borne; all are settings.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Failed sign-ins for one account from one address in a quarter of an hour.
    pub sign_in_per_account_and_address: u32,
    /// Failed sign-ins from one address in a quarter of an hour.
    pub sign_in_per_address: u32,
    /// Failed keys from one address in a minute.
    pub keys_per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sign_in_per_account_and_address: 5, sign_in_per_address: 100, keys_per_address: 10_000 }
    }
}

/// The most callers whose failures are counted at once; beyond it, those that began to fail first are forgotten. A caller
/// takes about 100 bytes.
const MOST: usize = 200_000;
const MINUTE: i64 = 60_000;
const QUARTER: i64 = 15 * MINUTE;

/// All counters.
pub(crate) struct Limiters {
    sign_in_pair: FailureCounter<([u8; 32], Option<IpAddr>)>,
    sign_in_address: FailureCounter<Option<IpAddr>>,
    keys: FailureCounter<Option<IpAddr>>,
}

impl Limiters {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            sign_in_pair: FailureCounter::new(limits.sign_in_per_account_and_address, QUARTER),
            sign_in_address: FailureCounter::new(limits.sign_in_per_address, QUARTER),
            keys: FailureCounter::new(limits.keys_per_address, MINUTE),
        }
    }

    /// Counts a sign-in as failed before its password is looked at, so that parallel guesses count too. The count is taken
    /// back unless the password turns out to be wrong.
    pub(crate) fn begin_sign_in(
        &self,
        account: &str,
        ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<SignInAttempt<'_>, Problem> {
        let ip = ip.map(block);
        let account = Sha256::digest(account).into();
        self.sign_in_address.count(ip, now)?;
        // What is refused unseen is no failure: it doesn't use up what other accounts of the address have.
        let counted = self.sign_in_pair.count((account, ip), now);
        counted.inspect_err(|_| self.sign_in_address.take_back(&ip))?;
        Ok(SignInAttempt { limiters: self, account, ip, has_failed: false })
    }

    /// Counts a failed key; past the limit the refusal is another one.
    pub(crate) fn key_failed(&self, ip: Option<IpAddr>, now: Timestamp) -> Result<(), Problem> {
        self.keys.count(ip.map(block), now)
    }

    /// Drops counters whose time has passed.
    pub(crate) fn purge(&self, now: Timestamp) {
        self.sign_in_pair.purge(now);
        self.sign_in_address.purge(now);
        self.keys.purge(now);
    }
}

/// A sign-in whose password is being compared. Dropped without a verdict, it counts for nothing: too many were waiting, or
/// something of ours failed.
pub(crate) struct SignInAttempt<'a> {
    limiters: &'a Limiters,
    account: [u8; 32],
    ip: Option<IpAddr>,
    has_failed: bool,
}

impl SignInAttempt<'_> {
    /// The password was wrong.
    pub(crate) fn failed(mut self) {
        self.has_failed = true;
    }

    /// The password was right: earlier failures of the account from there are forgotten.
    pub(crate) fn succeeded(self) {
        self.limiters.sign_in_pair.forget(&(self.account, self.ip));
    }
}

impl Drop for SignInAttempt<'_> {
    fn drop(&mut self) {
        if !self.has_failed {
            self.limiters.sign_in_address.take_back(&self.ip);
            self.limiters.sign_in_pair.take_back(&(self.account, self.ip));
        }
    }
}

/// What counts as one address: an IPv4 address, or an IPv6 network of 64 bits.
fn block(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

struct FailureCounter<K> {
    windows: DashMap<K, (Timestamp, u32), foldhash::fast::RandomState>,
    limit: u32,
    length: i64,
}

impl<K: Eq + std::hash::Hash + Clone> FailureCounter<K> {
    fn new(limit: u32, length: i64) -> Self {
        Self { windows: DashMap::default(), limit, length }
    }

    fn count(&self, key: K, now: Timestamp) -> Result<(), Problem> {
        if self.windows.len() >= MOST && !self.windows.contains_key(&key) {
            self.forget_one(now);
        }
        let mut window = self.windows.entry(key).or_insert((now, 0));
        if now.since(window.0) >= self.length {
            *window = (now, 0);
        }
        if window.1 >= self.limit {
            let wait = self.length - now.since(window.0);
            let seconds = u32::try_from(wait.max(0) / 1000 + 1).unwrap_or(u32::MAX);
            return Err(Problem::new(ErrorCode::RateLimited, "Too many failed attempts. Wait before the next one.")
                .retry_after(seconds));
        }
        window.1 += 1;
        Ok(())
    }

    /// Makes room: what has ended goes, else the window that began first among a few.
    fn forget_one(&self, now: Timestamp) {
        const FEW: usize = 32;
        let few: Vec<_> = self.windows.iter().take(FEW).map(|entry| (entry.key().clone(), entry.value().0)).collect();
        let has_ended = |began: &Timestamp| now.since(*began) >= self.length;
        let ended = few.iter().any(|(_, began)| has_ended(began));
        let first = few.iter().min_by_key(|(_, began)| *began).map(|(key, _)| key.clone());
        for (key, began) in few {
            if if ended { has_ended(&began) } else { first.as_ref() == Some(&key) } {
                self.windows.remove(&key);
            }
        }
    }

    fn take_back(&self, key: &K) {
        // What came to nothing leaves nothing behind.
        self.windows.remove_if_mut(key, |_, window| {
            window.1 = window.1.saturating_sub(1);
            window.1 == 0
        });
    }

    fn forget(&self, key: &K) {
        self.windows.remove(key);
    }

    fn purge(&self, now: Timestamp) {
        self.windows.retain(|_, (start, _)| now.since(*start) < self.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn the_sixth_failure_waits_and_the_next_window_is_free() {
        let limiters = Limiters::new(Limits::default());
        let ip = "192.0.2.1".parse().ok();
        for _ in 0..5 {
            limiters.begin_sign_in("a@example.com", ip, START).unwrap().failed();
        }
        let refusal = limiters.begin_sign_in("a@example.com", ip, START).err().unwrap();
        assert_eq!((refusal.code, refusal.retry_after), (ErrorCode::RateLimited, Some(901)));
        assert!(limiters.begin_sign_in("b@example.com", ip, START).is_ok());
        assert!(limiters.begin_sign_in("a@example.com", "192.0.2.2".parse().ok(), START).is_ok());
        assert!(limiters.begin_sign_in("a@example.com", ip, START.saturating_add(QUARTER)).is_ok());
    }

    #[test]
    fn a_locked_account_does_not_lock_its_address() {
        let limiters = Limiters::new(Limits { sign_in_per_address: 10, ..Limits::default() });
        for _ in 0..50 {
            if let Ok(attempt) = limiters.begin_sign_in("a@example.com", None, START) {
                attempt.failed();
            }
        }
        assert!(limiters.begin_sign_in("b@example.com", None, START).is_ok());
    }

    #[test]
    fn success_is_never_counted() {
        let limiters = Limiters::new(Limits { sign_in_per_address: 2, ..Limits::default() });
        for _ in 0..10 {
            limiters.begin_sign_in("a@example.com", None, START).unwrap().succeeded();
        }
    }

    #[test]
    fn an_attempt_without_a_verdict_counts_for_nothing_but_while_it_lasts() {
        let limiters = Limiters::new(Limits { sign_in_per_account_and_address: 2, ..Limits::default() });
        let begin = || limiters.begin_sign_in("a@example.com", None, START);
        for _ in 0..10 {
            drop(begin().unwrap());
        }
        assert!(limiters.sign_in_pair.windows.is_empty() && limiters.sign_in_address.windows.is_empty());
        let parallel = [begin().unwrap(), begin().unwrap()];
        assert!(begin().is_err());
        drop(parallel);
        assert!(begin().is_ok());
    }

    #[test]
    fn the_callers_whose_failures_are_counted_are_bounded() {
        let counter = FailureCounter::new(1, MINUTE);
        for n in 0..MOST + 1000 {
            counter.count(n, START).unwrap();
        }
        assert!(counter.windows.len() <= MOST, "{}", counter.windows.len());
    }

    #[test]
    fn ipv6_counts_by_its_network_of_64_bits() {
        let limiters = Limiters::new(Limits { keys_per_address: 1, ..Limits::default() });
        assert!(limiters.key_failed("2001:db8::1".parse().ok(), START).is_ok());
        assert!(limiters.key_failed("2001:db8::2".parse().ok(), START).is_err());
        assert!(limiters.key_failed("2001:db8:0:1::1".parse().ok(), START).is_ok());
    }
}
