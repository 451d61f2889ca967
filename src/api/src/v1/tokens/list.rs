//! `GET /api/v1/tokens`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, TokenKind, TokenStatus, Ttl, wire};
use mintkey_service::TokenQuery;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    extract::{Caller, ListQuery, PageQuery},
    input::{GrantText, Input, Mistakes, Sort},
    problem::JsonResult,
    state::Api,
};

/// What a list of tokens can be narrowed to.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(crate) struct TokenFilter {
    /// Only tokens that have this status now.
    #[deserr(default)]
    #[param(inline)]
    pub(crate) status: Option<TokenStatus>,
    /// Only active tokens that end within this time: `7d`.
    #[deserr(default)]
    #[param(inline)]
    pub(crate) expiring_within: Option<Ttl>,
    /// Only tokens of this user or service account.
    #[deserr(default)]
    pub(crate) owner_id: Option<Uuid>,
    /// Only tokens of this kind.
    #[deserr(default)]
    #[param(inline)]
    pub(crate) kind: Option<TokenKind>,
    /// Only tokens with exactly this scope: `plants.read`, `plants.*`, `*`.
    #[deserr(default)]
    #[param(inline)]
    pub(crate) scope: Option<GrantText>,
    /// The beginnings of words of label and description, or words of the owner's name, in any spelling of case and
    /// composition; or the whole id, key hint (also its last four characters alone) or address of the last use.
    #[deserr(default)]
    pub(crate) q: Option<String>,
    /// The order; with `-` descending. `-created_at` if left out.
    #[deserr(default)]
    #[param(inline)]
    pub(crate) sort: Option<Sort>,
}

impl Input for TokenFilter {}

impl ListQuery<TokenFilter> {
    /// The service's query.
    pub(crate) fn into_query(self) -> TokenQuery {
        let Self { filter, paging } = self;
        TokenQuery {
            status: filter.status,
            expiring_within: filter.expiring_within,
            owner_id: filter.owner_id,
            kind: filter.kind,
            scope: filter.scope.map(|scope| scope.0),
            q: filter.q.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            sort: filter.sort.map(|sort| sort.0).unwrap_or_default(),
            paging,
        }
    }
}

/// List tokens
///
/// Your own tokens; administrators and auditors see those of the whole organization. Expired and invalidated tokens are
/// listed too. A filtered `total` counts to 10,000 at most and then has `total_capped`. A list never has a secret.
#[utoipa::path(
    get, path = "/api/v1/tokens", operation_id = "listTokens", tag = "Tokens",
    params(TokenFilter, PageQuery),
    responses((status = 200, description = "One page of tokens.", body = wire::Page<wire::Token>)),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    query: ListQuery<TokenFilter>,
) -> JsonResult<wire::Page<wire::Token>> {
    Ok(Json(api.service.list_tokens(&actor, query.into_query()).await?))
}

#[cfg(test)]
mod tests {
    use mintkey_service::Paging;

    use super::*;
    use crate::input::tests::codes;

    #[test]
    fn every_parameter_is_read() {
        let text = "status=active&expiring_within=7d&owner_id=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01&kind=api_key\
                    &scope=plants.*&q=plant&sort=-label&page=2&limit=50";
        let query = ListQuery::<TokenFilter>::read(text).ok().unwrap().into_query();
        assert!(query.status.is_some() && query.expiring_within.is_some() && query.owner_id.is_some());
        assert!(query.kind.is_some() && query.scope.is_some() && query.q.is_some());
        assert!(query.sort.descending && query.paging == Paging::Page { page: 2, limit: 50 });
    }

    #[test]
    fn every_parameter_of_the_wrong_form_is_named() {
        let text = "status=a&expiring_within=7&owner_id=b&kind=c&scope=a%20b&sort=name&page=0&limit=0";
        let errors = ListQuery::<TokenFilter>::read(text).err().unwrap();
        let fields: Vec<_> = codes(&errors).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["expiring_within", "kind", "limit", "owner_id", "page", "scope", "sort", "status"]);
    }
}
