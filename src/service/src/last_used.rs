//! Last uses: recorded in memory, written in batches, flushed at shutdown.
//!
//! [`Service::record_use`] defines a use: every successful check of a credential, regardless of who requested it. These
//! are requests with it, `verify` and introspection, for API keys, client assertions and access tokens. Refusals don't
//! count. An unknown IP address or user agent never replaces a known one.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use dashmap::DashMap;
use mintkey_domain::{SECOND, Timestamp, TokenId, wire::VerificationCode};
use mintkey_store::{Store, TokenUse};
use smallvec::SmallVec;
use tokio::time::timeout;

use crate::{Origin, Result, Service, authenticate::ProvenCredential};

/// The last use of one secret of a token, or of its access tokens.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LastUse {
    /// The generation of the secret; `None` for an access token, which doesn't identify its secret.
    pub(crate) generation: Option<i64>,
    pub(crate) at: Timestamp,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) agent: Option<String>,
}

/// One use per secret that was used since the last flush: at most a few.
type Pending = SmallVec<[LastUse; 1]>;
/// Minimum interval in milliseconds between flushes that reads trigger, so that readers can't cause write load.
const MIN_READ_FLUSH_INTERVAL: i64 = SECOND;
/// Maximum time that a read waits for its flush.
const MAX_READ_FLUSH_WAIT: Duration = Duration::from_millis(500);
/// Rows per write, so that a flush never blocks the writer for long.
const BATCH: usize = 1000;

#[derive(Default)]
pub(crate) struct LastUsedTracker {
    pending: DashMap<TokenId, Pending, foldhash::fast::RandomState>,
    /// When a read last triggered a flush, in milliseconds.
    written_for_reader: AtomicI64,
}

impl LastUsedTracker {
    /// Records the use of a secret, or of an access token.
    fn record(&self, token_id: TokenId, generation: Option<i64>, at: Timestamp, origin: &Origin) {
        let mut uses = self.pending.entry(token_id).or_default();
        let known = uses.iter_mut().find(|known| known.generation == generation);
        if let Some(known) = known {
            known.at = at;
            if origin.user_agent.is_some() && known.agent != origin.user_agent {
                known.agent.clone_from(&origin.user_agent);
            }
            known.ip = origin.ip.or(known.ip);
        } else {
            uses.push(LastUse { generation, at, ip: origin.ip, agent: origin.user_agent.clone() });
        }
    }

    /// The latest unwritten use, with the latest known IP address.
    pub(crate) fn latest(&self, token_id: TokenId) -> Option<LastUse> {
        let uses = self.pending.get(&token_id)?;
        let newest = uses.iter().max_by_key(|used| used.at)?;
        let located = uses.iter().filter(|used| used.ip.is_some()).max_by_key(|used| used.at);
        Some(LastUse { ip: located.and_then(|used| used.ip), ..newest.clone() })
    }

    /// The unwritten uses of each secret.
    pub(crate) fn all_of(&self, token_id: TokenId) -> Pending {
        self.pending.get(&token_id).map(|uses| uses.clone()).unwrap_or_default()
    }

    /// The number of tokens with an unwritten use.
    pub(crate) fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// Whether a list sorted by last use should flush first. Large numbers of uses wait for the next regular flush.
    fn should_flush_for_read(&self, now: Timestamp) -> bool {
        let due =
            self.written_for_reader.load(Ordering::Relaxed).saturating_add(MIN_READ_FLUSH_INTERVAL) <= now.millis();
        let due = due && (1..=BATCH).contains(&self.pending.len());
        if due {
            self.written_for_reader.store(now.millis(), Ordering::Relaxed);
        }
        due
    }

    /// Writes the recorded uses. Each entry stays until it is written, so that it stays visible and isn't lost if the
    /// write fails or is cancelled. A newer use in the meantime stays for the next flush.
    pub(crate) async fn flush(&self, store: &Store) -> Result<()> {
        let mut ids: Vec<_> = self.pending.iter().map(|entry| *entry.key()).collect();
        // In the order of the table, so that a batch touches few pages instead of one per row.
        ids.sort_unstable();
        for ids in ids.chunks(BATCH) {
            let noted = |id: &TokenId| self.pending.get(id).map(|uses| (*id, uses.clone()));
            let batch: Vec<_> = ids.iter().filter_map(noted).collect();
            store.bookkeeping().record_uses(rows(&batch)).await?;
            for (id, written) in &batch {
                self.pending.remove_if(id, |_, uses| uses == written);
            }
        }
        Ok(())
    }
}

impl Service {
    /// Records the use of a token if the check succeeded.
    pub(crate) fn record_use(&self, proven: &ProvenCredential, code: VerificationCode, now: Timestamp) {
        if let (VerificationCode::Valid, Some(id)) = (code, proven.token_id) {
            self.last_used.record(id, proven.generation, now, &proven.actor.origin);
        }
    }

    /// Flushes a small number of uses before a list sorted by last use, which also works if the flush fails.
    pub(crate) async fn write_uses_for_reader(&self, now: Timestamp) {
        if !self.last_used.should_flush_for_read(now) {
            return;
        }
        match timeout(MAX_READ_FLUSH_WAIT, self.last_used.flush(&self.store)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "last uses will be written later"),
            Err(_) => tracing::warn!("the database is busy: last uses will be written later"),
        }
    }
}

fn rows(batch: &[(TokenId, Pending)]) -> Vec<TokenUse> {
    let uses = batch.iter().flat_map(|(id, uses)| uses.iter().map(move |used| (*id, used)));
    uses.map(|(token_id, used)| TokenUse {
        token_id,
        generation: used.generation,
        at: used.at,
        ip: used.ip.map(|ip| ip.to_string()),
        agent: used.agent.clone(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_use_does_not_tell_replaces_nothing_that_is_known() {
        let uses = LastUsedTracker::default();
        let token = TokenId::from_uuid(uuid::Uuid::from_u128(7));
        let origin = |ip: Option<&str>, agent: Option<&str>| {
            Origin::new(ip.map(|ip| ip.parse().unwrap()), agent, uuid::Uuid::nil())
        };
        uses.record(token, Some(1), Timestamp::from_millis(1), &origin(Some("192.0.2.1"), Some("curl/8")));
        uses.record(token, Some(1), Timestamp::from_millis(2), &origin(None, None));
        uses.record(token, None, Timestamp::from_millis(3), &origin(None, None));
        let latest = uses.latest(token).unwrap();
        assert_eq!((latest.at.millis(), latest.ip.map(|ip| ip.to_string()).as_deref()), (3, Some("192.0.2.1")));
        let secret = uses.all_of(token).into_iter().find(|used| used.generation == Some(1)).unwrap();
        assert_eq!((secret.at.millis(), secret.agent.as_deref()), (2, Some("curl/8")));
        uses.record(token, Some(1), Timestamp::from_millis(4), &origin(Some("192.0.2.2"), Some("curl/9")));
        assert_eq!(uses.latest(token).unwrap().ip.map(|ip| ip.to_string()).as_deref(), Some("192.0.2.2"));
    }
}
