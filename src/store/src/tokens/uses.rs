//! When, where and by what program tokens were last used.

use std::collections::HashMap;

use mintkey_domain::{Timestamp, TokenId};

use crate::{Bookkeeping, Store, StoreError, Tx, sql::insert_rows, sql::values};

/// One use of a token, or the last of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUse {
    /// The token.
    pub token_id: TokenId,
    /// Which of its secrets.
    pub generation: i64,
    /// When.
    pub at: Timestamp,
    /// Where from.
    pub ip: Option<String>,
    /// By what program.
    pub agent: Option<String>,
}

impl Store {}

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
        for used in latest(uses, |used| used.token_id) {
            values!(rows; used.token_id, used.at, used.ip.as_ref());
        }
        insert_rows(
            self,
            "WITH used (token_id, at, ip) AS (",
            3,
            rows,
            ") UPDATE tokens SET last_used_at = used.at, last_used_key = used.at, last_used_ip = used.ip FROM used \
            WHERE tokens.id = used.token_id AND tokens.last_used_key < used.at",
        )
        .await?;
        let mut rows = Vec::new();
        for used in latest(uses, |used| (used.token_id, used.generation)) {
            values!(rows; used.token_id, used.generation, used.at, used.ip.as_ref(), used.agent.as_ref());
        }
        insert_rows(
            self,
            "WITH used (token_id, generation, at, ip, agent) AS (",
            5,
            rows,
            ") UPDATE token_secrets SET last_used_at = used.at, last_used_ip = used.ip, \
            last_used_agent = used.agent FROM used WHERE token_secrets.token_id = used.token_id \
            AND token_secrets.generation = used.generation AND COALESCE(token_secrets.last_used_at, -1) < used.at",
        )
        .await
        .map(|_| ())
    }
}

/// The last use of each, in a fixed order: two transactions then never wait for each other crosswise.
fn latest<K: std::hash::Hash + Eq + Ord>(uses: &[TokenUse], key: impl Fn(&TokenUse) -> K) -> Vec<&TokenUse> {
    let mut last = HashMap::<K, &TokenUse>::new();
    for used in uses {
        let entry = last.entry(key(used)).or_insert(used);
        if used.at > entry.at {
            *entry = used;
        }
    }
    let mut last: Vec<_> = last.into_values().collect();
    last.sort_unstable_by_key(|used| key(used));
    last
}
