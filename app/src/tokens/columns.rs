//! The head and the foot of the list: its columns, by which it is sorted, and its pages.

use leptos::prelude::*;
use mintkey_domain::{
    TokenSortField,
    wire::{Page, Token},
};

use super::query::{ListQuery, PAGE};
use crate::frame::{icon, number};

/// The names of the columns; some are links that sort.
pub(super) fn head(query: &ListQuery) -> impl IntoView + use<> {
    view! {
        <thead role="rowgroup">
            <tr role="row">
                {sortable(query, TokenSortField::Label, "Label", "col-name")}
                <th role="columnheader" scope="col" class="col-key">"Key"</th>
                <th role="columnheader" scope="col" class="col-owner">"Owner"</th>
                <th role="columnheader" scope="col" class="col-scopes">"Scopes"</th>
                {sortable(query, TokenSortField::LastUsedAt, "Last used", "col-last-used")}
                {sortable(query, TokenSortField::ExpiresAt, "Expires", "col-expires")}
                {sortable(query, TokenSortField::CreatedAt, "Created", "col-created")}
                <th role="columnheader" scope="col" class="col-status">"Status"</th>
                <th role="columnheader" class="col-actions"><span class="sr-only">"Actions"</span></th>
            </tr>
        </thead>
    }
}

fn sortable(
    query: &ListQuery,
    field: TokenSortField,
    words: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    let now = query.sort();
    let sorted = (now.field == field).then_some(if now.descending { "descending" } else { "ascending" });
    let href = query.sorted(&query.next_sort(field)).href();
    let arrow = sorted.map(|_| icon("sort"));
    view! { <th role="columnheader" scope="col" class=class aria-sort=sorted><a href=href>{words}{arrow}</a></th> }
}

/// What part of the list is shown, and the way to the others.
pub(super) fn foot(query: &ListQuery, page: &Page<Token>) -> impl IntoView + use<> {
    let here = i64::from(query.number());
    let size = i64::from(PAGE);
    let first = (here - 1) * size + 1;
    let last = first + i64::try_from(page.data.len()).unwrap_or(size) - 1;
    let range = format!("{}–{}", number(first), number(last));
    let noun = if page.total == 1 { " token" } else { " tokens" };
    let pages = (page.total + size - 1) / size;
    let more = if page.total_capped { "+" } else { "" };
    let step = |label: &'static str, to: i64, possible: bool| {
        let href = u32::try_from(to).ok().filter(|_| possible).map(|to| query.at_page(to).href());
        let back = label == "Previous";
        let words = view! { {back.then(|| icon("back"))}{label}{(!back).then(|| icon("next"))} };
        match href {
            Some(href) => view! { <a class="btn sm" href=href>{words}</a> }.into_any(),
            None => view! { <span class="btn sm ghost" aria-disabled="true">{words}</span> }.into_any(),
        }
    };
    let steps = (pages > 1).then(|| {
        view! {
            <nav class="push" aria-label="Pages">
                {step("Previous", here - 1, here > 1)}
                <span class="num">{format!("Page {} of {}{more}", number(here), number(pages))}</span>
                {step("Next", here + 1, here < pages || page.total_capped)}
            </nav>
        }
    });
    view! {
        <div class="table-foot">
            <span>"Showing "<b>{range}</b>" of "<b>{format!("{}{more}", number(page.total))}</b>{noun}</span>
            {steps}
        </div>
    }
}
