//! Invalidating a token.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem, wire::Token};
use mintkey_service::TokenInvalidation;
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, facts::UsedFrom, kubeconfig_card::OutlivingCertificate};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{ConfirmDialog, Note, RelativeTime, Section, Tone},
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const REASONS: [&str; 4] = ["No longer needed", "Leaked or suspected", "Owner left", "Replaced by another token"];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct InvalidateForm {
    /// The reason, which is stored in the audit log.
    pub(crate) reason: String,
}

/// Invalidates a token; returns its label.
#[server(prefix = "/_fn", endpoint = "tokens/invalidate")]
pub(crate) async fn invalidate_token(
    #[server(default)] id: String,
    #[server(flatten)] form: InvalidateForm,
) -> Result<String> {
    let (service, actor) = caller()?;
    let reason = Some(form.reason).filter(|reason| !reason.is_empty());
    let invalidation = TokenInvalidation { reason, ..TokenInvalidation::default() };
    Ok(service.invalidate_token(&actor, parse_id(&id)?, invalidation).await?.label)
}

/// `GET /settings/tokens/{id}/invalidate`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(user, return_to, &id, None).await
}

/// `POST /settings/tokens/{id}/invalidate`.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<InvalidateToken>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(label) => Ok(return_to
            .redirect(&user, &format!("{label} invalidated. Its callers get 401 from now on; it stays in the list."))),
        Submitted::Refused(_, problem) => show(user, return_to, &id, Some(problem)).await,
    }
}

async fn show(user: SignedIn, return_to: ReturnTo, id: &str, problem: Option<Problem>) -> Result<Response> {
    let token = user.visitor.service().token(&user.actor, parse_id(id)?).await?;
    let abilities = Abilities::of(&user.actor, &token);
    if problem.is_none() && !abilities.invalidate {
        return Err(AppError::new(
            ErrorCode::Forbidden,
            "This token is invalidated already, or you don't have permission to invalidate it.",
        ));
    }
    let background = Background::load(&user, &return_to).await?;
    let rotate = abilities.rotate.then(|| return_to.token_dialog(token.id, "rotate"));
    let page = Page::new("Invalidate token", Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <InvalidateDialog return_to token rotate problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn InvalidateDialog(
    return_to: ReturnTo,
    token: Token,
    /// The URL of the dialog to rotate the token instead, if that is possible.
    rotate: Option<String>,
    problem: Option<Problem>,
) -> impl IntoView {
    let outliving = view! { <OutlivingCertificate token=token.clone()/> };
    let last_use = match token.last_used_at {
        Some(at) => view! { <RelativeTime at/><UsedFrom ip=token.last_used_ip/> }.into_any(),
        None => "Never".into_any(),
    };
    let in_use = token.last_used_at.is_some().then(|| {
        let rotate = rotate.map(|href| {
            view! { " To replace it without an outage, "<a class="link" href=href>"rotate it"</a>"." }
        });
        view! {
            <Note tone=Tone::Warning>
                <strong>"This token is in use."</strong>
                " Its callers get "<code>"401"</code>" from their next request on."{rotate}
            </Note>
        }
    });
    view! {
        <ConfirmDialog
            title=format!("Invalidate {}?", token.label)
            return_to=return_to.href()
            lead="It stops working and stays in the list. This cannot be undone."
            icon="ban"
            tone=Tone::Danger
            action="Invalidate token"
            problem
            purpose="the token can be invalidated"
            anchors=&[("reason", "reason")]
        >
            <dl class="facts">
                <dt>"Last used"</dt><dd>{last_use}</dd>
                <dt>"Owner"</dt><dd>{token.owner.name}</dd>
                <dt>"Key"</dt><dd class="mono">{token.key_hint}</dd>
            </dl>
            {in_use}
            {outliving}
            <ReasonField/>
        </ConfirmDialog>
    }
}

/// The reason for the audit log.
#[component]
pub(super) fn ReasonField() -> impl IntoView {
    let options = REASONS.map(|reason| view! { <option>{reason}</option> });
    view! {
        <div class="field">
            <label for="reason">"Reason"</label>
            <div class="select">
                <select class="input" id="reason" name="reason" aria-describedby="reason-h">{options.collect_view()}</select>
            </div>
            <p class="hint" id="reason-h">"Kept in the audit log."</p>
        </div>
    }
}
