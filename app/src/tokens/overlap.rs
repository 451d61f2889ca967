//! Ending or changing the overlap of a rotation, during which two secrets are accepted.

use axum::{
    extract::{Path, Query, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, Problem, Timestamp, Ttl,
    wire::{SecretUse, Token},
};
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, badge::is_rotating, old_secret::OldSecretNote};
use crate::{
    background::Background,
    clock::now,
    error::{AppError, Result},
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, Section},
    page::Page,
    return_to::ReturnTo,
    time_format::{DAY, HOUR, moment},
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const CHOICES: [(&str, &str, i64); 4] = [
    ("now", "End it now", 0),
    ("1h", "1 hour from now", HOUR),
    ("24h", "24 hours from now", DAY),
    ("7d", "7 days from now", 7 * DAY),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OverlapForm {
    /// `now`, or a duration from now.
    pub(crate) until: String,
}

/// Ends or changes the overlap; returns when the previous secret stops working.
#[server(prefix = "/_fn", endpoint = "tokens/overlap")]
pub(crate) async fn change_overlap(
    #[server(default)] id: String,
    #[server(flatten)] form: OverlapForm,
) -> Result<Option<Timestamp>> {
    let (service, actor) = caller()?;
    let remaining = match form.until.as_str() {
        "now" => None,
        text => Some(Ttl::parse(text).map_err(|_| {
            FieldErrors::one("previous_secret_expires_at", FieldCode::InvalidFormat, "Choose when it ends.")
        })?),
    };
    Ok(service.change_overlap(&actor, parse_id(&id)?, remaining).await?.previous_secret_expires_at)
}

/// `GET /settings/tokens/{id}/overlap?until=now`.
pub(crate) async fn page(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    Query(params): Query<OverlapForm>,
) -> Result<Response> {
    show(user, return_to, &id, params, None).await
}

/// `POST /settings/tokens/{id}/overlap`.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<ChangeOverlap>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(None) => Ok(return_to.redirect(&user, "The old secret has stopped working.")),
        Submitted::Done(Some(end)) => {
            Ok(return_to.redirect(&user, &format!("Both secrets work until {}.", moment(end.millis()))))
        }
        Submitted::Refused(typed, problem) => show(user, return_to, &id, typed.form, Some(problem)).await,
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    id: &str,
    form: OverlapForm,
    problem: Option<Problem>,
) -> Result<Response> {
    let service = user.visitor.service();
    let id = parse_id(id)?;
    let token = service.token(&user.actor, id).await?;
    if problem.is_none() && !(is_rotating(&token) && Abilities::of(&user.actor, &token).edit) {
        return Err(AppError::new(ErrorCode::NotFound, "No old secret of this token is working any more."));
    }
    let secret_uses = service.token_secret_uses(&user.actor, id).await?;
    let background = Background::load(&user, &return_to).await?;
    let page = Page::new("Overlap", Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <OverlapDialog return_to token secret_uses until=form.until problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn OverlapDialog(
    return_to: ReturnTo,
    token: Token,
    secret_uses: Vec<SecretUse>,
    /// The selected option, if any.
    until: String,
    problem: Option<Problem>,
) -> impl IntoView {
    const ANCHORS: Anchors = &[("previous_secret_expires_at", "until")];
    let autofocus = problem.is_none();
    let is_known = CHOICES.iter().any(|(value, ..)| *value == until);
    let chosen = if is_known { until } else { "24h".to_owned() };
    let last = token.expires_at.map_or(i64::MAX, Timestamp::millis);
    let choices = CHOICES.map(|(value, label, lifetime)| {
        let checked = value == chosen;
        let description = match lifetime {
            0 => "The old secret stops at once.".to_owned(),
            _ => format!("Until {}", moment(now().saturating_add(lifetime).min(last))),
        };
        view! {
            <label class="choice">
                <b>{label}</b>" "
                <input type="radio" name="until" value=value checked=checked autofocus={autofocus && checked}/>
                <small>{description}</small>
            </label>
        }
    });
    let choices = choices.collect_view();
    view! {
        <Dialog
            title=format!("Overlap of {}", token.label)
            return_to=return_to.href()
            lead="Two secrets of this token work. Choose when the old one stops."
            icon="rotate"
        >
            <div class="body">
                <ErrorSummary problem purpose="the overlap can be changed" anchors=ANCHORS/>
                <OldSecretNote uses=secret_uses/>
                <fieldset class="field" id="until">
                    <legend>"The old secret works until"</legend>
                    <div class="choices two-up">{choices}</div>
                </fieldset>
            </div>
            <DialogActions return_to=return_to.href() submit="Change the overlap"/>
        </Dialog>
    }
}
