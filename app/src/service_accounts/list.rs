//! The list of service accounts.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    MAX_SEARCH, ServiceAccountId, ServiceAccountStatus, own,
    wire::{self, ServiceAccount, ServiceAccountCounts},
};
use mintkey_service::{Paging, ServiceAccountQuery};
use serde::{Deserialize, Serialize};

use super::{access::require_reader, status_badge::StatusBadge};
use crate::{
    error::Result,
    frame::{
        Actions, ClearFilters, Column, DataTable, DialogLink, Icon, IgnoredFilters, MenuItem, NothingFound, Pagination,
        Position, RelativeTime, RowMenu, Rows, SearchField, Section, StatusTabs, Tab, TableRegion, Tone, counted,
        role_name,
    },
    page::Page,
    return_to::{ReturnTo, SERVICE_ACCOUNTS},
    web::{NAMED_TWICE, SignedIn, mistakes},
};

/// Accounts on one page.
const PAGE: u32 = 20;

/// The parameters of the list. What is wrong with them is ignored, since people edit addresses; the page says so.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Params {
    #[serde(skip_serializing_if = "String::is_empty")]
    status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    page: String,
    /// Whether nothing could be read, because a parameter is there twice.
    #[serde(skip)]
    is_unreadable: bool,
}

/// What the page shows.
pub(crate) struct List {
    params: Params,
    page: wire::Page<ServiceAccount>,
    counts: ServiceAccountCounts,
    organization: String,
    can_edit: bool,
    can_create_tokens: bool,
}

/// `GET /settings/service-accounts`.
pub(crate) async fn page(person: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    require_reader(&person)?;
    let list = List::load(&person, params).await?;
    Page::new("Service accounts", Section::ServiceAccounts)
        .show(&person, move || view! { <ServiceAccountsPage list/> })
        .await
}

impl Params {
    pub(crate) fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_else(|_| Self { is_unreadable: true, ..Self::default() })
    }

    /// What is ignored because it can't be read: for each a sentence that says what was expected.
    fn mistakes(&self) -> Vec<&'static str> {
        let status = self.status.is_empty() || self.status.parse::<ServiceAccountStatus>().is_ok();
        let page = self.page.is_empty() || self.page.parse::<u32>().is_ok_and(|page| page > 0);
        mistakes([
            (self.is_unreadable, NAMED_TWICE),
            (!status, "The status was ignored: it is active, suspended or decommissioned."),
            (!page, "The page was ignored: it is a number from 1."),
            (self.q.chars().count() > MAX_SEARCH, "The search was shortened: it takes 200 characters."),
        ])
    }

    fn href(&self) -> String {
        match serde_urlencoded::to_string(self) {
            Ok(query) if !query.is_empty() => format!("{SERVICE_ACCOUNTS}?{query}"),
            _ => SERVICE_ACCOUNTS.to_owned(),
        }
    }

    fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).max(1)
    }

    fn at_page(&self, page: u32) -> String {
        Self { page: page.to_string(), ..self.clone() }.href()
    }
}

impl List {
    /// Reads it.
    pub(crate) async fn load(person: &SignedIn, params: Params) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let query = ServiceAccountQuery {
            status: params.status.parse().ok(),
            q: Some(params.q.chars().take(MAX_SEARCH).collect()),
            paging: Paging::Page { page: params.number(), limit: PAGE },
        };
        Ok(Self {
            page: service.list_service_accounts(actor, query).await?,
            counts: service.service_account_counts(actor).await?,
            organization: service.viewer(actor).await?.organization,
            can_edit: actor.allows(own::SERVICE_ACCOUNTS_WRITE),
            can_create_tokens: actor.allows(own::TOKENS_WRITE),
            params,
        })
    }

    /// The number of accounts of any status.
    const fn total(&self) -> i64 {
        let ServiceAccountCounts { active, suspended, decommissioned } = self.counts;
        active + suspended + decommissioned
    }

    /// A tab for each status.
    fn tabs(&self) -> Vec<Tab> {
        let selected = self.params.status.parse::<ServiceAccountStatus>().map_or("", ServiceAccountStatus::as_str);
        let tab = |status: &'static str, label, count| Tab {
            label,
            count,
            href: Params { status: status.to_owned(), page: String::new(), ..self.params.clone() }.href(),
            current: status == selected,
        };
        let ServiceAccountCounts { active, suspended, decommissioned } = self.counts;
        vec![
            tab("", "All", self.total()),
            tab(ServiceAccountStatus::Active.as_str(), "Active", active),
            tab(ServiceAccountStatus::Suspended.as_str(), "Suspended", suspended),
            tab(ServiceAccountStatus::Decommissioned.as_str(), "Decommissioned", decommissioned),
        ]
    }

    /// The place of this page in the list.
    fn position(&self) -> Position {
        Position { page: self.params.number(), size: PAGE, listed: self.page.data.len(), total: self.page.total }
    }
}

