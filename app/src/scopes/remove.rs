//! Taking a scope out of the catalogue.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};

use super::{
    change::done,
    is_added,
    list::{Catalogue, Params},
    require_editor, scope_id,
};
use crate::{
    error::{AppError, Result},
    frame::{Dialog, Section, Tone, error_summary, plain},
    web::{Screen, SignedIn, Submitted, caller, encode, submit},
};

const LIST: &str = "/settings/scopes";

/// Removes a scope that no token holds.
#[server(prefix = "/_fn", endpoint = "scopes/delete")]
pub(crate) async fn delete_scope(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.delete_scope(&actor, scope_id(&id)?).await?)
}

/// `GET /settings/scopes/{id}/delete`.
pub(crate) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(person, &id, None).await
}

/// `POST /settings/scopes/{id}/delete`.
pub(crate) async fn sent(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<DeleteScope>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(()) => Ok(done(&person, "Scope deleted. No token can be given it any more.")),
        Submitted::Refused(_, problem) => show(person, &id, Some(problem)).await,
    }
}

async fn show(person: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let scope = person.visitor.service().scope(&person.actor, scope_id(id)?).await?;
    if !is_added(&scope) {
        return Err(AppError::new(ErrorCode::ScopeBuiltIn, "Mintkey's own scopes stay as they are."));
    }
    let beneath = Catalogue::load(&person, Params::default()).await?;
    let screen = Screen::new("Delete scope", Section::Scopes).answering(problem.as_ref());
    let dialog = move || {
        let tokens = format!("/settings/tokens?scope={}", encode(&scope.name));
        let lead = view! { <code>{scope.name.clone()}</code> };
        let dialog = Dialog::new("Delete this scope?", LIST).lead(lead).sign("trash", Tone::Danger).alert();
        let body = view! {
            <div class="body">
                {error_summary(problem.as_ref(), "the scope can be deleted", &[])}
                {plain("info", view! {
                    "It can be deleted while no token holds it: "
                    <a class="link" href=tokens>"see which do"</a>"."
                })}
            </div>
        };
        let foot = view! {
            <span class="push"></span>
            <a class="btn" href=LIST autofocus>"Cancel"</a>
            <button class="btn danger">"Delete scope"</button>
        };
        dialog.view(body, foot).into_any()
    };
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}
