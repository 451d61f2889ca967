//! Creating and editing service accounts.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, MAX_LABEL, Problem, Role,
    request::{NewServiceAccountDraft, ServiceAccountChangesDraft},
    wire::{Member, Token},
};
use serde::{Deserialize, Serialize};

use super::{
    access::{is_unreadable, require_editor},
    managers::{ManagersField, to_choose_from},
};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, Field, Note, Section, TextArea, Tone, error_of, role_name},
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const ANCHORS: Anchors = &[
    ("name", "name"),
    ("description", "description"),
    ("role", "role"),
    ("allowed_scopes", "allowed_scopes"),
    ("member_ids", "member_ids"),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountForm {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: String,
    /// One scope per line; empty for all scopes of the role.
    pub(crate) allowed_scopes: String,
    /// IDs of the members who may create and rotate its tokens.
    pub(crate) member_ids: Vec<String>,
    /// `true` if the form listed the members; otherwise the managers don't change.
    pub(crate) offers_members: String,
    /// `true` to invalidate the tokens that would gain scopes which their creators can't grant.
    pub(crate) invalidate_tokens: String,
    /// Whether the stored restriction can't be read, so that the field is empty.
    #[serde(skip)]
    unreadable: bool,
}

/// Creates a service account; returns its name.
#[server(prefix = "/_fn", endpoint = "service-accounts/create")]
pub(crate) async fn create_account(#[server(flatten)] form: AccountForm) -> Result<String> {
    let (service, actor) = caller()?;
    let scopes = form.scopes();
    let draft = NewServiceAccountDraft {
        name: form.name,
        description: Some(form.description),
        role: Some(form.role).filter(|role| !role.is_empty()),
        allowed_scopes: (!scopes.is_empty()).then_some(scopes),
        member_ids: form.member_ids,
    };
    service.create_service_account(&actor, draft.check()?).await.map(|account| account.name).map_err(taken)
}

/// Edits a service account; returns its name.
#[server(prefix = "/_fn", endpoint = "service-accounts/edit")]
pub(crate) async fn edit_account(
    #[server(default)] id: String,
    #[server(flatten)] form: AccountForm,
) -> Result<String> {
    let (service, actor) = caller()?;
    let id = parse_id(&id)?;
    let scopes = form.scopes();
    // An empty field removes a restriction, but not one that couldn't be shown.
    let unchanged = scopes.is_empty() && is_unreadable(&service.service_account(&actor, id).await?);
    let draft = ServiceAccountChangesDraft {
        name: Some(form.name),
        description: Some(Some(form.description)),
        role: Some(form.role),
        allowed_scopes: (!unchanged).then(|| (!scopes.is_empty()).then_some(scopes)),
        member_ids: (form.offers_members == "true").then_some(form.member_ids),
        invalidate_tokens: form.invalidate_tokens == "true",
    };
    let edited = service.edit_service_account(&actor, id, draft.check()?).await;
    edited.map(|account| account.name).map_err(taken)
}

impl AccountForm {
    fn scopes(&self) -> Vec<String> {
        self.allowed_scopes.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// Reports a name conflict as an error of the name field.
fn taken(error: mintkey_service::Error) -> AppError {
    let error = AppError::from(error);
    if error.0.code == ErrorCode::AlreadyExists {
        let message = "A service account of this name exists, or existed.";
        return FieldErrors::one("name", FieldCode::Taken, message).into();
    }
    error
}

/// `GET /settings/service-accounts/new`.
pub(crate) async fn page_for_new(user: SignedIn, return_to: ReturnTo) -> Result<Response> {
    let form = AccountForm { role: Role::Member.to_string(), ..AccountForm::default() };
    show(user, return_to, None, form, None).await
}

/// `POST /settings/service-accounts/new`.
pub(crate) async fn submit_new(user: SignedIn, return_to: ReturnTo, request: Request) -> Result<Response> {
    match run_form::<CreateAccount>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(name) => Ok(return_to.redirect(&user, &format!("{name} created. Now give it a token."))),
        Submitted::Refused(typed, problem) => show(user, return_to, None, typed.form, Some(problem)).await,
    }
}

/// `GET /settings/service-accounts/{id}/edit`.
pub(crate) async fn page_for_edit(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    let account = user.visitor.service().service_account(&user.actor, parse_id(&id)?).await?;
    let form = AccountForm {
        unreadable: is_unreadable(&account),
        name: account.name.clone(),
        description: account.description.unwrap_or_default(),
        role: account.role.to_string(),
        allowed_scopes: account.allowed_scopes.unwrap_or_default().join("\n"),
        member_ids: account.members.iter().map(|member| member.id.to_string()).collect(),
        ..AccountForm::default()
    };
    show(user, return_to, Some(account.name), form, None).await
}

/// `POST /settings/service-accounts/{id}/edit`.
pub(crate) async fn submit_edit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<EditAccount>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(name) => {
            Ok(return_to.redirect(&user, &format!("{name} saved. It applies to its credentials at their next use.")))
        }
        Submitted::Refused(typed, problem) => {
            let account = user.visitor.service().service_account(&user.actor, parse_id(&id)?).await?;
            let form = AccountForm { unreadable: is_unreadable(&account), ..typed.form };
            show(user, return_to, Some(account.name), form, Some(problem)).await
        }
    }
}

