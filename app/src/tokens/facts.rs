//! A token's kind, last use and expiry, for lists and pages.

use leptos::prelude::*;
use mintkey_domain::{TokenKind, TokenStatus, wire::Token};

use crate::frame::{LifetimeBar, RelativeTime};

/// The display name of a token's kind.
pub(super) const fn kind_name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::ApiKey => "API key",
        TokenKind::ClientCertificate => "Certificate",
        TokenKind::Kubeconfig => "kubeconfig",
    }
}

/// The address of the last use, shown after the time: ` from 192.0.2.7`.
#[component]
pub(super) fn UsedFrom(ip: Option<String>) -> impl IntoView {
    ip.map(|ip| view! { " from "<span class="mono">{ip}</span> })
}

/// The time and address of the token's last use.
#[component]
pub(super) fn LastUsed(token: Token) -> impl IntoView {
    let Some(at) = token.last_used_at else { return view! { <span>"Never used"</span> }.into_any() };
    let ip = token.last_used_ip.map(|ip| view! { <small class="mono" title=ip.clone()>{ip.clone()}</small> });
    view! { <RelativeTime at/>" "{ip} }.into_any()
}

/// The token's expiry.
#[component]
pub(super) fn Expiry(token: Token) -> impl IntoView {
    match token.expires_at {
        _ if token.status == TokenStatus::Invalidated => view! { <span>"—"</span> }.into_any(),
        None => view! { <span>"Never"</span> }.into_any(),
        Some(at) => view! { <RelativeTime at/><LifetimeBar from=token.created_at to=at/> }.into_any(),
    }
}
