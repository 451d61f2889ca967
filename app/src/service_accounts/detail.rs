//! The page of one service account: what it may do, who manages it, its tokens, what happened to it.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    ServiceAccountId, ServiceAccountStatus, TokenSort, TokenSortField, own,
    wire::{AuditEvent, Page, ServiceAccount, Token},
};
use mintkey_service::{Paging, TokenQuery};

use super::{account_id, list::badge, require_reader};
use crate::{
    audit,
    error::Result,
    frame::{Section, ago, danger, icon, number, role_name},
    return_to::{ReturnTo, SERVICE_ACCOUNTS},
    tokens,
    web::{Screen, SignedIn, encode},
    words::date,
};

/// Tokens that the page shows; the list of tokens has the others.
const TOKENS: u32 = 10;

/// What the page shows.
pub(crate) struct Detail {
    account: ServiceAccount,
    /// `None` if the visitor may not see tokens.
    tokens: Option<Page<Token>>,
    /// The newest events about it and by it; `None` if the visitor may not read the audit log.
    events: Option<Vec<AuditEvent>>,
    can_edit: bool,
    mints: bool,
}

/// `GET /settings/service-accounts/{id}`.
pub(super) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    require_reader(&person.actor)?;
    let detail = Detail::load(&person, account_id(&id)?).await?;
    let title = detail.account.name.clone();
    Screen::new(title, Section::ServiceAccounts).show(&person, move || (detail.view(), None)).await
}

impl Detail {
    /// Reads it.
    pub(crate) async fn load(person: &SignedIn, id: ServiceAccountId) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let account = service.service_account(actor, id).await?;
        let tokens = if actor.allows(own::TOKENS_READ) {
            let query = TokenQuery {
                owner_id: Some(id.uuid()),
                sort: TokenSort { field: TokenSortField::CreatedAt, descending: true },
                paging: Paging::Page { page: 1, limit: TOKENS },
                ..TokenQuery::default()
            };
            Some(service.list_tokens(actor, query).await?)
        } else {
            None
        };
        let events = audit::recent_events(person, id.uuid()).await?;
        let (can_edit, mints) = (actor.allows(own::SERVICE_ACCOUNTS_WRITE), actor.allows(own::TOKENS_WRITE));
        Ok(Self { account, tokens, events, can_edit, mints })
    }

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let Self { account, tokens, events, can_edit, mints } = self;
        let id = account.id.uuid();
        let head = head(&account, can_edit, mints).into_any();
        let damage = is_unreadable(&account).then(|| {
            danger("The stored scopes can't be read, so the account may do nothing. Edit it to replace them.")
        });
        let facts = facts(&account).into_any();
        let tokens = tokens.map(|tokens| owned(&account, tokens, mints));
        let events = events.map(|events| audit::recent(events, id));
        let scopes = scopes(&account).into_any();
        let managers = managers(&account).into_any();
        view! {
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href=SERVICE_ACCOUNTS>"Service accounts"</a>{icon("next")}
                <span aria-current="page">{account.name.clone()}</span>
            </nav>
            {head}
            {damage}
            {facts}
            <div class="cols"><div>{tokens}{events}</div><div>{scopes}{managers}</div></div>
        }
        .into_any()
    }
}

/// Whether the account is restricted to scopes of which none can be read.
fn is_unreadable(account: &ServiceAccount) -> bool {
    account.allowed_scopes.as_ref().is_some_and(Vec::is_empty)
}

fn head(account: &ServiceAccount, can_edit: bool, mints: bool) -> impl IntoView + use<> {
    let (return_to, id) = (ReturnTo::service_account(account.id), account.id);
    let button = |shown: bool, name: &'static str, sign: &'static str, words: &'static str| {
        let href = return_to.service_account_dialog(id, name);
        shown.then(|| view! { <a class="btn" href=href aria-haspopup="dialog">{icon(sign)}{words}</a> })
    };
    let status = account.status;
    let kept = can_edit && status != ServiceAccountStatus::Decommissioned;
    let menu = kept.then(|| {
        let href = return_to.service_account_dialog(id, "decommission");
        view! {
            <button class="btn" type="button" popovertarget="more" aria-label="More actions">{icon("dots")}</button>
            <div class="menu" id="more" popover>
                <a class="danger" href=href aria-haspopup="dialog">{icon("ban")}"Decommission"</a>
            </div>
        }
    });
    let new = mints && status == ServiceAccountStatus::Active;
    let new = new.then(|| {
        let href = href_of_new_token(id);
        view! { <a class="btn primary" href=href aria-haspopup="dialog">{icon("plus")}"New token"</a> }
    });
    view! {
        <header class="page-head">
            <div>
                <div class="acts"><h1>{account.name.clone()}</h1>{badge(status)}</div>
                {account.description.clone().map(|text| view! { <p class="lines">{text}</p> })}
            </div>
            <div class="acts">
                {button(kept, "edit", "pencil", "Edit")}
                {button(kept && status == ServiceAccountStatus::Active, "suspend", "lock", "Suspend")}
                {button(kept && status == ServiceAccountStatus::Suspended, "activate", "ok", "Activate")}
                {menu}
                {new}
            </div>
        </header>
    }
}

