//! Which tokens a list shows.

use mintkey_domain::{OrganizationId, Timestamp, TokenKind, TokenStatus};
use uuid::Uuid;

use super::{lookup::Lookup, words};
use crate::sql::Sql;

/// What a list of tokens is narrowed to. Everything that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFilter {
    /// Tokens of these persons and machines: those that the caller may see.
    pub owner_ids: Option<Vec<Uuid>>,
    /// Tokens of this status.
    pub status: Option<TokenStatus>,
    /// Active tokens that end by then.
    pub expires_before: Option<Timestamp>,
    /// Tokens of this kind.
    pub kind: Option<TokenKind>,
    /// Tokens that were granted this scope, by that very name.
    pub scope: Option<String>,
    /// The beginnings of words of the label; or the whole key hint, or the whole address of the last use.
    pub q: Option<String>,
    /// The time at which status is meant.
    pub now: Timestamp,
}

impl TokenFilter {
    /// Every token of an organization.
    pub const fn all(now: Timestamp) -> Self {
        Self { owner_ids: None, status: None, expires_before: None, kind: None, scope: None, q: None, now }
    }

    /// Whether no kept counts answer how many there are.
    pub(super) const fn needs_counting(&self) -> bool {
        self.kind.is_some()
            || self.scope.is_some()
            || self.q.is_some()
            || (self.status.is_some() && self.expires_before.is_some())
    }

    /// `FROM … WHERE …`, with the tokens as `t`.
    pub(super) fn push(&self, statement: &mut Sql, organization: OrganizationId, first: Option<&Lookup<'_>>) {
        statement.push(" FROM ");
        if let Some(lookup) = first {
            statement.push("(");
            lookup.push(statement, organization);
            // CROSS JOIN keeps this order in SQLite.
            statement.push(") AS c CROSS JOIN tokens t WHERE t.id = c.id AND t.organization_id = ");
        } else {
            statement.push("tokens t WHERE t.organization_id = ");
        }
        statement.push_bind(organization);
        match self.owner_ids.as_deref() {
            None => {}
            Some([owner]) => {
                statement.push(" AND t.owner_id = ").push_bind(*owner);
            }
            Some(owners) => {
                statement.push(" AND t.owner_id IN ").push_list(owners);
            }
        }
        self.push_state(statement);
        if let Some(kind) = self.kind {
            statement.push(" AND t.kind = ").push_bind(kind);
        }
        if let Some(scope) = self.scope.as_ref().filter(|_| !matches!(first, Some(Lookup::Scope(_)))) {
            statement.push(" AND EXISTS (SELECT 1 FROM token_scopes s WHERE s.token_id = t.id AND s.scope = ");
            statement.push_bind(scope).push(")");
        }
        if let Some(search) = self.q.as_ref().filter(|_| !first.is_some_and(Lookup::is_whole_search)) {
            push_search(statement, search);
        }
    }

    /// Not by `expires_key`, or `SQLite` would take its index and sort what it finds.
    fn push_state(&self, statement: &mut Sql) {
        match self.status {
            None => {}
            Some(TokenStatus::Invalidated) => {
                statement.push(" AND t.invalidated_at IS NOT NULL");
            }
            Some(TokenStatus::Expired) => {
                statement.push(" AND t.invalidated_at IS NULL AND t.expires_at <= ").push_bind(self.now);
            }
            Some(TokenStatus::Active) => {
                statement.push(" AND t.invalidated_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ");
                statement.push_bind(self.now).push(")");
            }
        }
        if let Some(end) = self.expires_before {
            statement.push(" AND t.invalidated_at IS NULL AND t.expires_at > ").push_bind(self.now);
            statement.push(" AND t.expires_at <= ").push_bind(end);
        }
    }
}

fn push_search(statement: &mut Sql, search: &str) {
    statement.push(" AND (");
    let words = words::of_search(search);
    for (at, word) in words.iter().enumerate() {
        statement.push(if at == 0 { "(" } else { " AND " });
        statement.push("EXISTS (SELECT 1 FROM token_words w WHERE w.token_id = t.id");
        push_word(statement, word);
        statement.push(")");
    }
    statement.push(if words.is_empty() { "t.key_hint = " } else { ") OR t.key_hint = " });
    statement.push_bind(search.trim()).push(" OR t.last_used_ip = ").push_bind(search.trim()).push(")");
}

pub(super) fn push_word(statement: &mut Sql, word: &str) {
    statement.push(" AND word >= ").push_bind(word).push(" AND word < ").push_bind(words::after(word));
}
