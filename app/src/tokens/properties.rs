//! A token's properties and scopes, on its page.

use leptos::prelude::*;
use mintkey_domain::{TokenStatus, wire::Token};

use super::{
    facts::{UsedFrom, kind_name},
    owner::{OwnerLink, owner_icon},
};
use crate::{
    frame::{Card, Icon, LifetimeBar, RelativeTime, icons_path},
    islands::CopyButton,
    time_format::date,
};

#[component]
pub(super) fn Properties(token: Token, can_open_owner: bool) -> impl IntoView {
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
pub(super) fn Scopes(scopes: Vec<String>) -> impl IntoView {
    let count = format!("{} granted", scopes.len());
    let items = scopes.into_iter().map(|scope| view! { <li><Icon name="check"/><code>{scope}</code></li> });
    let aside = view! { <span class="muted small push">{count}</span> }.into_any();
    view! {
        <Card id="scopes-h" heading="Scopes" aside>
            <div class="in"><ul class="checklist" role="list">{items.collect_view()}</ul></div>
        </Card>
    }
}
