//! Pages of lists that are short enough to be read whole.

use mintkey_domain::{FieldCode, FieldErrors, wire};
use mintkey_service::Paging;

/// Cuts one page out of a list. The cursor is the id of the last entry of the page before.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn page(count: u32, paging: Paging) -> Result<wire::ListPage<u32>, FieldErrors> {
        page_of((0..count).collect(), paging, ToString::to_string)
    }

    #[test]
    fn following_the_cursor_shows_every_entry_once() {
        let mut seen = Vec::new();
        let mut paging = Paging::Page { page: 1, limit: 4 };
        loop {
            let page = page(10, paging).unwrap();
            seen.extend(page.data);
            let Some(cursor) = page.next_cursor else { break };
            paging = Paging::Cursor { cursor, limit: 4 };
        }
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn pages_beyond_the_end_are_empty() {
        for number in [3, u32::MAX] {
            let page = page(10, Paging::Page { page: number, limit: 5 }).unwrap();
            assert_eq!((page.data.len(), page.total, page.next_cursor), (0, 10, None));
        }
    }

    #[test]
    fn a_cursor_that_was_not_given_out_is_a_mistake() {
        assert!(page(3, Paging::Cursor { cursor: "x".to_owned(), limit: 5 }).unwrap_err().has("cursor"));
    }
}
