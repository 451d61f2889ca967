//! A token's status, as a badge.

use leptos::prelude::*;
use mintkey_domain::{OwnerStatus, TokenStatus, wire::Token};

use super::query::SOON_DAYS;
use crate::{
    clock::now,
    frame::{Badge, Tone},
    time_format::DAY,
};

/// A token's status as shown. An active token may also be rotating or expire soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisplayStatus {
    /// Credentials are accepted.
    Active,
    /// Credentials are accepted, with the current and the previous secret.
    Rotating,
    /// Credentials are accepted. The token expires within 14 days.
    Expiring,
    /// Part of the stored record can't be read.
    NeedsAttention,
    /// Credentials are rejected while the owner is suspended or deactivated.
    Suspended,
    /// The token has expired.
    Expired,
    Invalidated,
}

impl DisplayStatus {
    /// The token's current status.
    pub(crate) fn of(token: &Token) -> Self {
        match token.status {
            TokenStatus::Invalidated => Self::Invalidated,
            _ if !token.needs_attention.is_empty() => Self::NeedsAttention,
            TokenStatus::Expired => Self::Expired,
            TokenStatus::Active if token.owner.status != OwnerStatus::Active.as_str() => Self::Suspended,
            TokenStatus::Active if is_rotating(token) => Self::Rotating,
            TokenStatus::Active if expires_soon(token) => Self::Expiring,
            TokenStatus::Active => Self::Active,
        }
    }

    /// Whether the token is expired or invalidated.
    pub(crate) const fn is_expired_or_invalidated(self) -> bool {
        matches!(self, Self::Expired | Self::Invalidated)
    }
}

#[component]
pub(crate) fn StatusBadge(status: DisplayStatus) -> impl IntoView {
    let (icon, tone, label) = match status {
        DisplayStatus::Active => ("ok", Tone::Success, "Active"),
        DisplayStatus::Rotating => ("rotate", Tone::Success, "Rotating"),
        DisplayStatus::Expiring => ("clock", Tone::Warning, "Expiring"),
        DisplayStatus::NeedsAttention => ("warn", Tone::Danger, "Needs attention"),
        DisplayStatus::Suspended => ("lock", Tone::Warning, "Suspended"),
        DisplayStatus::Expired => ("hour", Tone::Muted, "Expired"),
        DisplayStatus::Invalidated => ("ban", Tone::Danger, "Invalidated"),
    };
    view! { <Badge icon tone>{label}</Badge> }
}

/// Whether the previous secret is still accepted.
pub(crate) fn is_rotating(token: &Token) -> bool {
    token.status == TokenStatus::Active && token.previous_secret_expires_at.is_some_and(|end| end.millis() > now())
}

fn expires_soon(token: &Token) -> bool {
    token.expires_at.is_some_and(|end| end.millis() - now() < SOON_DAYS * DAY)
}