/// Shows the dialog. `name` is the name of the account to edit.
async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    name: Option<String>,
    form: AccountForm,
    problem: Option<Problem>,
) -> Result<Response> {
    require_editor(&user)?;
    let members = to_choose_from(&user, &form.member_ids).await?;
    let gaining = gaining_tokens(&user, problem.as_ref()).await?;
    let background = Background::load(&user, &return_to).await?;
    let title = if name.is_some() { "Edit service account" } else { "New service account" };
    let page = Page::new(title, Section::ServiceAccounts).answering(problem.as_ref());
    let dialog = move || view! { <AccountDialog title return_to name form members gaining problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn AccountDialog(
    title: &'static str,
    return_to: ReturnTo,
    /// The name of the account to edit; `None` for a new one.
    name: Option<String>,
    form: AccountForm,
    /// The possible managers; `None` if the user may not see members.
    members: Option<Vec<Member>>,
    /// The first tokens that would gain scopes.
    gaining: Vec<Token>,
    problem: Option<Problem>,
) -> impl IntoView {
    let is_new = name.is_none();
    let submit = if is_new { "Create service account" } else { "Save changes" };
    let error = |field| error_of(problem.as_ref(), field);
    let (name_error, description_error) = (error("name"), error("description"));
    let (scopes_error, members_error) = (error("allowed_scopes"), error("member_ids"));
    let autofocus = problem.is_none();
    let gaining_count = problem.as_ref().map_or(0, |problem| problem.token_ids.len());
    let gaining = (gaining_count > 0).then(|| view! { <GainingTokens listed=gaining count=gaining_count/> });
    let chosen = form.member_ids;
    let members = members.map(|offered| view! { <ManagersField offered chosen error=members_error/> });
    let scopes_hint = if form.unreadable {
        "The stored scopes can't be read, so the account is allowed nothing. Enter scopes to replace them, one per line."
    } else {
        "One per line, such as telemetry:write or peers.*. Empty: all that its role allows."
    };
    view! {
        <Dialog title return_to=return_to.href() lead=name>
            <div class="body">
                <ErrorSummary problem purpose="the service account can be saved" anchors=ANCHORS/>
                {gaining}
                <Field
                    name="name" label="Name" value=form.name max_length=MAX_LABEL error=name_error autofocus
                    hint="Such as hall-b-gateway. Shown as the owner of its tokens."
                />
                <TextArea name="description" label="Description" value=form.description error=description_error/>
                <RoleField chosen=form.role/>
                <TextArea
                    name="allowed_scopes" label="Allowed scopes" value=form.allowed_scopes hint=scopes_hint
                    error=scopes_error monospace=true
                />
                {members}
                {(!is_new).then(|| view! { <Note>"Applies to each of its credentials at its next use."</Note> })}
            </div>
            <DialogActions return_to=return_to.href() submit/>
        </Dialog>
    }
}

#[component]
fn RoleField(chosen: String) -> impl IntoView {
    let options = [Role::Member, Role::Auditor, Role::Admin].map(|role| {
        let selected = role.as_str() == chosen;
        view! { <option value=role.as_str() selected=selected>{role_name(role)}</option> }
    });
    view! {
        <div class="field">
            <label for="role">"Role"</label>
            <div class="select">
                <select class="input" id="role" name="role" aria-describedby="role-h">{options.collect_view()}</select>
            </div>
            <p class="hint" id="role-h">"Members manage their own tokens; auditors and administrators see all."</p>
        </div>
    }
}

/// Maximum number of tokens that the dialog lists.
const MOST_NAMED: usize = 10;

/// The tokens that prevent the change.
async fn gaining_tokens(user: &SignedIn, problem: Option<&Problem>) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    for id in problem.iter().flat_map(|problem| &problem.token_ids).take(MOST_NAMED) {
        tokens.push(user.visitor.service().token(&user.actor, *id).await?);
    }
    Ok(tokens)
}

/// Lists the tokens that would gain scopes, and asks whether to invalidate them.
#[component]
fn GainingTokens(
    /// The first tokens.
    listed: Vec<Token>,
    /// Number of all such tokens.
    count: usize,
) -> impl IntoView {
    let more = count.saturating_sub(listed.len());
    let more = (more > 0).then(|| view! { <li>{format!("and {more} more")}</li> });
    let (lead, label) = match count {
        1 => (
            "This token would gain rights that its creator could not grant:",
            "Invalidate this token with the change".to_owned(),
        ),
        n => (
            "These tokens would gain rights that their creators could not grant:",
            format!("Invalidate these {n} tokens with the change"),
        ),
    };
    let listed = listed.into_iter().map(|token| {
        let href = format!("/settings/tokens/{}", token.id);
        view! { <li><a class="link" href=href>{token.label}</a>", created by "{token.created_by.name}</li> }
    });
    view! {
        <Note tone=Tone::Warning>{lead}</Note>
        <ul>{listed.collect_view()}{more}</ul>
        <label class="check">
            <input type="checkbox" name="invalidate_tokens" value="true"/>
            {label}
        </label>
    }
}
