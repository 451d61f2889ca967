//! A token's status, as an icon and a word.

use leptos::prelude::*;
use mintkey_domain::{OwnerStatus, TokenStatus, wire::Token};

use super::query::SOON_DAYS;
use crate::{clock::now, frame::icon, words::DAY};

/// What people see of a token's state: an active one may be rotating, or end soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It works.
    Active,
    /// It works with two secrets.
    Rotating,
    /// It works, and ends within 14 days.
    Expiring,
    /// Something that is stored of it can't be read.
    NeedsAttention,
    /// It is refused for as long as its owner is stopped.
    Suspended,
    /// Its end has passed.
    Expired,
    /// Stopped for good.
    Invalidated,
}

impl Shown {
    /// What this token looks like now.
    pub(crate) fn of(token: &Token) -> Self {
        match token.status {
            TokenStatus::Invalidated => Self::Invalidated,
            _ if !token.needs_attention.is_empty() => Self::NeedsAttention,
            TokenStatus::Expired => Self::Expired,
            TokenStatus::Active if token.owner.status != OwnerStatus::Active.as_str() => Self::Suspended,
            TokenStatus::Active if is_rotating(token) => Self::Rotating,
            TokenStatus::Active if ends_soon(token) => Self::Expiring,
            TokenStatus::Active => Self::Active,
        }
    }

    /// Whether it stopped working.
    pub(crate) const fn is_spent(self) -> bool {
        matches!(self, Self::Expired | Self::Invalidated)
    }
}

/// The status.
pub(crate) fn badge(shown: Shown) -> impl IntoView {
    let (class, name, word) = match shown {
        Shown::Active => ("badge success", "ok", "Active"),
        Shown::Rotating => ("badge success", "rotate", "Rotating"),
        Shown::Expiring => ("badge warning", "clock", "Expiring"),
        Shown::NeedsAttention => ("badge danger", "warn", "Needs attention"),
        Shown::Suspended => ("badge warning", "lock", "Suspended"),
        Shown::Expired => ("badge off", "hour", "Expired"),
        Shown::Invalidated => ("badge danger", "ban", "Invalidated"),
    };
    view! { <span class=class>{icon(name)}{word}</span> }
}

/// Whether the secret before the last rotation still works.
pub(crate) fn is_rotating(token: &Token) -> bool {
    token.status == TokenStatus::Active && token.previous_secret_expires_at.is_some_and(|end| end.millis() > now())
}

fn ends_soon(token: &Token) -> bool {
    token.expires_at.is_some_and(|end| end.millis() - now() < SOON_DAYS * DAY)
}
