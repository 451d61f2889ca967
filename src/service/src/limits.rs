//! Counts and limits failures. Successes are never limited.

use std::{
    net::{IpAddr, Ipv6Addr},
    pin::pin,
};

use dashmap::{DashMap, mapref::one::RefMut};
use mintkey_domain::{ErrorCode, MINUTE, Problem, SECOND, Timestamp};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

/// The limits for failures.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Failed sign-ins for one account from one address in a quarter of an hour.
    pub sign_in_per_account_and_address: u32,
    /// Failed sign-ins from one address in a quarter of an hour.
    pub sign_in_per_address: u32,
    /// Failed API keys from one address in a minute.
    pub keys_per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sign_in_per_account_and_address: 5, sign_in_per_address: 100, keys_per_address: 10_000 }
    }
}

/// The maximum number of counters; beyond it, the oldest are dropped. A counter takes about 100 bytes.
const MAX_COUNTERS: usize = 200_000;
const QUARTER: i64 = 15 * MINUTE;

pub(crate) struct Limiters {
    sign_in_pair: FailureCounter<([u8; 32], Option<IpAddr>)>,
    sign_in_address: FailureCounter<Option<IpAddr>>,
    keys: FailureCounter<Option<IpAddr>>,
    /// Notified of each verdict on a sign-in.
    verdicts: Notify,
}

impl Limiters {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            sign_in_pair: FailureCounter::new(limits.sign_in_per_account_and_address, QUARTER),
            sign_in_address: FailureCounter::new(limits.sign_in_per_address, QUARTER),
            keys: FailureCounter::new(limits.keys_per_address, MINUTE),
            verdicts: Notify::new(),
        }
    }

    /// Reserves a slot for a sign-in before its password is verified, so that parallel guesses count too. If the
    /// pending attempts could reach the limit, it waits for their verdicts.
    pub(crate) async fn begin_sign_in(
        &self,
        account: &str,
        ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<SignInAttempt<'_>, Problem> {
        let ip = ip.map(block);
        let account = Sha256::digest(account).into();
        loop {
            let mut verdict = pin!(self.verdicts.notified());
            // Before the check, so that no verdict is missed in between.
            verdict.as_mut().enable();
            if self.sign_in_address.begin(ip, now)? {
                match self.sign_in_pair.begin((account, ip), now) {
                    Ok(true) => return Ok(SignInAttempt { limiters: self, account, ip, now, has_failed: false }),
                    // Refused without verification, it doesn't count against other accounts at this address.
                    begun => {
                        self.sign_in_address.settle(&ip, now, AttemptOutcome::None);
                        begun?;
                    }
                }
            }
            verdict.await;
        }
    }

    /// Counts a failed key, and returns `rate_limited` once the limit is reached.
    pub(crate) fn key_failed(&self, ip: Option<IpAddr>, now: Timestamp) -> Result<(), Problem> {
        self.keys.count(ip.map(block), now)
    }

    /// Drops expired counters.
    pub(crate) fn purge(&self, now: Timestamp) {
        self.sign_in_pair.purge(now);
        self.sign_in_address.purge(now);
        self.keys.purge(now);
    }
}

/// A sign-in whose password is being verified. Dropping it without a verdict counts as no failure: the queue was full,
/// or an internal error occurred.
pub(crate) struct SignInAttempt<'a> {
    limiters: &'a Limiters,
    account: [u8; 32],
    ip: Option<IpAddr>,
    now: Timestamp,
    has_failed: bool,
}

impl SignInAttempt<'_> {
    /// The password was wrong.
    pub(crate) fn failed(mut self) {
        self.has_failed = true;
    }

    /// The password was correct: clears earlier failures of the account from this address.
    pub(crate) fn succeeded(self) {
        self.limiters.sign_in_pair.forget(&(self.account, self.ip));
    }
}

impl Drop for SignInAttempt<'_> {
    fn drop(&mut self) {
        let outcome = if self.has_failed { AttemptOutcome::Failed } else { AttemptOutcome::None };
        self.limiters.sign_in_address.settle(&self.ip, self.now, outcome);
        self.limiters.sign_in_pair.settle(&(self.account, self.ip), self.now, outcome);
        self.limiters.verdicts.notify_waiters();
    }
}

/// The outcome of an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AttemptOutcome {
    Failed,
    /// It succeeded, or had no verdict.
    None,
}

/// Groups addresses: a single IPv4 address, or an IPv6 /64 network.
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
    windows: DashMap<K, Window, foldhash::fast::RandomState>,
    limit: u32,
    length: i64,
}

#[derive(Clone, Copy)]
struct Window {
    since: Timestamp,
    failed: u32,
    /// Attempts without a verdict.
    pending: u32,
}

impl<K: Eq + std::hash::Hash + Clone> FailureCounter<K> {
    fn new(limit: u32, length: i64) -> Self {
        Self { windows: DashMap::default(), limit, length }
    }

    /// Counts a failure. Returns an error once the limit is reached.
    fn count(&self, key: K, now: Timestamp) -> Result<(), Problem> {
        let mut window = self.window(key, now);
        self.check(&window, now)?;
        window.failed += 1;
        Ok(())
    }

    /// Starts an attempt. Returns `false` if all pending attempts together could exceed the limit.
    fn begin(&self, key: K, now: Timestamp) -> Result<bool, Problem> {
        let mut window = self.window(key, now);
        self.check(&window, now)?;
        let has_room = window.failed + window.pending < self.limit;
        window.pending += u32::from(has_room);
        Ok(has_room)
    }

    /// Ends a started attempt.
    fn settle(&self, key: &K, now: Timestamp, outcome: AttemptOutcome) {
        let mut window = self.window(key.clone(), now);
        window.pending = window.pending.saturating_sub(1);
        window.failed += u32::from(outcome == AttemptOutcome::Failed);
        drop(window);
        self.remove_empty(key);
    }

