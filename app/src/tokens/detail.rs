//! The page of one token.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    AuditAction, AuditOutcome, Timestamp, TokenId, TokenStatus, own,
    wire::{AuditEvent, SecretUse, Token},
};
use mintkey_service::{Actor, AuditQuery, Paging};

use super::{
    abilities::Abilities,
    badge::{DisplayStatus, StatusBadge, is_rotating},
    facts::{UsedFrom, kind_name},
    jwks,
    old_secret::{LastSecretUse, OldSecretNote},
    owner::{OwnerLink, can_open, owner_icon},
    row::TokenMenuItems,
};
use crate::{
    clock::now,
    error::Result,
    frame::{
        Breadcrumb, DialogLink, ExactTime, Icon, LifetimeBar, MenuItem, Note, PageMenu, RelativeTime, Section, Tone,
        icons_path,
    },
    islands::CopyButton,
    page::Page,
    return_to::ReturnTo,
    time_format::{date, left_of},
    web::{SignedIn, parse_id},
};

/// What the page shows.
pub(crate) struct Detail {
    token: Token,
    uses: Vec<SecretUse>,
    /// The names of its client's public keys.
    keys: Vec<String>,
    abilities: Abilities,
    /// The event that invalidated it, if there is one that the person can see.
    invalidation: Option<AuditEvent>,
    actor: Actor,
}

/// `GET /settings/tokens/{id}`.
pub(crate) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let detail = Detail::load(&person, parse_id(&id)?).await?;
    let title = detail.token.label.clone();
    Page::new(title, Section::Tokens).show(&person, move || view! { <TokenPage detail/> }).await
}

impl Detail {
    /// Reads it.
    pub(crate) async fn load(person: &SignedIn, id: TokenId) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let token = service.token(actor, id).await?;
        let uses = service.token_secret_uses(actor, id).await?;
        let keys = service.client_keys(actor, id).await?.iter().map(jwks::name).collect();
        let abilities = Abilities::of(actor, &token);
        let invalidation = invalidation(person, &token).await?;
        Ok(Self { token, uses, keys, abilities, invalidation, actor: actor.clone() })
    }
}

async fn invalidation(person: &SignedIn, token: &Token) -> Result<Option<AuditEvent>> {
    if token.status != TokenStatus::Invalidated || !person.actor.allows(own::AUDIT_READ) {
        return Ok(None);
    }
    let query = AuditQuery {
        action: Some(AuditAction::TokenInvalidate.to_string()),
        target: Some(token.id.uuid()),
        outcome: Some(AuditOutcome::Done),
        paging: Paging::Page { page: 1, limit: 1 },
        ..AuditQuery::default()
    };
    Ok(person.visitor.service().audit_log(&person.actor, query).await?.data.pop())
}

/// The page: the token, its scopes, its rotation and its client keys.
#[component]
pub(crate) fn TokenPage(detail: Detail) -> impl IntoView {
    let Detail { token, uses, keys, abilities, invalidation, actor } = detail;
    let return_to = ReturnTo::token(token.id);
    let invalidated = token.invalidated_at.map(|at| view! { <Invalidated at event=invalidation/> });
    let can_open_owner = can_open(&actor, &token.owner);
    view! {
        <Breadcrumb list="Tokens" href="/settings/tokens" current=token.label.clone()/>
        <PageHead token=token.clone() abilities return_to=return_to.clone()/>
        <Damage token=token.clone()/>
        {invalidated}
        <Properties token=token.clone() can_open_owner/>
        <div class="main-and-aside">
            <div><Scopes scopes=token.scopes.clone()/></div>
            <div>
                <RotationCard token=token.clone() uses can_edit=abilities.edit return_to=return_to.clone()/>
                <ClientKeysCard id=token.id keys can_edit=abilities.edit return_to/>
            </div>
        </div>
    }
}

