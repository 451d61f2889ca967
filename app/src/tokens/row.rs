//! One token in the list.

use leptos::prelude::*;
use mintkey_domain::{PrincipalType, TokenId, TokenKind, TokenStatus, own, wire::Token};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{
    abilities::Abilities,
    badge::{Shown, badge},
    owner::owner_link,
};
use crate::{
    frame::{ago, icon, lifetime_bar},
    return_to::ReturnTo,
};

/// Scopes that are shown in a row; the rest is behind a button.
const SHOWN_SCOPES: usize = 2;

/// The row. `me` is the viewer's own id.
pub(crate) fn row(token: Token, actor: &Actor, me: Uuid, return_to: &ReturnTo) -> AnyView {
    let shown = Shown::of(&token);
    let abilities = Abilities::of(actor, &token);
    let duplicate = actor.allows(own::TOKENS_WRITE);
    let menu = menu(token.id, &token.label, abilities, duplicate, return_to);
    let owner = if token.owner.id == me { "You".to_owned() } else { token.owner.name.clone() };
    let owner_icon = if token.owner.kind == PrincipalType::User { "user" } else { "bot" };
    let expires = expires(&token).into_any();
    let used = used(&token).into_any();
    let scopes = scopes(token.id, &token.scopes);
    view! {
        <tr role="row" class:spent=shown.is_spent()>
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=format!("/settings/tokens/{}", token.id) title=token.label.clone()>{token.label.clone()}</a>
                {token.description.map(|text| view! { <small title=text.clone()>{first_line(&text)}</small> })}
            </th>
            <td role="cell" class="col-key" data-label="Key">
                <span class="mono">{token.key_hint}</span>" "<small>{kind(token.kind)}</small>
            </td>
            <td role="cell" class="col-owner" data-label="Owner">
                <span title=token.owner.name.clone()>{icon(owner_icon)}<span>{owner_link(actor, &token.owner, "name", owner)}</span></span>
            </td>
            <td role="cell" class="col-scopes" data-label="Scopes">{scopes}</td>
            <td role="cell" class="col-last-used" data-label="Last used"><div>{used}</div></td>
            <td role="cell" class="col-expires" data-label="Expires"><div>{expires}</div></td>
            <td role="cell" class="col-created" data-label="Created"><div>{ago(token.created_at)}</div></td>
            <td role="cell" class="col-status">{badge(shown)}</td>
            <td role="cell" class="col-actions">{menu}</td>
        </tr>
    }
    .into_any()
}

/// The name of a kind, for people.
pub(crate) const fn kind(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::ApiKey => "API key",
        TokenKind::ClientCertificate => "Certificate",
        TokenKind::Kubeconfig => "kubeconfig",
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

pub(super) fn used(token: &Token) -> impl IntoView + use<> {
    match token.last_used_at {
        Some(at) => {
            let ip = token
                .last_used_ip
                .clone()
                .map(|ip| view! { <small class="mono" title=ip.clone()>{ip.clone()}</small> });
            view! { {ago(at)}" "{ip} }.into_any()
        }
        None => view! { <span>"Never used"</span> }.into_any(),
    }
}

pub(super) fn expires(token: &Token) -> impl IntoView + use<> {
    match token.expires_at {
        _ if token.status == TokenStatus::Invalidated => view! { <span>"—"</span> }.into_any(),
        None => view! { <span>"Never"</span> }.into_any(),
        Some(end) => view! { {ago(end)}{lifetime_bar(token.created_at, end)} }.into_any(),
    }
}

fn scopes(id: TokenId, scopes: &[String]) -> AnyView {
    let chip = |scope: &String| view! { <span class="chip" title=scope.clone()>{scope.clone()}</span> };
    let few = scopes.iter().take(SHOWN_SCOPES).map(chip).collect_view();
    let rest = scopes.len().saturating_sub(SHOWN_SCOPES);
    let target = format!("scopes-{id}");
    let (more, all) = (rest > 0)
        .then(|| {
            let button = view! {
                <button
                    class="chip plus" type="button" popovertarget=target.clone()
                    aria-label=format!("{rest} more {}", if rest == 1 { "scope" } else { "scopes" })
                >
                    {format!("+{rest}")}
                </button>
            };
            let all = view! {
                <div class="menu start" id=target popover>
                    <div class="chips">{scopes.iter().map(chip).collect_view()}</div>
                </div>
            };
            (button, all)
        })
        .unzip();
    view! { <div class="chips">{few}{more}</div>{all} }.into_any()
}

fn menu(
    id: TokenId,
    label: &str,
    abilities: Abilities,
    duplicate: bool,
    return_to: &ReturnTo,
) -> impl IntoView + use<> {
    let target = format!("menu-{id}");
    let line = abilities.any().then(|| view! { <hr/> });
    let copy = view! {
        <button class="live-only" type="button" data-copy=id.to_string() data-copied="Client ID copied">
            {icon("copy")}"Copy client ID"
        </button>
    };
    let duplicate = duplicate.then(|| {
        view! { <a href=return_to.duplicate_dialog(id) aria-haspopup="dialog">{icon("plus")}"Duplicate"</a> }
    });
    view! {
        <button class="icon-btn" type="button" popovertarget=target.clone() aria-label=format!("Actions for {label}")>
            {icon("dots")}
        </button>
        <div class="menu" id=target popover>
            <a href=format!("/settings/tokens/{id}")>{icon("key")}"Open"</a>
            {copy}
            {duplicate}
            {line}
            {menu_items(id, abilities, return_to)}
        </div>
    }
}

/// What a token's menu offers.
pub(crate) fn menu_items(id: TokenId, abilities: Abilities, return_to: &ReturnTo) -> impl IntoView + use<> {
    let item = |shown: bool, name: &'static str, sign: &'static str, words: &'static str, class: &'static str| {
        let href = return_to.token_dialog(id, name);
        shown.then(|| view! { <a class=class href=href aria-haspopup="dialog">{icon(sign)}{words}</a> })
    };
    let line =
        ((abilities.edit || abilities.rotate) && (abilities.invalidate || abilities.delete)).then(|| view! { <hr/> });
    view! {
        {item(abilities.edit, "edit", "pencil", "Edit", "")}
        {item(abilities.rotate, "rotate", "rotate", "Rotate", "")}
        {line}
        {item(abilities.invalidate, "invalidate", "ban", "Invalidate", "danger")}
        {item(abilities.delete, "delete", "trash", "Delete", "danger")}
    }
}
