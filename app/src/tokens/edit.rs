//! Editing a token.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, ExpiryPolicy, PrincipalType, Problem, TokenStatus,
    wire::{Owner, Scope, Token},
};

use super::{
    abilities::Abilities,
    draft::TokenForm,
    expiry::ExpiryField,
    facts::kind_name,
    picker::ScopePicker,
    token_fields::{ANCHORS, AdvancedFields, DescriptionField, LabelField},
};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Dialog, DialogActions, ErrorSummary, Note, Section, Tone, Width},
    page::Page,
    return_to::ReturnTo,
    time_format::moment,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// Edits a token; returns its label.
#[server(prefix = "/_fn", endpoint = "tokens/edit")]
pub(crate) async fn edit_token(#[server(default)] id: String, #[server(flatten)] form: TokenForm) -> Result<String> {
    let (service, actor) = caller()?;
    let token = service.token(&actor, parse_id(&id)?).await?;
    Ok(service.edit_token(&actor, token.id, form.into_changes(&token)?).await?.label)
}

/// `GET /settings/tokens/{id}/edit`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    let token = user.visitor.service().token(&user.actor, parse_id(&id)?).await?;
    let form = TokenForm::of(&token);
    show(user, return_to, token, form, None).await
}

/// `POST /settings/tokens/{id}/edit`.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<EditToken>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(label) => {
            Ok(return_to.redirect(&user, &format!("{label} saved. The changes apply from its next use.")))
        }
        Submitted::Refused(typed, problem) => {
            let token = user.visitor.service().token(&user.actor, parse_id(&id)?).await?;
            show(user, return_to, token, typed.form, Some(problem)).await
        }
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    token: Token,
    form: TokenForm,
    problem: Option<Problem>,
) -> Result<Response> {
    if !Abilities::of(&user.actor, &token).edit {
        return Err(AppError::new(
            ErrorCode::Forbidden,
            "This token can't be changed, or you don't have permission to change it.",
        ));
    }
    let service = user.visitor.service();
    let scopes = service.grantable_scopes_for(&user.actor, token.owner.id).await?;
    let policy = service.expiry_policy(&user.actor).await?;
    let policy = token.kubeconfig.as_ref().map_or(policy, |kubeconfig| kubeconfig.method.expiry_policy(policy));
    let background = Background::load(&user, &return_to).await?;
    let title = if problem.is_some() { "Edit token: not saved" } else { "Edit token" };
    let page = Page::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <EditDialog return_to token form scopes policy problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

/// The owner's name if it is a service account, whose allowed scopes limit the token's.
pub(super) fn service_account_name(owner: &Owner) -> Option<String> {
    (owner.kind == PrincipalType::ServiceAccount).then(|| owner.name.clone())
}

#[component]
fn EditDialog(
    return_to: ReturnTo,
    token: Token,
    form: TokenForm,
    /// The scopes to choose from.
    scopes: Vec<Scope>,
    policy: ExpiryPolicy,
    problem: Option<Problem>,
) -> impl IntoView {
    let kind_and_owner = format!(" · {} of {}", kind_name(token.kind), token.owner.name);
    let lead = view! { <span class="mono">{token.key_hint}</span>{kind_and_owner} };
    let current_expiry = match (token.status, token.expires_at) {
        (_, None) => "Never, as it is now.".to_owned(),
        (TokenStatus::Expired, Some(end)) => {
            format!("Expired {}. A new expiry makes it work again.", moment(end.millis()))
        }
        (_, Some(end)) => format!("Expires {}, as it is now.", moment(end.millis())),
    };
    let limited_to = service_account_name(&token.owner);
    let fixed = if token.certificate.is_some() {
        "Owner and kind are fixed. The secret and the certificate with its end stay as they are: rotate the token to \
         replace them."
    } else {
        "Owner and kind are fixed. The secret stays as it is: rotate the token to replace it."
    };
    let unreadable = token.needs_attention.iter().any(|field| field == "scopes").then(|| {
        view! { <ReplaceScopes checked={form.replace_scopes == "true"}/> }
    });
    view! {
        <Dialog title="Edit token" return_to=return_to.href() lead=lead.into_any() width=Width::Wide>
            <div class="body two">
                <ErrorSummary problem=problem.clone() purpose="the changes can be saved" anchors=ANCHORS/>
                <div>
                    <LabelField value=form.label.clone() problem=problem.clone()/>
                    <DescriptionField value=form.description.clone() problem=problem.clone()/>
                    <ExpiryField form=form.clone() policy current=current_expiry problem=problem.clone()/>
                    <AdvancedFields form=form.clone() problem=problem.clone()/>
                </div>
                <div>
                    <ScopePicker selected=form.scopes grantable=scopes limited_to problem/>
                    {unreadable}
                    <Note>{fixed}</Note>
                </div>
            </div>
            <DialogActions return_to=return_to.href() submit="Save changes"/>
        </Dialog>
    }
}

/// Offers to replace unreadable scopes.
#[component]
fn ReplaceScopes(checked: bool) -> impl IntoView {
    view! {
        <Note tone=Tone::Warning>"Some stored scopes can't be read, so the token is refused."</Note>
        <label class="check">
            <input type="checkbox" name="replace_scopes" value="true" checked=checked/>
            "Replace them with the scopes chosen here"
        </label>
    }
}
