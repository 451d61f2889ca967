//! A service account's status, as a badge.

use leptos::prelude::*;
use mintkey_domain::ServiceAccountStatus;

use crate::frame::{Badge, Tone};

#[component]
pub(super) fn StatusBadge(status: ServiceAccountStatus) -> impl IntoView {
    let (icon, tone, label) = match status {
        ServiceAccountStatus::Active => ("ok", Tone::Success, "Active"),
        ServiceAccountStatus::Suspended => ("lock", Tone::Warning, "Suspended"),
        ServiceAccountStatus::Decommissioned => ("ban", Tone::Danger, "Decommissioned"),
    };
    view! { <Badge icon tone>{label}</Badge> }
}
