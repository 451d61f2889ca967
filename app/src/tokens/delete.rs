//! Deleting a token. The user must type its label, to prevent deleting the wrong token.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem, wire::Token};
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, facts::UsedFrom, kubeconfig_card::OutlivingCertificate};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Dialog, ErrorSummary, FieldHelp, Note, RelativeTime, Section, Tone, Urgency, described_by, error_of},
    page::Page,
    return_to::{ReturnTo, TOKENS},
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DeleteForm {
    /// The label, as typed by the user.
    pub(crate) confirm: String,
}

/// Deletes a token if the typed label matches; returns the label.
#[server(prefix = "/_fn", endpoint = "tokens/delete")]
pub(crate) async fn delete_token(#[server(default)] id: String, #[server(flatten)] form: DeleteForm) -> Result<String> {
    let (service, actor) = caller()?;
    let id = parse_id(&id)?;
    let label = service.token(&actor, id).await?.label;
    if form.confirm.trim() != label.trim() {
        let message = "This is not the token's label. Type it as it stands above.";
        return Err(FieldErrors::one("confirm", FieldCode::Mismatch, message).into());
    }
    service.delete_token(&actor, id, false).await?;
    Ok(label)
}

/// `GET /settings/tokens/{id}/delete`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(user, return_to, &id, String::new(), None).await
}

/// `POST /settings/tokens/{id}/delete`.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<DeleteToken>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(label) => {
            let own_page = id.parse().is_ok_and(|id| return_to == ReturnTo::token(id));
            // The token's page no longer exists.
            let remaining = if own_page { ReturnTo::new(TOKENS) } else { return_to };
            Ok(remaining.redirect(&user, &format!("{label} deleted. Its audit log entries are kept.")))
        }
        Submitted::Refused(typed, problem) => show(user, return_to, &id, typed.form.confirm, Some(problem)).await,
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    id: &str,
    typed: String,
    problem: Option<Problem>,
) -> Result<Response> {
    let token = user.visitor.service().token(&user.actor, parse_id(id)?).await?;
    let abilities = Abilities::of(&user.actor, &token);
    if problem.is_none() && !abilities.delete {
        return Err(AppError::new(ErrorCode::Forbidden, "You don't have permission to delete this token."));
    }
    let background = Background::load(&user, &return_to).await?;
    let invalidate = abilities.invalidate.then(|| return_to.token_dialog(token.id, "invalidate"));
    let page = Page::new("Delete token", Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <DeleteDialog return_to token invalidate typed problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn DeleteDialog(
    return_to: ReturnTo,
    token: Token,
    /// The URL of the dialog to invalidate the token instead, if that is possible.
    invalidate: Option<String>,
    /// The submitted text.
    typed: String,
    problem: Option<Problem>,
) -> impl IntoView {
    let (autofocus, error) = (problem.is_none(), error_of(problem.as_ref(), "confirm"));
    let outliving = view! { <OutlivingCertificate token=token.clone()/> };
    let last_use = token.last_used_at.map(|at| {
        view! { " Used "<RelativeTime at/><UsedFrom ip=token.last_used_ip/>"." }
    });
    let invalidate = invalidate.map(|href| view! { <a class="link small" href=href>"Invalidate instead"</a> });
    let cancel = return_to.href();
    view! {
        <Dialog
            title=format!("Delete {}?", token.label)
            return_to=return_to.href()
            lead="The token is removed permanently. Its audit log entries are kept."
            icon="trash"
            tone=Tone::Danger
            urgency=Urgency::Alert
        >
            <div class="body">
                <ErrorSummary problem purpose="the token can be deleted" anchors=&[("confirm", "confirm")]/>
                <Note tone=Tone::Danger><strong>"Callers get 401 at once."</strong>{last_use}</Note>
                {outliving}
                <ConfirmLabel label=token.label typed autofocus error/>
            </div>
            <footer>
                {invalidate}<span class="push"></span>
                <a class="btn" href=cancel>"Cancel"</a>
                <button class="btn danger gated">"Delete token"</button>
            </footer>
        </Dialog>
    }
}

/// The input for the label, which accepts only the label itself.
#[component]
fn ConfirmLabel(label: String, typed: String, autofocus: bool, error: Option<String>) -> impl IntoView {
    let described = described_by("confirm", false, error.is_some());
    let invalid = error.is_some().then_some("true");
    let pattern = pattern(&label);
    view! {
        <div class="field">
            <label for="confirm">"Type "<b class="chip whole">{label}</b>" to confirm"</label>
            <input
                class="input"
                id="confirm"
                name="confirm"
                value=typed
                required
                pattern=pattern
                autocomplete="off"
                spellcheck="false"
                autofocus=autofocus
                aria-invalid=invalid
                aria-describedby=described
            />
            <FieldHelp id="confirm" error/>
        </div>
    }
}

/// A regular expression that matches only this text. It escapes only special characters, because browsers reject other
/// escapes (`v` mode).
fn pattern(label: &str) -> String {
    let mut pattern = String::from(r"\s*");
    for c in label.trim().chars() {
        if r"^$\.*+?()[]{}|/".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str(r"\s*");
    pattern
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_label_is_its_own_pattern() {
        assert_eq!(pattern("CI: build (main)"), r"\s*CI: build \(main\)\s*");
    }
}
