//! The last use of a token's secrets.

use leptos::prelude::*;
use mintkey_domain::wire::SecretUse;

use super::facts::UsedFrom;
use crate::{
    frame::{Note, RelativeTime, Tone},
    time_format::moment,
};

/// Shows the last use of a rotated token's previous secret, if there is one.
#[component]
pub(super) fn OldSecretNote(uses: Vec<SecretUse>) -> impl IntoView {
    let old = uses.into_iter().find(|secret| !secret.current)?;
    let note = match old.last_used_at {
        Some(at) => {
            let from = old.last_used_ip.map(|ip| view! { " from "<b class="mono">{ip}</b> });
            let agent = old.last_used_agent.map(|agent| view! { " by "<span class="agent">{agent}</span> });
            view! { <Note tone=Tone::Warning>"Old secret last used "<RelativeTime at/>{from}{agent}"."</Note> }
        }
        None => view! { <Note>"The old secret was never used."</Note> },
    };
    Some(note)
}

/// The time, address and user agent of a secret's last use.
#[component]
pub(super) fn LastSecretUse(secret: SecretUse) -> impl IntoView {
    let Some(at) = secret.last_used_at else { return "Not used yet".into_any() };
    let agent = secret.last_used_agent.map(|agent| view! { <small class="agent">{agent}</small> });
    view! {
        <span title=moment(at.millis())>"Used "<RelativeTime at/></span><UsedFrom ip=secret.last_used_ip/>{agent}
    }
    .into_any()
}
