//! The end of a token that stays listed.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem, wire::Token};
use mintkey_service::Invalidation;
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, token_id};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Dialog, Section, Tone, ago, error_summary, warning},
    return_to::ReturnTo,
    web::{Screen, SignedIn, Submitted, caller, submit},
};

const REASONS: [&str; 4] = ["No longer needed", "Leaked or suspected", "Owner left", "Replaced by another token"];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct InvalidateForm {
    /// Why; kept in the audit log.
    pub(crate) reason: String,
}

/// Stops a token for good; says what it was called.
#[server(prefix = "/_fn", endpoint = "tokens/invalidate")]
pub(crate) async fn invalidate_token(
    #[server(default)] id: String,
    #[server(flatten)] form: InvalidateForm,
) -> Result<String> {
    let (service, actor) = caller()?;
    let reason = Some(form.reason).filter(|reason| !reason.is_empty());
    let invalidation = Invalidation { reason, ..Invalidation::default() };
    Ok(service.invalidate_token(&actor, token_id(&id)?, invalidation).await?.label)
}

/// `GET /settings/tokens/{id}/invalidate`.
pub(crate) async fn page(person: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(person, return_to, &id, None).await
}

/// `POST /settings/tokens/{id}/invalidate`.
pub(crate) async fn sent(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match submit::<InvalidateToken>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(label) => Ok(return_to.redirect(
            &person,
            &format!("{label} invalidated. Its callers get 401 from now on; it stays in the list."),
        )),
        Submitted::Refused(_, problem) => show(person, return_to, &id, Some(problem)).await,
    }
}

async fn show(person: SignedIn, return_to: ReturnTo, id: &str, problem: Option<Problem>) -> Result<Response> {
    let token = person.visitor.service().token(&person.actor, token_id(id)?).await?;
    let abilities = Abilities::of(&person.actor, &token);
    if problem.is_none() && !abilities.invalidate {
        return Err(AppError::new(
            ErrorCode::Forbidden,
            "This token is invalidated already, or you don't have permission to invalidate it.",
        ));
    }
    let background = Background::load(&person, &return_to).await?;
    let cancel = return_to.href();
    let rotate = abilities.rotate.then(|| return_to.token_dialog(token.id, "rotate"));
    let screen = Screen::new("Invalidate token", Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        let lead = "It stops working and stays in the list. This cannot be undone.";
        let heading = format!("Invalidate {}?", token.label);
        let dialog = Dialog::new(heading, &cancel).lead(lead).sign("ban", Tone::Danger).alert();
        let foot = view! {
            <span class="push"></span>
            <a class="btn" href=cancel.clone() autofocus>"Cancel"</a>
            <button class="btn danger">"Invalidate token"</button>
        };
        dialog.view(body(&token, rotate, problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

fn body(token: &Token, rotate: Option<String>, problem: Option<&Problem>) -> impl IntoView + use<> {
    let used = match token.last_used_at {
        Some(at) => {
            let from = token.last_used_ip.clone().map(|ip| view! { " from "<span class="mono">{ip}</span> });
            view! { {ago(at)}{from} }.into_any()
        }
        None => "Never".into_any(),
    };
    let in_use = token.last_used_at.is_some().then(|| {
        let instead = rotate.map(|href| {
            view! { " To replace it without an outage, "<a class="link" href=href>"rotate it"</a>"." }
        });
        warning(view! {
            <strong>"This token is in use."</strong>
            " Its callers get "<code>"401"</code>" from their next request on."{instead}
        })
    });
    let reasons = REASONS.map(|reason| view! { <option>{reason}</option> });
    view! {
        <div class="body">
            {error_summary(problem, "the token can be invalidated", &[("reason", "reason")])}
            <dl class="facts">
                <dt>"Last used"</dt><dd>{used}</dd>
                <dt>"Owner"</dt><dd>{token.owner.name.clone()}</dd>
                <dt>"Key"</dt><dd class="mono">{token.key_hint.clone()}</dd>
            </dl>
            {in_use}
            <div class="field">
                <label for="reason">"Reason"</label>
                <div class="select">
                    <select class="input" id="reason" name="reason" aria-describedby="reason-h">{reasons.collect_view()}</select>
                </div>
                <p class="hint" id="reason-h">"Kept in the audit log."</p>
            </div>
        </div>
    }
}
