//! When, where and by what program tokens were last used.

use std::collections::BTreeMap;

use mintkey_domain::{Timestamp, TokenId};

use crate::{Bookkeeping, StoreError, Tx, sql::insert_rows, sql::values};

/// One use of a token, or the last of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUse {
    /// The token.
    pub token_id: TokenId,
    /// Which of its secrets; `None` for one of its access tokens.
    pub generation: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// Where from. What isn't known leaves what is stored.
    pub ip: Option<String>,
    /// By what program; the same holds.
    pub agent: Option<String>,
}

impl Bookkeeping {
    /// Notes uses, all or none. What is known to be later stays; tokens that are gone are passed over.
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

/// The last use of each, with the last address and program that is known, in a fixed order: two transactions then never
/// wait for each other crosswise.
fn latest<'u, K: Eq + Ord>(uses: impl Iterator<Item = &'u TokenUse>, key: impl Fn(&TokenUse) -> K) -> Vec<TokenUse> {
    let mut last = BTreeMap::<K, TokenUse>::new();
    let mut uses: Vec<_> = uses.collect();
    // Stable: of two uses at one time the first counts.
    uses.sort_by_key(|used| std::cmp::Reverse(used.at));
    for used in uses {
        let known = last.entry(key(used)).or_insert_with(|| used.clone());
        known.ip = known.ip.take().or_else(|| used.ip.clone());
        known.agent = known.agent.take().or_else(|| used.agent.clone());
    }
    last.into_values().collect()
}