/// The dialog for a new token of this account, which leads back to the account's page.
fn href_of_new_token(id: ServiceAccountId) -> String {
    format!("/settings/tokens/new?owner={id}&back={}", encode(&ReturnTo::service_account(id).href()))
}

fn facts(account: &ServiceAccount) -> impl IntoView + use<> {
    let tokens = format!("{} not invalidated", number(account.tokens));
    let changed = account.updated_at;
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div class="span-2"><dt>"Service account ID"</dt><dd class="mono">{account.id.to_string()}</dd></div>
                <div><dt>"Role"</dt><dd>{role_name(account.role)}</dd></div>
                <div><dt>"Tokens"</dt><dd>{tokens}</dd></div>
                <div class="span-2">
                    <dt>"Created"</dt><dd>{ago(account.created_at)}" by "{account.created_by.name.clone()}</dd>
                </div>
                <div class="span-2"><dt>"Last changed"</dt><dd>{ago(changed)}", "{date(changed.millis())}</dd></div>
            </dl>
        </section>
    }
}

fn owned(account: &ServiceAccount, page: Page<Token>, mints: bool) -> AnyView {
    let (id, total) = (account.id, page.total);
    let shown = i64::try_from(page.data.len()).unwrap_or(total);
    let all = (total > shown).then(|| {
        let href = format!("/settings/tokens?owner={id}");
        let capped = if page.total_capped { "+" } else { "" };
        view! { <a class="link small push" href=href>{format!("All {}{capped} tokens", number(total))}</a> }
    });
    let table = if page.data.is_empty() {
        let active = account.status == ServiceAccountStatus::Active;
        let words = if mints && active { "None yet. Give it a token." } else { "None." };
        view! { <div class="in"><p class="muted">{words}</p></div> }.into_any()
    } else {
        tokens::brief(page.data)
    };
    view! {
        <section class="card" aria-labelledby="tokens-h"><header><h2 id="tokens-h">"Tokens"</h2>{all}</header>{table}</section>
    }
    .into_any()
}

fn scopes(account: &ServiceAccount) -> impl IntoView + use<> {
    let (words, items) = match &account.allowed_scopes {
        None => (Some("All scopes of its role."), None),
        Some(scopes) if scopes.is_empty() => (Some("None can be read."), None),
        Some(scopes) => {
            let items = scopes.iter().cloned().map(|scope| view! { <li>{icon("check")}<code>{scope}</code></li> });
            (None, Some(view! { <ul class="checklist" role="list">{items.collect_view()}</ul> }))
        }
    };
    view! {
        <section class="card" aria-labelledby="scopes-h">
            <header><h2 id="scopes-h">"Allowed scopes"</h2></header>
            <div class="in">{words.map(|words| view! { <p class="muted">{words}</p> })}{items}</div>
        </section>
    }
}

fn managers(account: &ServiceAccount) -> impl IntoView + use<> {
    let items = account.members.iter().map(|member| {
        let name = member.name.clone();
        view! { <li>{icon("user")}<span class="whole">{name}</span></li> }
    });
    let items = items.collect_view();
    let words = if account.members.is_empty() {
        "Administrators only."
    } else {
        "They create, edit and rotate its tokens, as administrators do."
    };
    view! {
        <section class="card" aria-labelledby="managers-h">
            <header><h2 id="managers-h">"Managed by"</h2></header>
            <div class="in"><ul class="checklist" role="list">{items}</ul><p class="muted">{words}</p></div>
        </section>
    }
}
