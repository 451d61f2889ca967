//! Background tasks: writes last uses, deletes expired rows, detects changes by other processes.

use std::time::Duration;

use mintkey_domain::{DAY, MINUTE};
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use crate::{Result, Service};

/// The interval of checks for changes by other processes, and so their maximum delay.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How far the stored last use may lag behind, in polls: a minute. What is shown is as new as memory, and a busy
/// fleet would otherwise rewrite all its rows every few seconds.
const POLLS_PER_FLUSH: u32 = 60;
/// How long like refusals are counted before they are written, in polls: a minute.
const POLLS_PER_REFUSALS: u32 = 60;
/// How often what has ended is dropped, in polls: every ten minutes.
const POLLS_PER_PURGE: u32 = 600;
/// Changes with each change of users or settings, so that other processes reload.
pub(crate) const IDENTITIES: &str = "identities";
/// Changes with each revocation of an access token and each change of the signing keys.
pub(crate) const ACCESS_TOKENS: &str = "access_tokens";
/// How long a superseded key keeps its private key, in milliseconds, because the clocks of several nodes differ.
const CLOCKS_DIFFER: i64 = MINUTE;

/// How long a certificate stays on revocation lists after its own end, in milliseconds, because the clocks of those who
/// check it differ.
pub(crate) const ON_LISTS_AFTER_END: i64 = DAY;

/// The change counters as they were when they were last acted on.
#[derive(Default)]
struct ChangeCounters {
    identities: Option<String>,
    access_tokens: Option<String>,
    /// Whether another process wrote to the file since the last full reload.
    others_wrote: bool,
}

/// The handle of the background task. Dropping it doesn't stop the task.
pub struct Maintenance {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Maintenance {
    /// Lets the task finish its current step, then flushes and closes the database.
    pub async fn stop(self, service: &Service) -> Result<()> {
        self.stop.send_replace(true);
        // If the task panicked, there is nothing to wait for; the flush below still runs.
        let _ = self.worker.await;
        let flushed = service.last_used.flush(&service.store).await;
        let written = service.write_refusals().await;
        service.store.close().await;
        flushed.and(written)
    }
}

impl Service {
    /// Starts the background task.
    pub fn start_maintenance(&self) -> Maintenance {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(work(self.clone(), stopped));
        Maintenance { stop, worker }
    }

    /// Reloads keys and revocations.
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
        bookkeeping.delete_ended_certificates(now.saturating_add(-ON_LISTS_AFTER_END)).await?;
        self.revoked.retain(|_, ends_at| *ends_at > now);
        bookkeeping.clear_signing_keys(now, now.saturating_add(-CLOCKS_DIFFER)).await?;
        self.signer.reload(&self.store).await?;
        self.prune_audit_logs().await
    }
}

async fn work(service: Service, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The access token counter starts empty, so that the first poll loads changes made since the service was opened.
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
    // Detects any write by another process, whether or not it changed a counter.
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
