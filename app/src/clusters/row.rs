//! One cluster in the list.

use leptos::prelude::*;
use mintkey_domain::{
    ClusterId,
    wire::{Cluster, ClusterGroup},
};

use super::{access::page_of, form::group_line};
use crate::{
    frame::{MenuItem, RowMenu, Tone, icons_path},
    islands::CopyButton,
};

#[component]
pub(super) fn ClusterRow(
    cluster: Cluster,
    /// The URL of its webhook.
    webhook: String,
    can_edit: bool,
) -> impl IntoView {
    let Cluster { id, name, server, default_namespace, groups, .. } = cluster;
    let url_id = format!("webhook-{id}");
    let lines = vec![(String::new(), url_id.clone())];
    let what = format!("Webhook URL of {name}");
    let menu = can_edit.then(|| view! { <ClusterMenu id name=name.clone()/> });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=page_of(id) title=name.clone()>{name.clone()}</a>
                <small title=server.clone()>{server.clone()}</small>
            </th>
            <td role="cell" class="col-groups" data-label="Groups"><Groups groups/></td>
            <td role="cell" class="col-namespace" data-label="Namespace">
                <span title=default_namespace.clone()>{default_namespace.clone()}</span>
            </td>
            <td role="cell" class="col-webhook" data-label="Webhook">
                <div class="webhook">
                    <code id=url_id title=webhook.clone()>{webhook.clone()}</code>
                    <small class="mono">{id.to_string()}</small>
                    <CopyButton lines label=String::new() what icons=icons_path()/>
                </div>
            </td>
            <td role="cell" class="col-actions">{menu}</td>
        </tr>
    }
}

/// The first groups with their scopes, and the number of others.
#[component]
fn Groups(groups: Vec<ClusterGroup>) -> impl IntoView {
    const LISTED: usize = 2;
    if groups.is_empty() {
        return view! { <span class="muted">"None"</span> }.into_any();
    }
    let groups: Vec<_> = groups.iter().map(group_line).collect();
    let others = groups.len().saturating_sub(LISTED);
    let all = groups.join(", ");
    let others = (others > 0).then(|| view! { <span class="chip plus" title=all>{format!("+{others}")}</span> });
    let listed = groups.into_iter().take(LISTED).map(|group| {
        view! { <span class="chip" title=group.clone()>{group.clone()}</span> }
    });
    view! { <div class="chips">{listed.collect_view()}{others}</div> }.into_any()
}

#[component]
fn ClusterMenu(id: ClusterId, name: String) -> impl IntoView {
    let page = page_of(id);
    view! {
        <RowMenu of=id.to_string() label=format!("Actions for {name}")>
            <MenuItem href=format!("{page}/edit") icon="pencil" label="Edit"/>
            <hr/>
            <MenuItem href=format!("{page}/delete") icon="trash" label="Delete" tone=Tone::Danger/>
        </RowMenu>
    }
}