#[component]
fn PageHead(token: Token, abilities: Abilities, return_to: ReturnTo) -> impl IntoView {
    let id = token.id;
    let status = DisplayStatus::of(&token);
    let href = |dialog| return_to.token_dialog(id, dialog);
    let edit = abilities.edit.then(|| view! { <DialogLink href=href("edit") icon="pencil" label="Edit"/> });
    let rotate = abilities.rotate.then(|| view! { <DialogLink href=href("rotate") icon="rotate" label="Rotate"/> });
    let others = Abilities { edit: false, rotate: false, ..abilities };
    // A person who can delete a token can create one.
    let duplicate = others.delete.then(|| {
        let href = return_to.duplicate_dialog(id);
        view! { <MenuItem href icon="plus" label="Duplicate"/><hr/> }
    });
    let menu = others.any().then(|| {
        let return_to = return_to.clone();
        view! { <PageMenu>{duplicate}<TokenMenuItems id abilities=others return_to/></PageMenu> }
    });
    view! {
        <header class="page-head">
            <div>
                <div class="actions"><h1>{token.label}</h1><StatusBadge status/></div>
                {token.description.map(|text| view! { <p class="lines">{text}</p> })}
            </div>
            <div class="actions">{edit}{rotate}{menu}</div>
        </header>
    }
}

/// What of the token can't be read, and what that means.
#[component]
fn Damage(token: Token) -> impl IntoView {
    let fields = &token.needs_attention;
    let meaning = if token.needs_attention_only_at(&["allowed_cidrs"]) {
        "The stored range matches no address. Edit the token to replace it."
    } else if token.needs_attention_only_at(&["allowed_cidrs", "scopes"]) {
        "The token is refused. Edit it to replace its scopes."
    } else {
        "The token is refused. Create a new one in its place."
    };
    let message = format!("A stored value can't be read: {}. {meaning}", fields.join(", "));
    (!fields.is_empty()).then(|| view! { <Note tone=Tone::Danger>{message}</Note> })
}

/// When the token was invalidated, by whom and why.
#[component]
fn Invalidated(
    at: Timestamp,
    /// The event, if there is one that the person can see.
    event: Option<AuditEvent>,
) -> impl IntoView {
    let details = match event {
        None => ".".into_any(),
        Some(event) => {
            let reason = event.details.notes.get("reason").and_then(|reason| reason.as_str());
            let reason = reason.filter(|reason| !reason.is_empty()).map(|reason| format!(" Reason: {reason}."));
            let href = format!("/settings/audit/{}", event.id);
            view! { " by "{event.actor.name}"."{reason}" "<a class="link" href=href>"See the event"</a>"." }.into_any()
        }
    };
    view! {
        <Note tone=Tone::Danger>
            <strong>"Invalidated"</strong>" "<RelativeTime at/>", "<ExactTime at/>{details}
        </Note>
    }
}

#[component]
fn Properties(token: Token, can_open_owner: bool) -> impl IntoView {
    let expiry = match (token.status, token.expires_at) {
        (TokenStatus::Invalidated, _) => "—".into_any(),
        (_, None) => "Never".into_any(),
        (_, Some(at)) => view! {
            <RelativeTime at/>", "{date(at.millis())}<LifetimeBar from=token.created_at to=at/>
        }
        .into_any(),
    };
    let last_use = match token.last_used_at {
        Some(at) => view! { <RelativeTime at/><UsedFrom ip=token.last_used_ip/> }.into_any(),
        None => "Never".into_any(),
    };
    let ranges = if token.allowed_cidrs.is_empty() {
        "Any address".into_any()
    } else {
        view! { <span class="mono">{token.allowed_cidrs.join(", ")}</span> }.into_any()
    };
    let owner = token.owner;
    let (owner_icon, owner_name) = (owner_icon(&owner), owner.name.clone());
    let lines = vec![(String::new(), "client-id".to_owned())];
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div class="span-2">
                    <dt>"Client ID"</dt>
                    <dd class="row">
                        <code class="whole" id="client-id">{token.client_id.to_string()}</code>
                        <CopyButton lines label=String::new() what="Client ID".to_owned() icons=icons_path()/>
                    </dd>
                </div>
                <div>
                    <dt>"Key"</dt>
                    <dd><span class="mono">{token.key_hint}</span>" · "{kind_name(token.kind)}</dd>
                </div>
                <div>
                    <dt>"Owner"</dt>
                    <dd class="row">
                        <Icon name=owner_icon/>
                        <span><OwnerLink owner can_open=can_open_owner class="link" name=owner_name/></span>
                    </dd>
                </div>
                <div><dt>"Created"</dt><dd><RelativeTime at=token.created_at/>" by "{token.created_by.name}</dd></div>
                <div><dt>"Expires"</dt><dd>{expiry}</dd></div>
                <div><dt>"Last used"</dt><dd>{last_use}</dd></div>
                <div><dt>"Allowed from"</dt><dd>{ranges}</dd></div>
            </dl>
        </section>
    }
}

