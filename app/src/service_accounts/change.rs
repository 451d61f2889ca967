//! A new service account, and changes to one.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, MAX_LABEL, Problem, Role,
    wire::{Member, NewServiceAccountDraft, ServiceAccount, ServiceAccountChangesDraft, Token},
};
use serde::{Deserialize, Serialize};

use super::{
    account_id,
    managers::{members, to_choose_from},
    require_editor,
};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Anchors, Dialog, Field, Section, actions, error_of, error_summary, plain, role_name, warning},
    return_to::ReturnTo,
    web::{Screen, SignedIn, Submitted, caller, submit},
};

const ANCHORS: Anchors = &[
    ("name", "name"),
    ("description", "description"),
    ("role", "role"),
    ("allowed_scopes", "allowed_scopes"),
    ("member_ids", "member_ids"),
];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountForm {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: String,
    /// One a line; none for all that the role may do.
    pub(crate) allowed_scopes: String,
    /// The ids of the members who may make and rotate its tokens.
    pub(crate) member_ids: Vec<String>,
    /// `true` if the form had the members to choose from: if not, its managers stay as they are.
    pub(crate) offers_members: String,
    /// `true` to invalidate the tokens that would gain what their makers could not grant.
    pub(crate) invalidate_tokens: String,
    /// Whether the stored restriction can't be read, and so isn't in the field.
    #[serde(skip)]
    unreadable: bool,
}

/// Makes a service account; says its name.
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

/// Changes a service account; says its name.
#[server(prefix = "/_fn", endpoint = "service-accounts/edit")]
pub(crate) async fn edit_account(
    #[server(default)] id: String,
    #[server(flatten)] form: AccountForm,
) -> Result<String> {
    let (service, actor) = caller()?;
    let id = account_id(&id)?;
    let scopes = form.scopes();
    // An empty field lifts a restriction, but not one that could not be shown.
    let kept = scopes.is_empty() && is_unreadable(&service.service_account(&actor, id).await?);
    let draft = ServiceAccountChangesDraft {
        name: Some(form.name),
        description: Some(Some(form.description)),
        role: Some(form.role),
        allowed_scopes: (!kept).then(|| (!scopes.is_empty()).then_some(scopes)),
        member_ids: (form.offers_members == "true").then_some(form.member_ids),
        invalidate_tokens: form.invalidate_tokens == "true",
    };
    let edited = service.edit_service_account(&actor, id, draft.check()?).await;
    edited.map(|account| account.name).map_err(taken)
}

/// Whether the account is restricted to scopes of which none can be read, so that it may do nothing.
fn is_unreadable(account: &ServiceAccount) -> bool {
    account.allowed_scopes.as_ref().is_some_and(Vec::is_empty)
}

