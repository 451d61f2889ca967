//! The last use of tokens: time, IP address and user agent.

use std::collections::BTreeMap;

use mintkey_domain::{Timestamp, TokenId};

use crate::{Bookkeeping, StoreError, Tx, sql::insert_rows, sql::values};

/// One use of a token, or the latest of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUse {
    /// The token.
    pub token_id: TokenId,
    /// The generation of the secret; `None` for an access token.
    pub generation: Option<i64>,
    /// When it was used.
    pub at: Timestamp,
    /// The IP address; `None` keeps the stored one.
    pub ip: Option<String>,
    /// The user agent; `None` keeps the stored one.
    pub agent: Option<String>,
}

impl Bookkeeping {
    /// Records uses, all or none. Later stored uses are kept; deleted tokens are skipped.
    pub async fn record_uses(&self, uses: Vec<TokenUse>) -> Result<(), StoreError> {
        if uses.is_empty() {
            return Ok(());
        }
        self.store.write(move |tx| Box::pin(async move { tx.record_uses(&uses).await })).await
    }
}

impl Tx {
    async fn record_uses(&mut self, uses: &[TokenUse]) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        for used in latest(uses.iter(), |used| used.token_id) {
            values!(rows; used.token_id, used.at, used.ip.as_ref());
        }
        insert_rows(
            self,
            "WITH used (token_id, at, ip) AS (",
            3,
            rows,
            ") UPDATE tokens SET last_used_at = used.at, last_used_key = used.at, \
            last_used_ip = COALESCE(used.ip, tokens.last_used_ip) FROM used \
            WHERE tokens.id = used.token_id AND tokens.last_used_key < used.at",
        )
        .await?;
        let mut rows = Vec::new();
        let of_secrets = uses.iter().filter(|used| used.generation.is_some());
        for used in latest(of_secrets, |used| (used.token_id, used.generation)) {
            values!(rows; used.token_id, used.generation, used.at, used.ip.as_ref(), used.agent.as_ref());
        }
        insert_rows(
            self,
            "WITH used (token_id, generation, at, ip, agent) AS (",
            5,
            rows,
            ") UPDATE token_secrets SET last_used_at = used.at, \
            last_used_ip = COALESCE(used.ip, token_secrets.last_used_ip), \
            last_used_agent = COALESCE(used.agent, token_secrets.last_used_agent) FROM used WHERE token_secrets.token_id = used.token_id \
            AND token_secrets.generation = used.generation AND COALESCE(token_secrets.last_used_at, -1) < used.at",
        )
        .await
        .map(|_| ())
    }
}

/// The latest use per key, with the latest known IP address and user agent, sorted so that concurrent transactions lock
/// rows in the same order and can't deadlock.
fn latest<'u, K: Eq + Ord>(uses: impl Iterator<Item = &'u TokenUse>, key: impl Fn(&TokenUse) -> K) -> Vec<TokenUse> {
    let mut last = BTreeMap::<K, TokenUse>::new();
    let mut uses: Vec<_> = uses.collect();
    // The sort is stable: of two uses at the same time the first wins.
    uses.sort_by_key(|used| std::cmp::Reverse(used.at));
    for used in uses {
        let known = last.entry(key(used)).or_insert_with(|| used.clone());
        known.ip = known.ip.take().or_else(|| used.ip.clone());
        known.agent = known.agent.take().or_else(|| used.agent.clone());
    }
    last.into_values().collect()
}
