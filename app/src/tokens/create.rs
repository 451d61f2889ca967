//! A new token.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, ExpiryPolicy, MAX_LABEL, Problem, own,
    wire::{Owner, Scope},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    draft::{TokenForm, prefill, split},
    edit::machine_name,
    expiry::expiry_field,
    minted::Minted,
    picker::picker,
    reveal::reveal,
    token_id,
};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Anchors, ChoiceSearch, Dialog, Field, Section, actions, below, described, error_of, error_summary, icon},
    idempotency::{idempotency, new_key},
    islands::Summary,
    return_to::ReturnTo,
    web::{Screen, SignedIn, Submitted, caller, decode, run},
};

/// Where the mistakes of a token's form are.
pub(super) const ANCHORS: Anchors = &[
    ("label", "label"),
    ("owner_id", "owner"),
    ("description", "description"),
    ("scopes", "scopes"),
    ("expires_at", "expires"),
    ("ttl", "expires"),
    ("allowed_cidrs", "allowed_cidrs"),
];

/// What fills the form in: `?label=&scopes=a,b&expires_in=30d&owner=`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Prefill {
    label: String,
    scopes: String,
    expires_in: String,
    owner: String,
    /// The id of a token that the new one begins as.
    copy: String,
}

/// The service accounts that a form offers.
struct Owners {
    /// Those that were found, and the one that was asked for.
    choices: Vec<Owner>,
    /// How many of them were found.
    listed: usize,
    /// How many the search finds.
    total: i64,
}

/// Makes a token for the caller, or for a service account.
#[server(prefix = "/_fn", endpoint = "tokens/create")]
pub(crate) async fn create_token(#[server(flatten)] form: TokenForm, #[server(default)] key: String) -> Result<Minted> {
    let (service, actor) = caller()?;
    let once = idempotency(key, "console:tokens.create", &form)?;
    Ok(service.create_token(&actor, form.into_new()?, once).await?.into())
}

/// `GET /settings/tokens/new`.
pub(crate) async fn page(person: SignedIn, return_to: ReturnTo, Query(params): Query<Prefill>) -> Result<Response> {
    let policy = person.visitor.service().expiry_policy(&person.actor).await?;
    if !params.copy.is_empty() {
        let token = person.visitor.service().token(&person.actor, token_id(&params.copy)?).await?;
        return show(person, return_to, TokenForm::copy_of(&token, &policy), policy, None).await;
    }
    let wanted = params.scopes.split([',', ' ']).map(str::trim).filter(|scope| !scope.is_empty());
    let (scopes, patterns) = split(&wanted.map(str::to_owned).collect::<Vec<_>>());
    let expires = prefill(&params.expires_in, &policy);
    let form =
        TokenForm { label: params.label, owner: params.owner, scopes, patterns, expires, ..TokenForm::default() };
    show(person, return_to, form, policy, None).await
}

/// `POST /settings/tokens/new`: the answer itself shows the secret, this once.
pub(crate) async fn sent(person: SignedIn, return_to: ReturnTo, request: Request) -> Result<Response> {
    let call: CreateToken = decode(request, |_| {}).await?;
    if owner_search(&call.form).is_new() {
        let policy = person.visitor.service().expiry_policy(&person.actor).await?;
        return show(person, return_to, call.form, policy, None).await;
    }
    match run(&person.visitor, call).await {
        Submitted::Done(minted) => reveal(&person, &return_to, minted).await,
        Submitted::Refused(typed, problem) => {
            let policy = person.visitor.service().expiry_policy(&person.actor).await?;
            show(person, return_to, typed.form, policy, Some(problem)).await
        }
    }
}

