//! A token's label, scopes and end.

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
    create::{ANCHORS, advanced, description, label},
    draft::TokenForm,
    expiry::expiry_field,
    picker::picker,
    row::kind,
    token_id,
};
use crate::{
    background::Background,
    clock::now,
    error::{AppError, Result},
    frame::{Dialog, Section, actions, error_summary, plain, warning},
    return_to::ReturnTo,
    web::{Screen, SignedIn, Submitted, caller, submit},
    words::moment,
};

/// Changes a token.
#[server(prefix = "/_fn", endpoint = "tokens/edit")]
pub(crate) async fn edit_token(#[server(default)] id: String, #[server(flatten)] form: TokenForm) -> Result<String> {
    let (service, actor) = caller()?;
    let token = service.token(&actor, token_id(&id)?).await?;
    Ok(service.edit_token(&actor, token.id, form.into_changes(&token, now())?).await?.label)
}

/// `GET /settings/tokens/{id}/edit`.
pub(crate) async fn page(person: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    let token = person.visitor.service().token(&person.actor, token_id(&id)?).await?;
    let form = TokenForm::of(&token);
    show(person, return_to, token, form, None).await
}

/// `POST /settings/tokens/{id}/edit`.
pub(crate) async fn sent(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match submit::<EditToken>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(label) => {
            Ok(return_to.redirect(&person, &format!("{label} saved. The changes apply from its next use.")))
        }
        Submitted::Refused(typed, problem) => {
            let token = person.visitor.service().token(&person.actor, token_id(&id)?).await?;
            show(person, return_to, token, typed.form, Some(problem)).await
        }
    }
}

async fn show(
    person: SignedIn,
    return_to: ReturnTo,
    token: Token,
    form: TokenForm,
    problem: Option<Problem>,
) -> Result<Response> {
    if !Abilities::of(&person.actor, &token).edit {
        return Err(AppError::new(
            ErrorCode::Forbidden,
            "This token can't be changed, or you don't have permission to change it.",
        ));
    }
    let service = person.visitor.service();
    let scopes = service.grantable_scopes_for(&person.actor, token.owner.id).await?;
    let policy = service.expiry_policy(&person.actor).await?;
    let background = Background::load(&person, &return_to).await?;
    let title = if problem.is_some() { "Edit token: not saved" } else { "Edit token" };
    let cancel = return_to.href();
    let screen = Screen::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        let lead = view! { <span class="mono">{token.key_hint.clone()}</span>{about(&token)} };
        let dialog = Dialog::new("Edit token", &cancel).lead(lead).wide("big");
        let foot = view! {
            <span class="push"></span>
            {actions(&cancel, view! { <button class="btn primary">"Save changes"</button> })}
        };
        dialog.view(body(&token, &form, &scopes, &policy, problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

/// Offers to replace scopes that can't be read.
fn unreadable(token: &Token, form: &TokenForm) -> Option<impl IntoView + use<>> {
    let checked = form.replace_scopes == "true";
    token.needs_attention.iter().any(|field| field == "scopes").then(|| {
        view! {
            {warning("Some stored scopes can't be read, so the token is refused.")}
            <label class="check">
                <input type="checkbox" name="replace_scopes" value="true" checked=checked/>
                "Replace them with the scopes chosen here"
            </label>
        }
    })
}

/// The name of a machine, whose scopes are bounded by what it may hold.
pub(super) fn machine_name(owner: &Owner) -> Option<&str> {
    (owner.kind == PrincipalType::ServiceAccount).then_some(owner.name.as_str())
}

fn about(token: &Token) -> String {
    format!(" · {} of {}", kind(token.kind), token.owner.name)
}

fn body(
    token: &Token,
    form: &TokenForm,
    scopes: &[Scope],
    policy: &ExpiryPolicy,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let keep = match (token.status, token.expires_at) {
        (_, None) => "Never, as it is now.".to_owned(),
        (TokenStatus::Expired, Some(end)) => {
            format!("Expired {}. A new expiry makes it work again.", moment(end.millis()))
        }
        (_, Some(end)) => format!("Expires {}, as it is now.", moment(end.millis())),
    };
    view! {
        <div class="body two">
            {error_summary(problem, "the changes can be saved", ANCHORS)}
            <div>
                {label(form, problem).view()}
                {description(form, problem).area(false)}
                {expiry_field(form, policy, Some(keep), problem)}
                {advanced(form, problem)}
            </div>
            <div>
                {picker(form, scopes, machine_name(&token.owner), problem)}
                {unreadable(token, form)}
                {plain("info", "Owner and kind are fixed. The secret stays as it is: rotate the token to replace it.")}
            </div>
        </div>
    }
}
