//! The list of clusters.

use axum::response::Response;
use leptos::prelude::*;
use mintkey_domain::{scopes, wire::Cluster};

use super::{access::webhook_url, row::ClusterRow};
use crate::{
    error::Result,
    frame::{Actions, Column, DataTable, DialogLink, Icon, Rows, Section, TableRegion, counted},
    page::Page,
    web::{Console, SignedIn},
};

/// The data of the page. An organization has at most 100 clusters, so that one page has all.
pub(super) struct List {
    clusters: Vec<Cluster>,
    organization: String,
    console: Console,
    can_edit: bool,
}

/// `GET /settings/clusters`.
pub(super) async fn page(user: SignedIn) -> Result<Response> {
    let list = List::load(&user).await?;
    Page::new("Clusters", Section::Clusters).show(&user, move || view! { <ClustersPage list/> }).await
}

impl List {
    pub(super) async fn load(user: &SignedIn) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        Ok(Self {
            clusters: service.list_clusters(actor).await?,
            organization: service.viewer(actor).await?.organization,
            console: user.visitor.console.clone(),
            can_edit: actor.allows(scopes::CLUSTERS_WRITE),
        })
    }
}

/// The list, or an introduction if there are no clusters.
#[component]
pub(super) fn ClustersPage(list: List) -> impl IntoView {
    let List { clusters, organization, console, can_edit } = list;
    let new = can_edit.then(|| {
        view! { <DialogLink href="/settings/clusters/new" icon="plus" label="Add cluster" primary=true/> }
    });
    if clusters.is_empty() {
        return view! { <NoneYet organization>{new}</NoneYet> }.into_any();
    }
    let count = counted(i64::try_from(clusters.len()).unwrap_or(i64::MAX), "Kubernetes cluster", "Kubernetes clusters");
    let columns = [
        Column::new("Name and API server", "col-name"),
        Column::new("Groups and scopes", "col-groups"),
        Column::new("Default namespace", "col-namespace"),
        Column::new("Webhook and ID", "col-webhook"),
    ];
    let rows = clusters.into_iter().map(|cluster| {
        let webhook = webhook_url(&console, cluster.id);
        view! { <ClusterRow cluster webhook can_edit/> }
    });
    let rows = rows.collect_view();
    view! {
        <header class="page-head">
            <div><h1>"Clusters"</h1><p class="whole">{format!("{count} of {organization}.")}</p></div>{new}
        </header>
        <TableRegion label="Clusters">
            <DataTable caption="Kubernetes clusters, by name" class="clusters" columns actions=Actions::Menu>
                <Rows>{rows}</Rows>
            </DataTable>
        </TableRegion>
    }
    .into_any()
}

/// Introduces clusters. Its children are the button to add the first one.
#[component]
fn NoneYet(organization: String, children: Children) -> impl IntoView {
    view! {
        <header class="page-head">
            <div><h1>"Clusters"</h1><p class="whole">{format!("None yet in {organization}.")}</p></div>
        </header>
        <section class="card empty slim" aria-labelledby="first">
            <Icon name="helm"/>
            <h2 id="first">"Use tokens in Kubernetes"</h2>
            <p>
                "A cluster that is added here can ask Mintkey about tokens. Their owners are then its users, in groups "
                "by the tokens' scopes, and an invalidated token is refused there too."
            </p>
            <p class="muted small">"How to set up its API server is described in docs/kubernetes.md."</p>
            {children()}
        </section>
    }
}
