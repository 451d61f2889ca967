//! The tokens of an owner, on the owner's page.

use leptos::prelude::*;
use mintkey_domain::wire::Token;

use super::{
    badge::{DisplayStatus, StatusBadge},
    facts::{Expiry, LastUsed},
};
use crate::frame::{Column, DataTable, Rows};

/// A short table of tokens: label, last use, expiry and status.
#[component]
pub(crate) fn OwnedTokens(tokens: Vec<Token>) -> impl IntoView {
    let columns = [
        Column::new("Label", "col-name"),
        Column::new("Last used", "col-last-used"),
        Column::new("Expires", "col-expires"),
        Column::new("Status", "col-status"),
    ];
    let rows = tokens.into_iter().map(|token| view! { <OwnedTokenRow token/> }).collect_view();
    view! { <DataTable caption="Tokens, newest first" class="brief" columns><Rows>{rows}</Rows></DataTable> }
}

#[component]
fn OwnedTokenRow(token: Token) -> impl IntoView {
    let status = DisplayStatus::of(&token);
    let href = format!("/settings/tokens/{}", token.id);
    let label = token.label.clone();
    view! {
        <tr role="row" class:spent=status.is_expired_or_invalidated()>
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=href title=label.clone()>{label.clone()}</a>
            </th>
            <td role="cell" class="col-last-used" data-label="Last used"><div><LastUsed token=token.clone()/></div></td>
            <td role="cell" class="col-expires" data-label="Expires"><div><Expiry token/></div></td>
            <td role="cell" class="col-status"><StatusBadge status/></td>
        </tr>
    }
}
