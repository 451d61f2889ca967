//! Rotating a token.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem, Timestamp, TokenStatus, Ttl, wire::Token};
use mintkey_service::TokenRotation;
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, badge::is_rotating, reveal::reveal, revealed::RevealedToken};
use crate::{
    background::Background,
    clock::now,
    error::{AppError, Result},
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, ExactTime, Note, RelativeTime, Section, Tone},
    idempotency::{idempotency, new_key},
    page::Page,
    return_to::ReturnTo,
    time_format::{DAY, HOUR, MINUTE, moment},
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// Overlap options: value, label, description and milliseconds.
const OVERLAPS: [(&str, &str, &str, i64); 4] = [
    ("", "Immediately", "The old secret stops now.", 0),
    ("15m", "15 minutes", "For one service you restart.", 15 * MINUTE),
    ("1h", "1 hour", "For a deploy in progress.", HOUR),
    ("24h", "24 hours", "For fleets that sync once a day.", DAY),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RotateForm {
    /// The overlap, during which the previous secret is accepted. Empty for none.
    pub(crate) overlap: String,
    /// `true` to keep the client keys.
    pub(crate) keep_client_keys: String,
}

/// Rotates a token.
#[server(prefix = "/_fn", endpoint = "tokens/rotate")]
pub(crate) async fn rotate_token(
    #[server(default)] id: String,
    #[server(flatten)] form: RotateForm,
    #[server(default)] key: String,
) -> Result<RevealedToken> {
    let (service, actor) = caller()?;
    let idempotency = idempotency(key, "console:tokens.rotate", &(&id, &form))?;
    let overlap = match form.overlap.as_str() {
        "" => None,
        text => Some(Ttl::parse(text).map_err(|_| {
            FieldErrors::one("overlap", FieldCode::InvalidFormat, "Choose how long the old secret works on.")
        })?),
    };
    let rotation =
        TokenRotation { overlap, keep_client_keys: form.keep_client_keys == "true", ..TokenRotation::default() };
    Ok(service.rotate_token(&actor, parse_id(&id)?, rotation, idempotency).await?.into())
}

/// `GET /settings/tokens/{id}/rotate`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(user, return_to, &id, None, None).await
}

