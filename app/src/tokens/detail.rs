//! The page of one token.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    AuditAction, AuditOutcome, PrincipalType, TokenId, TokenStatus, own,
    wire::{AuditEvent, SecretUse, Token},
};
use mintkey_service::{Actor, AuditQuery, Paging};

use super::{
    abilities::Abilities,
    badge::{Shown, badge, is_rotating},
    client_keys,
    overlap::old_secret,
    owner::owner_link,
    row::{kind, menu_items},
    token_id,
};
use crate::{
    error::Result,
    frame::{Section, ago, danger, exact_time, icon, icons_path, lifetime_bar},
    islands::CopyButton,
    return_to::ReturnTo,
    web::{Screen, SignedIn},
    words::{date, left_of, moment},
};

/// What the page shows.
pub(crate) struct Detail {
    token: Token,
    uses: Vec<SecretUse>,
    /// The names of its client's public keys.
    keys: Vec<String>,
    abilities: Abilities,
    /// What invalidated it, as far as the log has it and the visitor may read that.
    invalidation: Option<AuditEvent>,
    actor: Actor,
}

/// `GET /settings/tokens/{id}`.
pub(crate) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let detail = Detail::load(&person, token_id(&id)?).await?;
    let title = detail.token.label.clone();
    Screen::new(title, Section::Tokens).show(&person, move || (detail.view(), None)).await
}

impl Detail {
    /// Reads it.
    pub(crate) async fn load(person: &SignedIn, id: TokenId) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let token = service.token(actor, id).await?;
        let uses = service.token_secret_uses(actor, id).await?;
        let keys = service.client_keys(actor, id).await?.iter().map(client_keys::name).collect();
        let abilities = Abilities::of(actor, &token);
        let invalidation = invalidation(person, &token).await?;
        Ok(Self { token, uses, keys, abilities, invalidation, actor: actor.clone() })
    }

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let Self { token, uses, keys, abilities, invalidation, actor } = self;
        let return_to = ReturnTo::token(token.id);
        let head = head(&token, abilities, &return_to).into_any();
        let damage = damage(&token);
        let ended = ended(&token, invalidation.as_ref());
        let facts = facts(&token, &actor).into_any();
        let scopes = scopes(&token).into_any();
        let rotation = rotation(&token, &uses, abilities, &return_to).into_any();
        let keys = client_keys(&token, keys, abilities, &return_to).into_any();
        view! {
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/settings/tokens">"Tokens"</a>{icon("next")}
                <span aria-current="page">{token.label.clone()}</span>
            </nav>
            {head}
            {damage}
            {ended}
            {facts}
            <div class="cols"><div>{scopes}</div><div>{rotation}{keys}</div></div>
        }
        .into_any()
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

/// When the token was invalidated, by whom and why.
fn ended(token: &Token, event: Option<&AuditEvent>) -> Option<impl IntoView + use<>> {
    let at = token.invalidated_at?;
    let more = event.map(|event| {
        let reason = event.details.notes.get("reason").and_then(|reason| reason.as_str());
        let reason = reason.filter(|reason| !reason.is_empty()).map(|reason| format!(" Reason: {reason}."));
        let href = format!("/settings/audit/{}", event.id);
        view! {
            " by "{event.actor.name.clone()}"."{reason}" "<a class="link" href=href>"See the event"</a>"."
        }
    });
    let end = event.is_none().then_some(".");
    Some(danger(view! { <strong>"Invalidated"</strong>" "{ago(at)}", "{exact_time(at)}{more}{end} }))
}

