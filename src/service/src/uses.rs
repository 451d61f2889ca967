//! Last uses: noted in memory on every check, written in batches, flushed at shutdown.

use std::net::IpAddr;

use dashmap::DashMap;
use mintkey_domain::{Timestamp, TokenId};
use mintkey_store::{Store, TokenUse};

use crate::{Origin, Result};

/// The last use of one secret of a token.
#[derive(Clone)]
pub(crate) struct Used {
    pub(crate) generation: i64,
    pub(crate) at: Timestamp,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) agent: Option<String>,
}

/// A token has one use noted for each secret that was used since the last flush: at most a few.
type Pending = Vec<Used>;
/// Rows of one write, so that a flush never holds the writer for long.
const BATCH: usize = 1000;

#[derive(Default)]
pub(crate) struct Uses {
    pending: DashMap<TokenId, Pending, foldhash::fast::RandomState>,
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

    /// Writes what was noted, if one write does it: for a list in the order of use. A large fleet's waits for the next
    /// flush, and a database that can't be written to now is still read.
    pub(crate) async fn flush_few(&self, store: &Store) {
        if (1..=BATCH).contains(&self.pending.len())
            && let Err(error) = self.flush(store).await
        {
            tracing::warn!(%error, "last uses will be written later");
        }
    }

    /// Writes what was noted. What can't be written is noted again, behind whatever came since.
    pub(crate) async fn flush(&self, store: &Store) -> Result<()> {
        let mut ids: Vec<_> = self.pending.iter().map(|entry| *entry.key()).collect();
        // As the rows lie in the table: a batch then touches a few of its pages, and not one for each row.
        ids.sort_unstable();
        for ids in ids.chunks(BATCH) {
            let batch: Vec<_> = ids.iter().filter_map(|id| self.pending.remove(id)).collect();
            if let Err(error) = store.record_uses(rows(&batch)).await {
                for (id, unwritten) in batch {
                    let mut uses = self.pending.entry(id).or_default();
                    for used in unwritten {
                        if !uses.iter().any(|known| known.generation == used.generation) {
                            uses.push(used);
                        }
                    }
                }
                return Err(error.into());
            }
        }
        Ok(())
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
