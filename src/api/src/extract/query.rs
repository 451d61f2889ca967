//! The query.

use axum::extract::{FromRequestParts, Query};
use deserr::Deserr;
use http::request::Parts;
use mintkey_domain::{FieldCode, FieldErrors, holds_secret};
use mintkey_service::Paging;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::body::Valid;
use crate::{
    input::{Input, Mistakes, QueryInteger, Untyped, printable_name, read},
    problem::ApiError,
};

const DEFAULT_LIMIT: u32 = 20;
const PAGE_PARAMETERS: [&str; 3] = ["page", "limit", "cursor"];

/// The query of a list: what it is narrowed to, and which page of it.
pub(crate) struct ListQuery<T> {
    pub(crate) filter: T,
    pub(crate) paging: Paging,
}

/// What all lists accept.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The page's number, from 1. For the first pages; then use `cursor`.
    #[deserr(default)]
    #[param(inline, required = false)]
    page: Option<QueryInteger<1, { u32::MAX }>>,
    /// The number of entries in a page; 20 if left out.
    #[deserr(default)]
    #[param(inline, required = false)]
    limit: Option<QueryInteger<1, 100>>,
    /// `next_cursor` of the page before, as it is. With the same other parameters.
    #[deserr(default)]
    cursor: Option<String>,
}

impl Input for PageQuery {
    fn check_fields(fields: &mut Map<String, Value>, errors: &mut FieldErrors) {
        if fields.contains_key("page") && fields.contains_key("cursor") {
            errors.push("cursor", FieldCode::Conflict, "Give either page or cursor.");
        }
    }
}

impl PageQuery {
    fn paging(self) -> Paging {
        let limit = self.limit.map_or(DEFAULT_LIMIT, |limit| limit.0);
        match self.cursor {
            Some(cursor) => Paging::Cursor { cursor, limit },
            None => Paging::Page { page: self.page.map_or(1, |page| page.0), limit },
        }
    }
}

impl<S: Sync, T: Input> FromRequestParts<S> for Valid<Query<T>> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let (parameters, errors) = parameters(parts.uri.query().unwrap_or_default());
        Ok(Self(Query(read(parameters, errors)?)))
    }
}

impl<S: Sync, T: Input> FromRequestParts<S> for ListQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self::read(parts.uri.query().unwrap_or_default())?)
    }
}

impl<T: Input> ListQuery<T> {
    pub(crate) fn read(query: &str) -> Result<Self, FieldErrors> {
        let (mut filter, errors) = parameters(query);
        let mut page = Untyped::default();
        for name in PAGE_PARAMETERS {
            page.fields.extend(filter.fields.remove_entry(name));
        }
        let filter = read::<T>(filter, errors);
        let page = read::<PageQuery>(page, FieldErrors::new());
        match (filter, page) {
            (Ok(filter), Ok(page)) => Ok(Self { filter, paging: page.paging() }),
            (filter, page) => {
                let mut errors = filter.err().unwrap_or_default();
                errors.extend(page.err().unwrap_or_default());
                Err(errors)
            }
        }
    }
}

/// The parameters of a query. A secret in one is in the logs of every proxy on the way: nothing more is done with it.
fn parameters(query: &str) -> (Untyped, FieldErrors) {
    let mut errors = FieldErrors::new();
    let mut untyped = Untyped::from_pairs(query.as_bytes());
    untyped.fields.retain(|name, value| {
        let secret = value.as_str().is_some_and(holds_secret);
        if secret {
            let message = "This contains a token's secret, which must not be in a URL. Search for its last characters.";
            errors.push(printable_name(name), FieldCode::InvalidFormat, message);
        }
        !secret
    });
    (untyped, errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::codes;

    #[derive(Deserr)]
    #[deserr(deny_unknown_fields, error = Mistakes)]
    struct Filter {
        #[deserr(default)]
        q: Option<String>,
    }

    impl Input for Filter {}

    fn read_list(query: &str) -> Result<ListQuery<Filter>, Vec<(String, FieldCode)>> {
        ListQuery::read(query).map_err(|errors| codes(&errors))
    }

    #[test]
    fn parameters_are_decoded_and_read() {
        let query = read_list("q=plant%203+a&page=2&limit=100").ok().unwrap();
        assert_eq!(query.filter.q.as_deref(), Some("plant 3 a"));
        assert_eq!(query.paging, Paging::Page { page: 2, limit: 100 });
        let query = read_list("cursor=x").ok().unwrap();
        assert_eq!(query.paging, Paging::Cursor { cursor: "x".to_owned(), limit: 20 });
    }

    #[test]
    fn unknown_repeated_conflicting_and_wrong_parameters_are_reported_at_once() {
        let errors = read_list("colour=red&q=a&q=b&limit=0&page=1&cursor=x").err().unwrap();
        let expected = [
            ("colour", FieldCode::UnknownField),
            ("cursor", FieldCode::Conflict),
            ("limit", FieldCode::InvalidFormat),
            ("q", FieldCode::Duplicate),
        ];
        assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code)));
    }
}