fn head(token: &Token, abilities: Abilities, return_to: &ReturnTo) -> impl IntoView + use<> {
    let button = |shown: bool, name: &'static str, sign: &'static str, words: &'static str| {
        let href = return_to.token_dialog(token.id, name);
        shown.then(|| view! { <a class="btn" href=href aria-haspopup="dialog">{icon(sign)}{words}</a> })
    };
    let more = Abilities { edit: false, rotate: false, ..abilities };
    // Who may delete a token may make one.
    let duplicate = more.delete.then(|| {
        let href = return_to.duplicate_dialog(token.id);
        view! { <a href=href aria-haspopup="dialog">{icon("plus")}"Duplicate"</a><hr/> }
    });
    let menu = more.any().then(|| {
        view! {
            <button class="btn" type="button" popovertarget="more" aria-label="More actions">{icon("dots")}</button>
            <div class="menu" id="more" popover>{duplicate}{menu_items(token.id, more, return_to)}</div>
        }
    });
    view! {
        <header class="page-head">
            <div>
                <div class="acts"><h1>{token.label.clone()}</h1>{badge(Shown::of(token))}</div>
                {token.description.clone().map(|text| view! { <p class="lines">{text}</p> })}
            </div>
            <div class="acts">
                {button(abilities.edit, "edit", "pencil", "Edit")}
                {button(abilities.rotate, "rotate", "rotate", "Rotate")}
                {menu}
            </div>
        </header>
    }
}

/// What can't be read of the token, and what that means.
fn damage(token: &Token) -> Option<impl IntoView + use<>> {
    let fields = &token.needs_attention;
    let meaning = if token.needs_attention_only_at(&["allowed_cidrs"]) {
        "The stored range matches no address. Edit the token to replace it."
    } else if token.needs_attention_only_at(&["allowed_cidrs", "scopes"]) {
        "The token is refused. Edit it to replace its scopes."
    } else {
        "The token is refused. Create a new one in its place."
    };
    let words = format!("A stored value can't be read: {}. {meaning}", fields.join(", "));
    (!fields.is_empty()).then(|| danger(words))
}

fn facts(token: &Token, actor: &Actor) -> impl IntoView + use<> {
    let ends = match (token.status, token.expires_at) {
        (TokenStatus::Invalidated, _) => "—".into_any(),
        (_, None) => "Never".into_any(),
        (_, Some(end)) => view! { {ago(end)}", "{date(end.millis())}{lifetime_bar(token.created_at, end)} }.into_any(),
    };
    let used = match token.last_used_at {
        Some(at) => {
            let from = token.last_used_ip.clone().map(|ip| view! { " from "<span class="mono">{ip}</span> });
            view! { {ago(at)}{from} }.into_any()
        }
        None => "Never".into_any(),
    };
    let ranges = if token.allowed_cidrs.is_empty() {
        "Any address".into_any()
    } else {
        view! { <span class="mono">{token.allowed_cidrs.join(", ")}</span> }.into_any()
    };
    let owner = if token.owner.kind == PrincipalType::User { "user" } else { "bot" };
    let lines = vec![(String::new(), "client-id".to_owned())];
    let copy = view! { <CopyButton lines words=String::new() what="Client ID".to_owned() icons=icons_path()/> };
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div class="span-2">
                    <dt>"Client ID"</dt>
                    <dd class="row"><code class="whole" id="client-id">{token.client_id.to_string()}</code>{copy}</dd>
                </div>
                <div>
                    <dt>"Key"</dt>
                    <dd><span class="mono">{token.key_hint.clone()}</span>" · "{kind(token.kind)}</dd>
                </div>
                <div><dt>"Owner"</dt><dd class="row">{icon(owner)}<span>{owner_link(actor, &token.owner, "link", token.owner.name.clone())}</span></dd></div>
                <div><dt>"Created"</dt><dd>{ago(token.created_at)}" by "{token.created_by.name.clone()}</dd></div>
                <div><dt>"Expires"</dt><dd>{ends}</dd></div>
                <div><dt>"Last used"</dt><dd>{used}</dd></div>
                <div><dt>"Allowed from"</dt><dd>{ranges}</dd></div>
            </dl>
        </section>
    }
}

