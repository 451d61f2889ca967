//! A token's secrets and client keys, on its page.

use leptos::prelude::*;
use mintkey_domain::{
    TokenId,
    wire::{SecretUse, Token},
};

use super::{
    badge::{DisplayStatus, StatusBadge, is_rotating},
    old_secret::{LastSecretUse, OldSecretNote},
};
use crate::{
    clock::now,
    frame::{Card, ExactTime, Icon, RelativeTime},
    return_to::ReturnTo,
    time_format::{date, left_of},
};

#[component]
pub(super) fn RotationCard(token: Token, uses: Vec<SecretUse>, can_edit: bool, return_to: ReturnTo) -> impl IntoView {
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
    let aside = view! { <span class="push">{status}</span> }.into_any();
    view! {
        <Card id="rotation-h" heading="Rotation" aside>
            <div class="in">
                {old_secret}
                <dl class="facts"><dt>"Rotated"</dt><dd>{rotated}</dd>{current}{overlap}</dl>
                {buttons}
            </div>
        </Card>
    }
}

fn overlap_href(return_to: &ReturnTo, id: TokenId, until: &str) -> String {
    let href = return_to.token_dialog(id, "overlap");
    let separator = if href.contains('?') { '&' } else { '?' };
    format!("{href}{separator}until={until}")
}

#[component]
pub(super) fn ClientKeysCard(
    id: TokenId,
    /// Display names of the keys.
    keys: Vec<String>,
    /// Whether the token has a certificate.
    has_certificate: bool,
    can_edit: bool,
    return_to: ReturnTo,
) -> impl IntoView {
    let none = keys.is_empty().then(|| {
        let sentence = if has_certificate {
            "No public keys. This client authenticates with its secret or its certificate."
        } else {
            "No public keys. This client authenticates with its secret."
        };
        view! { <p class="muted">{sentence}</p> }
    });
    let names = keys.into_iter().map(|name| view! { <li><Icon name="key"/><code>{name}</code></li> }).collect_view();
    let change = can_edit.then(|| {
        let href = return_to.token_dialog(id, "client-keys");
        view! { <div class="actions"><a class="btn sm" href=href aria-haspopup="dialog">"Change client keys…"</a></div> }
    });
    view! {
        <Card id="client-keys-h" heading="Client keys">
            <div class="in">{none}<ul class="checklist" role="list">{names}</ul>{change}</div>
        </Card>
    }
}
