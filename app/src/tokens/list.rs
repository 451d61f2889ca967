//! The list of tokens.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    Principal, TokenSortField, scopes,
    wire::{self, Token, TokenCounts},
};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{
    empty::{FirstToken, NoMatch},
    query::{ListQuery, PAGE},
    row::TokenRow,
    selection::{SelectAll, SelectionBar},
    toolbar::{Owners, Toolbar, tabs},
};
use crate::{
    error::Result,
    frame::{
        Actions, Column, DataTable, DialogLink, Direction, IgnoredFilters, PageLink, Pagination, Position, Rows,
        Section, StatusTabs, TableRegion, counted, number,
    },
    page::Page,
    return_to::ReturnTo,
    web::SignedIn,
};

/// The data of the list.
pub(crate) struct List {
    query: ListQuery,
    page: wire::ListPage<Token>,
    counts: TokenCounts,
    owners: Owners,
    scopes: Vec<String>,
    organization: String,
    actor: Actor,
}

/// `GET /settings/tokens`.
pub(crate) async fn page(user: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let query = ListQuery::parse(query.as_deref().unwrap_or_default());
    let list = List::load(&user, query).await?;
    Page::new("Tokens", Section::Tokens).show(&user, move || view! { <TokensPage list/> }).await
}

/// The owners in the filter, including the one that the list is filtered by.
async fn owners(user: &SignedIn, query: &ListQuery) -> Result<Owners> {
    let service = user.visitor.service();
    let (mut listed, truncated) = service.token_owners(&user.actor).await?;
    if let Ok(id) = query.owner.parse::<Uuid>()
        && !listed.iter().any(|owner| owner.id == id)
        && let Ok(owner) = service.owner(&user.actor, id).await
    {
        listed.push(owner);
    }
    Ok(Owners { listed, truncated })
}

impl List {
    pub(crate) async fn load(user: &SignedIn, query: ListQuery) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        Ok(Self {
            page: service.list_tokens(actor, query.params()).await?,
            counts: service.token_counts(actor).await?,
            owners: owners(user, &query).await?,
            scopes: service.scopes(actor).await?.into_iter().map(|scope| scope.name).collect(),
            organization: service.viewer(actor).await?.organization,
            actor: actor.clone(),
            query,
        })
    }

    /// The number of tokens, and of those that expire soon.
    fn summary(&self) -> String {
        let TokenCounts { total, expiring, .. } = self.counts;
        let soon = match expiring {
            0 => String::new(),
            1 => " 1 expires within 14 days.".to_owned(),
            n => format!(" {} expire within 14 days.", number(n)),
        };
        format!("{} in {}.{soon}", counted(total, "token", "tokens"), self.organization)
    }

    /// The columns. Sortable ones link to the sorted list.
    fn columns(&self) -> [Column; 8] {
        let sort = self.query.sort();
        let sortable = |name, class, field| {
            let direction = if sort.descending { Direction::Descending } else { Direction::Ascending };
            let href = self.query.sorted(&self.query.next_sort(field)).href();
            Column::new(name, class).sortable(href, (sort.field == field).then_some(direction))
        };
        [
            sortable("Label", "col-name", TokenSortField::Label),
            Column::new("Key", "col-key"),
            Column::new("Owner", "col-owner"),
            Column::new("Scopes", "col-scopes"),
            sortable("Last used", "col-last-used", TokenSortField::LastUsedAt),
            sortable("Expires", "col-expires", TokenSortField::ExpiresAt),
            sortable("Created", "col-created", TokenSortField::CreatedAt),
            Column::new("Status", "col-status"),
        ]
    }
}

/// The list, or an introduction if there are no tokens.
#[component]
pub(crate) fn TokensPage(list: List) -> impl IntoView {
    let can_create = list.actor.allows(scopes::TOKENS_WRITE);
    if list.counts.total == 0 {
        return view! { <FirstToken organization=list.organization can_create/> }.into_any();
    }
    let href = ReturnTo::new(list.query.href()).new_token_dialog();
    let new = can_create.then(|| view! { <DialogLink href icon="plus" label="New token" primary=true/> });
    let summary = list.summary();
    let tabs = tabs(&list.query, list.counts);
    view! {
        <header class="page-head"><div><h1>"Tokens"</h1><p>{summary}</p></div>{new}</header>
        <StatusTabs id="tabs" tabs/>
        <Toolbar query=list.query.clone() owners=list.owners.clone() scopes=list.scopes.clone()/>
        // The `LiveFilter` island replaces this content.
        <div id="results"><Results list/></div>
    }
    .into_any()
}

#[component]
fn Results(list: List) -> impl IntoView {
    let ignored = view! { <IgnoredFilters messages=list.query.validation_messages()/> };
    if list.page.data.is_empty() {
        return view! { {ignored}<NoMatch query=list.query/> }.into_any();
    }
    let caption = format!("Tokens of {}", list.organization);
    let columns = list.columns();
    let List { query, page, actor, .. } = list;
    let foot = view! { <Foot query=query.clone() listed=page.data.len() total=page.total capped=page.total_capped/> };
    let me = actor.principal().map_or(Uuid::nil(), Principal::id);
    let return_to = ReturnTo::new(query.href());
    let row = |token| view! { <TokenRow token actor=actor.clone() me return_to=return_to.clone()/> };
    let rows = page.data.into_iter().map(row).collect_view();
    let can_select = actor.allows(scopes::TOKENS_WRITE);
    let select = can_select.then(|| view! { <SelectAll/> }.into_any());
    let bar = can_select.then(|| view! { <SelectionBar return_to/> });
    view! {
        {ignored}
        <div class="selectable">
            <TableRegion label=caption.clone()>
                <DataTable caption class="tokens" columns actions=Actions::Menu select>
                    <Rows>{rows}</Rows>
                </DataTable>
                {foot}
            </TableRegion>
            {bar}
        </div>
    }
    .into_any()
}

/// The footer of the list. A capped count has a next page even on its last counted page.
#[component]
fn Foot(
    query: ListQuery,
    /// Number of tokens on this page.
    listed: usize,
    /// Number of tokens on all pages, up to the cap.
    total: i64,
    /// Whether the count is capped.
    capped: bool,
) -> impl IntoView {
    let page = query.number();
    let pages = (total + i64::from(PAGE) - 1) / i64::from(PAGE);
    let more = if capped { "+" } else { "" };
    let range = Position { page, size: PAGE, listed, total }.range();
    let count = format!("{}{more}", number(total));
    let noun = if total == 1 { " token" } else { " tokens" };
    let href = |page| query.at_page(page).href();
    let (previous, next, position) = if pages > 1 {
        let previous = (page > 1).then(|| href(page - 1));
        let next = (i64::from(page) < pages || capped).then(|| href(page.saturating_add(1)));
        let position = format!("Page {} of {}{more}", number(page.into()), number(pages));
        (Some(PageLink::or_disabled("Previous", previous)), Some(PageLink::or_disabled("Next", next)), position)
    } else {
        (None, None, String::new())
    };
    view! { <Pagination previous next position>"Showing "<b>{range}</b>" of "<b>{count}</b>{noun}</Pagination> }
}
