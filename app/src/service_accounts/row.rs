//! One service account in the list.

use leptos::prelude::*;
use mintkey_domain::{ServiceAccountId, ServiceAccountStatus, wire::ServiceAccount};

use super::status_badge::StatusBadge;
use crate::{
    frame::{MenuItem, RelativeTime, RowMenu, Tone, counted, role_name},
    return_to::{ReturnTo, SERVICE_ACCOUNTS},
};

/// A row of the list. Its children are its menu.
#[component]
pub(super) fn AccountRow(account: ServiceAccount, children: Children) -> impl IntoView {
    let ServiceAccount { id, name, description, role, allowed_scopes, tokens, created_at, status, .. } = account;
    let is_decommissioned = status == ServiceAccountStatus::Decommissioned;
    let description = description.map(|text| {
        let line = text.lines().next().unwrap_or_default().to_owned();
        view! { <small title=text>{line}</small> }
    });
    view! {
        <tr role="row" class:spent=is_decommissioned>
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=format!("{SERVICE_ACCOUNTS}/{id}") title=name.clone()>{name.clone()}</a>
                {description}
            </th>
            <td role="cell" class="col-role" data-label="Role">{role_name(role)}</td>
            <td role="cell" class="col-scopes" data-label="Allowed scopes"><AllowedScopes scopes=allowed_scopes/></td>
            <td role="cell" class="col-tokens" data-label="Tokens">
                <a class="link" href=format!("/settings/tokens?owner={id}")>{counted(tokens, "token", "tokens")}</a>
            </td>
            <td role="cell" class="col-created" data-label="Created"><div><RelativeTime at=created_at/></div></td>
            <td role="cell" class="col-status"><StatusBadge status/></td>
            <td role="cell" class="col-actions">{children()}</td>
        </tr>
    }
}

/// The first scopes, and the number of others.
#[component]
fn AllowedScopes(
    /// `None` for all scopes of the role.
    scopes: Option<Vec<String>>,
) -> impl IntoView {
    const LISTED: usize = 2;
    let Some(scopes) = scopes else { return "All its role allows".into_any() };
    if scopes.is_empty() {
        return "None (unreadable)".into_any();
    }
    let others = scopes.len().saturating_sub(LISTED);
    let all = scopes.join(", ");
    let others = (others > 0).then(|| view! { <span class="chip plus" title=all>{format!("+{others}")}</span> });
    let listed = scopes.into_iter().take(LISTED).map(|scope| {
        view! { <span class="chip" title=scope.clone()>{scope.clone()}</span> }
    });
    view! { <div class="chips">{listed.collect_view()}{others}</div> }.into_any()
}

#[component]
pub(super) fn AccountMenu(
    id: ServiceAccountId,
    name: String,
    status: ServiceAccountStatus,
    can_create_tokens: bool,
    return_to: ReturnTo,
) -> impl IntoView {
    let is_active = status == ServiceAccountStatus::Active;
    let new_token = (is_active && can_create_tokens).then(|| {
        view! { <MenuItem href=format!("/settings/tokens/new?owner={id}") icon="key" label="New token"/> }
    });
    let (dialog, icon, label) = if is_active { ("suspend", "lock", "Suspend") } else { ("activate", "ok", "Activate") };
    let href = move |dialog: &str| return_to.service_account_dialog(id, dialog);
    view! {
        <RowMenu of=id.to_string() label=format!("Actions for {name}")>
            {new_token}
            <MenuItem href=href("edit") icon="pencil" label="Edit"/>
            <MenuItem href=href(dialog) icon label/>
            <hr/>
            <MenuItem href=href("decommission") icon="ban" label="Decommission" tone=Tone::Danger/>
        </RowMenu>
    }
}
