//! Last uses: noted in memory on every check, written in batches, flushed at shutdown.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use dashmap::DashMap;
use mintkey_domain::{Timestamp, TokenId};
use mintkey_store::{Store, TokenUse};
use smallvec::SmallVec;
use tokio::time::timeout;

use crate::{Origin, Result, Service};

/// The last use of one secret of a token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) generation: i64,
    pub(crate) at: Timestamp,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) agent: Option<String>,
}

/// A token has one use noted for each secret that was used since the last flush: at most a few.
type Pending = SmallVec<[Used; 1]>;
/// How often a read may have uses written, in milliseconds: whoever may only read can't keep the disk busy.
const READERS_PACE: i64 = 1000;
/// How long a reader waits for that.
const READERS_PATIENCE: Duration = Duration::from_millis(500);
/// Rows of one write, so that a flush never holds the writer for long.
const BATCH: usize = 1000;

#[derive(Default)]
pub(crate) struct Uses {
    pending: DashMap<TokenId, Pending, foldhash::fast::RandomState>,
    /// When a read last had them written, in milliseconds.
    written_for_reader: AtomicI64,
}

impl Uses {
    /// Notes that this secret of the token was used.
    pub(crate) fn note(&self, token_id: TokenId, generation: i64, at: Timestamp, origin: &Origin) {
        let mut uses = self.pending.entry(token_id).or_default();
        let known = uses.iter_mut().find(|known| known.generation == generation);
        if let Some(known) = known {
            known.at = at;
            if known.agent.as_deref() != origin.user_agent.as_deref() {
                known.agent.clone_from(&origin.user_agent);
            }
            known.ip = origin.ip;
        } else {
            uses.push(Used { generation, at, ip: origin.ip, agent: origin.user_agent.clone() });
        }
    }

    /// The newest use that isn't written yet.
    pub(crate) fn latest(&self, token_id: TokenId) -> Option<Used> {
        self.pending.get(&token_id)?.iter().max_by_key(|used| used.at).cloned()
    }

    /// The uses of each secret that aren't written yet.
    pub(crate) fn all_of(&self, token_id: TokenId) -> Pending {
        self.pending.get(&token_id).map(|uses| uses.clone()).unwrap_or_default()
    }

    /// How many tokens have a use that isn't written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// Whether a reader who wants the order of use should have it written first. A large fleet's waits for the next
    /// flush.
    fn due_for_reader(&self, now: Timestamp) -> bool {
        let due = self.written_for_reader.load(Ordering::Relaxed).saturating_add(READERS_PACE) <= now.millis();
        let due = due && (1..=BATCH).contains(&self.pending.len());
        if due {
            self.written_for_reader.store(now.millis(), Ordering::Relaxed);
        }
        due
    }

    /// Writes what was noted. Each use stays until it is written, so that it is seen all the while, and nothing is lost
    /// if that fails or nobody waits for its end. One that came meanwhile is left for the next time.
    pub(crate) async fn flush(&self, store: &Store) -> Result<()> {
        let mut ids: Vec<_> = self.pending.iter().map(|entry| *entry.key()).collect();
        // As the rows lie in the table: a batch then touches a few of its pages, and not one for each row.
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
    /// Has few uses written, for a list in the order of use. A database that can't be written to now is still read.
    pub(crate) async fn write_uses_for_reader(&self, now: Timestamp) {
        if !self.uses.due_for_reader(now) {
            return;
        }
        match timeout(READERS_PATIENCE, self.uses.flush(&self.store)).await {
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