    fn check(&self, window: &Window, now: Timestamp) -> Result<(), Problem> {
        if window.failed < self.limit {
            return Ok(());
        }
        let wait = self.length - now.since(window.since);
        let seconds = u32::try_from(wait.max(0) / SECOND + 1).unwrap_or(u32::MAX);
        let problem = Problem::new(ErrorCode::RateLimited, "Too many failed attempts. Wait before the next one.");
        Err(problem.retry_after(seconds))
    }

    fn window(&self, key: K, now: Timestamp) -> RefMut<'_, K, Window> {
        if self.windows.len() >= MAX_COUNTERS && !self.windows.contains_key(&key) {
            self.evict_one(now);
        }
        let mut window = self.windows.entry(key).or_insert(Window { since: now, failed: 0, pending: 0 });
        if now.since(window.since) >= self.length {
            (window.since, window.failed) = (now, 0);
        }
        window
    }

    /// Makes room: among a few counters, removes the expired ones, or else the oldest.
    fn evict_one(&self, now: Timestamp) {
        const FEW: usize = 32;
        let few: Vec<_> =
            self.windows.iter().take(FEW).map(|entry| (entry.key().clone(), entry.value().since)).collect();
        let has_ended = |began: &Timestamp| now.since(*began) >= self.length;
        let ended = few.iter().any(|(_, began)| has_ended(began));
        let first = few.iter().min_by_key(|(_, began)| *began).map(|(key, _)| key.clone());
        for (key, began) in few {
            if if ended { has_ended(&began) } else { first.as_ref() == Some(&key) } {
                self.windows.remove(&key);
            }
        }
    }

    /// Clears the failures, but not the pending attempts.
    fn forget(&self, key: &K) {
        if let Some(mut window) = self.windows.get_mut(key) {
            window.failed = 0;
        }
        self.remove_empty(key);
    }

    /// Removes a counter that is zero.
    fn remove_empty(&self, key: &K) {
        self.windows.remove_if(key, |_, window| window.failed == 0 && window.pending == 0);
    }

    fn purge(&self, now: Timestamp) {
        self.windows.retain(|_, window| window.pending > 0 || now.since(window.since) < self.length);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[tokio::test]
    async fn the_sixth_failure_waits_and_the_next_window_is_free() {
        let limiters = Limiters::new(Limits::default());
        let ip = "192.0.2.1".parse().ok();
        for _ in 0..5 {
            limiters.begin_sign_in("a@example.com", ip, START).await.unwrap().failed();
        }
        let refusal = limiters.begin_sign_in("a@example.com", ip, START).await.err().unwrap();
        assert_eq!((refusal.code, refusal.retry_after), (ErrorCode::RateLimited, Some(901)));
        assert!(limiters.begin_sign_in("b@example.com", ip, START).await.is_ok());
        assert!(limiters.begin_sign_in("a@example.com", "192.0.2.2".parse().ok(), START).await.is_ok());
        assert!(limiters.begin_sign_in("a@example.com", ip, START.saturating_add(QUARTER)).await.is_ok());
    }

    #[tokio::test]
    async fn a_locked_account_does_not_lock_its_address() {
        let limiters = Limiters::new(Limits { sign_in_per_address: 10, ..Limits::default() });
        for _ in 0..50 {
            if let Ok(attempt) = limiters.begin_sign_in("a@example.com", None, START).await {
                attempt.failed();
            }
        }
        assert!(limiters.begin_sign_in("b@example.com", None, START).await.is_ok());
    }

    #[tokio::test]
    async fn success_is_never_counted() {
        let limiters = Limiters::new(Limits { sign_in_per_address: 2, ..Limits::default() });
        for _ in 0..10 {
            limiters.begin_sign_in("a@example.com", None, START).await.unwrap().succeeded();
        }
    }

    #[tokio::test]
    async fn an_attempt_waits_for_the_verdicts_that_decide_whether_the_limit_is_reached() {
        let limiters = Limiters::new(Limits { sign_in_per_account_and_address: 2, ..Limits::default() });
        let begin = || limiters.begin_sign_in("a@example.com", None, START);
        for _ in 0..10 {
            drop(begin().await.unwrap());
        }
        assert!(limiters.sign_in_pair.windows.is_empty() && limiters.sign_in_address.windows.is_empty());
        let [first, second] = [begin().await.unwrap(), begin().await.unwrap()];
        let mut third = pin!(begin());
        let mut poll_third = async || std::future::poll_fn(|context| Poll::Ready(third.as_mut().poll(context))).await;
        assert!(poll_third().await.is_pending());
        first.succeeded();
        let Poll::Ready(Ok(third)) = poll_third().await else { panic!("a place is free") };
        second.failed();
        third.failed();
        assert_eq!(begin().await.err().unwrap().code, ErrorCode::RateLimited);
    }

    #[test]
    fn the_callers_whose_failures_are_counted_are_bounded() {
        let counter = FailureCounter::new(1, MINUTE);
        for n in 0..MAX_COUNTERS + 1000 {
            counter.count(n, START).unwrap();
        }
        assert!(counter.windows.len() <= MAX_COUNTERS, "{}", counter.windows.len());
    }

    #[test]
    fn ipv6_counts_by_its_network_of_64_bits() {
        let limiters = Limiters::new(Limits { keys_per_address: 1, ..Limits::default() });
        assert!(limiters.key_failed("2001:db8::1".parse().ok(), START).is_ok());
        assert!(limiters.key_failed("2001:db8::2".parse().ok(), START).is_err());
        assert!(limiters.key_failed("2001:db8:0:1::1".parse().ok(), START).is_ok());
    }
}
