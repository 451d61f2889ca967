//! Deleting scopes from the catalogue.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::Problem;

use super::{
    access::{LIST, done, require_added, require_editor},
    list::{Catalogue, Params, ScopesPage},
};
use crate::{
    error::Result,
    frame::{ConfirmDialog, Note, Section, Tone},
    page::Page,
    web::{SignedIn, Submitted, caller, encode, parse_id, run_form},
};

/// Deletes a scope that no token has.
#[server(prefix = "/_fn", endpoint = "scopes/delete")]
pub(crate) async fn delete_scope(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.delete_scope(&actor, parse_id(&id)?).await?)
}

/// `GET /settings/scopes/{id}/delete`.
pub(crate) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, &id, None).await
}

/// `POST /settings/scopes/{id}/delete`.
pub(crate) async fn submit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<DeleteScope>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(()) => Ok(done(&user, "Scope deleted. No token can be given it any more.")),
        Submitted::Refused(_, problem) => show(user, &id, Some(problem)).await,
    }
}

async fn show(user: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let scope = user.visitor.service().scope(&user.actor, parse_id(id)?).await?;
    require_added(&scope)?;
    let catalogue = Catalogue::load(&user, Params::default()).await?;
    let page = Page::new("Delete scope", Section::Scopes).answering(problem.as_ref());
    let background = move || view! { <ScopesPage catalogue/> };
    page.show_dialog(&user, background, move || view! { <DeleteDialog name=scope.name problem/> }).await
}

#[component]
fn DeleteDialog(name: String, problem: Option<Problem>) -> impl IntoView {
    let tokens = format!("/settings/tokens?scope={}", encode(&name));
    view! {
        <ConfirmDialog
            title="Delete this scope?"
            return_to=LIST
            lead=view! { <code>{name}</code> }.into_any()
            icon="trash"
            tone=Tone::Danger
            action="Delete scope"
            problem
            purpose="the scope can be deleted"
        >
            <Note>
                "It can be deleted while no token holds it: "<a class="link" href=tokens>"see which do"</a>"."
            </Note>
        </ConfirmDialog>
    }
}
