//! The choice of a rotation's overlap.

use leptos::prelude::*;
use mintkey_domain::Timestamp;

use crate::{
    clock::now,
    time_format::{DAY, HOUR, MINUTE, moment},
};

/// Overlap options: value, label, description and milliseconds.
const OVERLAPS: [(&str, &str, &str, i64); 4] = [
    ("", "Immediately", "The old secret stops now.", 0),
    ("15m", "15 minutes", "For one service you restart.", 15 * MINUTE),
    ("1h", "1 hour", "For a deploy in progress.", HOUR),
    ("24h", "24 hours", "For fleets that sync once a day.", DAY),
];

/// Each choice states its consequence.
#[component]
pub(super) fn OverlapField(
    chosen: String,
    /// The token's expiry, which also ends the overlap.
    expires_at: Option<Timestamp>,
    autofocus: bool,
) -> impl IntoView {
    let last = expires_at.map_or(i64::MAX, Timestamp::millis);
    let choices = OVERLAPS.into_iter().map(|(value, label, description, length)| {
        let checked = value == chosen;
        let until = moment(now().saturating_add(length).min(last));
        view! {
            <label class="choice">
                <b>{label}</b>" "
                <input type="radio" name="overlap" value=value checked=checked autofocus={autofocus && checked}/>
                <small>{description}</small>
            </label>
            <Timeline length until/>
        }
    });
    view! {
        <fieldset class="field" id="overlap">
            <legend>"Keep the old secret working for"</legend>
            <div class="choices two-up overlaps">{choices.collect_view()}</div>
        </fieldset>
    }
}

/// The consequence of an overlap, as two bars and as text.
#[component]
fn Timeline(length: i64, until: String) -> impl IntoView {
    // Not to scale: a day fills the bar, and shorter overlaps remain distinguishable.
    let width = match length {
        0 => 0,
        ..HOUR => 60,
        HOUR..DAY => 120,
        _ => 240,
    };
    let explanation = if length == 0 {
        view! { "Callers with the old secret get "<code>"401"</code>" from their next request on" }.into_any()
    } else {
        view! { "Both work until "<b>{until}</b> }.into_any()
    };
    view! {
        <div class="choice-detail overlap">
            <span>"Old"</span><Bar class="ending" width/>
            <span>"New"</span><Bar class="ok" width=400/>
            <span></span><span>{explanation}</span>
        </div>
    }
}

#[component]
fn Bar(class: &'static str, width: u16) -> impl IntoView {
    view! {
        <svg viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="base" y="5" width="400" height="2"></rect>
            <rect class=class width=width.to_string() height="12" rx="3"></rect>
        </svg>
    }
}
