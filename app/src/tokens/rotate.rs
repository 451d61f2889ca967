//! A new secret for a token.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem, Timestamp, TokenStatus, Ttl, wire::Token};
use mintkey_service::Rotation;
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, badge::is_rotating, minted::Minted, reveal::reveal, token_id};
use crate::{
    background::Background,
    clock::now,
    error::{AppError, Result},
    frame::{Dialog, Section, Tone, actions, ago, error_summary, exact_time, warning},
    idempotency::{idempotency, new_key},
    return_to::ReturnTo,
    web::{Screen, SignedIn, Submitted, caller, submit},
    words::{DAY, HOUR, MINUTE, moment},
};

/// How long the old secret may work on.
const OVERLAPS: [(&str, &str, &str, i64); 4] = [
    ("", "Immediately", "The old secret stops now.", 0),
    ("15m", "15 minutes", "For one service you restart.", 15 * MINUTE),
    ("1h", "1 hour", "For a deploy in progress.", HOUR),
    ("24h", "24 hours", "For fleets that sync once a day.", DAY),
];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RotateForm {
    /// A length of time; empty for none.
    pub(crate) overlap: String,
    /// `true` to let client keys work on.
    pub(crate) keep_client_keys: String,
}

/// Replaces a token's secret.
#[server(prefix = "/_fn", endpoint = "tokens/rotate")]
pub(crate) async fn rotate_token(
    #[server(default)] id: String,
    #[server(flatten)] form: RotateForm,
    #[server(default)] key: String,
) -> Result<Minted> {
    let (service, actor) = caller()?;
    let once = idempotency(key, "console:tokens.rotate", &(&id, &form))?;
    let overlap = match form.overlap.as_str() {
        "" => None,
        text => Some(Ttl::parse(text).map_err(|_| {
            FieldErrors::one("overlap", FieldCode::InvalidFormat, "Choose how long the old secret works on.")
        })?),
    };
    let rotation = Rotation { overlap, keep_client_keys: form.keep_client_keys == "true" };
    Ok(service.rotate_token(&actor, token_id(&id)?, rotation, once).await?.into())
}

/// `GET /settings/tokens/{id}/rotate`.
pub(crate) async fn page(person: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(person, return_to, &id, None, None).await
}

/// `POST /settings/tokens/{id}/rotate`: the answer itself shows the secret, this once.
pub(crate) async fn sent(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match submit::<RotateToken>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(minted) => reveal(&person, &return_to, minted).await,
        Submitted::Refused(typed, problem) => show(person, return_to, &id, Some(typed.form), Some(problem)).await,
    }
}

