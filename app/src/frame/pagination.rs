//! The footer of a table: the shown range, and links to other pages.

use leptos::prelude::*;

use super::{icon::Icon, number::number};

/// A link to another page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageLink {
    label: &'static str,
    /// `None` if the page doesn't exist.
    href: Option<String>,
}

impl PageLink {
    /// A link to an existing page.
    pub(crate) const fn new(label: &'static str, href: String) -> Self {
        Self { label, href: Some(href) }
    }

    /// A link that is disabled if the page doesn't exist.
    pub(crate) const fn or_disabled(label: &'static str, href: Option<String>) -> Self {
        Self { label, href }
    }
}

/// The footer of a table. Its children describe the shown range.
#[component]
pub(crate) fn Pagination(
    previous: Option<PageLink>,
    next: Option<PageLink>,
    /// The page number and the number of pages.
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

/// A link to another page, with an arrow in its direction.
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

/// The position of a page in a list of known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// The page number, from 1.
    pub(crate) page: u32,
    /// The page size.
    pub(crate) size: u32,
    /// Number of entries on this page.
    pub(crate) listed: usize,
    /// Number of entries on all pages.
    pub(crate) total: i64,
}

impl Position {
    /// The range of this page: `1–20`.
    pub(crate) fn range(self) -> String {
        format!("{}–{}", number(self.before() + 1), number(self.last()))
    }

    /// `Showing 1–20 of 140`.
    pub(crate) fn summary(self) -> String {
        format!("Showing {} of {}", self.range(), number(self.total))
    }

    /// The link to the previous page. `href` returns a page's URL.
    pub(crate) fn previous(self, href: impl Fn(u32) -> String) -> Option<PageLink> {
        (self.page > 1).then(|| PageLink::new("Previous", href(self.page - 1)))
    }

    /// The link to the next page.
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
