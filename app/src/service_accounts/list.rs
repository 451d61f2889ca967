//! The list of service accounts.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    MAX_SEARCH, ServiceAccountStatus, own,
    wire::{Page, ServiceAccount, ServiceAccountCounts},
};
use mintkey_service::{Paging, ServiceAccountQuery};
use serde::{Deserialize, Serialize};

use super::require_reader;
use crate::{
    error::Result,
    frame::{
        Column, Section, ago, clear, columns_and_actions, counted, icon, ignored_filters, nothing_found, number, pages,
        role_name,
    },
    return_to::{ReturnTo, SERVICE_ACCOUNTS},
    web::{NAMED_TWICE, Screen, SignedIn, mistakes},
};

/// Accounts on one page.
const PAGE: u32 = 20;

const COLUMNS: &[Column] = &[
    ("Name", "col-name"),
    ("Role", "col-role"),
    ("Allowed scopes", "col-scopes"),
    ("Tokens", "col-tokens"),
    ("Created", "col-created"),
    ("Status", "col-status"),
];

/// What the address of the list says. What it says wrongly narrows nothing, since people edit addresses; the page says so.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Params {
    #[serde(skip_serializing_if = "String::is_empty")]
    status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    page: String,
    /// The address couldn't be read at all: it names something twice.
    #[serde(skip)]
    is_unreadable: bool,
}

/// What the page shows.
pub(crate) struct List {
    params: Params,
    page: Page<ServiceAccount>,
    counts: ServiceAccountCounts,
    organization: String,
    can_edit: bool,
    can_create_tokens: bool,
}

/// `GET /settings/service-accounts`.
pub(crate) async fn page(person: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    require_reader(&person.actor)?;
    let list = List::load(&person, params).await?;
    Screen::new("Service accounts", Section::ServiceAccounts).show(&person, move || (list.view(), None)).await
}

impl Params {
    pub(crate) fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_else(|_| Self { is_unreadable: true, ..Self::default() })
    }

    /// What of it is ignored because it can't be read, each in a sentence that says what was expected.
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

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let ServiceAccountCounts { active, suspended, decommissioned } = self.counts;
        let total = active + suspended + decommissioned;
        let new = self.can_edit.then(|| {
            view! {
                <a class="btn primary" href="/settings/service-accounts/new" aria-haspopup="dialog">
                    {icon("plus")}"New service account"
                </a>
            }
        });
        if total == 0 {
            return view! {
                <header class="page-head">
                    <div><h1>"Service accounts"</h1><p>{format!("None yet in {}.", self.organization)}</p></div>
                </header>
                <section class="card empty slim" aria-labelledby="first">
                    {icon("bot")}
                    <h2 id="first">"Give each machine an identity of its own"</h2>
                    <p>
                        "A device, an agent or a pipeline as a service account keeps its tokens when people come and go, "
                        "and can be suspended as a whole."
                    </p>
                    {new}
                </section>
            }
            .into_any();
        }
        let summary = format!("{} in {}.", counted(total, "service account", "service accounts"), self.organization);
        let tabs = self.tabs(total).into_any();
        let q = self.params.q.clone();
        let status = (!self.params.status.is_empty())
            .then(|| view! { <input type="hidden" name="status" value=self.params.status.clone()/> });
        let ignored = ignored_filters(self.params.mistakes());
        let unsearched = Params { status: self.params.status.clone(), ..Params::default() };
        let clear = clear(&unsearched.href(), !self.params.q.trim().is_empty());
        let results = self.results();
        view! {
            <header class="page-head"><div><h1>"Service accounts"</h1><p>{summary}</p></div>{new}</header>
            {tabs}
            <form class="toolbar" role="search" method="get" action=SERVICE_ACCOUNTS>
                {status}
                <div class="search">
                    {icon("search")}
                    <label class="sr-only" for="q">"Search service accounts"</label>
                    <input class="input" id="q" name="q" type="search" value=q maxlength="200" placeholder="Search name or description"/>
                </div>
                <div class="apply"><button class="btn ghost">"Apply"</button>{clear}</div>
            </form>
            {ignored}
            {results}
        }
        .into_any()
    }

    fn tabs(&self, total: i64) -> impl IntoView + use<> {
        let tabs = [
            ("", "All", total),
            (ServiceAccountStatus::Active.as_str(), "Active", self.counts.active),
            (ServiceAccountStatus::Suspended.as_str(), "Suspended", self.counts.suspended),
            (ServiceAccountStatus::Decommissioned.as_str(), "Decommissioned", self.counts.decommissioned),
        ];
        let shown = self.params.status.parse::<ServiceAccountStatus>().map_or("", ServiceAccountStatus::as_str);
        let tabs = tabs.map(|(status, words, count)| {
            let href = Params { status: status.to_owned(), page: String::new(), ..self.params.clone() }.href();
            let current = (status == shown).then_some("page");
            view! { <a href=href aria-current=current>{words}" "<span class="num">{number(count)}</span></a> }
        });
        view! { <nav class="tabs" aria-label="Status">{tabs.collect_view()}</nav> }
    }

    fn results(self) -> AnyView {
        if self.page.data.is_empty() {
            return nothing_found("No service account matches.", SERVICE_ACCOUNTS.to_owned(), "Show all").into_any();
        }
        let (here, shown) = (self.params.number(), self.page.data.len());
        let foot = pages(here, PAGE, shown, self.page.total, |page| self.params.at_page(page));
        let return_to = ReturnTo::new(self.params.href());
        let row = |account| row(account, self.can_edit, self.can_create_tokens, &return_to);
        let rows = self.page.data.into_iter().map(row).collect_view();
        view! {
            <div class="table-wrap" role="region" aria-label="Service accounts" tabindex="0">
                <table class="table cards accounts" role="table">
                    <caption class="sr-only">"Service accounts"</caption>
                    {columns_and_actions(COLUMNS)}
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
                {foot}
            </div>
        }
        .into_any()
    }
}