async fn show(
    person: SignedIn,
    return_to: ReturnTo,
    id: &str,
    chosen: Option<RotateForm>,
    problem: Option<Problem>,
) -> Result<Response> {
    let token = person.visitor.service().token(&person.actor, token_id(id)?).await?;
    let abilities = Abilities::of(&person.actor, &token);
    if problem.is_none() && token.status == TokenStatus::Expired && abilities.rotate {
        return expired(person, return_to, token).await;
    }
    if problem.is_none() && !abilities.rotate {
        return Err(AppError::new(ErrorCode::Forbidden, "This token has no secret that you could replace."));
    }
    let keys = person.visitor.service().client_keys(&person.actor, token.id).await?.len();
    let background = Background::load(&person, &return_to).await?;
    let title = if problem.is_some() { "Rotate: not done" } else { "Rotate token" };
    let cancel = return_to.href();
    let screen = Screen::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        let lead = "A new secret is shown once. Client ID, scopes, owner and expiry stay the same.";
        let heading = format!("Rotate {}", token.label);
        let dialog = Dialog::new(heading, &cancel).lead(lead).sign("rotate", Tone::Default);
        let foot = view! {
            <span class="push"></span>
            {actions(&cancel, view! { <button class="btn primary">"Rotate and show secret"</button> })}
        };
        dialog.view(body(&token, keys, chosen, problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

/// A new secret of an expired token would be refused like the old one.
async fn expired(person: SignedIn, return_to: ReturnTo, token: Token) -> Result<Response> {
    let background = Background::load(&person, &return_to).await?;
    let (cancel, edit) = (return_to.href(), return_to.token_dialog(token.id, "edit"));
    let screen = Screen::new("Rotate token", Section::Tokens);
    let dialog = move || {
        let ended = token.expires_at.map(|end| format!("It expired {}. ", moment(end.millis())));
        let note = warning(view! { {ended}"Give it a new expiry first; then its secret can be rotated." });
        let foot = view! {
            <span class="push"></span>
            {actions(&cancel, view! { <a class="btn primary" href=edit autofocus>"Edit token"</a> })}
        };
        let heading = format!("{} has expired", token.label);
        let dialog = Dialog::new(heading, &cancel).sign("hour", Tone::Default);
        dialog.view(view! { <div class="body">{note}</div> }, foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

/// When the token ends, which a rotation doesn't change.
fn expiry(token: &Token) -> impl IntoView + use<> {
    let end = match token.expires_at {
        Some(end) => view! { {exact_time(end)}" · "{ago(end)} }.into_any(),
        None => "Never".into_any(),
    };
    view! { <dl class="facts"><dt>"Expires"</dt><dd>{end}</dd></dl> }
}

fn body(token: &Token, keys: usize, chosen: Option<RotateForm>, problem: Option<&Problem>) -> impl IntoView + use<> {
    let rotating = is_rotating(token);
    // Within an overlap there can't be another one.
    let offered = OVERLAPS.into_iter().filter(|(value, ..)| !rotating || value.is_empty());
    let default = if rotating { "" } else { "24h" };
    let keep_keys = chosen.as_ref().is_some_and(|form| form.keep_client_keys == "true");
    let chosen = chosen.map_or_else(|| default.to_owned(), |form| form.overlap);
    let last = token.expires_at.map_or(i64::MAX, Timestamp::millis);
    let focus = problem.is_none();
    let choices = offered.map(|(value, words, help, length)| {
        let checked = value == chosen;
        let until = moment(now().saturating_add(length).min(last));
        let consequence = consequence(length, &until);
        view! {
            <label class="choice">
                <b>{words}</b>" "
                <input type="radio" name="overlap" value=value checked=checked autofocus={focus && checked}/>
                <small>{help}</small>
            </label>
            {consequence}
        }
    });
    let choices = choices.collect_view();
    let running = rotating.then(|| {
        warning("Two secrets work already. Rotating again stops both of them now; to keep one, end the overlap first.")
    });
    view! {
        <input type="hidden" name="key" value=new_key()/>
        <div class="body">
            {error_summary(problem, "the token can be rotated", &[("overlap", "overlap")])}
            {expiry(token)}
            {running}
            <fieldset class="field" id="overlap">
                <legend>"Keep the old secret working for"</legend>
                <div class="choices two-up overlaps">{choices}</div>
            </fieldset>
            {(keys > 0).then(|| client_keys(keys, keep_keys))}
        </div>
    }
}

/// What becomes of the keys by which the client signs.
fn client_keys(count: usize, keep: bool) -> impl IntoView + use<> {
    let (what, they) = match count {
        1 => ("1 client key".to_owned(), "It ends"),
        n => (format!("{n} client keys"), "They end"),
    };
    view! {
        <div class="field" role="group" aria-label="Client keys">
            <p>"This token has "<strong>{what}</strong>". "{they}" with the old secret."</p>
            <label class="check">
                <input type="checkbox" name="keep_client_keys" value="true" checked=keep/>
                "Keep client keys working"
            </label>
        </div>
    }
}

/// What a choice means, as two bars and in words.
fn consequence(length: i64, until: &str) -> AnyView {
    // Not to scale: a day is the whole bar, and the shorter ones can still be told apart.
    let width = match length {
        0 => 0,
        ..HOUR => 60,
        HOUR..DAY => 120,
        _ => 240,
    };
    let words = if length == 0 {
        view! { "Callers with the old secret get "<code>"401"</code>" from their next request on" }.into_any()
    } else {
        view! { "Both work until "<b>{until.to_owned()}</b> }.into_any()
    };
    view! {
        <div class="when overlap">
            <span>"Old"</span>{bar("cop", width)}
            <span>"New"</span>{bar("ok", 400)}
            <span></span><span>{words}</span>
        </div>
    }
    .into_any()
}

fn bar(tone: &'static str, width: u16) -> impl IntoView {
    view! {
        <svg viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="base" y="5" width="400" height="2"></rect>
            <rect class=tone width=width.to_string() height="12" rx="3"></rect>
        </svg>
    }
}
