//! Data on standard output: tables for people, the API's own objects for programs.

use std::io::{IsTerminal as _, stdout};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use mintkey_client::{Timestamp, wire::ListPage};
use serde::Serialize;
use terminal_size::{Width, terminal_size_of};

use super::{global::Format, terminal::note};
use crate::{Failure, output};

/// A column: its title, and its text for an entry.
pub(crate) type Column<T> = (&'static str, fn(&T) -> String);

/// How a list is printed.
pub(crate) struct Listing<T: 'static> {
    /// What the things are called.
    pub(crate) plural: &'static str,
    pub(crate) columns: &'static [Column<T>],
    /// What other commands take for an entry.
    pub(crate) name: fn(&T) -> String,
}

impl<T> Listing<T> {
    fn row(&self, entry: &T) -> Vec<String> {
        self.columns.iter().map(|(_, text)| printable(&text(entry))).collect()
    }
}

/// A fact about an object: its name and its value.
pub(crate) type Facts = Vec<(&'static str, String)>;

/// Prints one page of a list, or the whole list.
pub(crate) fn list<T: Serialize>(format: Format, page: &ListPage<T>, listing: &Listing<T>) -> Result<(), Failure> {
    match format {
        Format::Json | Format::Yaml => structured(format, page),
        Format::Name => lines(page.data.iter().map(listing.name)),
        Format::Table => {
            if page.data.is_empty() {
                note(format_args!("No {}.", listing.plural));
                return Ok(());
            }
            let rows: Vec<Vec<String>> = page.data.iter().map(|entry| listing.row(entry)).collect();
            let titles: Vec<_> = listing.columns.iter().map(|(title, _)| *title).collect();
            let fitting = terminal_width().map_or(titles.len(), |width| fitting_columns(&titles, &rows, width));
            let mut table = table();
            table.set_header(titles.iter().take(fitting));
            for row in &rows {
                table.add_row(row.iter().take(fitting));
            }
            for (index, title) in titles.iter().enumerate().take(fitting) {
                if is_whole(index, title)
                    && let Some(column) = table.column_mut(index)
                {
                    column.set_constraint(ColumnConstraint::ContentWidth);
                }
            }
            print_table(table)?;
            let shown = i64::try_from(page.data.len()).unwrap_or(i64::MAX);
            if page.next_cursor.is_some() {
                let more = if page.total_capped { "more than " } else { "" };
                note(format_args!(
                    "{shown} of {more}{} {}. Add --all for all, or --page and --limit.",
                    page.total, listing.plural
                ));
            }
            Ok(())
        }
    }
}

/// Prints an object.
pub(crate) fn object<T: Serialize>(
    format: Format,
    object: &T,
    name: &str,
    facts: impl FnOnce() -> Facts,
) -> Result<(), Failure> {
    match format {
        Format::Json | Format::Yaml => structured(format, object),
        Format::Name => output::line(format_args!("{}", printable(name))),
        Format::Table => self::facts(facts()),
    }
}

/// Prints facts, one a line.
pub(crate) fn facts(facts: Facts) -> Result<(), Failure> {
    let mut table = table();
    for (name, value) in facts {
        table.add_row([name.to_owned(), printable(&value)]);
    }
    print_table(table)
}

/// Prints what a command would send, for a dry run.
pub(crate) fn plan<T: Serialize>(format: Format, request: &T) -> Result<(), Failure> {
    if format != Format::Table {
        return structured(format, request);
    }
    let request = serde_json::to_value(request).unwrap_or_default();
    let shown = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut table = table();
    for (field, value) in request.as_object().into_iter().flatten() {
        table.add_row([field.clone(), printable(&shown(value))]);
    }
    print_table(table)?;
    note(format_args!("Nothing was changed: this was a dry run."));
    Ok(())
}

/// A number and its noun.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The JSON or YAML text of an object, with a line break at its end.
pub(crate) fn text<T: Serialize>(format: Format, object: &T) -> Result<String, Failure> {
    let text = match format {
        Format::Yaml => serde_saphyr::to_string(object).map_err(|error| error.to_string()),
        _ => serde_json::to_string_pretty(object).map_err(|error| error.to_string()),
    };
    let text = text.map_err(|error| Failure::Refused(format!("the answer can't be written: {error}")))?;
    Ok(text.trim_end().to_owned() + "\n")
}

fn structured<T: Serialize>(format: Format, object: &T) -> Result<(), Failure> {
    output::text(&text(format, object)?)
}

fn lines(lines: impl Iterator<Item = String>) -> Result<(), Failure> {
    output::text(&lines.map(|line| line + "\n").collect::<String>())
}

fn print_table(mut table: Table) -> Result<(), Failure> {
    const GAP: (u16, u16) = (0, 2);
    for column in table.column_iter_mut() {
        column.set_padding(GAP);
    }
    lines(table.lines().map(|line| line.trim_end().to_owned()))
}

/// A table without borders, as wide as the terminal at most.
fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = terminal_width() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table
}

/// The width of the terminal; `None` if standard output is none.
fn terminal_width() -> Option<u16> {
    terminal_size_of(stdout()).filter(|_| stdout().is_terminal()).map(|(Width(width), _)| width)
}

/// Whether a column never wraps, because its texts are copied: the first one, and IDs.
fn is_whole(index: usize, title: &str) -> bool {
    index == 0 || matches!(title, "ID" | "ORGANIZATION")
}

/// How many columns fit if texts may wrap. The last columns are left out of a narrow terminal.
fn fitting_columns(titles: &[&str], rows: &[Vec<String>], width: u16) -> usize {
    const MIN: usize = 12;
    let mut used = 0;
    let fits = |(index, title): &(usize, &&str)| {
        let natural = rows.iter().map(|row| row[*index].chars().count()).chain([title.len()]).max().unwrap_or(0);
        used += 2 + if is_whole(*index, title) { natural } else { natural.min(MIN) };
        used <= usize::from(width)
    };
    titles.iter().enumerate().take_while(fits).count().max(1)
}

/// A text without control characters, which could change what a terminal shows.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A text that may be missing.
pub(crate) fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), str::to_owned)
}

/// An expiry.
pub(crate) fn end(end: Option<Timestamp>) -> String {
    end.map_or_else(|| "never".to_owned(), |end| format!("{} ({})", minute(end), relative(end)))
}

/// A time that may not have come.
pub(crate) fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "-".to_owned(), minute)
}

/// A time to the minute, in UTC.
pub(crate) fn minute(time: Timestamp) -> String {
    let text = time.to_string();
    text.get(..16).map_or(text.clone(), |start| format!("{}Z", start.replace('T', " ")))
}

/// A time relative to now: `in 12 days`, `3 hours ago`.
pub(crate) fn relative(time: Timestamp) -> String {
    relative_to(crate::environment::now(), time)
}

fn relative_to(now: Timestamp, time: Timestamp) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let seconds = time.since(now) / 1000;
    let distance = seconds.abs();
    let Some((size, unit)) = UNITS.into_iter().find(|(size, _)| distance >= *size) else { return "now".to_owned() };
    let count = (distance + size / 2) / size;
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_relative_to_now_with_the_right_number() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let after = |seconds: i64| relative_to(now, now.saturating_add(seconds * 1000));
        assert_eq!(after(0), "now");
        assert_eq!(after(1), "in 1 second");
        assert_eq!(after(-59), "59 seconds ago");
        assert_eq!(after(60), "in 1 minute");
        assert_eq!(after(-7_200), "2 hours ago");
        assert_eq!(after(90 * 86_400 - 1), "in 90 days");
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n"), "a\u{fffd}[31mb\u{fffd}");
    }
}
