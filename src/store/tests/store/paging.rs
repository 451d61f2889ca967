//! Pages are complete, ordered and without duplicates.

use mintkey_domain::{SearchText, Timestamp, TokenSort, TokenSortField, TokenStatus};
use mintkey_store::{PageRequest, StoreError, Token, TokenFilter};

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    cursors_visit_each_row_once_under_every_sort
    pages_by_number_are_those_by_cursor
    a_foreign_cursor_is_refused
}

const SORTS: [&str; 8] =
    ["created_at", "-created_at", "label", "-label", "expires_at", "-expires_at", "last_used_at", "-last_used_at"];

async fn fill(database: &Database) -> (mintkey_domain::OrganizationId, Vec<Token>) {
    let organization = database.organization().await;
    let labels = ["Zebra", "apple", "Apple", "ähre", "Ähre", "_x", "apple"];
    let tokens: Vec<_> = (0..53_i64)
        .map(|n| {
            let pick = usize::try_from(n).unwrap();
            let mut token = make::token(organization, make::person(), labels[pick % labels.len()]);
            // Many duplicates of each value, and missing values.
            token.created_at = at(-(n % 5));
            token.expires_at = [None, Some(at(DAY)), Some(at(2 * DAY)), None, Some(at(-DAY))][pick % 5];
            token.last_used_at = [None, Some(at(-1)), Some(at(-2))][pick % 3];
            token
        })
        .collect();
    database.insert(&tokens).await;
    (organization, tokens)
}

fn sorted(tokens: &[Token], sort: TokenSort) -> Vec<mintkey_domain::TokenId> {
    let mut keys: Vec<_> = tokens
        .iter()
        .map(|token| {
            let number = |time: Option<Timestamp>, missing| (time.map_or(missing, Timestamp::millis), String::new());
            let key = match sort.field {
                TokenSortField::CreatedAt => number(Some(token.created_at), 0),
                TokenSortField::Label => (0, token.label.as_str().to_lowercase()),
                TokenSortField::ExpiresAt => number(token.expires_at, i64::MAX),
                TokenSortField::LastUsedAt => number(token.last_used_at, -1),
            };
            (key, token.id)
        })
        .collect();
    keys.sort();
    if sort.descending {
        keys.reverse();
    }
    keys.into_iter().map(|(_, id)| id).collect()
}

async fn cursors_visit_each_row_once_under_every_sort(database: &Database) {
    let (organization, tokens) = fill(database).await;
    let active = TokenFilter { status: Some(TokenStatus::Active), ..TokenFilter::all(NOW) };
    let search = TokenFilter { q: SearchText::parse("app"), ..TokenFilter::all(NOW) };
    for sort in SORTS.map(|sort| sort.parse::<TokenSort>().unwrap()) {
        for filter in [TokenFilter::all(NOW), active.clone(), search.clone()] {
            let expected: Vec<_> = tokens
                .iter()
                .filter(|t| filter.status.is_none() || t.expires_at.is_none_or(|end| end > NOW))
                .filter(|t| filter.q.is_none() || t.label.as_str().to_lowercase() == "apple")
                .cloned()
                .collect();
            let mut seen = Vec::new();
            let mut page = PageRequest::Number { page: 1, limit: 7 };
            loop {
                let found = database.store.tokens(organization, &filter, sort, page).await.unwrap();
                assert_eq!(found.total, i64::try_from(expected.len()).unwrap());
                seen.extend(found.tokens.iter().map(|token| token.id));
                match found.next_cursor {
                    Some(cursor) => page = PageRequest::Cursor { cursor, limit: 7 },
                    None => break,
                }
            }
            assert_eq!(seen, sorted(&expected, sort), "{sort} {filter:?}");
        }
    }
}

async fn pages_by_number_are_those_by_cursor(database: &Database) {
    let (organization, tokens) = fill(database).await;
    let filter = TokenFilter::all(NOW);
    for sort in SORTS.map(|sort| sort.parse::<TokenSort>().unwrap()) {
        let mut seen = Vec::new();
        for page in 1..=6 {
            let page = PageRequest::Number { page, limit: 10 };
            let found = database.store.tokens(organization, &filter, sort, page).await.unwrap();
            assert_eq!(found.next_cursor.is_some(), found.tokens.len() == 10);
            seen.extend(found.tokens.iter().map(|token| token.id));
        }
        assert_eq!(seen, sorted(&tokens, sort), "{sort}");
    }
    let beyond = PageRequest::Number { page: 99, limit: 10 };
    let found = database.store.tokens(organization, &filter, TokenSort::default(), beyond).await.unwrap();
    assert!(found.tokens.is_empty() && found.next_cursor.is_none() && found.total == 53);
}

async fn a_foreign_cursor_is_refused(database: &Database) {
    let (organization, _) = fill(database).await;
    let filter = TokenFilter::all(NOW);
    let first = PageRequest::Number { page: 1, limit: 5 };
    let label: TokenSort = "label".parse().unwrap();
    let cursor = database.store.tokens(organization, &filter, label, first).await.unwrap().next_cursor.unwrap();
    assert!(!cursor.contains("apple"));
    let of_another_order = TokenSort::default();
    for (cursor, sort) in [
        (cursor.as_str(), of_another_order),
        (&cursor[1..], label),
        (&cursor[..8], label),
        ("", label),
        ("zz", label),
        ("é", label),
        (&"00".repeat(500), of_another_order),
    ] {
        let page = PageRequest::Cursor { cursor: cursor.to_owned(), limit: 5 };
        let refused = database.store.tokens(organization, &filter, sort, page).await;
        assert!(matches!(refused, Err(StoreError::InvalidCursor)), "{cursor}");
    }
}
