//! The status of a service account, as an icon and a word.

use leptos::prelude::*;
use mintkey_domain::ServiceAccountStatus;

use crate::frame::{Badge, Tone};

/// The status.
#[component]
pub(super) fn StatusBadge(status: ServiceAccountStatus) -> impl IntoView {
    let (icon, tone, label) = match status {
        ServiceAccountStatus::Active => ("ok", Tone::Success, "Active"),
        ServiceAccountStatus::Suspended => ("lock", Tone::Warning, "Suspended"),
        ServiceAccountStatus::Decommissioned => ("ban", Tone::Danger, "Decommissioned"),
    };
    view! { <Badge icon tone>{label}</Badge> }
}
