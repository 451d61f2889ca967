//! The list of service accounts.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    MAX_SEARCH, ServiceAccountStatus, scopes,
    wire::{self, ServiceAccount, ServiceAccountCounts},
};
use mintkey_service::{Paging, ServiceAccountQuery};

use super::{
    access::require_reader,
    query::Params,
    row::{AccountMenu, AccountRow},
};
use crate::{
    error::Result,
    frame::{
        Actions, ClearFilters, Column, DataTable, DialogLink, Icon, IgnoredFilters, NothingFound, Pagination, Position,
        Rows, SearchField, Section, StatusTabs, Tab, TableRegion, counted,
    },
    page::Page,
    return_to::{ReturnTo, SERVICE_ACCOUNTS},
    web::SignedIn,
};

/// Page size.
const PAGE: u32 = 20;

/// The data of the page.
pub(crate) struct List {
    params: Params,
    page: wire::ListPage<ServiceAccount>,
    counts: ServiceAccountCounts,
    organization: String,
    can_edit: bool,
    can_create_tokens: bool,
}

/// `GET /settings/service-accounts`.
pub(crate) async fn page(user: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    require_reader(&user)?;
    let list = List::load(&user, params).await?;
    Page::new("Service accounts", Section::ServiceAccounts)
        .show(&user, move || view! { <ServiceAccountsPage list/> })
        .await
}

impl List {
    pub(crate) async fn load(user: &SignedIn, params: Params) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        let query = ServiceAccountQuery {
            status: params.status.parse().ok(),
            q: Some(params.q.chars().take(MAX_SEARCH).collect()),
            paging: Paging::Page { page: params.number(), limit: PAGE },
        };
        Ok(Self {
            page: service.list_service_accounts(actor, query).await?,
            counts: service.service_account_counts(actor).await?,
            organization: service.viewer(actor).await?.organization,
            can_edit: actor.allows(scopes::SERVICE_ACCOUNTS_WRITE),
            can_create_tokens: actor.allows(scopes::TOKENS_WRITE),
            params,
        })
    }

    /// The number of accounts with any status.
    const fn total(&self) -> i64 {
        let ServiceAccountCounts { active, suspended, decommissioned } = self.counts;
        active + suspended + decommissioned
    }

    /// One tab for each status.
    fn tabs(&self) -> Vec<Tab> {
        let selected = self.params.status.parse::<ServiceAccountStatus>().map_or("", ServiceAccountStatus::as_str);
        let tab = |status: &'static str, label, count| Tab {
            label,
            count,
            href: self.params.tab(status).href(),
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

    /// The position of this page in the list.
    fn position(&self) -> Position {
        Position { page: self.params.number(), size: PAGE, listed: self.page.data.len(), total: self.page.total }
    }
}

/// The list, or an introduction if there are no accounts.
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
    let (tabs, messages) = (list.tabs(), list.params.validation_messages());
    let params = list.params.clone();
    view! {
        <header class="page-head"><div><h1>"Service accounts"</h1><p>{summary}</p></div>{new}</header>
        <StatusTabs tabs/>
        <Toolbar params/>
        <IgnoredFilters messages/>
        <Results list/>
    }
    .into_any()
}

/// Introduces service accounts. Its children are the button to create the first one.
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
fn Toolbar(params: Params) -> impl IntoView {
    let href = params.tab_only().href();
    let Params { status, q, .. } = params;
    let narrowed = !q.trim().is_empty();
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