async fn show(
    person: SignedIn,
    return_to: ReturnTo,
    mut form: TokenForm,
    policy: ExpiryPolicy,
    problem: Option<Problem>,
) -> Result<Response> {
    if !person.actor.allows(own::TOKENS_WRITE) {
        return Err(AppError::new(ErrorCode::Forbidden, "Auditors can see tokens, but not create any."));
    }
    let owners = match owners(&person, &form, &form.owner).await {
        // The form is shown again with what is wrong at the field.
        Err(_) if problem.is_some() => owners(&person, &form, "").await?,
        owners => owners?,
    };
    let scopes = scopes(&person, &form.owner, problem.is_some()).await?;
    let unknown: Vec<_> = form.scopes.extract_if(.., |name| !scopes.iter().any(|scope| scope.name == *name)).collect();
    let ignored = unknown.join(", ");
    let background = Background::load(&person, &return_to).await?;
    let title = if problem.is_some() { "New token: not created" } else { "New token" };
    let cancel = return_to.href();
    let screen = Screen::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        let dialog = Dialog::new("New token", &cancel).wide("big");
        dialog.view(body(&form, &owners, &scopes, &policy, &ignored, problem.as_ref()), foot(&cancel)).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

/// The service accounts to choose from. One that was asked for is among them, or there is no such page: another owner in
/// its place would get the token.
async fn owners(person: &SignedIn, form: &TokenForm, chosen: &str) -> Result<Owners> {
    let service = person.visitor.service();
    let search = owner_search(form);
    let (mut choices, total) = service.service_accounts_to_choose(&person.actor, search.text().as_deref()).await?;
    let listed = choices.len();
    if !chosen.is_empty() && !choices.iter().any(|owner| owner.id.to_string() == chosen) {
        let id = Uuid::try_parse(chosen).map_err(|_| AppError::not_found())?;
        choices.push(service.owner(&person.actor, id).await?);
    }
    Ok(Owners { choices, listed, total })
}

/// The search for an owner, as the form has it.
fn owner_search(form: &TokenForm) -> ChoiceSearch {
    ChoiceSearch { typed: form.choice_search.clone(), answered: form.choice_searched.clone() }
}

/// The scopes to choose from. The form of an owner that isn't there is shown again, with what is wrong at the field.
async fn scopes(person: &SignedIn, owner: &str, again: bool) -> Result<Vec<Scope>> {
    let (service, actor) = (person.visitor.service(), &person.actor);
    let bounded = match Uuid::try_parse(owner) {
        Ok(id) => service.grantable_scopes_for(actor, id).await,
        Err(_) => return Ok(service.grantable_scopes(actor).await?),
    };
    match bounded {
        Err(_) if again => Ok(service.grantable_scopes(actor).await?),
        bounded => Ok(bounded?),
    }
}

fn body(
    form: &TokenForm,
    owners: &Owners,
    scopes: &[Scope],
    policy: &ExpiryPolicy,
    ignored: &str,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let ignored = (!ignored.is_empty()).then(|| {
        let words = format!("These scopes were left out because you can't grant them or they don't exist: {ignored}");
        view! { <p class="note warning">{icon("warn")}<span>{words}</span></p> }
    });
    let machine = owners.choices.iter().find(|owner| owner.id.to_string() == form.owner).and_then(machine_name);
    view! {
        <input type="hidden" name="key" value=new_key()/>
        <div class="body two">
            {error_summary(problem, "the token can be created", ANCHORS)}
            {ignored}
            <div>
                {label(form, problem).view()}
                {owner(form, owners, problem)}
                {description(form, problem).area(false)}
                {expiry_field(form, policy, None, problem)}
                {advanced(form, problem)}
            </div>
            <div>{picker(form, scopes, machine, problem)}</div>
        </div>
    }
}

/// Whose it will be, where there is a choice.
fn owner(form: &TokenForm, owners: &Owners, problem: Option<&Problem>) -> Option<AnyView> {
    let Owners { choices, listed, total } = owners;
    if choices.is_empty() && form.owner.is_empty() && form.choice_search.is_empty() {
        return None;
    }
    let search = owner_search(form).view(*listed, *total);
    let error = error_of(problem, "owner_id");
    let invalid = error.is_some().then_some("true");
    let explained = described("owner", true, error.is_some());
    let hint = "Tokens of a service account keep working after you leave.";
    let unlisted = !form.owner.is_empty() && !choices.iter().any(|owner| owner.id.to_string() == form.owner);
    let unlisted = unlisted.then(|| view! { <option value=form.owner.clone() selected=true>"Not found"</option> });
    let options = choices.iter().map(|owner| {
        let id = owner.id.to_string();
        let selected = id == form.owner;
        view! { <option value=id selected=selected>{owner.name.clone()}</option> }
    });
    let view = view! {
        <div class="field">
            <label for="owner">"Owner"</label>
            <div class="select">
                <select class="input" id="owner" name="owner" aria-invalid=invalid aria-describedby=explained>
                    <option value="">"You"</option>
                    {unlisted}
                    <optgroup label="Service accounts">{options.collect_view()}</optgroup>
                </select>
            </div>
            {below("owner", Some(hint), error)}
        </div>
        {search}
    };
    Some(view.into_any())
}

/// The label's field.
pub(super) fn label(form: &TokenForm, problem: Option<&Problem>) -> Field {
    let mut field = Field::new("label", "label", "Label");
    field.value.clone_from(&form.label);
    field.hint = Some("Shown in lists and the audit log.");
    field.most = Some(MAX_LABEL);
    field.autofocus = problem.is_none();
    field.error = error_of(problem, "label");
    field
}

/// The description's field.
pub(super) fn description(form: &TokenForm, problem: Option<&Problem>) -> Field {
    let mut field = Field::new("description", "description", "Description");
    field.value.clone_from(&form.description);
    field.optional = true;
    field.error = error_of(problem, "description");
    field
}

/// What is seldom needed.
pub(super) fn advanced(form: &TokenForm, problem: Option<&Problem>) -> impl IntoView + use<> {
    let mut ranges = Field::new("allowed_cidrs", "allowed_cidrs", "IP allowlist");
    ranges.value.clone_from(&form.allowed_cidrs);
    ranges.optional = true;
    ranges.hint = Some("One CIDR block per line. Empty allows any address.");
    ranges.error = error_of(problem, "allowed_cidrs");
    let mut patterns = Field::new("patterns", "patterns", "Scope patterns");
    patterns.value.clone_from(&form.patterns);
    patterns.optional = true;
    patterns.hint = Some("One per line, such as telemetry:* or peers.*; * alone is everything you may do.");
    let open = ranges.error.is_some() || !ranges.value.is_empty() || !patterns.value.is_empty();
    view! {
        <details class="more" open=open>
            <summary>{icon("next")}"Advanced "<small>"IP allowlist, scope patterns"</small></summary>
            <div class="two-columns">{ranges.area(true)}{patterns.area(true)}</div>
        </details>
    }
}

fn foot(cancel: &str) -> impl IntoView + use<> {
    let buttons = actions(cancel, view! { <button class="btn primary">"Create token"</button> });
    view! { <Summary/>{buttons} }
}
