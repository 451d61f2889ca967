//! Statements for both engines: a text with `$1…`, values to bind, rows read by column name.
//!
//! Only this module uses sqlx types; the modules above write each SQL text once.

mod cell;
mod connection;
mod insert;
mod runner;
mod search;
mod value;

use std::borrow::Cow;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use tracing::{Instrument as _, Span};

pub(crate) use cell::{Cell, Row, or_placeholder};
pub(crate) use connection::Connection;
use connection::with_engine;
pub(crate) use insert::insert_rows;
pub(crate) use runner::Runner;
pub(crate) use search::{push_beginning, push_contains, push_label_pattern, push_words};
pub(crate) use value::{ToValue, Value, values};

use crate::StoreError;

/// A statement with its bound values.
#[derive(Clone)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// Creates a statement from a complete text.
pub(crate) fn sql(text: &'static str) -> Sql {
    Sql { text: Cow::Borrowed(text), values: Vec::new() }
}

impl Sql {
    /// Binds the value of the next `$n`.
    pub(crate) fn bind(mut self, value: impl ToValue) -> Self {
        self.values.push(value.to_value());
        self
    }

    /// Appends text, which is `'static`: values must go through [`Self::push_bind`].
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends a placeholder and binds its value.
    pub(crate) fn push_bind(&mut self, value: impl ToValue) -> &mut Self {
        use std::fmt::Write;
        self.values.push(value.to_value());
        let number = self.values.len();
        // Writing to a string can't fail.
        let _ = write!(self.text.to_mut(), "${number}");
        self
    }

    /// Appends `($1, $2, …)`, padded to a power of two with the last value, so that a few prepared statements serve all
    /// lengths. An empty list becomes `(NULL)`, which matches nothing.
    pub(crate) fn push_list<T: ToValue + Copy>(&mut self, list: &[T]) -> &mut Self {
        let Some(filler) = list.last() else { return self.push("(NULL)") };
        self.push("(");
        for at in 0..list.len().next_power_of_two() {
            if at > 0 {
                self.push(", ");
            }
            self.push_bind(*list.get(at).unwrap_or(filler));
        }
        self.push(")")
    }

    /// Runs it and returns the number of affected rows.
    pub(crate) async fn execute(self, on: &mut impl Runner) -> Result<u64, StoreError> {
        let (conn, span) = (on.ready(&self).await?, self.span());
        let (text, values) = self.into_parts();
        with_engine!(conn, |c, bound| Ok(bound(text, values).execute(c).instrument(span).await?.rows_affected()))
    }

    /// Runs it, and returns [`StoreError::NothingChanged`] if it affected no row.
    pub(crate) async fn change(self, on: &mut impl Runner) -> Result<(), StoreError> {
        if self.changes(on).await? { Ok(()) } else { Err(StoreError::NothingChanged) }
    }

    /// Runs it and returns whether it affected a row.
    pub(crate) async fn changes(self, on: &mut impl Runner) -> Result<bool, StoreError> {
        Ok(self.execute(on).await? > 0)
    }

    /// Fetches all rows.
    pub(crate) async fn rows(self, on: &mut impl Runner) -> Result<Vec<Row>, StoreError> {
        let (conn, span) = (on.ready(&self).await?, self.span());
        let (text, values) = self.into_parts();
        with_engine!(conn, |c, bound| {
            let rows = bound(text, values).fetch_all(c).instrument(span).await?;
            Ok(rows.into_iter().map(Row::from).collect())
        })
    }

    /// Fetches a page and whether more rows follow: the statement's limit is one more than the page's.
    pub(crate) async fn page(self, limit: u32, on: &mut impl Runner) -> Result<(Vec<Row>, bool), StoreError> {
        let mut rows = self.rows(on).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok((rows, more))
    }

    /// Fetches the row, if there is one.
    pub(crate) async fn row(self, on: &mut impl Runner) -> Result<Option<Row>, StoreError> {
        let (conn, span) = (on.ready(&self).await?, self.span());
        let (text, values) = self.into_parts();
        with_engine!(conn, |c, bound| Ok(bound(text, values).fetch_optional(c).instrument(span).await?.map(Row::from)))
    }

    /// Fetches all rows as `T`. [`StoreError::Corrupt`] if one can't be read.
    pub(crate) async fn all<T: FromRow>(self, on: &mut impl Runner) -> Result<Vec<T>, StoreError> {
        self.rows(on).await?.iter().map(T::from_row).collect()
    }