#[component]
fn Scopes(scopes: Vec<String>) -> impl IntoView {
    let count = format!("{} granted", scopes.len());
    let items = scopes.into_iter().map(|scope| view! { <li><Icon name="check"/><code>{scope}</code></li> });
    view! {
        <section class="card" aria-labelledby="scopes-h">
            <header><h2 id="scopes-h">"Scopes"</h2><span class="muted small push">{count}</span></header>
            <div class="in"><ul class="checklist" role="list">{items.collect_view()}</ul></div>
        </section>
    }
}

#[component]
fn RotationCard(token: Token, uses: Vec<SecretUse>, can_edit: bool, return_to: ReturnTo) -> impl IntoView {
    let is_rotating = is_rotating(&token);
    let status = is_rotating.then(|| view! { <StatusBadge status=DisplayStatus::Rotating/> });
    let current = uses.iter().find(|secret| secret.current).cloned().map(|secret| {
        let name = if is_rotating { "New secret" } else { "Secret" };
        view! { <dt>{name}</dt><dd><LastSecretUse secret/></dd> }
    });
    let old_secret = is_rotating.then(|| view! { <OldSecretNote uses/> });
    let rotated = match token.rotated_at {
        Some(at) => view! { <RelativeTime at/>", "{date(at.millis())} }.into_any(),
        None => "Never".into_any(),
    };
    let overlap = token.previous_secret_expires_at.filter(|_| is_rotating).map(|at| {
        let left = left_of(at.millis() - now());
        view! { <dt>"Both work for"</dt><dd>{left}", until "<ExactTime at/></dd> }
    });
    let buttons = (is_rotating && can_edit).then(|| {
        let extend = overlap_href(&return_to, token.id, "24h");
        let end = overlap_href(&return_to, token.id, "now");
        view! {
            <div class="actions">
                <a class="btn sm" href=extend aria-haspopup="dialog">"Extend…"</a>
                <a class="btn sm" href=end aria-haspopup="dialog">"End overlap now…"</a>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="rotation-h">
            <header><h2 id="rotation-h">"Rotation"</h2><span class="push">{status}</span></header>
            <div class="in">
                {old_secret}
                <dl class="facts"><dt>"Rotated"</dt><dd>{rotated}</dd>{current}{overlap}</dl>
                {buttons}
            </div>
        </section>
    }
}

fn overlap_href(return_to: &ReturnTo, id: TokenId, until: &str) -> String {
    let href = return_to.token_dialog(id, "overlap");
    let separator = if href.contains('?') { '&' } else { '?' };
    format!("{href}{separator}until={until}")
}

#[component]
fn ClientKeysCard(
    id: TokenId,
    /// The names of the keys.
    keys: Vec<String>,
    can_edit: bool,
    return_to: ReturnTo,
) -> impl IntoView {
    let none = keys
        .is_empty()
        .then(|| view! { <p class="muted">"No public keys. This client authenticates with its secret."</p> });
    let names = keys.into_iter().map(|name| view! { <li><Icon name="key"/><code>{name}</code></li> }).collect_view();
    let change = can_edit.then(|| {
        let href = return_to.token_dialog(id, "client-keys");
        view! { <div class="actions"><a class="btn sm" href=href aria-haspopup="dialog">"Change client keys…"</a></div> }
    });
    view! {
        <section class="card" aria-labelledby="client-keys-h">
            <header><h2 id="client-keys-h">"Client keys"</h2></header>
            <div class="in">{none}<ul class="checklist" role="list">{names}</ul>{change}</div>
        </section>
    }
}
