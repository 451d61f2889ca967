//! Deleting clusters.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::Problem;

use super::{
    access::{LIST, page_of, require_editor},
    detail::{ClusterPage, Detail},
};
use crate::{
    error::Result,
    frame::{ConfirmDialog, Note, Section, Tone},
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// Deletes a cluster.
#[server(prefix = "/_fn", endpoint = "clusters/delete")]
pub(crate) async fn delete_cluster(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.delete_cluster(&actor, parse_id(&id)?).await?)
}

/// `GET /settings/clusters/{id}/delete`.
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, &id, None).await
}

/// `POST /settings/clusters/{id}/delete`.
pub(super) async fn submit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<DeleteCluster>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(()) => {
            Ok(user.visitor.redirect(LIST, "Cluster deleted. Its API server can't ask about tokens any more."))
        }
        Submitted::Refused(_, problem) => show(user, &id, Some(problem)).await,
    }
}

async fn show(user: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let detail = Detail::load(&user, parse_id(id)?).await?;
    let (name, return_to) = (detail.cluster.name.clone(), page_of(detail.cluster.id));
    let page = Page::new("Delete cluster", Section::Clusters).answering(problem.as_ref());
    let dialog = move || view! { <DeleteDialog name return_to problem/> };
    page.show_dialog(&user, move || view! { <ClusterPage detail/> }, dialog).await
}

#[component]
fn DeleteDialog(name: String, return_to: String, problem: Option<Problem>) -> impl IntoView {
    view! {
        <ConfirmDialog
            title="Delete this cluster?"
            return_to
            lead=name
            icon="trash"
            tone=Tone::Danger
            action="Delete cluster"
            problem
            purpose="the cluster can be deleted"
        >
            <Note tone=Tone::Warning>
                "Mintkey then refuses its API server, so that tokens stop working in the cluster. "
                "If you add the cluster again, its webhook has another URL."
            </Note>
        </ConfirmDialog>
    }
}
