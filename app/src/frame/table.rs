//! Tables. They set ARIA roles explicitly, because the card layout's `display` values remove the implicit ones.

use leptos::prelude::*;

use super::icon::Icon;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    name: &'static str,
    /// The class that sets its width.
    class: &'static str,
    order: Order,
}

/// How a table is sorted by a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Order {
    /// Not sorted by this column.
    Unsorted,
    /// Always sorted by this column, newest first.
    NewestFirst,
    /// Sorted by this column if `direction` is set. The heading is a link that sorts by it.
    Sortable { href: String, direction: Option<Direction> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    const fn aria_sort(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

impl Column {
    /// A column with its heading, and the class that sets its width.
    pub(crate) const fn new(name: &'static str, class: &'static str) -> Self {
        Self { name, class, order: Order::Unsorted }
    }

    /// Marks the column by which the table is always sorted, newest first.
    pub(crate) fn newest_first(self) -> Self {
        Self { order: Order::NewestFirst, ..self }
    }

    /// Makes the heading a link to the list sorted by this column. `direction` is set if the list is sorted by it now.
    pub(crate) fn sortable(self, href: String, direction: Option<Direction>) -> Self {
        Self { order: Order::Sortable { href, direction }, ..self }
    }
}

/// The last column of a table, which has no visible heading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Actions {
    /// No such column.
    #[default]
    None,
    /// A menu in each row.
    Menu,
    /// A button in each row.
    Button,
}

impl Actions {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Menu => Some("col-actions"),
            Self::Button => Some("col-button"),
        }
    }
}

/// A table whose rows become cards on narrow screens. Its children are `tbody` elements, such as [`RowGroup`].
#[component]
pub(crate) fn DataTable(
    /// The caption, for screen readers.
    #[prop(into)]
    caption: String,
    /// The class that sets the column widths.
    class: &'static str,
    #[prop(into)] columns: Vec<Column>,
    #[prop(optional)] actions: Actions,
    /// The heading of a first column with check boxes.
    #[prop(default = None)]
    select: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let select = select.map(|select| view! { <th role="columnheader" class="col-select">{select}</th> });
    let headings = columns.into_iter().map(|column| view! { <Heading column/> }).collect_view();
    let actions = actions.class().map(|class| {
        view! { <th role="columnheader" class=class><span class="sr-only">"Actions"</span></th> }
    });
    view! {
        <table class=format!("table cards {class}") role="table">
            <caption class="sr-only">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{select}{headings}{actions}</tr></thead>
            {children()}
        </table>
    }
}

#[component]
fn Heading(column: Column) -> impl IntoView {
    let Column { name, class, order } = column;
    let (sort, heading) = match order {
        Order::Unsorted => (None, name.into_any()),
        Order::NewestFirst => {
            (Some("descending"), view! { <span class="sorted">{name}<Icon name="sort"/></span> }.into_any())
        }
        Order::Sortable { href, direction } => {
            let arrow = direction.map(|_| view! { <Icon name="sort"/> });
            (direction.map(Direction::aria_sort), view! { <a href=href>{name}{arrow}</a> }.into_any())
        }
    };
    view! { <th role="columnheader" scope="col" class=class aria-sort=sort>{heading}</th> }
}

/// The rows of a table without groups.
#[component]
pub(crate) fn Rows(children: Children) -> impl IntoView {
    view! { <tbody role="rowgroup">{children()}</tbody> }
}

/// Table rows below a group heading.
#[component]
pub(crate) fn RowGroup(
    #[prop(into)] heading: String,
    /// Number of columns in the table.
    columns: usize,
    children: Children,
) -> impl IntoView {
    view! {
        <tbody role="rowgroup">
            <tr class="group" role="row">
                <th role="rowheader" colspan=columns.to_string() scope="rowgroup">{heading}</th>
            </tr>
            {children()}
        </tbody>
    }
}

/// A scrollable region around a full-page table and its footer.
#[component]
pub(crate) fn TableRegion(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <div class="table-wrap" role="region" aria-label=label tabindex="0">{children()}</div> }
}
