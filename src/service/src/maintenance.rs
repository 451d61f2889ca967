//! What happens by itself: last uses are written, what has ended is dropped, other processes' changes are seen.

use std::time::Duration;

use mintkey_domain::Timestamp;
use mintkey_store::Tx;
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use crate::{Result, Service};

/// How long another process' change of a person or a setting may take to be seen.
const LOOK: Duration = Duration::from_secs(1);
/// How far the stored last use may lag behind, in looks: a minute. What is shown is as new as memory, and a busy
/// fleet would otherwise rewrite all its rows every few seconds.
const LOOKS_PER_FLUSH: u32 = 60;
/// How long like refusals are counted before they are written, in looks: a minute.
const LOOKS_PER_REFUSALS: u32 = 60;
/// How often what has ended is dropped, in looks: every ten minutes.
const LOOKS_PER_PURGE: u32 = 600;
/// Moves with each change of people or settings, so that other processes know to read anew.
const IDENTITIES: &str = "identities";
/// Moves with each revocation of an access token and each change of the signing keys.
const ACCESS_TOKENS: &str = "access_tokens";
/// How long a superseded key keeps its private half, in milliseconds: clocks of several nodes differ a little.
const CLOCKS_DIFFER: i64 = 60_000;

/// The marks as they were when they were last acted on.
#[derive(Default)]
struct Seen {
    identities: Option<String>,
    access_tokens: Option<String>,
}

/// The running worker; dropping it leaves it running.
pub struct Maintenance {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Maintenance {
    /// Lets the worker finish what it is at, then flushes and closes the database.
    pub async fn stop(self, service: &Service) -> Result<()> {
        self.stop.send_replace(true);
        // A worker that panicked has nothing left to wait for; the flush below still happens.
        let _ = self.worker.await;
        let flushed = service.uses.flush(&service.store).await;
        let written = service.write_refusals().await;
        service.store.close().await;
        flushed.and(written)
    }
}

impl Service {
    /// Starts the worker.
    pub fn start_maintenance(&self) -> Maintenance {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(work(self.clone(), stopped));
        Maintenance { stop, worker }
    }

    /// What follows from any change of people, machines or settings: invitations end whose makers may invite no more,
    /// and other processes read anew.
    pub(crate) async fn identities_changed(&self, tx: &mut Tx, now: Timestamp) -> Result<()> {
        tx.delete_invitations_of_former_administrators().await?;
        let value = mintkey_domain::base62_code(self.environment.random());
        Ok(tx.set_setting(IDENTITIES, &value, now).await?)
    }

    /// Tells other processes that an access token was revoked, or that the signing keys changed.
    pub(crate) async fn bump_access_tokens(&self, tx: &mut Tx, now: Timestamp) -> Result<()> {
        let value = mintkey_domain::base62_code(self.environment.random());
        Ok(tx.set_setting(ACCESS_TOKENS, &value, now).await?)
    }

    /// Reads keys and revocations anew.
    async fn reload_access_tokens(&self) -> Result<()> {
        self.signer.reload(&self.store).await?;
        for (jti, ends_at) in self.store.revoked_access_tokens(self.environment.now()).await? {
            self.revoked.insert(jti, ends_at);
        }
        Ok(())
    }

    async fn purge(&self) -> Result<()> {
        let now = self.environment.now();
        self.limiters.purge(now);
        self.signer.purge(now);
        self.store.delete_expired_sessions(now).await?;
        self.store.delete_expired_idempotency(now).await?;
        self.store.delete_expired_revocations(now).await?;
        self.store.delete_expired_codes(now).await?;
        self.store.delete_expired_assertions(now).await?;
        self.revoked.retain(|_, ends_at| *ends_at > now);
        self.store.clear_signing_keys(now, now.saturating_add(-CLOCKS_DIFFER)).await?;
        self.signer.reload(&self.store).await?;
        self.cut_audit_logs().await
    }
}

async fn work(service: Service, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Nothing of access tokens counts as seen: what changed since the service was opened is read by the first look.
    let identities = service.store.setting(IDENTITIES).await.ok().flatten();
    let mut seen = Seen { identities, ..Seen::default() };
    let mut looks = 0u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        looks = looks.wrapping_add(1);
        let done = look(&service, &mut seen, looks).await;
        if let Err(error) = done {
            tracing::warn!(%error, "maintenance will try again");
        }
    }
}

async fn look(service: &Service, seen: &mut Seen, looks: u32) -> Result<()> {
    let current = service.store.setting(IDENTITIES).await?;
    if current != seen.identities {
        service.memory.forget_identities();
        seen.identities = current;
    }
    let current = service.store.setting(ACCESS_TOKENS).await?;
    if current != seen.access_tokens {
        service.reload_access_tokens().await?;
        seen.access_tokens = current;
    }
    if looks.is_multiple_of(LOOKS_PER_FLUSH) {
        service.uses.flush(&service.store).await?;
    }
    if looks.is_multiple_of(LOOKS_PER_REFUSALS) {
        service.write_refusals().await?;
    }
    if looks.is_multiple_of(LOOKS_PER_PURGE) {
        service.purge().await?;
    }
    Ok(())
}
