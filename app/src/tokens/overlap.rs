//! The time in which two secrets of a token work: ended now, or moved.

use axum::{
    extract::{Path, Query, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, Problem, Timestamp, Ttl,
    wire::{SecretUse, Token, TokenChanges},
};
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, badge::is_rotating, token_id};
use crate::{
    background::Background,
    clock::now,
    error::{AppError, Result},
    frame::{Dialog, Section, Tone, actions, ago, error_summary, warning},
    return_to::ReturnTo,
    web::{Screen, SignedIn, Submitted, caller, submit},
    words::{DAY, HOUR, moment},
};

const CHOICES: [(&str, &str, i64); 4] = [
    ("now", "End it now", 0),
    ("1h", "1 hour from now", HOUR),
    ("24h", "24 hours from now", DAY),
    ("7d", "7 days from now", 7 * DAY),
];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OverlapForm {
    /// `now`, or a length of time from now.
    pub(crate) until: String,
}

/// Ends or moves the overlap of a token's rotation; says until when the old secret works now.
#[server(prefix = "/_fn", endpoint = "tokens/overlap")]
pub(crate) async fn change_overlap(
    #[server(default)] id: String,
    #[server(flatten)] form: OverlapForm,
) -> Result<Option<Timestamp>> {
    let (service, actor) = caller()?;
    let id = token_id(&id)?;
    let end = match form.until.as_str() {
        "now" => None,
        text => {
            let ttl = Ttl::parse(text).map_err(|_| {
                FieldErrors::one("previous_secret_expires_at", FieldCode::InvalidFormat, "Choose when it ends.")
            })?;
            let last = service.token(&actor, id).await?.expires_at.unwrap_or(Timestamp::MAX);
            Some(Timestamp::from_millis(now()).saturating_add(ttl.millis()).min(last))
        }
    };
    let changes = TokenChanges { previous_secret_expires_at: Some(end), ..TokenChanges::default() };
    Ok(service.edit_token(&actor, id, changes).await?.previous_secret_expires_at)
}

/// `GET /settings/tokens/{id}/overlap?until=now`.
pub(crate) async fn page(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    Query(params): Query<OverlapForm>,
) -> Result<Response> {
    show(person, return_to, &id, params, None).await
}

/// `POST /settings/tokens/{id}/overlap`.
pub(crate) async fn sent(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match submit::<ChangeOverlap>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(None) => Ok(return_to.redirect(&person, "The old secret has stopped working.")),
        Submitted::Done(Some(end)) => {
            Ok(return_to.redirect(&person, &format!("Both secrets work until {}.", moment(end.millis()))))
        }
        Submitted::Refused(typed, problem) => show(person, return_to, &id, typed.form, Some(problem)).await,
    }
}

async fn show(
    person: SignedIn,
    return_to: ReturnTo,
    id: &str,
    form: OverlapForm,
    problem: Option<Problem>,
) -> Result<Response> {
    let service = person.visitor.service();
    let id = token_id(id)?;
    let token = service.token(&person.actor, id).await?;
    if problem.is_none() && !(is_rotating(&token) && Abilities::of(&person.actor, &token).edit) {
        return Err(AppError::new(ErrorCode::NotFound, "No old secret of this token is working any more."));
    }
    let uses = service.token_secret_uses(&person.actor, id).await?;
    let background = Background::load(&person, &return_to).await?;
    let cancel = return_to.href();
    let screen = Screen::new("Overlap", Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        let heading = format!("Overlap of {}", token.label);
        let lead = "Two secrets of this token work. Choose when the old one stops.";
        let dialog = Dialog::new(heading, &cancel).lead(lead).sign("rotate", Tone::Default);
        let foot = view! {
            <span class="push"></span>
            {actions(&cancel, view! { <button class="btn primary">"Change the overlap"</button> })}
        };
        dialog.view(body(&token, &uses, &form, problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

fn body(token: &Token, uses: &[SecretUse], form: &OverlapForm, problem: Option<&Problem>) -> impl IntoView + use<> {
    let known = CHOICES.iter().any(|(value, ..)| *value == form.until);
    let chosen = if known { form.until.clone() } else { "24h".to_owned() };
    let last = token.expires_at.map_or(i64::MAX, Timestamp::millis);
    let focus = problem.is_none();
    let choices = CHOICES.map(|(value, words, length)| {
        let checked = value == chosen;
        let help = match length {
            0 => "The old secret stops at once.".to_owned(),
            _ => format!("Until {}", moment(now().saturating_add(length).min(last))),
        };
        view! {
            <label class="choice">
                <b>{words}</b>" "
                <input type="radio" name="until" value=value checked=checked autofocus={focus && checked}/>
                <small>{help}</small>
            </label>
        }
    });
    view! {
        <div class="body">
            {error_summary(problem, "the overlap can be changed", &[("previous_secret_expires_at", "until")])}
            {old_secret(uses)}
            <fieldset class="field" id="until">
                <legend>"The old secret works until"</legend>
                <div class="choices two-up">{choices.collect_view()}</div>
            </fieldset>
        </div>
    }
}

/// Who still uses the old secret, in one sentence.
pub(crate) fn old_secret(uses: &[SecretUse]) -> Option<AnyView> {
    let old = uses.iter().find(|secret| !secret.current)?;
    let seen = old.last_used_at.map(|at| {
        let from = old.last_used_ip.clone().map(|ip| view! { " from "<b class="mono">{ip}</b> });
        let agent = old.last_used_agent.clone().map(|agent| view! { " by "<span class="agent">{agent}</span> });
        view! { "Old secret last used "{ago(at)}{from}{agent}"." }
    });
    Some(match seen {
        Some(words) => warning(words).into_any(),
        None => view! { <p class="note">{crate::frame::icon("info")}<span>"The old secret was never used."</span></p> }
            .into_any(),
    })
}
