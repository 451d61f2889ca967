//! Public keys with which a token's client can authenticate instead of its secret.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, jwks};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, Note, Section, TextArea, error_of},
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const ANCHORS: Anchors = &[("keys", "keys")];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ClientKeysForm {
    /// A JWK Set, a list of JWKs, or a single JWK. Empty for no keys.
    pub(crate) keys: String,
}

/// Replaces all of the client's keys; returns their number.
#[server(prefix = "/_fn", endpoint = "tokens/client-keys")]
pub(crate) async fn set_client_keys(
    #[server(default)] id: String,
    #[server(flatten)] form: ClientKeysForm,
) -> Result<usize> {
    let (service, actor) = caller()?;
    Ok(service.set_client_keys(&actor, parse_id(&id)?, &jwks::read(&form.keys)?).await?.len())
}

/// `GET /settings/tokens/{id}/client-keys`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    let keys = user.visitor.service().client_keys(&user.actor, parse_id(&id)?).await?;
    show(user, return_to, &id, ClientKeysForm { keys: jwks::write(&keys) }, None).await
}

/// `POST /settings/tokens/{id}/client-keys`.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<SetClientKeys>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(count) => {
            let message = match count {
                0 => "The client has no keys now.".to_owned(),
                1 => "The client has 1 key now.".to_owned(),
                n => format!("The client has {n} keys now."),
            };
            Ok(return_to.redirect(&user, &message))
        }
        Submitted::Refused(typed, problem) => show(user, return_to, &id, typed.form, Some(problem)).await,
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    id: &str,
    form: ClientKeysForm,
    problem: Option<Problem>,
) -> Result<Response> {
    let token = user.visitor.service().token(&user.actor, parse_id(id)?).await?;
    if !Abilities::of(&user.actor, &token).edit {
        return Err(AppError::new(
            ErrorCode::Forbidden,
            "This token can't be changed, or you don't have permission to change it.",
        ));
    }
    let background = Background::load(&user, &return_to).await?;
    let title = if problem.is_some() { "Client keys: not saved" } else { "Client keys" };
    let page = Page::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <ClientKeysDialog return_to label=token.label keys=form.keys problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn ClientKeysDialog(
    return_to: ReturnTo,
    label: String,
    /// The submitted or stored keys.
    keys: String,
    problem: Option<Problem>,
) -> impl IntoView {
    let (autofocus, error) = (problem.is_none(), error_of(problem.as_ref(), "keys"));
    view! {
        <Dialog
            title=format!("Client keys of {label}")
            return_to=return_to.href()
            lead="A client that signs with its own key never shows a secret."
            icon="key"
        >
            <div class="body">
                <ErrorSummary problem purpose="the keys can be saved" anchors=ANCHORS/>
                <TextArea
                    name="keys" label="Public keys" value=keys error monospace=true autofocus
                    hint="A JWK Set: EC on P-256, Ed25519, or RSA of 2048 bits and more. Never the private part."
                />
                <Note>
                    "A holder of one of these private keys gets access tokens as "<strong>{label}</strong>
                    ", until you remove the key here. The secret still works: rotate the token to replace it."
                </Note>
            </div>
            <DialogActions return_to=return_to.href() submit="Save keys"/>
        </Dialog>
    }
}