/// The page: the list, or what service accounts are for if there is none yet.
#[component]
pub(crate) fn ServiceAccountsPage(list: List) -> impl IntoView {
    let total = list.total();
    let new = list.can_edit.then(|| {
        let href = "/settings/service-accounts/new";
        view! { <DialogLink href icon="plus" label="New service account" primary=true/> }
    });
    if total == 0 {
        return view! { <NoneYet organization=list.organization>{new}</NoneYet> }.into_any();
    }
    let summary = format!("{} in {}.", counted(total, "service account", "service accounts"), list.organization);
    let (tabs, mistakes) = (list.tabs(), list.params.mistakes());
    let Params { status, q, .. } = list.params.clone();
    view! {
        <header class="page-head"><div><h1>"Service accounts"</h1><p>{summary}</p></div>{new}</header>
        <StatusTabs tabs/>
        <Toolbar status q/>
        <IgnoredFilters mistakes/>
        <Results list/>
    }
    .into_any()
}

/// Says what service accounts are for. Its children are the button for the first one.
#[component]
fn NoneYet(organization: String, children: Children) -> impl IntoView {
    view! {
        <header class="page-head">
            <div><h1>"Service accounts"</h1><p>{format!("None yet in {organization}.")}</p></div>
        </header>
        <section class="card empty slim" aria-labelledby="first">
            <Icon name="bot"/>
            <h2 id="first">"Give each machine an identity of its own"</h2>
            <p>
                "A device, an agent or a pipeline as a service account keeps its tokens when people come and go, "
                "and can be suspended as a whole."
            </p>
            {children()}
        </section>
    }
}

#[component]
fn Toolbar(status: String, q: String) -> impl IntoView {
    let narrowed = !q.trim().is_empty();
    let href = Params { status: status.clone(), ..Params::default() }.href();
    let status = (!status.is_empty()).then(|| view! { <input type="hidden" name="status" value=status/> });
    view! {
        <form class="toolbar" role="search" method="get" action=SERVICE_ACCOUNTS>
            {status}
            <SearchField label="Search service accounts" placeholder="Search name or description" value=q/>
            <div class="apply"><button class="btn ghost">"Apply"</button><ClearFilters href narrowed/></div>
        </form>
    }
}

#[component]
fn Results(list: List) -> impl IntoView {
    if list.page.data.is_empty() {
        let message = "No service account matches.";
        return view! { <NothingFound message href=SERVICE_ACCOUNTS action="Show all"/> }.into_any();
    }
    let columns = [
        Column::new("Name", "col-name"),
        Column::new("Role", "col-role"),
        Column::new("Allowed scopes", "col-scopes"),
        Column::new("Tokens", "col-tokens"),
        Column::new("Created", "col-created"),
        Column::new("Status", "col-status"),
    ];
    let position = list.position();
    let List { params, page, can_edit, can_create_tokens, .. } = list;
    let href = |page| params.at_page(page);
    let (previous, next) = (position.previous(href), position.next(href));
    let return_to = ReturnTo::new(params.href());
    let rows = page.data.into_iter().map(|account| {
        let menu = (can_edit && account.status != ServiceAccountStatus::Decommissioned).then(|| {
            let ServiceAccount { id, name, status, .. } = account.clone();
            view! { <AccountMenu id name status can_create_tokens return_to=return_to.clone()/> }
        });
        view! { <AccountRow account>{menu}</AccountRow> }
    });
    let rows = rows.collect_view();
    view! {
        <TableRegion label="Service accounts">
            <DataTable caption="Service accounts" class="accounts" columns actions=Actions::Menu>
                <Rows>{rows}</Rows>
            </DataTable>
            <Pagination previous next>{position.summary()}</Pagination>
        </TableRegion>
    }
    .into_any()
}

