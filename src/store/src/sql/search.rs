//! Search conditions.

use mintkey_domain::{LabelPattern, SearchText};

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

/// Appends a condition that a column of labels in lower case matches a pattern.
pub(crate) fn push_label_pattern(statement: &mut Sql, column: &'static str, pattern: &LabelPattern) {
    let parts: Vec<_> = pattern.parts().map(escaped).collect();
    statement.push(column).push(" LIKE ").push_bind(parts.join("%")).push(" ESCAPE '\\'");
}

/// Appends a condition that a column of folded text contains a word.
pub(crate) fn push_contains(statement: &mut Sql, column: &'static str, word: &str) {
    statement.push(column).push(" LIKE ").push_bind(format!("%{}%", escaped(word))).push(" ESCAPE '\\'");
}

/// The text, with the special characters of `LIKE` escaped.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Appends a condition that the column `word` starts with this text, as a range of its index.
pub(crate) fn push_beginning(statement: &mut Sql, word: &str) {
    // An upper bound of the texts with this prefix, because no word contains the last code point.
    statement.push(" AND word >= ").push_bind(word).push(" AND word < ").push_bind(format!("{word}\u{10ffff}"));
}
