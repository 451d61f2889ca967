//! One token in the list.

use leptos::prelude::*;
use mintkey_domain::{TokenId, scopes, wire::Token};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{
    abilities::Abilities,
    badge::{DisplayStatus, StatusBadge},
    facts::{Expiry, LastUsed, kind_name},
    owner::{OwnerLink, can_open, owner_icon},
    selection::SelectToken,
};
use crate::{
    frame::{Icon, MenuItem, RelativeTime, RowMenu, Tone},
    return_to::ReturnTo,
};

/// Maximum number of scopes in a row. A button shows the others.
const LISTED_SCOPES: usize = 2;

#[component]
pub(super) fn TokenRow(
    token: Token,
    actor: Actor,
    /// The user's own ID.
    me: Uuid,
    return_to: ReturnTo,
) -> impl IntoView {
    let status = DisplayStatus::of(&token);
    let abilities = Abilities::of(&actor, &token);
    let can_duplicate = actor.allows(scopes::TOKENS_WRITE);
    let owner_name = if token.owner.id == me { "You".to_owned() } else { token.owner.name.clone() };
    let can_open_owner = can_open(&actor, &token.owner);
    let Token { id, label, description, key_hint, kind, owner, scopes, created_at, .. } = token.clone();
    let (owner_title, owner_icon) = (owner.name.clone(), owner_icon(&owner));
    let description = description.map(|text| {
        let line = text.lines().next().unwrap_or_default().to_owned();
        view! { <small title=text>{line}</small> }
    });
    let select = abilities.delete.then(|| view! { <SelectToken id label=label.clone()/> });
    view! {
        <tr role="row" class:spent=status.is_expired_or_invalidated()>
            {select}
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=format!("/settings/tokens/{id}") title=label.clone()>{label.clone()}</a>
                {description}
            </th>
            <td role="cell" class="col-key" data-label="Key">
                <span class="mono">{key_hint}</span>" "<small>{kind_name(kind)}</small>
            </td>
            <td role="cell" class="col-owner" data-label="Owner">
                <span title=owner_title>
                    <Icon name=owner_icon/>
                    <span><OwnerLink owner can_open=can_open_owner class="name" name=owner_name/></span>
                </span>
            </td>
            <td role="cell" class="col-scopes" data-label="Scopes"><Scopes id scopes/></td>
            <td role="cell" class="col-last-used" data-label="Last used"><div><LastUsed token=token.clone()/></div></td>
            <td role="cell" class="col-expires" data-label="Expires"><div><Expiry token/></div></td>
            <td role="cell" class="col-created" data-label="Created"><div><RelativeTime at=created_at/></div></td>
            <td role="cell" class="col-status"><StatusBadge status/></td>
            <td role="cell" class="col-actions"><TokenMenu id label abilities can_duplicate return_to/></td>
        </tr>
    }
}

/// The first scopes, with a button that shows all of them.
#[component]
fn Scopes(id: TokenId, scopes: Vec<String>) -> impl IntoView {
    let chip = |scope: &String| view! { <span class="chip" title=scope.clone()>{scope.clone()}</span> };
    let listed = scopes.iter().take(LISTED_SCOPES).map(chip).collect_view();
    let others = scopes.len().saturating_sub(LISTED_SCOPES);
    if others == 0 {
        return view! { <div class="chips">{listed}</div> }.into_any();
    }
    let target = format!("scopes-{id}");
    let label = format!("{others} more {}", if others == 1 { "scope" } else { "scopes" });
    let all = scopes.iter().map(chip).collect_view();
    view! {
        <div class="chips">
            {listed}
            <button class="chip plus" type="button" popovertarget=target.clone() aria-label=label>
                {format!("+{others}")}
            </button>
        </div>
        <div class="menu start" id=target popover><div class="chips">{all}</div></div>
    }
    .into_any()
}

#[component]
fn TokenMenu(
    id: TokenId,
    label: String,
    abilities: Abilities,
    can_duplicate: bool,
    return_to: ReturnTo,
) -> impl IntoView {
    let separator = abilities.any().then(|| view! { <hr/> });
    let duplicate = can_duplicate.then(|| {
        view! { <MenuItem href=return_to.duplicate_dialog(id) icon="plus" label="Duplicate"/> }
    });
    view! {
        <RowMenu of=id.to_string() label=format!("Actions for {label}")>
            <a href=format!("/settings/tokens/{id}")><Icon name="key"/>"Open"</a>
            <button class="live-only" type="button" data-copy=id.to_string() data-copied="Client ID copied">
                <Icon name="copy"/>"Copy client ID"
            </button>
            {duplicate}
            {separator}
            <TokenMenuItems id abilities return_to/>
        </RowMenu>
    }
}

/// The items of a token's menu.
#[component]
pub(super) fn TokenMenuItems(id: TokenId, abilities: Abilities, return_to: ReturnTo) -> impl IntoView {
    let Abilities { edit, rotate, invalidate, delete } = abilities;
    let href = |dialog| return_to.token_dialog(id, dialog);
    let separator = ((edit || rotate) && (invalidate || delete)).then(|| view! { <hr/> });
    view! {
        {edit.then(|| view! { <MenuItem href=href("edit") icon="pencil" label="Edit"/> })}
        {rotate.then(|| view! { <MenuItem href=href("rotate") icon="rotate" label="Rotate"/> })}
        {separator}
        {invalidate.then(|| view! { <MenuItem href=href("invalidate") icon="ban" label="Invalidate" tone=Tone::Danger/> })}
        {delete.then(|| view! { <MenuItem href=href("delete") icon="trash" label="Delete" tone=Tone::Danger/> })}
    }
}
