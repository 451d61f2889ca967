//! Extractors of query parameters.

use axum::extract::{FromRequestParts, Query};
use deserr::Deserr;
use http::request::Parts;
use mintkey_domain::{
    FieldCode, FieldErrors, contains_secret,
    request::{Input, InvalidValue, RequestErrors, printable_name},
};
use mintkey_service::Paging;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::body::Valid;
use crate::{
    input::{Untyped, read},
    problem::ApiError,
};

const DEFAULT_LIMIT: u32 = 20;
const PAGE_PARAMETERS: [&str; 3] = ["page", "limit", "cursor"];

/// The query of a list: the filter, and the page.
pub(crate) struct ListQuery<T> {
    pub(crate) filter: T,
    pub(crate) paging: Paging,
}

/// The parameters of all lists.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The page's number, from 1. For the first pages; then use `cursor`.
    #[deserr(default = 1, try_from(String) = read_page -> InvalidValue)]
    #[param(value_type = usize, required = false, minimum = 1)]
    page: u32,
    /// The number of entries in a page; 20 if left out.
    #[deserr(default = DEFAULT_LIMIT, try_from(String) = read_limit -> InvalidValue)]
    #[param(value_type = usize, required = false, minimum = 1, maximum = 100)]
    limit: u32,
    /// `next_cursor` of the previous page, unchanged. The other parameters must be the same.
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
        let Self { page, limit, cursor } = self;
        match cursor {
            Some(cursor) => Paging::Cursor { cursor, limit },
            None => Paging::Page { page, limit },
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`deserr` passes what it has read")]
fn read_page(text: String) -> Result<u32, InvalidValue> {
    whole_number(&text).filter(|page| *page >= 1).ok_or(InvalidValue::format("Expected a whole number, 1 or more."))
}

#[expect(clippy::needless_pass_by_value, reason = "`deserr` passes what it has read")]
fn read_limit(text: String) -> Result<u32, InvalidValue> {
    let limit = whole_number(&text).filter(|limit| (1..=100).contains(limit));
    limit.ok_or(InvalidValue::format("Expected a whole number from 1 to 100."))
}

/// Parses digits only, without a sign or a fraction.
fn whole_number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
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

/// The parameters of a query. One that contains a secret is dropped with an error, because proxies log URLs.
fn parameters(query: &str) -> (Untyped, FieldErrors) {
    let mut errors = FieldErrors::new();
    let mut untyped = Untyped::from_pairs(query.as_bytes());
    untyped.fields.retain(|name, value| {
        let secret = value.as_str().is_some_and(contains_secret);
        if secret {
            let message = "This contains a token's secret, which must not be in a URL. Search for its last characters.";
            errors.push(printable_name(name), FieldCode::InvalidFormat, message);
        }
        !secret
    });
    (untyped, errors)
}
