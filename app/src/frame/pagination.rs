//! The foot of a list: what part of it is shown, and the way to the other pages.

use leptos::prelude::*;

use super::{icon::icon, number::number};

/// The foot of page `here` (from 1) with `shown` of `total` entries; `size` fit on a page. `href` is the address of
/// another page.
pub(crate) fn pages(here: u32, size: u32, shown: usize, total: i64, href: impl Fn(u32) -> String) -> AnyView {
    let before = i64::from(here.saturating_sub(1)) * i64::from(size);
    let last = before + i64::try_from(shown).unwrap_or(0);
    let words = format!("Showing {}–{} of {}", number(before + 1), number(last), number(total));
    let previous = (here > 1).then(|| view! { <a class="btn sm" href=href(here - 1)>{icon("back")}"Previous"</a> });
    let next = (last < total).then(|| view! { <a class="btn sm" href=href(here + 1)>"Next"{icon("next")}</a> });
    let steps = (previous.is_some() || next.is_some())
        .then(|| view! { <nav class="push" aria-label="Pages">{previous}{next}</nav> });
    view! { <div class="table-foot"><span>{words}</span>{steps}</div> }.into_any()
}
