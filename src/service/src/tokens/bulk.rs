//! Invalidating or deleting many tokens at once.

use deserr::Deserr;
use futures_util::{StreamExt as _, stream};
use mintkey_domain::{
    BulkAction, BulkOutcome, FieldCode, FieldErrors, LabelPattern, TokenId, TokenKind, TokenSort, TokenStatus, Ttl,
    request::{GrantText, Input, InvalidValue, RequestErrors, TokenIds},
    scopes,
    wire::{BulkItem, BulkResult, MAX_BULK},
};
use mintkey_store::PageRequest;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    invalidate::{TokenInvalidation, read_reason},
    list::TokenQuery,
    reachable,
};
use crate::{Actor, Result, Service};

/// How many tokens of one request are changed concurrently: the writer groups waiting jobs into one transaction.
const CONCURRENCY: usize = 64;

/// A request about many tokens: those that it names, or those that match a filter.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct TokenBulk {
    /// What to do.
    pub action: BulkAction,
    /// The tokens, at most 1,000.
    #[deserr(default, from(TokenIds) = token_ids)]
    #[schema(nullable = false, value_type = Option<TokenIds>)]
    pub ids: Option<Vec<TokenId>>,
    /// Or those that match all conditions. Tokens that are invalidated already are left out of `invalidate`.
    #[deserr(default, from(BulkFilter) = Some)]
    #[schema(nullable = false)]
    pub filter: Option<BulkFilter>,
    /// Why, for the audit log. For `invalidate` only.
    #[deserr(default, try_from(String) = read_reason -> InvalidValue)]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Let access tokens work until they expire. For `invalidate` only.
    #[deserr(default)]
    #[schema(required = false)]
    pub keep_access_tokens: bool,
    /// Even the token that you are calling with.
    #[deserr(default)]
    #[schema(required = false)]
    pub force: bool,
    /// Change nothing, and answer with the tokens that are selected.
    #[deserr(default)]
    #[schema(required = false)]
    pub dry_run: bool,
}

/// Conditions on tokens, at least one.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct BulkFilter {
    /// Tokens that have this status now.
    #[deserr(default, from(TokenStatus) = Some)]
    #[schema(nullable = false)]
    pub status: Option<TokenStatus>,
    /// Active tokens that end within this time: `7d`.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    pub expiring_within: Option<Ttl>,
    /// Tokens of this user or service account.
    #[deserr(default, from(Uuid) = Some)]
    #[schema(nullable = false)]
    pub owner_id: Option<Uuid>,
    /// Tokens of this kind.
    #[deserr(default, from(TokenKind) = Some)]
    #[schema(nullable = false)]
    pub kind: Option<TokenKind>,
    /// Tokens with exactly this scope.
    #[deserr(default, from(GrantText) = GrantText::filter)]
    #[schema(nullable = false, value_type = Option<GrantText>)]
    pub scope: Option<String>,
    /// Tokens with this label; `*` stands for any text: `plant-3-*`.
    #[deserr(default, from(LabelPattern) = Some)]
    #[schema(nullable = false)]
    pub label: Option<LabelPattern>,
    /// As `q` of the list of tokens.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    pub q: Option<String>,
}

