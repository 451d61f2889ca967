//! Shared pieces of markup.

use maud::{Markup, html};

pub(crate) fn verb(method: &str) -> Markup {
    html! { b.verb.(method) { (method.to_uppercase()) } }
}

/// Renders text in which backticks mark code.
pub(crate) fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A table that scrolls horizontally if it is too wide.
pub(crate) fn table(label: &str, head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label=(label) {
            table {
                @if !head.is_empty() { thead { tr { @for title in head { th scope="col" { (title) } } } } }
                tbody { (rows) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_can_become_a_tag() {
        assert_eq!(prose("say `<b>` <i>").into_string(), "say <code>&lt;b&gt;</code> &lt;i&gt;");
    }
}