/// A row of the list. Its children are its menu.
#[component]
fn AccountRow(account: ServiceAccount, children: Children) -> impl IntoView {
    let ServiceAccount { id, name, description, role, allowed_scopes, tokens, created_at, status, .. } = account;
    let is_over = status == ServiceAccountStatus::Decommissioned;
    let description = description.map(|text| {
        let line = text.lines().next().unwrap_or_default().to_owned();
        view! { <small title=text>{line}</small> }
    });
    view! {
        <tr role="row" class:spent=is_over>
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=format!("{SERVICE_ACCOUNTS}/{id}") title=name.clone()>{name.clone()}</a>
                {description}
            </th>
            <td role="cell" class="col-role" data-label="Role">{role_name(role)}</td>
            <td role="cell" class="col-scopes" data-label="Allowed scopes"><AllowedScopes scopes=allowed_scopes/></td>
            <td role="cell" class="col-tokens" data-label="Tokens">
                <a class="link" href=format!("/settings/tokens?owner={id}")>{counted(tokens, "token", "tokens")}</a>
            </td>
            <td role="cell" class="col-created" data-label="Created"><div><RelativeTime at=created_at/></div></td>
            <td role="cell" class="col-status"><StatusBadge status/></td>
            <td role="cell" class="col-actions">{children()}</td>
        </tr>
    }
}

/// The first of the scopes, and how many others there are.
#[component]
fn AllowedScopes(
    /// `None` for all that the role allows.
    scopes: Option<Vec<String>>,
) -> impl IntoView {
    const LISTED: usize = 2;
    let Some(scopes) = scopes else { return "All its role allows".into_any() };
    if scopes.is_empty() {
        return "None (unreadable)".into_any();
    }
    let others = scopes.len().saturating_sub(LISTED);
    let all = scopes.join(", ");
    let others = (others > 0).then(|| view! { <span class="chip plus" title=all>{format!("+{others}")}</span> });
    let listed = scopes.into_iter().take(LISTED).map(|scope| {
        view! { <span class="chip" title=scope.clone()>{scope.clone()}</span> }
    });
    view! { <div class="chips">{listed.collect_view()}{others}</div> }.into_any()
}

#[component]
fn AccountMenu(
    id: ServiceAccountId,
    name: String,
    status: ServiceAccountStatus,
    can_create_tokens: bool,
    return_to: ReturnTo,
) -> impl IntoView {
    let is_active = status == ServiceAccountStatus::Active;
    let new_token = (is_active && can_create_tokens).then(|| {
        view! { <MenuItem href=format!("/settings/tokens/new?owner={id}") icon="key" label="New token"/> }
    });
    let (dialog, icon, label) = if is_active { ("suspend", "lock", "Suspend") } else { ("activate", "ok", "Activate") };
    let href = move |dialog: &str| return_to.service_account_dialog(id, dialog);
    view! {
        <RowMenu of=id.to_string() label=format!("Actions for {name}")>
            {new_token}
            <MenuItem href=href("edit") icon="pencil" label="Edit"/>
            <MenuItem href=href(dialog) icon label/>
            <hr/>
            <MenuItem href=href("decommission") icon="ban" label="Decommission" tone=Tone::Danger/>
        </RowMenu>
    }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn what_is_ignored_of_an_address_is_reported() {
        assert_eq!(Params::parse("status=retired&page=0").mistakes().len(), 2);
        assert_eq!(Params::parse("q=a&q=b").mistakes().len(), 1);
        assert_eq!(Params::parse("status=suspended&page=2&q=hall").mistakes(), [""; 0]);
    }
}
