//! The page of one service account: its scopes, managers, tokens and newest events.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    ServiceAccountId, ServiceAccountStatus, TokenSort, TokenSortField, scopes,
    wire::{self, AuditEvent, PrincipalName, ServiceAccount, Token},
};
use mintkey_service::{Paging, TokenQuery};

use super::{
    access::{is_unreadable, require_reader},
    status_badge::StatusBadge,
};
use crate::{
    audit::{self, RecentEvents},
    error::Result,
    frame::{
        Breadcrumb, Card, DialogLink, Icon, MenuItem, Note, PageMenu, RelativeTime, Section, Tone, number, role_name,
    },
    page::Page,
    return_to::{ReturnTo, SERVICE_ACCOUNTS},
    time_format::date,
    tokens::owned::OwnedTokens,
    web::{SignedIn, encode, parse_id},
};

/// Maximum number of tokens on the page.
const TOKENS: u32 = 10;

/// The data of the page.
pub(crate) struct Detail {
    account: ServiceAccount,
    /// `None` if the user can't see tokens.
    tokens: Option<wire::ListPage<Token>>,
    /// The newest events about and by the account; `None` if the user can't read the audit log.
    events: Option<Vec<AuditEvent>>,
    can_edit: bool,
    can_create_tokens: bool,
}

/// `GET /settings/service-accounts/{id}`.
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    require_reader(&user)?;
    let detail = Detail::load(&user, parse_id(&id)?).await?;
    let title = detail.account.name.clone();
    Page::new(title, Section::ServiceAccounts).show(&user, move || view! { <ServiceAccountPage detail/> }).await
}

impl Detail {
    pub(crate) async fn load(user: &SignedIn, id: ServiceAccountId) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        let account = service.service_account(actor, id).await?;
        let tokens = if actor.allows(scopes::TOKENS_READ) {
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
        let events = audit::recent_events(user, id.uuid()).await?;
        let (can_edit, can_create_tokens) =
            (actor.allows(scopes::SERVICE_ACCOUNTS_WRITE), actor.allows(scopes::TOKENS_WRITE));
        Ok(Self { account, tokens, events, can_edit, can_create_tokens })
    }
}

#[component]
pub(crate) fn ServiceAccountPage(detail: Detail) -> impl IntoView {
    let Detail { account, tokens, events, can_edit, can_create_tokens } = detail;
    let id = account.id.uuid();
    let damage = is_unreadable(&account).then(|| {
        let message = "The stored scopes can't be read, so the account may do nothing. Edit it to replace them.";
        view! { <Note tone=Tone::Danger>{message}</Note> }
    });
    let can_own_more = can_create_tokens && account.status == ServiceAccountStatus::Active;
    let tokens = tokens.map(|page| view! { <Tokens id=account.id page can_create=can_own_more/> });
    let events = events.map(|events| view! { <RecentEvents events id/> });
    view! {
        <Breadcrumb list="Service accounts" href=SERVICE_ACCOUNTS current=account.name.clone()/>
        <PageHead account=account.clone() can_edit can_create_tokens/>
        {damage}
        <Properties account=account.clone()/>
        <div class="main-and-aside">
            <div>{tokens}{events}</div>
            <div><AllowedScopes scopes=account.allowed_scopes/><Managers members=account.members/></div>
        </div>
    }
}

#[component]
fn PageHead(account: ServiceAccount, can_edit: bool, can_create_tokens: bool) -> impl IntoView {
    let ServiceAccount { id, name, description, status, .. } = account;
    let return_to = ReturnTo::service_account(id);
    let href = |dialog| return_to.service_account_dialog(id, dialog);
    let can_edit = can_edit && status != ServiceAccountStatus::Decommissioned;
    let edit = can_edit.then(|| view! { <DialogLink href=href("edit") icon="pencil" label="Edit"/> });
    let suspend = (can_edit && status == ServiceAccountStatus::Active)
        .then(|| view! { <DialogLink href=href("suspend") icon="lock" label="Suspend"/> });
    let activate = (can_edit && status == ServiceAccountStatus::Suspended)
        .then(|| view! { <DialogLink href=href("activate") icon="ok" label="Activate"/> });
    let menu = can_edit.then(|| {
        let href = href("decommission");
        view! { <PageMenu><MenuItem href icon="ban" label="Decommission" tone=Tone::Danger/></PageMenu> }
    });
    let new_token = (can_create_tokens && status == ServiceAccountStatus::Active)
        .then(|| view! { <DialogLink href=href_of_new_token(id) icon="plus" label="New token" primary=true/> });
    view! {
        <header class="page-head">
            <div>
                <div class="actions"><h1>{name}</h1><StatusBadge status/></div>
                {description.map(|text| view! { <p class="lines">{text}</p> })}
            </div>
            <div class="actions">{edit}{suspend}{activate}{menu}{new_token}</div>
        </header>
    }
}

