//! Passwords: argon2id with 19 MiB, two passes, one lane (the first choice of OWASP's cheat sheet).

mod queue;

use std::{net::IpAddr, sync::Arc};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use mintkey_domain::{ErrorCode, Password, Problem, Timestamp};

use self::queue::{Busy, Queue};
use crate::{Error, Result, Service, metrics::Metrics};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What comparing a password with a hash came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is another password.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and the hash is from before passwords were normalized: it should be replaced.
    RightAsTyped,
}

/// Who has a password hashed: the queue is fair to address blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) ip: Option<IpAddr>,
    pub(crate) now: Timestamp,
}

/// Hashes and checks passwords on blocking threads, a few at once.
#[derive(Clone)]
pub(crate) struct Passwords {
    queue: Queue,
    /// The hash that an unknown account is checked against, so that it costs what a known one costs.
    decoy: Arc<str>,
    metrics: Metrics,
}

impl Passwords {
    pub(crate) fn new(salt: [u8; 16], metrics: Metrics) -> Result<Self> {
        let decoy = hash(&Password::typed("a password that nobody has".to_owned()), salt)?;
        Ok(Self { queue: Queue::default(), decoy: decoy.into(), metrics })
    }

    /// How many are being hashed, and how many wait.
    pub(crate) fn load(&self) -> (usize, usize) {
        self.queue.load()
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// `unavailable` if too many wait.
    pub(crate) async fn hash(&self, password: Password, salt: [u8; 16], caller: Caller) -> Result<String> {
        let hashed = self.blocking(move || hash(&password, salt), caller).await?;
        self.queue.succeeded(caller.ip);
        hashed
    }

    /// Whether the password is the one of that hash; without a hash, [`Verdict::Wrong`] after the same time.
    ///
    /// # Errors
    /// `unavailable` if too many wait: nothing was compared then.
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

    /// Runs when it is its turn. The turn ends with the work, also if the caller has gone away.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
        caller: Caller,
    ) -> Result<T> {
        let wait = self.metrics.password_wait();
        let turn = self.queue.turn(caller.ip, caller.now).await.map_err(|Busy| {
            Problem::new(ErrorCode::Unavailable, "Too many sign-ins at once. Try again in a moment.").retry_after(2)
        })?;
        wait.observe_duration();
        let span = tracing::debug_span!("argon2").or_current();
        let work = move || {
            let done = span.in_scope(work);
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Worker("password hashing panicked"))
    }
}

impl Service {
    /// The PHC string of a new password, for a caller at that address.
    pub(crate) async fn hash_password(&self, password: Password, ip: Option<IpAddr>) -> Result<String> {
        let caller = Caller { ip, now: self.environment.now() };
        self.passwords.hash(password, self.environment.random(), caller).await
    }
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

/// A second comparison depends on what was typed alone, so that its time tells nothing of the account.
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
