//! What all lists take: a page's number and size, or a cursor.

use mintkey_domain::{FieldCode, FieldErrors, wire};
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

/// Cuts a page out of a list that is short enough to be read whole. The cursor is the id of the last entry seen.
pub(super) fn cut<T>(
    mut entries: Vec<T>,
    paging: Paging,
    id: impl Fn(&T) -> String,
) -> Result<wire::Page<T>, FieldErrors> {
    let total = entries.len();
    let (start, page, limit) = match paging {
        Paging::Page { page, limit } => ((page as usize - 1).saturating_mul(limit as usize), Some(page), limit),
        Paging::Cursor { cursor, limit } => {
            let at = entries.iter().position(|entry| id(entry) == cursor).ok_or_else(|| {
                FieldErrors::one("cursor", FieldCode::InvalidFormat, "Expected next_cursor of the page before.")
            })?;
            (at + 1, None, limit)
        }
    };
    let start = start.min(total);
    let end = start.saturating_add(limit as usize).min(total);
    entries.truncate(end);
    let data = entries.split_off(start);
    let next_cursor = data.last().filter(|_| end < total).map(id);
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    Ok(wire::Page { data, total, total_capped: false, page, limit, next_cursor })
}
