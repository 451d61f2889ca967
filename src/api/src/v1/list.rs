//! What all lists take: a page's number and size, or a cursor.

use mintkey_domain::FieldCode;
use mintkey_service::Paging;

use crate::{
    endpoint::{Field, Kind},
    input::Query,
};

const DEFAULT_LIMIT: u32 = 20;

pub(super) const PAGE: Field = Field::new(
    "page",
    Kind::Whole { min: 1, max: u32::MAX },
    "The page's number, from 1. For the first pages; then use `cursor`.",
);
pub(super) const LIMIT: Field =
    Field::new("limit", Kind::Whole { min: 1, max: 100 }, "Entries a page; 20 if left out.");
pub(super) const CURSOR: Field =
    Field::new("cursor", Kind::Text, "`next_cursor` of the page before, as it is. With the same other parameters.");

/// Reads the three parameters.
pub(super) fn paging(query: &mut Query) -> Paging {
    let limit = query.whole("limit").unwrap_or(DEFAULT_LIMIT);
    let page = query.whole("page");
    match (query.text("cursor"), page) {
        (Some(_), Some(_)) => {
            query.mistake("cursor", FieldCode::Conflict, "Give either page or cursor.");
            Paging::Page { page: 1, limit }
        }
        (Some(cursor), None) => Paging::Cursor { cursor, limit },
        (None, page) => Paging::Page { page: page.unwrap_or(1), limit },
    }
}