impl AccountForm {
    fn scopes(&self) -> Vec<String> {
        self.allowed_scopes.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// A name that is taken is a mistake of its field.
fn taken(error: mintkey_service::Error) -> AppError {
    let error = AppError::from(error);
    if error.0.code == ErrorCode::AlreadyExists {
        let message = "A service account of this name exists, or existed.";
        return FieldErrors::one("name", FieldCode::Taken, message).into();
    }
    error
}

/// `GET /settings/service-accounts/new`.
pub(crate) async fn page_for_new(person: SignedIn, return_to: ReturnTo) -> Result<Response> {
    let form = AccountForm { role: Role::Member.to_string(), ..AccountForm::default() };
    show(person, return_to, None, form, None).await
}

/// `POST /settings/service-accounts/new`.
pub(crate) async fn sent_new(person: SignedIn, return_to: ReturnTo, request: Request) -> Result<Response> {
    match submit::<CreateAccount>(&person.visitor, request, |_| {}).await? {
        Submitted::Done(name) => Ok(return_to.redirect(&person, &format!("{name} created. Now give it a token."))),
        Submitted::Refused(typed, problem) => show(person, return_to, None, typed.form, Some(problem)).await,
    }
}

/// `GET /settings/service-accounts/{id}/edit`.
pub(crate) async fn page_for_edit(person: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    let account = person.visitor.service().service_account(&person.actor, account_id(&id)?).await?;
    let form = AccountForm {
        unreadable: is_unreadable(&account),
        name: account.name.clone(),
        description: account.description.unwrap_or_default(),
        role: account.role.to_string(),
        allowed_scopes: account.allowed_scopes.unwrap_or_default().join("\n"),
        member_ids: account.members.iter().map(|member| member.id.to_string()).collect(),
        ..AccountForm::default()
    };
    show(person, return_to, Some(account.name), form, None).await
}

/// `POST /settings/service-accounts/{id}/edit`.
pub(crate) async fn sent_edit(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match submit::<EditAccount>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(name) => {
            Ok(return_to.redirect(&person, &format!("{name} saved. It applies to its credentials at their next use.")))
        }
        Submitted::Refused(typed, problem) => {
            let account = person.visitor.service().service_account(&person.actor, account_id(&id)?).await?;
            let form = AccountForm { unreadable: is_unreadable(&account), ..typed.form };
            show(person, return_to, Some(account.name), form, Some(problem)).await
        }
    }
}

/// The dialog; `name` is that of the account that is edited.
async fn show(
    person: SignedIn,
    return_to: ReturnTo,
    name: Option<String>,
    form: AccountForm,
    problem: Option<Problem>,
) -> Result<Response> {
    require_editor(&person.actor)?;
    let offered = to_choose_from(&person, &form.member_ids).await?;
    let gaining = gaining_tokens(&person, problem.as_ref()).await?;
    let background = Background::load(&person, &return_to).await?;
    let cancel = return_to.href();
    let title = if name.is_some() { "Edit service account" } else { "New service account" };
    let screen = Screen::new(title, Section::ServiceAccounts).answering(problem.as_ref());
    let dialog = move || {
        let button = if name.is_some() { "Save changes" } else { "Create service account" };
        let new = name.is_none();
        let mut dialog = Dialog::new(title, &cancel);
        if let Some(name) = name {
            dialog = dialog.lead(name);
        }
        let foot = view! {
            <span class="push"></span>
            {actions(&cancel, view! { <button class="btn primary">{button}</button> })}
        };
        dialog.view(body(&form, new, offered, &gaining, problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

fn body(
    form: &AccountForm,
    new: bool,
    offered: Option<Vec<Member>>,
    gaining: &[Token],
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let mut name = Field::new("name", "name", "Name");
    name.value.clone_from(&form.name);
    name.hint = Some("Such as hall-b-gateway. Shown as the owner of its tokens.");
    name.most = Some(MAX_LABEL);
    name.autofocus = problem.is_none();
    name.error = error_of(problem, "name");
    let mut description = Field::new("description", "description", "Description");
    description.value.clone_from(&form.description);
    description.optional = true;
    description.error = error_of(problem, "description");
    let mut scopes = Field::new("allowed_scopes", "allowed_scopes", "Allowed scopes");
    scopes.value.clone_from(&form.allowed_scopes);
    scopes.optional = true;
    scopes.hint = Some(if form.unreadable {
        "The stored scopes can't be read, so the account is allowed nothing. Enter scopes to replace them, one per line."
    } else {
        "One per line, such as telemetry:write or peers.*. Empty: all that its role allows."
    });
    scopes.error = error_of(problem, "allowed_scopes");
    let options = [Role::Member, Role::Auditor, Role::Admin].map(|choice| {
        let selected = choice.as_str() == form.role;
        view! { <option value=choice.as_str() selected=selected>{role_name(choice)}</option> }
    });
    view! {
        <div class="body">
            {error_summary(problem, "the service account can be saved", ANCHORS)}
            {problem.filter(|problem| !problem.token_ids.is_empty()).map(|problem| would_gain(gaining, problem.token_ids.len()))}
            {name.view()}
            {description.area(false)}
            <div class="field">
                <label for="role">"Role"</label>
                <div class="select">
                    <select class="input" id="role" name="role" aria-describedby="role-h">{options.collect_view()}</select>
                </div>
                <p class="hint" id="role-h">"Members manage their own tokens; auditors and administrators see all."</p>
            </div>
            {scopes.area(true)}
            {offered.map(|offered| members(offered, &form.member_ids, problem))}
            {(!new).then(|| plain("info", "Applies to each of its credentials at its next use."))}
        </div>
    }
}

/// The most tokens that the dialog names one by one.
const NAMED: usize = 10;

/// The tokens that stand in the way of raising the account.
async fn gaining_tokens(person: &SignedIn, problem: Option<&Problem>) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    for id in problem.iter().flat_map(|problem| &problem.token_ids).take(NAMED) {
        tokens.push(person.visitor.service().token(&person.actor, *id).await?);
    }
    Ok(tokens)
}

/// Says which tokens would gain, and asks whether they may be invalidated.
fn would_gain(named: &[Token], count: usize) -> impl IntoView + use<> {
    let more = count.saturating_sub(named.len());
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
    let named = named.iter().map(|token| {
        let href = format!("/settings/tokens/{}", token.id);
        let (label, creator) = (token.label.clone(), token.created_by.name.clone());
        view! { <li><a class="link" href=href>{label}</a>", created by "{creator}</li> }
    });
    view! {
        {warning(lead)}
        <ul>{named.collect_view()}{more}</ul>
        <label class="check">
            <input type="checkbox" name="invalidate_tokens" value="true"/>
            {label}
        </label>
    }
}