    /// Fetches the row as `T`. [`StoreError::Corrupt`] if it can't be read.
    pub(crate) async fn optional<T: FromRow>(self, on: &mut impl Runner) -> Result<Option<T>, StoreError> {
        self.row(on).await?.as_ref().map(T::from_row).transpose()
    }

    /// Fetches all rows that can be read as `T`: for lists, and for rows whose absence grants nothing.
    pub(crate) async fn all_readable<T: FromRow>(self, on: &mut impl Runner) -> Result<Vec<T>, StoreError> {
        readable(&self.rows(on).await?, T::from_row)
    }

    /// Fetches the row as `T`; `None` if it can't be read: for rows whose absence grants nothing.
    pub(crate) async fn optional_readable<T: FromRow>(self, on: &mut impl Runner) -> Result<Option<T>, StoreError> {
        let row = self.row(on).await?;
        Ok(readable(row.as_slice(), T::from_row)?.pop())
    }

    /// Calls `each` for every row, without collecting the rows.
    pub(crate) async fn for_each(self, on: &mut impl Runner, mut each: impl FnMut(&Row)) -> Result<(), StoreError> {
        let (conn, span) = (on.ready(&self).await?, self.span());
        let (text, values) = self.into_parts();
        let read = async {
            with_engine!(conn, |c, bound| {
                let mut rows = bound(text, values).fetch(c);
                while let Some(row) = rows.try_next().await? {
                    each(&Row::from(row));
                }
                Ok(())
            })
        };
        read.instrument(span).await
    }

    /// Fetches the column `value` of the only row.
    pub(crate) async fn scalar<T: Cell>(self, on: &mut impl Runner) -> Result<T, StoreError> {
        self.row(on).await?.ok_or(StoreError::Corrupt("a count"))?.get("value")
    }

    /// Turns it into a query of `SQLite`'s plan for it.
    #[cfg(test)]
    pub(crate) fn explained(mut self) -> Self {
        self.text.to_mut().insert_str(0, "EXPLAIN QUERY PLAN ");
        self
    }

    /// Whether it modifies rows.
    pub(crate) fn is_change(&self) -> bool {
        // `WITH … UPDATE` is the only other form used here.
        ["INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| self.text.starts_with(verb))
    }

    /// Whether it involves tokens or their parts: buffered tokens must be written before it runs.
    pub(crate) fn concerns_tokens(&self) -> bool {
        self.text.contains(" tokens") || self.text.contains("token_")
    }

    /// The tracing span of the execution. The text has placeholders instead of values; long texts are truncated.
    fn span(&self) -> Span {
        tracing::debug_span!("sql", statement = format_args!("{:.300}", self.text))
    }

    fn into_parts(self) -> (SqlStr, Vec<Value>) {
        let text = match self.text {
            Cow::Borrowed(text) => text.into_sql_str(),
            // Only literals and numbered placeholders are pushed.
            Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
        };
        (text, self.values)
    }
}

/// The rows that can be read; [`Store::check`](crate::Store::check) reports the others.
pub(crate) fn readable<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        match read(row) {
            Ok(value) => values.push(value),
            Err(StoreError::Corrupt(column)) => {
                tracing::warn!(column, "a stored row can't be read and was left out; `mintkey admin check` names it");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(values)
}

/// A type that can be read from a row.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::sql;

    #[test]
    fn a_statement_says_whether_it_changes_rows_and_whether_they_are_of_tokens() {
        for (text, change, tokens) in [
            ("SELECT * FROM tokens WHERE id = $1", false, true),
            ("SELECT 1 AS value FROM token_scopes s JOIN tokens t ON t.id = s.token_id", false, true),
            ("SELECT 1 AS value FROM revoked_access_tokens WHERE id = $1", false, false),
            ("SELECT * FROM memberships", false, false),
            ("UPDATE tokens SET label = $3", true, true),
            ("DELETE FROM token_client_keys", true, true),
            ("INSERT INTO sessions (id) VALUES ($1)", true, false),
            ("WITH used (token_id, at, ip) AS (VALUES ($1)) UPDATE tokens SET last_used_at = used.at", true, true),
        ] {
            let statement = sql(text);
            assert_eq!((statement.is_change(), statement.concerns_tokens()), (change, tokens), "{text}");
        }
    }
}
