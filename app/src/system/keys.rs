//! The keys that sign access tokens.

use leptos::prelude::*;
use mintkey_service::{KeyState, KeyView};

use crate::frame::{ago, columns, icon};

/// A table of them. They are replaced on the command line only.
pub(super) fn card(keys: &[KeyView]) -> impl IntoView + use<> {
    let rows = keys.iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="keys-h">
            <header><h2 id="keys-h">"Signing keys"</h2></header>
            <div class="in">
                <p class="muted">
                    "They sign the access tokens of all organizations. "<code>"mintkey admin signing-key rotate"</code>
                    " replaces them."
                </p>
            </div>
            <table class="table cards keys" role="table">
                <caption class="sr-only">"Signing keys, newest first"</caption>
                {columns(&[
                    ("Key ID", "col-name"),
                    ("Algorithm", "col-role"),
                    ("Signs from", "col-created"),
                    ("Verifies until", "col-expires"),
                    ("Status", "col-status"),
                ])}
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </section>
    }
}

fn row(key: &KeyView) -> impl IntoView + use<> {
    let until = match key.retires_at {
        Some(at) => ago(at).into_any(),
        None => "Not retired".into_any(),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name"><b class="mono" title=key.id.to_string()>{key.id.to_string()}</b></th>
            <td role="cell" class="col-role" data-label="Algorithm"><span>{key.algorithm.clone()}</span></td>
            <td role="cell" class="col-created" data-label="Signs from"><div>{ago(key.active_from)}</div></td>
            <td role="cell" class="col-expires" data-label="Verifies until"><div>{until}</div></td>
            <td role="cell" class="col-status">{badge(key.state)}</td>
        </tr>
    }
}

fn badge(state: KeyState) -> impl IntoView {
    let (class, name, word) = match state {
        KeyState::Published => ("badge off", "clock", "Published"),
        KeyState::Signing => ("badge success", "ok", "Active"),
        KeyState::Verifying => ("badge warning", "hour", "Retiring"),
    };
    view! { <span class=class>{icon(name)}{word}</span> }
}
