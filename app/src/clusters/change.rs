//! Adding and editing clusters.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    Problem,
    wire::{Cluster, Scope},
};

use super::{
    access::{LIST, page_of, require_editor},
    detail::{ClusterPage, Detail},
    form::ClusterForm,
    form_fields::{ANCHORS, ClusterFields},
    list::{ClustersPage, List},
};
use crate::{
    error::Result,
    frame::{Dialog, DialogActions, ErrorSummary, Note, Section, Width},
    page::Page,
    scopes::is_added,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// Adds a cluster.
#[server(prefix = "/_fn", endpoint = "clusters/create")]
pub(crate) async fn create_cluster(#[server(flatten)] form: ClusterForm) -> Result<Cluster> {
    let (service, actor) = caller()?;
    service.create_cluster(&actor, form.check()?).await.map_err(|error| form.explain(error))
}

/// Edits a cluster.
#[server(prefix = "/_fn", endpoint = "clusters/edit")]
pub(crate) async fn edit_cluster(
    #[server(default)] id: String,
    #[server(flatten)] form: ClusterForm,
) -> Result<Cluster> {
    let (service, actor) = caller()?;
    let id = parse_id(&id)?;
    let changes = form.changes(&service.cluster(&actor, id).await?)?;
    service.edit_cluster(&actor, id, changes).await.map_err(|error| form.explain(error))
}

/// `GET /settings/clusters/new`.
pub(super) async fn page_for_new(user: SignedIn) -> Result<Response> {
    show_new(user, ClusterForm::empty(), None).await
}

/// `POST /settings/clusters/new`.
pub(super) async fn submit_new(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<CreateCluster>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(cluster) => {
            let message = format!("{} added. Now point its API server to the webhook below.", cluster.name);
            Ok(user.visitor.redirect(&page_of(cluster.id), &message))
        }
        Submitted::Refused(typed, problem) => show_new(user, typed.form, Some(problem)).await,
    }
}

/// `GET /settings/clusters/{id}/edit`.
pub(super) async fn page_for_edit(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show_edit(user, &id, None, None).await
}

/// `POST /settings/clusters/{id}/edit`.
pub(super) async fn submit_edit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<EditCluster>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(cluster) => {
            let message =
                format!("{} saved. It applies the next time its API server asks about a token.", cluster.name);
            Ok(user.visitor.redirect(&page_of(cluster.id), &message))
        }
        Submitted::Refused(typed, problem) => show_edit(user, &id, Some(typed.form), Some(problem)).await,
    }
}

/// Shows the dialog for a new cluster above the list.
async fn show_new(user: SignedIn, form: ClusterForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let scopes = offered_scopes(&user).await?;
    let list = List::load(&user).await?;
    let title = "Add cluster";
    let page = Page::new(title, Section::Clusters).answering(problem.as_ref());
    let dialog = move || view! { <ClusterDialog title return_to=LIST name=None form scopes problem/> };
    page.show_dialog(&user, move || view! { <ClustersPage list/> }, dialog).await
}

/// Shows the dialog for an existing cluster above its page, with the submitted form, if there is one.
async fn show_edit(user: SignedIn, id: &str, form: Option<ClusterForm>, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let scopes = offered_scopes(&user).await?;
    let detail = Detail::load(&user, parse_id(id)?).await?;
    let cluster = &detail.cluster;
    let (name, return_to) = (Some(cluster.name.clone()), page_of(cluster.id));
    let form = form.unwrap_or_else(|| ClusterForm::of(cluster));
    let title = "Edit cluster";
    let page = Page::new(title, Section::Clusters).answering(problem.as_ref());
    let dialog = move || view! { <ClusterDialog title return_to name form scopes problem/> };
    page.show_dialog(&user, move || view! { <ClusterPage detail/> }, dialog).await
}

/// The scopes that the organization added. Editors may read the catalogue; nobody else sees the form.
async fn offered_scopes(user: &SignedIn) -> Result<Vec<Scope>> {
    let mut scopes = user.visitor.service().scopes(&user.actor).await?;
    scopes.retain(is_added);
    Ok(scopes)
}

#[component]
fn ClusterDialog(
    title: &'static str,
    #[prop(into)] return_to: String,
    /// The name of the cluster to edit; `None` for a new one.
    name: Option<String>,
    form: ClusterForm,
    scopes: Vec<Scope>,
    problem: Option<Problem>,
) -> impl IntoView {
    let is_new = name.is_none();
    let (submit, note) = if is_new {
        ("Add cluster", "Next, its page shows the URL that its API server asks about tokens.")
    } else {
        ("Save changes", "Applies the next time its API server asks about a token.")
    };
    let summary = view! { <ErrorSummary problem=problem.clone() purpose="the cluster can be saved" anchors=ANCHORS/> };
    view! {
        <Dialog title return_to=return_to.clone() lead=name width=Width::Medium>
            <div class="body">
                {summary}
                <ClusterFields form scopes problem/>
                <Note>{note}</Note>
            </div>
            <DialogActions return_to submit/>
        </Dialog>
    }
}