impl Input for TokenBulk {
    fn check_fields(fields: &mut Map<String, Value>, errors: &mut FieldErrors) {
        const ONE: &str = "Give ids, or a filter.";
        match (fields.contains_key("ids"), fields.contains_key("filter")) {
            (true, true) => errors.push("filter", FieldCode::Conflict, ONE),
            (false, false) => errors.push("ids", FieldCode::Required, ONE),
            _ => {}
        }
        if let Some(filter) = fields.get("filter").and_then(Value::as_object) {
            // Without a condition, a filter would select all tokens.
            if filter.is_empty() {
                errors.push("filter", FieldCode::Required, "Give at least one condition.");
            }
            let active = TokenStatus::Active.as_str();
            let status = filter.get("status").and_then(Value::as_str).unwrap_or(active);
            if filter.contains_key("expiring_within") && status != active {
                let message = "Leave out status: expiring_within selects active tokens.";
                errors.push("filter", FieldCode::Conflict, message);
            }
        }
        if fields.get("action").and_then(Value::as_str) == Some(BulkAction::Delete.as_str()) {
            let keeps = fields.get("keep_access_tokens").and_then(Value::as_bool).unwrap_or(false);
            for (name, given) in [("reason", fields.contains_key("reason")), ("keep_access_tokens", keeps)] {
                if given {
                    errors.push(name, FieldCode::Conflict, "This is for invalidate only.");
                }
            }
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
fn token_ids(ids: TokenIds) -> Option<Vec<TokenId>> {
    Some(ids.0)
}

impl Service {
    /// Invalidates or deletes many tokens. Each token is authorized separately and gets its own audit event.
    ///
    /// # Errors
    /// If the request as a whole is refused. Refusals of single tokens are in the result.
    pub async fn bulk_tokens(&self, actor: &Actor, bulk: TokenBulk) -> Result<BulkResult> {
        actor.require(scopes::TOKENS_WRITE)?;
        let (selected, more) = match (&bulk.ids, &bulk.filter) {
            (Some(ids), _) => (ids.iter().map(|id| (*id, None)).collect(), false),
            (None, Some(filter)) => self.select(actor, bulk.action, filter).await?,
            (None, None) => (Vec::new(), false),
        };
        let items = selected.into_iter().map(|(id, label)| self.bulk_item(actor, id, label, &bulk));
        let data = stream::iter(items).buffered(CONCURRENCY).collect().await;
        Ok(BulkResult { data, more })
    }

    /// The tokens that match, the newest first, and whether there are more than one request takes.
    async fn select(
        &self,
        actor: &Actor,
        action: BulkAction,
        filter: &BulkFilter,
    ) -> Result<(Vec<(TokenId, Option<String>)>, bool)> {
        let query = TokenQuery {
            status: filter.status,
            expiring_within: filter.expiring_within,
            owner_id: filter.owner_id,
            kind: filter.kind,
            scope: filter.scope.clone(),
            q: filter.q.clone(),
            ..TokenQuery::default()
        };
        let mut stored = self.token_filter(actor, &query)?;
        if filter.q.is_some() && stored.q.is_none() {
            // A search without a word would select all tokens.
            return Err(FieldErrors::one("filter", FieldCode::Required, "Search for at least one word.").into());
        }
        stored.label.clone_from(&filter.label);
        stored.not_invalidated = action == BulkAction::Invalidate;
        let limit = u32::try_from(MAX_BULK).unwrap_or(u32::MAX);
        let page = PageRequest::Number { page: 1, limit };
        let found = self.store.tokens(actor.organization, &stored, TokenSort::default(), page).await?;
        let selected = found.tokens.into_iter().map(|token| (token.id, Some(token.label.as_str().to_owned())));
        Ok((selected.collect(), found.next_cursor.is_some()))
    }

    async fn bulk_item(&self, actor: &Actor, id: TokenId, label: Option<String>, bulk: &TokenBulk) -> BulkItem {
        let mut item = BulkItem { id, label, outcome: BulkOutcome::Done, code: None, detail: None };
        if let Err(error) = self.stop(actor, &mut item, bulk).await {
            if error.is_internal() {
                tracing::error!(%error, token = %id, "a token of many could not be changed");
            }
            let problem = error.problem();
            item.outcome = BulkOutcome::Refused;
            item.code = Some(problem.code);
            item.detail = Some(problem.detail.into_owned());
        }
        item
    }

    async fn stop(&self, actor: &Actor, item: &mut BulkItem, bulk: &TokenBulk) -> Result<()> {
        if item.label.is_none() {
            let token = reachable(actor, self.store.token(actor.organization, item.id).await?)?;
            item.label = Some(token.label.as_str().to_owned());
        }
        if bulk.dry_run {
            item.outcome = BulkOutcome::Selected;
            return Ok(());
        }
        match bulk.action {
            BulkAction::Invalidate => {
                let how = TokenInvalidation {
                    reason: bulk.reason.clone(),
                    keep_access_tokens: bulk.keep_access_tokens,
                    force: bulk.force,
                };
                self.invalidate_token(actor, item.id, how).await.map(drop)
            }
            BulkAction::Delete => self.delete_token(actor, item.id, bulk.force).await,
        }
    }
}