fn scopes(token: &Token) -> impl IntoView + use<> {
    let count = match token.scopes.len() {
        1 => "1 granted".to_owned(),
        n => format!("{n} granted"),
    };
    let items = token.scopes.iter().map(|scope| {
        let scope = scope.clone();
        view! { <li>{icon("check")}<code>{scope}</code></li> }
    });
    view! {
        <section class="card" aria-labelledby="scopes-h">
            <header><h2 id="scopes-h">"Scopes"</h2><span class="muted small push">{count}</span></header>
            <div class="in"><ul class="checklist" role="list">{items.collect_view()}</ul></div>
        </section>
    }
}

fn rotation(token: &Token, uses: &[SecretUse], abilities: Abilities, return_to: &ReturnTo) -> impl IntoView + use<> {
    let rotating = is_rotating(token);
    let state = rotating.then(|| badge(Shown::Rotating));
    let note = rotating.then(|| old_secret(uses)).flatten();
    let replaced = match token.rotated_at {
        Some(at) => view! { {ago(at)}", "{date(at.millis())} }.into_any(),
        None => "Never".into_any(),
    };
    let current = uses.iter().find(|secret| secret.current).map(|secret| {
        view! { <dt>{if rotating { "New secret" } else { "Secret" }}</dt><dd>{used(secret)}</dd> }
    });
    let overlap = token.previous_secret_expires_at.filter(|_| rotating).map(|end| {
        let left = left_of(end.millis() - crate::clock::now());
        view! { <dt>"Both work for"</dt><dd>{left}", until "{exact_time(end)}</dd> }
    });
    let buttons = (rotating && abilities.edit).then(|| {
        let extend = overlap_href(return_to, token.id, "24h");
        let end = overlap_href(return_to, token.id, "now");
        view! {
            <div class="acts">
                <a class="btn sm" href=extend aria-haspopup="dialog">"Extend…"</a>
                <a class="btn sm" href=end aria-haspopup="dialog">"End overlap now…"</a>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="rotation-h">
            <header><h2 id="rotation-h">"Rotation"</h2><span class="push">{state}</span></header>
            <div class="in">
                {note}
                <dl class="facts"><dt>"Rotated"</dt><dd>{replaced}</dd>{current}{overlap}</dl>
                {buttons}
            </div>
        </section>
    }
}

fn client_keys(token: &Token, keys: Vec<String>, abilities: Abilities, return_to: &ReturnTo) -> impl IntoView + use<> {
    let none = keys
        .is_empty()
        .then(|| view! { <p class="muted">"No public keys. This client authenticates with its secret."</p> });
    let names = keys.into_iter().map(|name| view! { <li>{icon("key")}<code>{name}</code></li> }).collect_view();
    let href = return_to.token_dialog(token.id, "client-keys");
    let change = abilities.edit.then(|| {
        view! { <div class="acts"><a class="btn sm" href=href aria-haspopup="dialog">"Change client keys…"</a></div> }
    });
    view! {
        <section class="card" aria-labelledby="client-keys-h">
            <header><h2 id="client-keys-h">"Client keys"</h2></header>
            <div class="in">{none}<ul class="checklist" role="list">{names}</ul>{change}</div>
        </section>
    }
}

fn used(secret: &SecretUse) -> AnyView {
    match secret.last_used_at {
        Some(at) => {
            let from = secret.last_used_ip.clone().map(|ip| view! { " from "<span class="mono">{ip}</span> });
            let agent = secret.last_used_agent.clone().map(|agent| view! { <small class="agent">{agent}</small> });
            let title = moment(at.millis());
            view! { <span title=title>"used "{ago(at)}</span>{from}{agent} }.into_any()
        }
        None => "not used yet".into_any(),
    }
}

fn overlap_href(return_to: &ReturnTo, id: TokenId, until: &str) -> String {
    let href = return_to.token_dialog(id, "overlap");
    let mark = if href.contains('?') { '&' } else { '?' };
    format!("{href}{mark}until={until}")
}
