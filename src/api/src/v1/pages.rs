//! Pagination of lists that are short enough to be loaded completely.

use mintkey_domain::{FieldCode, FieldErrors, wire};
use mintkey_service::Paging;

/// Returns one page of a list. The cursor is the ID of the previous page's last entry.
pub(crate) fn page_of<T>(
    mut entries: Vec<T>,
    paging: Paging,
    id: impl Fn(&T) -> String,
) -> Result<wire::ListPage<T>, FieldErrors> {
    let total = entries.len();
    let (start, page, limit) = match paging {
        Paging::Page { page, limit } => ((page as usize - 1).saturating_mul(limit as usize), Some(page), limit),
        Paging::Cursor { cursor, limit } => {
            let index = entries.iter().position(|entry| id(entry) == cursor).ok_or_else(|| {
                FieldErrors::one("cursor", FieldCode::InvalidFormat, "Expected next_cursor of the page before.")
            })?;
            (index + 1, None, limit)
        }
    };
    let start = start.min(total);
    let end = start.saturating_add(limit as usize).min(total);
    entries.truncate(end);
    let data = entries.split_off(start);
    let next_cursor = data.last().filter(|_| end < total).map(id);
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    Ok(wire::ListPage { data, total, total_capped: false, page, limit, next_cursor })
}
