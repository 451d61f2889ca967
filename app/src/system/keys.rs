//! The signing keys of access tokens.

use leptos::prelude::*;
use mintkey_service::{KeyState, KeyView};

use crate::frame::{Badge, Card, Column, DataTable, RelativeTime, Rows, Tone};

/// The signing keys, read-only: only the command line replaces them.
#[component]
pub(super) fn SigningKeys(keys: Vec<KeyView>) -> impl IntoView {
    let columns = [
        Column::new("Key ID", "col-name"),
        Column::new("Algorithm", "col-role"),
        Column::new("Signs from", "col-created"),
        Column::new("Verifies until", "col-expires"),
        Column::new("Status", "col-status"),
    ];
    let rows = keys.into_iter().map(|key| view! { <KeyRow key_view=key/> }).collect_view();
    view! {
        <Card id="keys-h" heading="Signing keys">
            <div class="in">
                <p class="muted">
                    "They sign the access tokens of all organizations. "<code>"mintkey admin signing-key rotate"</code>
                    " replaces them."
                </p>
            </div>
            <DataTable caption="Signing keys, newest first" class="keys" columns><Rows>{rows}</Rows></DataTable>
        </Card>
    }
}

#[component]
fn KeyRow(key_view: KeyView) -> impl IntoView {
    let KeyView { id, algorithm, active_from, retires_at, state, .. } = key_view;
    let id = id.to_string();
    let until = match retires_at {
        Some(at) => view! { <RelativeTime at/> }.into_any(),
        None => "Not retired".into_any(),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name"><b class="mono" title=id.clone()>{id.clone()}</b></th>
            <td role="cell" class="col-role" data-label="Algorithm"><span>{algorithm}</span></td>
            <td role="cell" class="col-created" data-label="Signs from"><div><RelativeTime at=active_from/></div></td>
            <td role="cell" class="col-expires" data-label="Verifies until"><div>{until}</div></td>
            <td role="cell" class="col-status"><KeyBadge state/></td>
        </tr>
    }
}

#[component]
fn KeyBadge(state: KeyState) -> impl IntoView {
    let (icon, tone, label) = match state {
        KeyState::Published => ("clock", Tone::Muted, "Published"),
        KeyState::Signing => ("ok", Tone::Success, "Active"),
        KeyState::Verifying => ("hour", Tone::Warning, "Retiring"),
    };
    view! { <Badge icon tone>{label}</Badge> }
}
