//! An event's outcome, as a badge.

use leptos::prelude::*;
use mintkey_domain::AuditOutcome;

use crate::frame::{Badge, Tone, number};

/// The outcome, with the number of occurrences if there are several.
#[component]
pub(super) fn OutcomeBadge(outcome: AuditOutcome, count: i64) -> impl IntoView {
    let (icon, tone, label) = match outcome {
        AuditOutcome::Done => ("check", Tone::Neutral, "Done"),
        AuditOutcome::Refused => ("ban", Tone::Danger, "Refused"),
    };
    let times = (count > 1).then(|| format!(" × {}", number(count)));
    view! { <Badge icon tone>{label}{times}</Badge> }
}
