//! Time formatting, and the remaining lifetime.

use leptos::prelude::*;
use mintkey_domain::Timestamp;

use crate::{clock::now, time_format};

/// A relative time: `12 s ago`, `in 61 days`, with the exact time in its title. The page's script updates the text.
#[component]
pub(crate) fn RelativeTime(at: Timestamp) -> impl IntoView {
    let text = time_format::relative(at.millis(), now());
    view! { <time datetime=at.to_string() title=time_format::exact(at.millis()) data-relative>{text}</time> }
}

/// `Saturday 20 February 2027 at 09:14 UTC`.
#[component]
pub(crate) fn ExactTime(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string()>{time_format::moment(at.millis())}</time> }
}

/// The remaining lifetime as a bar. The text next to it says the same.
#[component]
pub(crate) fn LifetimeBar(from: Timestamp, to: Timestamp) -> impl IntoView {
    let left = to.millis() - now();
    let whole = to.since(from).max(1);
    let width = (left.saturating_mul(64) / whole).clamp(1, 64);
    let class = if left < 14 * time_format::DAY { "ending" } else { "ok" };
    (left > 0).then(|| {
        view! {
            <svg class="lifetime-bar" viewBox="0 0 64 3" preserveAspectRatio="none" aria-hidden="true">
                <rect class="base" width="64" height="3" rx="1.5"></rect>
                <rect class=class width=width.to_string() height="3" rx="1.5"></rect>
            </svg>
        }
    })
}

/// The initials of an avatar, at most two letters.
pub(crate) fn initials(name: &str) -> String {
    let mut parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let second = if name.contains('@') { None } else { parts.next() };
    let letters = match second {
        Some(second) => first.chars().take(1).chain(second.chars().take(1)).collect::<String>(),
        None => first.chars().take(2).collect(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn two_letters_stand_for_a_name() {
        for (name, letters) in
            [("Northfield Works", "NW"), ("ops@example.com", "OP"), ("Acme", "AC"), ("", ""), ("ä b c", "ÄB")]
        {
            assert_eq!(initials(name), letters);
        }
    }
}
