//! Creating a token.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ExpiryPolicy, Problem, scopes,
    wire::{Owner, Scope},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    certificate_fields::CertificateFieldset,
    certificate_form::CertificateForm,
    draft::{TokenForm, prefill, split},
    edit::service_account_name,
    expiry::ExpiryField,
    kind_field::KindField,
    kubeconfig_fields::KubeconfigFieldset,
    kubeconfig_form::KubeconfigForm,
    picker::ScopePicker,
    reveal::reveal,
    revealed::RevealedToken,
    token_fields::{ANCHORS, AdvancedFields, DescriptionField, LabelField},
};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{
        ChoiceSearch, Dialog, DialogActions, ErrorSummary, FieldHelp, MoreChoices, Note, Section, Tone, Width,
        described_by, error_of,
    },
    idempotency::{idempotency, new_key},
    islands::Summary,
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, Submitted, caller, decode_form, parse_id, run_action},
};

/// Query parameters that prefill the form: `?kind=&label=&scopes=a,b&expires_in=30d&owner=&cluster=`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Prefill {
    kind: String,
    label: String,
    scopes: String,
    expires_in: String,
    owner: String,
    /// The ID of the cluster of a kubeconfig.
    cluster: String,
    /// The ID of a token to copy.
    copy: String,
}

/// What the form is filled in with. Passwords aren't.
#[derive(Default)]
struct Filled {
    form: TokenForm,
    certificate: CertificateForm,
    kubeconfig: KubeconfigForm,
}

impl From<CreateToken> for Filled {
    fn from(call: CreateToken) -> Self {
        Self { form: call.form, certificate: call.certificate, kubeconfig: call.kubeconfig }
    }
}

/// The service accounts in a form.
struct Owners {
    /// The accounts that match the search, and the preselected one.
    choices: Vec<Owner>,
    /// Number of listed accounts that match the search.
    listed: usize,
    /// Number of all accounts that match the search.
    total: i64,
}

/// Creates a token for the user or for a service account.
#[server(prefix = "/_fn", endpoint = "tokens/create")]
pub(crate) async fn create_token(
    #[server(flatten)] form: TokenForm,
    #[server(flatten)] certificate: CertificateForm,
    #[server(flatten)] kubeconfig: KubeconfigForm,
    #[server(default)] key: String,
) -> Result<RevealedToken> {
    let (service, actor) = caller()?;
    let idempotency =
        idempotency(key, "console:tokens.create", &(&form, certificate.without_passwords(), &kubeconfig))?;
    let new = form.into_new(certificate, kubeconfig)?;
    Ok(service.create_token(&actor, new, idempotency).await?.into())
}

/// `GET /settings/tokens/new`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Query(params): Query<Prefill>) -> Result<Response> {
    let policy = user.visitor.service().expiry_policy(&user.actor).await?;
    if !params.copy.is_empty() {
        let token = user.visitor.service().token(&user.actor, parse_id(&params.copy)?).await?;
        let kubeconfig = token.kubeconfig.as_ref().map(KubeconfigForm::of).unwrap_or_default();
        let filled = Filled { form: TokenForm::copy_of(&token, &policy), kubeconfig, ..Filled::default() };
        return show(user, return_to, filled, policy, None).await;
    }
    let requested = params.scopes.split([',', ' ']).map(str::trim).filter(|scope| !scope.is_empty());
    let (scopes, patterns) = split(&requested.map(str::to_owned).collect::<Vec<_>>());
    let expires = prefill(&params.expires_in, &policy);
    let Prefill { kind, label, owner, cluster, .. } = params;
    let form = TokenForm { kind, label, scopes, patterns, expires, owner, ..TokenForm::default() };
    let kubeconfig = KubeconfigForm { cluster_id: cluster, ..KubeconfigForm::default() };
    show(user, return_to, Filled { form, kubeconfig, ..Filled::default() }, policy, None).await
}

/// `POST /settings/tokens/new`. The response shows the secret, once.
pub(crate) async fn submit(user: SignedIn, return_to: ReturnTo, request: Request) -> Result<Response> {
    let call: CreateToken = decode_form(request, |_| {}).await?;
    if owner_search(&call.form).is_new() {
        let policy = user.visitor.service().expiry_policy(&user.actor).await?;
        return show(user, return_to, call.into(), policy, None).await;
    }
    match run_action(&user.visitor, call).await {
        Submitted::Done(minted) => reveal(&user, &return_to, minted).await,
        Submitted::Refused(typed, problem) => {
            let policy = user.visitor.service().expiry_policy(&user.actor).await?;
            show(user, return_to, (*typed).into(), policy, Some(problem)).await
        }
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    Filled { mut form, certificate, kubeconfig }: Filled,
    policy: ExpiryPolicy,
    problem: Option<Problem>,
) -> Result<Response> {
    user.require(scopes::TOKENS_WRITE, "Auditors can see tokens, but not create any.")?;
    let owners = match owners(&user, &form, &form.owner).await {
        // A refused form is shown again, with the error at its field.
        Err(_) if problem.is_some() => owners(&user, &form, "").await?,
        owners => owners?,
    };
    let scopes = scopes(&user, &form.owner, problem.is_some()).await?;
    let is_unknown = |name: &mut String| !scopes.iter().any(|scope| scope.name == *name);
    let ignored: Vec<_> = form.scopes.extract_if(.., is_unknown).collect();
    let clusters = user.visitor.service().list_clusters(&user.actor).await?;
    let can_add_clusters = user.actor.allows(mintkey_domain::scopes::CLUSTERS_WRITE);
    let allows_compatible = user.visitor.service().allows_compatible_pkcs12(&user.actor).await?;
    let background = Background::load(&user, &return_to).await?;
    let title = if problem.is_some() { "New token: not created" } else { "New token" };
    let page = Page::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        view! {
            <CreateDialog return_to form owners scopes ignored policy problem=problem.clone()>
                <CertificateFieldset
                    class="for-certificate" form=certificate allows_compatible problem=problem.clone()
                />
                <KubeconfigFieldset form=kubeconfig clusters can_add=can_add_clusters policy problem/>
            </CreateDialog>
        }
    };
    page.show_dialog(&user, move || background.view(), dialog).await
}

