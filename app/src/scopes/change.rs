//! Adding scopes to the catalogue, and editing them.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem};
use mintkey_service::{NewScope, ScopeChanges};
use serde::{Deserialize, Serialize};

use super::{
    access::{LIST, done, require_added, require_editor},
    list::{Catalogue, Params, ScopesPage},
};
use crate::{
    error::{AppError, Result},
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, Field, Icon, Note, Section, error_of},
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const ANCHORS: Anchors = &[("name", "name"), ("description", "description")];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ScopeForm {
    pub(crate) name: String,
    pub(crate) description: String,
    /// Set if the checkbox is checked.
    pub(crate) admin_only: Option<String>,
}

/// Adds a scope to the catalogue; returns its name.
#[server(prefix = "/_fn", endpoint = "scopes/create")]
pub(crate) async fn create_scope(#[server(flatten)] form: ScopeForm) -> Result<String> {
    let (service, actor) = caller()?;
    let draft = NewScope {
        name: form.name.trim().to_owned(),
        description: form.description,
        admin_only: form.admin_only.is_some(),
    };
    match service.create_scope(&actor, draft).await.map_err(AppError::from) {
        Ok(scope) => Ok(scope.name),
        Err(error) if error.0.code == ErrorCode::AlreadyExists => {
            Err(FieldErrors::one("name", FieldCode::Taken, "A scope with this name exists already.").into())
        }
        Err(error) => Err(error),
    }
}

/// Edits a scope; returns its name.
#[server(prefix = "/_fn", endpoint = "scopes/edit")]
pub(crate) async fn edit_scope(#[server(default)] id: String, #[server(flatten)] form: ScopeForm) -> Result<String> {
    let (service, actor) = caller()?;
    let draft = ScopeChanges { description: Some(form.description), admin_only: Some(form.admin_only.is_some()) };
    Ok(service.edit_scope(&actor, parse_id(&id)?, draft).await?.name)
}

/// `GET /settings/scopes/new`.
pub(crate) async fn page_for_new(user: SignedIn) -> Result<Response> {
    show(user, None, ScopeForm::default(), None).await
}

/// `POST /settings/scopes/new`.
pub(crate) async fn submit_new(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<CreateScope>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(name) => Ok(done(&user, &format!("{name} added. Tokens can be given it from now on."))),
        Submitted::Refused(typed, problem) => show(user, None, typed.form, Some(problem)).await,
    }
}

/// `GET /settings/scopes/{id}/edit`.
pub(crate) async fn page_for_edit(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let scope = user.visitor.service().scope(&user.actor, parse_id(&id)?).await?;
    require_added(&scope)?;
    let form = ScopeForm {
        name: scope.name.clone(),
        description: scope.description,
        admin_only: scope.admin_only.then(|| "on".to_owned()),
    };
    show(user, Some(scope.name), form, None).await
}

/// `POST /settings/scopes/{id}/edit`.
pub(crate) async fn submit_edit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<EditScope>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(name) => Ok(done(&user, &format!("{name} saved. It applies to every token at its next use."))),
        Submitted::Refused(typed, problem) => {
            let scope = user.visitor.service().scope(&user.actor, parse_id(&id)?).await?;
            show(user, Some(scope.name), typed.form, Some(problem)).await
        }
    }
}

/// Shows the dialog. `name` is the name of the scope to edit.
async fn show(user: SignedIn, name: Option<String>, form: ScopeForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let catalogue = Catalogue::load(&user, Params::default()).await?;
    let title = if name.is_some() { "Edit scope" } else { "New scope" };
    let page = Page::new(title, Section::Scopes).answering(problem.as_ref());
    let background = move || view! { <ScopesPage catalogue/> };
    page.show_dialog(&user, background, move || view! { <ScopeDialog title name form problem/> }).await
}

#[component]
fn ScopeDialog(
    title: &'static str,
    /// The name of the scope to edit; `None` for a new one.
    name: Option<String>,
    form: ScopeForm,
    problem: Option<Problem>,
) -> impl IntoView {
    const NAME_HINT: &str = "Letters, digits and . _ : / - such as telemetry:write. It never changes.";
    let is_new = name.is_none();
    let lead = name.map(|name| view! { <code>{name}</code> }.into_any());
    let submit = if is_new { "Add scope" } else { "Save changes" };
    let autofocus = problem.is_none();
    let error = error_of(problem.as_ref(), "name");
    let name = is_new.then(|| {
        view! { <Field name="name" label="Name" value=form.name hint=NAME_HINT max_length=128 error autofocus/> }
    });
    let error = error_of(problem.as_ref(), "description");
    let checked = form.admin_only.is_some();
    view! {
        <Dialog title return_to=LIST lead>
            <div class="body">
                <ErrorSummary problem purpose="the scope can be saved" anchors=ANCHORS/>
                {name}
                <Field
                    name="description" label="What it allows" value=form.description optional=true max_length=1000 error
                    hint="One line, shown wherever the scope can be chosen." autofocus={autofocus && !is_new}
                />
                <label class="check">
                    <input type="checkbox" name="admin_only" checked=checked/>
                    <span class="row">"Only administrators' tokens may hold it"<Icon name="shield"/></span>
                </label>
                {(!is_new).then(|| view! { <Note>"Applies to every token at its next use."</Note> })}
            </div>
            <DialogActions return_to=LIST submit/>
        </Dialog>
    }
}