/// `POST /settings/tokens/{id}/rotate`. The response shows the secret, once.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<RotateToken>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(minted) => reveal(&user, &return_to, minted).await,
        Submitted::Refused(typed, problem) => show(user, return_to, &id, Some(typed.form), Some(problem)).await,
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    id: &str,
    form: Option<RotateForm>,
    problem: Option<Problem>,
) -> Result<Response> {
    let token = user.visitor.service().token(&user.actor, parse_id(id)?).await?;
    let abilities = Abilities::of(&user.actor, &token);
    if problem.is_none() && token.status == TokenStatus::Expired && abilities.rotate {
        return show_expired(user, return_to, token).await;
    }
    if problem.is_none() && !abilities.rotate {
        return Err(AppError::new(ErrorCode::Forbidden, "This token has no secret that you could replace."));
    }
    let client_keys = user.visitor.service().client_keys(&user.actor, token.id).await?.len();
    let background = Background::load(&user, &return_to).await?;
    let title = if problem.is_some() { "Rotate: not done" } else { "Rotate token" };
    let page = Page::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <RotateDialog return_to token client_keys form problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

/// Says that the token has expired: its new secret would be rejected, too.
async fn show_expired(user: SignedIn, return_to: ReturnTo, token: Token) -> Result<Response> {
    let background = Background::load(&user, &return_to).await?;
    let page = Page::new("Rotate token", Section::Tokens);
    let dialog = move || view! { <ExpiredDialog return_to token/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn ExpiredDialog(return_to: ReturnTo, token: Token) -> impl IntoView {
    let expired = token.expires_at.map(|end| format!("It expired {}. ", moment(end.millis())));
    let (cancel, edit) = (return_to.href(), return_to.token_dialog(token.id, "edit"));
    view! {
        <Dialog title=format!("{} has expired", token.label) return_to=return_to.href() icon="hour">
            <div class="body">
                <Note tone=Tone::Warning>{expired}"Give it a new expiry first; then its secret can be rotated."</Note>
            </div>
            <footer>
                <a class="btn" href=cancel>"Cancel"</a>
                <a class="btn primary" href=edit autofocus>"Edit token"</a>
            </footer>
        </Dialog>
    }
}

#[component]
fn RotateDialog(
    return_to: ReturnTo,
    token: Token,
    /// Number of the token's client keys.
    client_keys: usize,
    /// The submitted form, if it was refused.
    form: Option<RotateForm>,
    problem: Option<Problem>,
) -> impl IntoView {
    const ANCHORS: Anchors = &[("overlap", "overlap")];
    let is_rotating = is_rotating(&token);
    let keep_client_keys = form.as_ref().is_some_and(|form| form.keep_client_keys == "true");
    let chosen = form.map_or_else(|| "24h".to_owned(), |form| form.overlap);
    let expires_at = token.expires_at;
    let expiry = match expires_at {
        Some(at) => view! { <ExactTime at/>" · "<RelativeTime at/> }.into_any(),
        None => "Never".into_any(),
    };
    let autofocus = problem.is_none();
    let running = is_rotating.then(|| {
        view! {
            <Note tone=Tone::Warning>
                "Two secrets work already. Rotating again stops both of them now; to keep one, end the overlap first."
            </Note>
        }
    });
    // A running overlap excludes another one.
    let overlap = (!is_rotating).then(|| view! { <OverlapField chosen expires_at autofocus/> });
    let client_keys = (client_keys > 0).then(|| view! { <ClientKeys count=client_keys keep=keep_client_keys/> });
    view! {
        <Dialog
            title=format!("Rotate {}", token.label)
            return_to=return_to.href()
            lead="A new secret is shown once. Client ID, scopes, owner and expiry stay the same."
            icon="rotate"
        >
            <input type="hidden" name="key" value=new_key()/>
            <div class="body">
                <ErrorSummary problem purpose="the token can be rotated" anchors=ANCHORS/>
                <dl class="facts"><dt>"Expires"</dt><dd>{expiry}</dd></dl>
                {running}
                {overlap}
                {client_keys}
            </div>
            <DialogActions return_to=return_to.href() submit="Rotate and show secret"/>
        </Dialog>
    }
}

/// The choice of an overlap.
#[component]
fn OverlapField(
    chosen: String,
    /// The token's expiry, which also ends the overlap.
    expires_at: Option<Timestamp>,
    autofocus: bool,
) -> impl IntoView {
    let last = expires_at.map_or(i64::MAX, Timestamp::millis);
    let choices = OVERLAPS.into_iter().map(|(value, label, description, length)| {
        let checked = value == chosen;
        let until = moment(now().saturating_add(length).min(last));
        view! {
            <label class="choice">
                <b>{label}</b>" "
                <input type="radio" name="overlap" value=value checked=checked autofocus={autofocus && checked}/>
                <small>{description}</small>
            </label>
            <Timeline length until/>
        }
    });
    view! {
        <fieldset class="field" id="overlap">
            <legend>"Keep the old secret working for"</legend>
            <div class="choices two-up overlaps">{choices.collect_view()}</div>
        </fieldset>
    }
}

/// The choice to keep or remove the client keys.
#[component]
fn ClientKeys(count: usize, keep: bool) -> impl IntoView {
    let (keys, they_end) = match count {
        1 => ("1 client key".to_owned(), "It ends"),
        n => (format!("{n} client keys"), "They end"),
    };
    view! {
        <div class="field" role="group" aria-label="Client keys">
            <p>"This token has "<strong>{keys}</strong>". "{they_end}" with the old secret."</p>
            <label class="check">
                <input type="checkbox" name="keep_client_keys" value="true" checked=keep/>
                "Keep client keys working"
            </label>
        </div>
    }
}

/// The consequence of an overlap, as two bars and as text.
#[component]
fn Timeline(length: i64, until: String) -> impl IntoView {
    // Not to scale: a day fills the bar, and shorter overlaps remain distinguishable.
    let width = match length {
        0 => 0,
        ..HOUR => 60,
        HOUR..DAY => 120,
        _ => 240,
    };
    let explanation = if length == 0 {
        view! { "Callers with the old secret get "<code>"401"</code>" from their next request on" }.into_any()
    } else {
        view! { "Both work until "<b>{until}</b> }.into_any()
    };
    view! {
        <div class="choice-detail overlap">
            <span>"Old"</span><Bar class="ending" width/>
            <span>"New"</span><Bar class="ok" width=400/>
            <span></span><span>{explanation}</span>
        </div>
    }
}

#[component]
fn Bar(class: &'static str, width: u16) -> impl IntoView {
    view! {
        <svg viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="base" y="5" width="400" height="2"></rect>
            <rect class=class width=width.to_string() height="12" rx="3"></rect>
        </svg>
    }
}
