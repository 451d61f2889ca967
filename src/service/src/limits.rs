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

    /// Counts a sign-in as failed before its password is looked at, so that parallel guesses count too.
    pub(crate) fn begin_sign_in(&self, account: &str, ip: Option<IpAddr>, now: Timestamp) -> Result<(), Problem> {
        let ip = ip.map(block);
        self.sign_in_address.count(ip, now)?;
        // What is refused unseen is no failure: it doesn't use up what other accounts of the address have.
        let counted = self.sign_in_pair.count((Sha256::digest(account).into(), ip), now);
        counted.inspect_err(|_| self.sign_in_address.take_back(&ip))
    }

    /// Takes back the count of a sign-in that succeeded.
    pub(crate) fn sign_in_succeeded(&self, account: &str, ip: Option<IpAddr>) {
        let ip = ip.map(block);
        self.sign_in_address.take_back(&ip);
        self.sign_in_pair.forget(&(Sha256::digest(account).into(), ip));
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

impl<K: Eq + std::hash::Hash> FailureCounter<K> {
    fn new(limit: u32, length: i64) -> Self {
        Self { windows: DashMap::default(), limit, length }
    }

    fn count(&self, key: K, now: Timestamp) -> Result<(), Problem> {
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

    fn take_back(&self, key: &K) {
        if let Some(mut window) = self.windows.get_mut(key) {
            window.1 = window.1.saturating_sub(1);
        }
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
            assert!(limiters.begin_sign_in("a@example.com", ip, START).is_ok());
        }
        let refusal = limiters.begin_sign_in("a@example.com", ip, START).unwrap_err();
        assert_eq!((refusal.code, refusal.retry_after), (ErrorCode::RateLimited, Some(901)));
        assert!(limiters.begin_sign_in("b@example.com", ip, START).is_ok());
        assert!(limiters.begin_sign_in("a@example.com", "192.0.2.2".parse().ok(), START).is_ok());
        assert!(limiters.begin_sign_in("a@example.com", ip, START.saturating_add(QUARTER)).is_ok());
    }

    #[test]
    fn a_locked_account_does_not_lock_its_address() {
        let limiters = Limiters::new(Limits { sign_in_per_address: 10, ..Limits::default() });
        for _ in 0..50 {
            let _ = limiters.begin_sign_in("a@example.com", None, START);
        }
        assert!(limiters.begin_sign_in("b@example.com", None, START).is_ok());
    }

    #[test]
    fn success_is_never_counted() {
        let limiters = Limiters::new(Limits { sign_in_per_address: 2, ..Limits::default() });
        for _ in 0..10 {
            assert!(limiters.begin_sign_in("a@example.com", None, START).is_ok());
            limiters.sign_in_succeeded("a@example.com", None);
        }
    }

    #[test]
    fn ipv6_counts_by_its_network_of_64_bits() {
        let limiters = Limiters::new(Limits { keys_per_address: 1, ..Limits::default() });
        assert!(limiters.key_failed("2001:db8::1".parse().ok(), START).is_ok());
        assert!(limiters.key_failed("2001:db8::2".parse().ok(), START).is_err());
        assert!(limiters.key_failed("2001:db8:0:1::1".parse().ok(), START).is_ok());
    }
}
