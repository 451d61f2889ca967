//! The filter of a token list.

use mintkey_domain::{LabelPattern, OrganizationId, SearchText, Timestamp, TokenKind, TokenStatus};
use uuid::Uuid;

use super::{lookup::Lookup, words::push_owners};
use crate::sql::{Sql, push_beginning, push_label_pattern};

/// Filter of a token list. All conditions that are set must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFilter {
    /// Tokens of these owners: those that the actor may see.
    pub owner_ids: Option<Vec<Uuid>>,
    /// Tokens with this status.
    pub status: Option<TokenStatus>,
    /// Active tokens that expire by this time.
    pub expires_before: Option<Timestamp>,
    /// Tokens that aren't invalidated.
    pub not_invalidated: bool,
    /// Tokens of this type.
    pub kind: Option<TokenKind>,
    /// Tokens that were granted exactly this scope name.
    pub scope: Option<String>,
    /// Tokens whose label matches.
    pub label: Option<LabelPattern>,
    /// Prefixes of words in the label and description, or words of the owner's name; or the ID, the key hint, or the IP
    /// address of the last use.
    pub q: Option<SearchText>,
    /// The time for which the status is evaluated.
    pub now: Timestamp,
}

impl TokenFilter {
    /// Matches every token of an organization.
    pub const fn all(now: Timestamp) -> Self {
        Self {
            owner_ids: None,
            status: None,
            expires_before: None,
            not_invalidated: false,
            kind: None,
            scope: None,
            label: None,
            q: None,
            now,
        }
    }

    /// Whether rows must be counted, because the maintained counts can't answer.
    pub(super) const fn needs_counting(&self) -> bool {
        self.kind.is_some()
            || self.scope.is_some()
            || self.label.is_some()
            || self.not_invalidated
            || self.q.is_some()
            || (self.status.is_some() && self.expires_before.is_some())
    }

    /// Appends `FROM … WHERE …`, with the tokens as `t`.
    pub(super) fn push(&self, statement: &mut Sql, organization: OrganizationId, first: Option<&Lookup<'_>>) {
        statement.push(" FROM ");
        if let Some(lookup) = first {
            statement.push("(");
            lookup.push(statement, organization);
            // CROSS JOIN fixes the join order in SQLite.
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
        if let Some(pattern) = &self.label {
            statement.push(" AND ");
            push_label_pattern(statement, "t.label_key", pattern);
        }
        if let Some(search) = self.q.as_ref().filter(|_| !first.is_some_and(Lookup::is_whole_search)) {
            push_search(statement, organization, search);
        }
    }

    /// Doesn't use `expires_key`, or `SQLite` would choose its index and sort the result.
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
        if self.not_invalidated {
            statement.push(" AND t.invalidated_at IS NULL");
        }
        if let Some(end) = self.expires_before {
            statement.push(" AND t.invalidated_at IS NULL AND t.expires_at > ").push_bind(self.now);
            statement.push(" AND t.expires_at <= ").push_bind(end);
        }
    }
}

fn push_search(statement: &mut Sql, organization: OrganizationId, search: &SearchText) {
    statement.push(" AND ((");
    for (at, word) in search.words().iter().enumerate() {
        statement.push(if at == 0 { "(" } else { " AND (" });
        statement.push("EXISTS (SELECT 1 FROM token_words w WHERE w.token_id = t.id");
        push_beginning(statement, word);
        statement.push(") OR t.owner_id IN (");
        push_owners(statement, organization, word);
        statement.push("))");
    }
    statement.push(")");
    if let Some(hint) = search.key_hint() {
        statement.push(" OR t.key_hint = ").push_bind(hint);
    }
    if let Some(address) = search.address() {
        statement.push(" OR t.last_used_ip = ").push_bind(address.to_string());
    }
    if let Some(id) = search.id() {
        statement.push(" OR t.id = ").push_bind(id);
    }
    statement.push(")");
}
