//! A few tokens on the page of their owner.

use leptos::prelude::*;
use mintkey_domain::wire::Token;

use super::{
    badge::{Shown, badge},
    row::{expires, used},
};
use crate::frame::columns;

/// A table of tokens with what matters most: status, last use, end.
pub(crate) fn brief(tokens: Vec<Token>) -> AnyView {
    let rows = tokens.into_iter().map(|token| {
        let shown = Shown::of(&token);
        let (used, expires) = (used(&token).into_any(), expires(&token).into_any());
        view! {
            <tr role="row" class:spent=shown.is_spent()>
                <th role="rowheader" scope="row" class="col-name">
                    <a class="name" href=format!("/settings/tokens/{}", token.id) title=token.label.clone()>
                        {token.label.clone()}
                    </a>
                </th>
                <td role="cell" class="col-last-used" data-label="Last used"><div>{used}</div></td>
                <td role="cell" class="col-expires" data-label="Expires"><div>{expires}</div></td>
                <td role="cell" class="col-status">{badge(shown)}</td>
            </tr>
        }
    });
    view! {
        <table class="table cards brief" role="table">
            <caption class="sr-only">"Tokens, newest first"</caption>
            {columns(&[
                ("Label", "col-name"),
                ("Last used", "col-last-used"),
                ("Expires", "col-expires"),
                ("Status", "col-status"),
            ])}
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
