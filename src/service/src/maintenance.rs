//! What happens by itself: last uses are written, what has ended is dropped, other processes' changes are seen.

use std::time::Duration;

use mintkey_domain::MINUTE;
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use crate::{Result, Service};

/// How often changes by other processes are looked for, and so how long one may take to be seen.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How far the stored last use may lag behind, in looks: a minute. What is shown is as new as memory, and a busy
/// fleet would otherwise rewrite all its rows every few seconds.
const POLLS_PER_FLUSH: u32 = 60;
/// How long like refusals are counted before they are written, in looks: a minute.
const POLLS_PER_REFUSALS: u32 = 60;
/// How often what has ended is dropped, in looks: every ten minutes.
const POLLS_PER_PURGE: u32 = 600;
/// Moves with each change of people or settings, so that other processes know to read anew.
pub(crate) const IDENTITIES: &str = "identities";
/// Moves with each revocation of an access token and each change of the signing keys.
pub(crate) const ACCESS_TOKENS: &str = "access_tokens";
/// How long a superseded key keeps its private half, in milliseconds: clocks of several nodes differ a little.
const CLOCKS_DIFFER: i64 = MINUTE;

/// The marks as they were when they were last acted on.
#[derive(Default)]
struct ChangeCounters {
    identities: Option<String>,
    access_tokens: Option<String>,
    /// Another process wrote to the file, and not everything was read anew since.
    others_wrote: bool,
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
        let flushed = service.last_used.flush(&service.store).await;
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
        self.identities.purge();
        self.signer.purge(now);
        let bookkeeping = self.store.bookkeeping();
        bookkeeping.delete_expired_sessions(now).await?;
        bookkeeping.delete_expired_idempotency(now).await?;
        bookkeeping.delete_expired_revocations(now).await?;
        bookkeeping.delete_expired_codes(now).await?;
        bookkeeping.delete_expired_assertions(now).await?;
        self.revoked.retain(|_, ends_at| *ends_at > now);
        bookkeeping.clear_signing_keys(now, now.saturating_add(-CLOCKS_DIFFER)).await?;
        self.signer.reload(&self.store).await?;
        self.cut_audit_logs().await
    }
}

async fn work(service: Service, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Nothing of access tokens counts as seen: what changed since the service was opened is read by the first look.
    let identities = service.store.setting(IDENTITIES).await.ok().flatten();
    let mut seen = ChangeCounters { identities, ..ChangeCounters::default() };
    let mut polls = 0u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        polls = polls.wrapping_add(1);
        let done = poll(&service, &mut seen, polls).await;
        if let Err(error) = done {
            tracing::warn!(%error, "maintenance will try again");
        }
    }
}

async fn poll(service: &Service, seen: &mut ChangeCounters, polls: u32) -> Result<()> {
    // Whatever another process wrote to the file, whether or not it moved a mark.
    seen.others_wrote |= service.store.changed_by_others().await?;
    if seen.others_wrote {
        service.identities.invalidate_all();
        service.load_organizations().await?;
        service.reload_access_tokens().await?;
        seen.others_wrote = false;
    }
    let current = service.store.setting(IDENTITIES).await?;
    if current != seen.identities {
        service.identities.invalidate_identities();
        service.load_organizations().await?;
        seen.identities = current;
    }
    let current = service.store.setting(ACCESS_TOKENS).await?;
    if current != seen.access_tokens {
        service.reload_access_tokens().await?;
        seen.access_tokens = current;
    }
    if polls.is_multiple_of(POLLS_PER_FLUSH) {
        service.last_used.flush(&service.store).await?;
    }
    if polls.is_multiple_of(POLLS_PER_REFUSALS) {
        service.write_refusals().await?;
    }
    if polls.is_multiple_of(POLLS_PER_PURGE) {
        service.purge().await?;
    }
    Ok(())
}