/// Loads the service accounts to choose from. An unknown preselected account is an error, because otherwise the token
/// would be created for another owner.
async fn owners(user: &SignedIn, form: &TokenForm, chosen: &str) -> Result<Owners> {
    let service = user.visitor.service();
    let search = owner_search(form);
    let (mut choices, total) = service.service_accounts_to_choose(&user.actor, search.text().as_deref()).await?;
    let listed = choices.len();
    if !chosen.is_empty() && !choices.iter().any(|owner| owner.id.to_string() == chosen) {
        let id = Uuid::try_parse(chosen).map_err(|_| AppError::not_found())?;
        choices.push(service.owner(&user.actor, id).await?);
    }
    Ok(Owners { choices, listed, total })
}

/// The form's search for an owner.
fn owner_search(form: &TokenForm) -> ChoiceSearch {
    ChoiceSearch { typed: form.choice_search.clone(), answered: form.choice_searched.clone() }
}

/// Loads the scopes to choose from. A refused form with an unknown owner gets the user's own scopes.
async fn scopes(user: &SignedIn, owner: &str, again: bool) -> Result<Vec<Scope>> {
    let (service, actor) = (user.visitor.service(), &user.actor);
    let bounded = match Uuid::try_parse(owner) {
        Ok(id) => service.grantable_scopes_for(actor, id).await,
        Err(_) => return Ok(service.grantable_scopes(actor).await?),
    };
    match bounded {
        Err(_) if again => Ok(service.grantable_scopes(actor).await?),
        bounded => Ok(bounded?),
    }
}

#[component]
fn CreateDialog(
    return_to: ReturnTo,
    form: TokenForm,
    owners: Owners,
    /// The scopes to choose from.
    scopes: Vec<Scope>,
    /// Requested scopes that don't exist or can't be granted.
    ignored: Vec<String>,
    policy: ExpiryPolicy,
    problem: Option<Problem>,
    /// The fields of single kinds.
    children: Children,
) -> impl IntoView {
    let ignored = (!ignored.is_empty()).then(|| {
        let message = format!(
            "These scopes were left out because you can't grant them or they don't exist: {}",
            ignored.join(", ")
        );
        view! { <Note tone=Tone::Warning>{message}</Note> }
    });
    let owner = owners.choices.iter().find(|owner| owner.id.to_string() == form.owner);
    let limited_to = owner.and_then(service_account_name);
    view! {
        <Dialog title="New token" return_to=return_to.href() width=Width::Wide>
            <input type="hidden" name="key" value=new_key()/>
            <div class="body two">
                <ErrorSummary problem=problem.clone() purpose="the token can be created" anchors=ANCHORS/>
                {ignored}
                <KindField chosen=form.kind.clone() problem=problem.clone()/>
                {children()}
                <div>
                    <LabelField value=form.label.clone() problem=problem.clone()/>
                    <OwnerField form=form.clone() owners problem=problem.clone()/>
                    <DescriptionField value=form.description.clone() problem=problem.clone()/>
                    <ExpiryField form=form.clone() policy problem=problem.clone()/>
                    <AdvancedFields form=form.clone() problem=problem.clone()/>
                </div>
                <div><ScopePicker selected=form.scopes grantable=scopes limited_to problem/></div>
            </div>
            <DialogActions return_to=return_to.href() submit="Create token"><Summary/></DialogActions>
        </Dialog>
    }
}

/// The choice of an owner, if the user has one.
#[component]
fn OwnerField(form: TokenForm, owners: Owners, problem: Option<Problem>) -> impl IntoView {
    const HINT: &str = "Tokens of a service account keep working after you leave.";
    let Owners { choices, listed, total } = owners;
    if choices.is_empty() && form.owner.is_empty() && form.choice_search.is_empty() {
        return None;
    }
    let search = owner_search(&form);
    let error = error_of(problem.as_ref(), "owner_id");
    let invalid = error.is_some().then_some("true");
    let described = described_by("owner", true, error.is_some());
    let is_unlisted = !form.owner.is_empty() && !choices.iter().any(|owner| owner.id.to_string() == form.owner);
    let unlisted = is_unlisted.then(|| view! { <option value=form.owner.clone() selected=true>"Not found"</option> });
    let options = choices.into_iter().map(|owner| {
        let id = owner.id.to_string();
        let selected = id == form.owner;
        view! { <option value=id selected=selected>{owner.name}</option> }
    });
    let view = view! {
        <div class="field">
            <label for="owner">"Owner"</label>
            <div class="select">
                <select class="input" id="owner" name="owner" aria-invalid=invalid aria-describedby=described>
                    <option value="">"You"</option>
                    {unlisted}
                    <optgroup label="Service accounts">{options.collect_view()}</optgroup>
                </select>
            </div>
            <FieldHelp id="owner" hint=Some(HINT) error/>
        </div>
        <MoreChoices search listed total/>
    };
    Some(view)
}
