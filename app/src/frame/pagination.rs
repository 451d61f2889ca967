//! The foot of a table: which part of the list it shows, and links to the other parts.

use leptos::prelude::*;

use super::{icon::Icon, number::number};

/// Another part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageLink {
    label: &'static str,
    /// `None` if it doesn't exist.
    href: Option<String>,
}

impl PageLink {
    /// A part that exists.
    pub(crate) const fn new(label: &'static str, href: String) -> Self {
        Self { label, href: Some(href) }
    }

    /// A part that is shown as disabled if it doesn't exist.
    pub(crate) const fn or_disabled(label: &'static str, href: Option<String>) -> Self {
        Self { label, href }
    }
}

/// The foot of a table. Its children say which part of the list is shown.
#[component]
pub(crate) fn Pagination(
    previous: Option<PageLink>,
    next: Option<PageLink>,
    /// Which page this is of how many.
    #[prop(optional, into)]
    position: String,
    children: Children,
) -> impl IntoView {
    let position = (!position.is_empty()).then(|| view! { <span class="num">{position}</span> });
    let links = (previous.is_some() || next.is_some()).then(|| {
        let previous = previous.map(|link| view! { <Step link icon="back"/> });
        let next = next.map(|link| view! { <Step link icon="next"/> });
        view! { <nav class="push" aria-label="Pages">{previous}{position}{next}</nav> }
    });
    view! { <div class="table-foot"><span>{children()}</span>{links}</div> }
}

/// A link to another part, with an arrow on the side to which it leads.
#[component]
fn Step(link: PageLink, icon: &'static str) -> impl IntoView {
    let PageLink { label, href } = link;
    let before = (icon == "back").then(|| view! { <Icon name=icon/> });
    let after = (icon != "back").then(|| view! { <Icon name=icon/> });
    match href {
        Some(href) => view! { <a class="btn sm" href=href>{before}{label}{after}</a> }.into_any(),
        None => view! { <span class="btn sm ghost" aria-disabled="true">{before}{label}{after}</span> }.into_any(),
    }
}

/// The place of a page in a list of which the length is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// The page's number, from 1.
    pub(crate) page: u32,
    /// The entries that fit on a page.
    pub(crate) size: u32,
    /// The entries on this page.
    pub(crate) listed: usize,
    /// The entries of all pages.
    pub(crate) total: i64,
}

impl Position {
    /// `1–20`: the entries of this page.
    pub(crate) fn range(self) -> String {
        format!("{}–{}", number(self.before() + 1), number(self.last()))
    }

    /// `Showing 1–20 of 140`.
    pub(crate) fn summary(self) -> String {
        format!("Showing {} of {}", self.range(), number(self.total))
    }

    /// The link to the page before this one. `href` is the address of a page.
    pub(crate) fn previous(self, href: impl Fn(u32) -> String) -> Option<PageLink> {
        (self.page > 1).then(|| PageLink::new("Previous", href(self.page - 1)))
    }

    /// The link to the page after this one.
    pub(crate) fn next(self, href: impl Fn(u32) -> String) -> Option<PageLink> {
        (self.last() < self.total).then(|| PageLink::new("Next", href(self.page + 1)))
    }

    fn before(self) -> i64 {
        i64::from(self.page.saturating_sub(1)) * i64::from(self.size)
    }

    fn last(self) -> i64 {
        self.before() + i64::try_from(self.listed).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_that_exist_are_linked() {
        let href = |page: u32| format!("?page={page}");
        let first = Position { page: 1, size: 20, listed: 20, total: 23 };
        assert_eq!(first.summary(), "Showing 1–20 of 23");
        assert_eq!((first.previous(href), first.next(href)), (None, Some(PageLink::new("Next", "?page=2".to_owned()))));
        let last = Position { page: 2, listed: 3, ..first };
        assert_eq!(last.range(), "21–23");
        assert!(last.previous(href).is_some() && last.next(href).is_none());
    }
}
