//! Password hashing: argon2id with 19 MiB, two passes, one lane (OWASP's first recommendation).

mod queue;

use std::{net::IpAddr, sync::Arc};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use mintkey_domain::{ErrorCode, Password, Problem, Timestamp};

use self::queue::{Queue, QueueFull};
use crate::{Error, LogContext, Result, Service, metrics::Metrics};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The result of comparing a password with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The password doesn't match.
    Wrong,
    /// The password matches.
    Right,
    /// The password matches as typed: the hash predates normalization and should be replaced.
    RightAsTyped,
}

/// The origin of a password operation: the queue is fair to address blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) ip: Option<IpAddr>,
    pub(crate) now: Timestamp,
}

/// Hashes and verifies passwords on blocking threads, with limited concurrency.
#[derive(Clone)]
pub(crate) struct Passwords {
    queue: Queue,
    /// The hash that passwords of unknown accounts are verified against, so that the time is the same.
    decoy: Arc<str>,
    metrics: Metrics,
}

impl Passwords {
    pub(crate) fn new(salt: [u8; 16], metrics: Metrics) -> Result<Self> {
        let decoy = hash(&Password::typed("a password that nobody has".to_owned()), salt)?;
        Ok(Self { queue: Queue::default(), decoy: decoy.into(), metrics })
    }

    /// The numbers of running and queued operations.
    pub(crate) fn load(&self) -> (usize, usize) {
        self.queue.load()
    }

    /// Hashes a password as a PHC string.
    ///
    /// # Errors
    /// `unavailable` if the queue is full.
    pub(crate) async fn hash(&self, password: Password, salt: [u8; 16], caller: Caller) -> Result<String> {
        let hashed = self.blocking(move || hash(&password, salt), caller).await?;
        self.queue.succeeded(caller.ip);
        hashed
    }

    /// Compares a password with a hash. Without a hash, returns [`Verdict::Wrong`] after the same time.
    ///
    /// # Errors
    /// `unavailable` if the queue is full: nothing was compared.
    pub(crate) async fn verify(&self, password: Password, stored: Option<String>, caller: Caller) -> Result<Verdict> {
        let known = stored.is_some();
        let stored = stored.map_or_else(|| self.decoy.clone(), Into::into);
        let verdict = self.blocking(move || verify(&password, &stored), caller).await?;
        let verdict = if known { verdict } else { Verdict::Wrong };
        if verdict != Verdict::Wrong {
            self.queue.succeeded(caller.ip);
        }
        Ok(verdict)
    }

    /// Runs another slow comparison in the queue.
    ///
    /// # Errors
    /// `unavailable` if the queue is full: nothing was compared.
    pub(crate) async fn compare(
        &self,
        matches: impl FnOnce() -> bool + Send + 'static,
        caller: Caller,
    ) -> Result<bool> {
        let matches = self.blocking(matches, caller).await?;
        if matches {
            self.queue.succeeded(caller.ip);
        }
        Ok(matches)
    }

    /// Runs the work on a blocking thread, with a permit of the queue that the work holds until it ends, even if the caller
    /// is gone.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
        caller: Caller,
    ) -> Result<T> {
        let wait = self.metrics.password_wait();
        let permit = self.queue.acquire(caller.ip, caller.now).await.map_err(|QueueFull| {
            Problem::new(ErrorCode::Unavailable, "Too many sign-ins at once. Try again in a moment.").retry_after(2)
        })?;
        wait.observe_duration();
        let (span, context) = (tracing::debug_span!("argon2").or_current(), LogContext::current());
        let work = move || {
            let work = || span.in_scope(work);
            let done = match context {
                Some(context) => context.run(work),
                None => work(),
            };
            drop(permit);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Worker("password hashing panicked"))
    }
}

impl Service {
    /// Hashes a new password as a PHC string, for a caller at this address.
    pub(crate) async fn hash_password(&self, password: Password, ip: Option<IpAddr>) -> Result<String> {
        let caller = Caller { ip, now: self.environment.now() };
        self.passwords.hash(password, self.environment.random(), caller).await
    }
}

/// Whether this is a hash as [`Passwords::hash`] makes it. Another one could take any amount of memory to compare with.
pub(crate) fn is_hash(text: &str) -> bool {
    text.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")) && PasswordHash::new(text).is_ok()
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| Error::Crypto("argon2 parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &Password, salt: [u8; 16]) -> Result<String> {
    let hash: argon2::password_hash::phc::PasswordHash =
        argon2()?.hash_password_with_salt(password.expose().as_bytes(), &salt).map_err(|_| Error::Crypto("argon2"))?;
    Ok(hash.to_string())
}

/// Whether a second comparison runs depends only on the typed text, so the time reveals nothing about the account.
fn verify(password: &Password, stored: &str) -> Verdict {
    let (Ok(argon2), Ok(hash)) = (argon2(), PasswordHash::new(stored)) else { return Verdict::Wrong };
    let matches = |text: &str| argon2.verify_password(text.as_bytes(), &hash).is_ok();
    if matches(password.expose()) {
        Verdict::Right
    } else if password.expose_typed().is_some_and(matches) {
        Verdict::RightAsTyped
    } else {
        Verdict::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLER: Caller = Caller { ip: None, now: Timestamp::EPOCH };

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_verifies() {
        let passwords = Passwords::new([1; 16], Metrics::new().unwrap()).unwrap();
        let typed = |text: &str| Password::typed(text.to_owned());
        let stored = passwords.hash(typed("correct horse battery"), [2; 16], CALLER).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify = async |text, stored| passwords.verify(typed(text), stored, CALLER).await.unwrap();
        assert_eq!(verify("correct horse battery", Some(stored.clone())).await, Verdict::Right);
        assert_eq!(verify("correct\u{a0}horse battery", Some(stored.clone())).await, Verdict::Right);
        assert_eq!(verify("correct horse", Some(stored)).await, Verdict::Wrong);
        assert_eq!(verify("a password that nobody has", None).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_what_was_typed_is_matched_by_just_that() {
        let passwords = Passwords::new([1; 16], Metrics::new().unwrap()).unwrap();
        let hasher = argon2().unwrap();
        let stored = hasher.hash_password_with_salt("ka\u{308}se\u{a0}und brot".as_bytes(), &[2; 16]).unwrap();
        let stored = Some(stored.to_string());
        let verify = async |text: &str| {
            passwords.verify(Password::typed(text.to_owned()), stored.clone(), CALLER).await.unwrap()
        };
        assert_eq!(verify("ka\u{308}se\u{a0}und brot").await, Verdict::RightAsTyped);
        assert_eq!(verify("käse und brot").await, Verdict::Wrong);
    }
}