fn row(account: ServiceAccount, can_edit: bool, can_create_tokens: bool, return_to: &ReturnTo) -> AnyView {
    let spent = account.status == ServiceAccountStatus::Decommissioned;
    let tokens = format!("/settings/tokens?owner={}", account.id);
    let menu = menu(&account, can_edit, can_create_tokens, return_to);
    let held = match account.allowed_scopes {
        None => view! { "All its role allows" }.into_any(),
        Some(scopes) if scopes.is_empty() => view! { "None (unreadable)" }.into_any(),
        Some(scopes) => {
            let few = scopes
                .iter()
                .take(2)
                .map(|scope| view! { <span class="chip" title=scope.clone()>{scope.clone()}</span> });
            let few = few.collect_view();
            let rest = scopes.len().saturating_sub(2);
            let all = scopes.join(", ");
            let more = (rest > 0).then(|| view! { <span class="chip plus" title=all>{format!("+{rest}")}</span> });
            view! { <div class="chips">{few}{more}</div> }.into_any()
        }
    };
    view! {
        <tr role="row" class:spent=spent>
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=format!("{SERVICE_ACCOUNTS}/{}", account.id) title=account.name.clone()>{account.name.clone()}</a>
                {account.description.map(|text| {
                    let line = text.lines().next().unwrap_or_default().to_owned();
                    view! { <small title=text>{line}</small> }
                })}
            </th>
            <td role="cell" class="col-role" data-label="Role">{role_name(account.role)}</td>
            <td role="cell" class="col-scopes" data-label="Allowed scopes">{held}</td>
            <td role="cell" class="col-tokens" data-label="Tokens"><a class="link" href=tokens>{counted(account.tokens, "token", "tokens")}</a></td>
            <td role="cell" class="col-created" data-label="Created"><div>{ago(account.created_at)}</div></td>
            <td role="cell" class="col-status">{badge(account.status)}</td>
            <td role="cell" class="col-actions">{menu}</td>
        </tr>
    }
    .into_any()
}

fn menu(account: &ServiceAccount, can_edit: bool, can_create_tokens: bool, return_to: &ReturnTo) -> Option<AnyView> {
    let (id, status) = (account.id, account.status);
    if !can_edit || status == ServiceAccountStatus::Decommissioned {
        return None;
    }
    let target = format!("menu-{id}");
    let active = status == ServiceAccountStatus::Active;
    let new_token = (active && can_create_tokens).then(|| {
        let href = format!("/settings/tokens/new?owner={id}");
        view! { <a href=href aria-haspopup="dialog">{icon("key")}"New token"</a> }
    });
    let (name, sign, words) = if active { ("suspend", "lock", "Suspend") } else { ("activate", "ok", "Activate") };
    Some(
        view! {
            <button
                class="icon-btn" type="button" popovertarget=target.clone()
                aria-label=format!("Actions for {}", account.name)
            >
                {icon("dots")}
            </button>
            <div class="menu" id=target popover>
                {new_token}
                <a href=return_to.service_account_dialog(id, "edit") aria-haspopup="dialog">{icon("pencil")}"Edit"</a>
                <a href=return_to.service_account_dialog(id, name) aria-haspopup="dialog">{icon(sign)}{words}</a>
                <hr/>
                <a class="danger" href=return_to.service_account_dialog(id, "decommission") aria-haspopup="dialog">
                    {icon("ban")}"Decommission"
                </a>
            </div>
        }
        .into_any(),
    )
}

/// The status.
pub(super) fn badge(status: ServiceAccountStatus) -> impl IntoView {
    let (class, name, word) = match status {
        ServiceAccountStatus::Active => ("badge success", "ok", "Active"),
        ServiceAccountStatus::Suspended => ("badge warning", "lock", "Suspended"),
        ServiceAccountStatus::Decommissioned => ("badge danger", "ban", "Decommissioned"),
    };
    view! { <span class=class>{icon(name)}{word}</span> }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn what_of_an_address_is_ignored_is_told() {
        assert_eq!(Params::parse("status=retired&page=0").mistakes().len(), 2);
        assert_eq!(Params::parse("q=a&q=b").mistakes().len(), 1);
        assert_eq!(Params::parse("status=suspended&page=2&q=hall").mistakes(), [""; 0]);
    }
}
