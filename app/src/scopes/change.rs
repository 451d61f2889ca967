//! A new scope, and what an older one says.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem};
use mintkey_service::{NewScopeDraft, ScopeChangesDraft};
use serde::{Deserialize, Serialize};

use super::{
    is_added,
    list::{Catalogue, Params},
    require_editor, scope_id,
};
use crate::{
    error::{AppError, Result},
    frame::{Anchors, Dialog, Field, Section, actions, error_of, error_summary, icon, plain},
    web::{Screen, SignedIn, Submitted, caller, submit},
};

const LIST: &str = "/settings/scopes";
const ANCHORS: Anchors = &[("name", "name"), ("description", "description")];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ScopeForm {
    pub(crate) name: String,
    pub(crate) description: String,
    /// Ticked or not there.
    pub(crate) admin_only: Option<String>,
}

/// Adds a scope to the catalogue; says its name.
#[server(prefix = "/_fn", endpoint = "scopes/create")]
pub(crate) async fn create_scope(#[server(flatten)] form: ScopeForm) -> Result<String> {
    let (service, actor) = caller()?;
    let draft = NewScopeDraft {
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

/// Changes what a scope says; says its name.
#[server(prefix = "/_fn", endpoint = "scopes/edit")]
pub(crate) async fn edit_scope(#[server(default)] id: String, #[server(flatten)] form: ScopeForm) -> Result<String> {
    let (service, actor) = caller()?;
    let draft = ScopeChangesDraft { description: Some(form.description), admin_only: Some(form.admin_only.is_some()) };
    Ok(service.edit_scope(&actor, scope_id(&id)?, draft).await?.name)
}

/// `GET /settings/scopes/new`.
pub(crate) async fn page_for_new(person: SignedIn) -> Result<Response> {
    show(person, None, ScopeForm::default(), None).await
}

/// `POST /settings/scopes/new`.
pub(crate) async fn sent_new(person: SignedIn, request: Request) -> Result<Response> {
    match submit::<CreateScope>(&person.visitor, request, |_| {}).await? {
        Submitted::Done(name) => Ok(done(&person, &format!("{name} added. Tokens can be given it from now on."))),
        Submitted::Refused(typed, problem) => show(person, None, typed.form, Some(problem)).await,
    }
}

/// `GET /settings/scopes/{id}/edit`.
pub(crate) async fn page_for_edit(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let scope = person.visitor.service().scope(&person.actor, scope_id(&id)?).await?;
    if !is_added(&scope) {
        return Err(AppError::new(ErrorCode::ScopeBuiltIn, "Mintkey's own scopes stay as they are."));
    }
    let form = ScopeForm {
        name: scope.name.clone(),
        description: scope.description,
        admin_only: scope.admin_only.then(|| "on".to_owned()),
    };
    show(person, Some(scope.name), form, None).await
}

/// `POST /settings/scopes/{id}/edit`.
pub(crate) async fn sent_edit(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<EditScope>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(name) => {
            Ok(done(&person, &format!("{name} saved. It applies to every token at its next use.")))
        }
        Submitted::Refused(typed, problem) => {
            let scope = person.visitor.service().scope(&person.actor, scope_id(&id)?).await?;
            show(person, Some(scope.name), typed.form, Some(problem)).await
        }
    }
}

/// Leads back to the catalogue, with a message.
pub(super) fn done(person: &SignedIn, message: &str) -> Response {
    person.visitor.redirect(LIST, message)
}

/// The dialog; `name` is that of the scope that is edited.
async fn show(person: SignedIn, name: Option<String>, form: ScopeForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let beneath = Catalogue::load(&person, Params::default()).await?;
    let title = if name.is_some() { "Edit scope" } else { "New scope" };
    let screen = Screen::new(title, Section::Scopes).answering(problem.as_ref());
    let dialog = move || {
        let button = if name.is_some() { "Save changes" } else { "Add scope" };
        let mut dialog = Dialog::new(title, LIST);
        if let Some(name) = &name {
            dialog = dialog.lead(view! { <code>{name.clone()}</code> });
        }
        let foot = view! {
            <span class="push"></span>
            {actions(LIST, view! { <button class="btn primary">{button}</button> })}
        };
        dialog.view(body(&form, name.is_none(), problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}

fn body(form: &ScopeForm, new: bool, problem: Option<&Problem>) -> impl IntoView + use<> {
    let name = new.then(|| {
        let mut name = Field::new("name", "name", "Name");
        name.value.clone_from(&form.name);
        name.hint = Some("Letters, digits and . _ : / - such as telemetry:write. It never changes.");
        name.most = Some(128);
        name.autofocus = problem.is_none();
        name.error = error_of(problem, "name");
        name.view()
    });
    let mut description = Field::new("description", "description", "What it allows");
    description.value.clone_from(&form.description);
    description.optional = true;
    description.hint = Some("One line, shown wherever the scope can be chosen.");
    description.most = Some(1000);
    description.autofocus = problem.is_none() && !new;
    description.error = error_of(problem, "description");
    let checked = form.admin_only.is_some();
    view! {
        <div class="body">
            {error_summary(problem, "the scope can be saved", ANCHORS)}
            {name}
            {description.view()}
            <label class="check">
                <input type="checkbox" name="admin_only" checked=checked/>
                <span class="row">"Only administrators' tokens may hold it"{icon("shield")}</span>
            </label>
            {(!new).then(|| plain("info", "Applies to every token at its next use."))}
        </div>
    }
}
