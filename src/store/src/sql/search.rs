//! Search conditions.

use mintkey_domain::SearchText;

use super::Sql;

/// Appends a condition that each word occurs in one of the columns, which hold folded texts.
pub(crate) fn push_words(statement: &mut Sql, search: &SearchText, columns: &[&'static str]) {
    for (at, word) in search.words().iter().enumerate() {
        statement.push(if at == 0 { "((" } else { ") AND (" });
        for (at, column) in columns.iter().enumerate() {
            statement.push(if at == 0 { "" } else { " OR " });
            push_contains(statement, column, word);
        }
    }
    statement.push("))");
}

/// Appends a condition that a column of folded text contains a word.
pub(crate) fn push_contains(statement: &mut Sql, column: &'static str, word: &str) {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    statement.push(column).push(" LIKE ").push_bind(format!("%{escaped}%")).push(" ESCAPE '\\'");
}

/// Appends a condition that the column `word` starts with this text, as a range of its index.
pub(crate) fn push_beginning(statement: &mut Sql, word: &str) {
    // An upper bound of the texts with this prefix, because no word contains the last code point.
    statement.push(" AND word >= ").push_bind(word).push(" AND word < ").push_bind(format!("{word}\u{10ffff}"));
}