/// The URL of the dialog for a new token of this account, which returns to the account's page.
fn href_of_new_token(id: ServiceAccountId) -> String {
    format!("/settings/tokens/new?owner={id}&back={}", encode(&ReturnTo::service_account(id).href()))
}

#[component]
fn Properties(account: ServiceAccount) -> impl IntoView {
    let ServiceAccount { id, role, tokens, created_at, created_by, updated_at, .. } = account;
    let tokens = format!("{} not invalidated", number(tokens));
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div class="span-2"><dt>"Service account ID"</dt><dd class="mono">{id.to_string()}</dd></div>
                <div><dt>"Role"</dt><dd>{role_name(role)}</dd></div>
                <div><dt>"Tokens"</dt><dd>{tokens}</dd></div>
                <div class="span-2">
                    <dt>"Created"</dt><dd><RelativeTime at=created_at/>" by "{created_by.name}</dd>
                </div>
                <div class="span-2">
                    <dt>"Last changed"</dt><dd><RelativeTime at=updated_at/>", "{date(updated_at.millis())}</dd>
                </div>
            </dl>
        </section>
    }
}

/// The account's newest tokens.
#[component]
fn Tokens(
    id: ServiceAccountId,
    page: wire::ListPage<Token>,
    /// Whether the user can create a token for the account.
    can_create: bool,
) -> impl IntoView {
    let total = page.total;
    let listed = i64::try_from(page.data.len()).unwrap_or(total);
    let all = (total > listed).then(|| {
        let href = format!("/settings/tokens?owner={id}");
        let capped = if page.total_capped { "+" } else { "" };
        view! { <a class="link small push" href=href>{format!("All {}{capped} tokens", number(total))}</a> }
    });
    let table = if page.data.is_empty() {
        let message = if can_create { "None yet. Give it a token." } else { "None." };
        view! { <div class="in"><p class="muted">{message}</p></div> }.into_any()
    } else {
        view! { <OwnedTokens tokens=page.data/> }.into_any()
    };
    view! {
        <Card id="tokens-h" heading="Tokens" aside=all.into_any()>{table}</Card>
    }
}

#[component]
fn AllowedScopes(
    /// `None` for all scopes of the role.
    scopes: Option<Vec<String>>,
) -> impl IntoView {
    let content = match scopes {
        None => view! { <p class="muted">"All scopes of its role."</p> }.into_any(),
        Some(scopes) if scopes.is_empty() => view! { <p class="muted">"None can be read."</p> }.into_any(),
        Some(scopes) => {
            let items = scopes.into_iter().map(|scope| view! { <li><Icon name="check"/><code>{scope}</code></li> });
            view! { <ul class="checklist" role="list">{items.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <Card id="scopes-h" heading="Allowed scopes">
            <div class="in">{content}</div>
        </Card>
    }
}

#[component]
fn Managers(members: Vec<PrincipalName>) -> impl IntoView {
    let message = if members.is_empty() {
        "Administrators only."
    } else {
        "They create, edit and rotate its tokens, as administrators do."
    };
    let items = members.into_iter().map(|member| {
        view! { <li><Icon name="user"/><span class="whole">{member.name}</span></li> }
    });
    let items = items.collect_view();
    view! {
        <Card id="managers-h" heading="Managed by">
            <div class="in"><ul class="checklist" role="list">{items}</ul><p class="muted">{message}</p></div>
        </Card>
    }
}
