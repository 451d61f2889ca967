//! Inserts of many rows with few statements.

use std::fmt::Write;

use super::{Runner, Sql, Value};
use crate::StoreError;

/// The maximum number of rows per statement; keeps the parameters far below the engines' limits.
const MOST_ROWS: usize = 128;

/// Runs `head VALUES (…), (…)… tail` for all rows and returns the number of affected rows.
///
/// Each statement takes a power of two of rows, so that few different statements have to be prepared.
pub(crate) async fn insert_rows(
    on: &mut impl Runner,
    head: &'static str,
    columns: usize,
    mut values: Vec<Value>,
    tail: &'static str,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    while !values.is_empty() {
        let rows = values.len() / columns;
        let rows = if rows >= MOST_ROWS { MOST_ROWS } else { 1 << rows.ilog2() };
        let rest = values.split_off(rows * columns);
        let text = text(head, columns, rows, tail, on.is_sqlite());
        changed += Sql { text: text.into(), values }.execute(on).await?;
        values = rest;
    }
    Ok(changed)
}

/// `SQLite` gets plain `?`: it looks up numbered parameters linearly, which would take quadratic time.
fn text(head: &str, columns: usize, rows: usize, tail: &str, sqlite: bool) -> String {
    let mut text = String::with_capacity(head.len() + tail.len() + rows * (columns * 6 + 4) + 8);
    text.push_str(head);
    text.push_str(" VALUES ");
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            if sqlite {
                text.push('?');
            } else {
                // Writing to a string can't fail.
                let _ = write!(text, "${}", row * columns + column + 1);
            }
        }
        text.push(')');
    }
    text.push_str(tail);
    text
}
