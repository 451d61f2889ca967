//! The end of a token that is gone. Its label is typed, so that it is the one that is meant.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem, wire::Token};
use serde::{Deserialize, Serialize};

use super::{abilities::Abilities, token_id};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Dialog, Field, Section, Tone, actions, ago, danger, error_of, error_summary},
    return_to::{ReturnTo, TOKENS},
    web::{Screen, SignedIn, Submitted, caller, submit},
};

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DeleteForm {
    /// The token's label, typed.
    pub(crate) confirm: String,
}

/// Removes a token whose label was typed rightly; says what it was called.
#[server(prefix = "/_fn", endpoint = "tokens/delete")]
pub(crate) async fn delete_token(#[server(default)] id: String, #[server(flatten)] form: DeleteForm) -> Result<String> {
    let (service, actor) = caller()?;
    let id = token_id(&id)?;
    let label = service.token(&actor, id).await?.label;
    if form.confirm.trim() != label.trim() {
        let words = "This is not the token's label. Type it as it stands above.";
        return Err(FieldErrors::one("confirm", FieldCode::Mismatch, words).into());
    }
    service.delete_token(&actor, id, false).await?;
    Ok(label)
}

/// `GET /settings/tokens/{id}/delete`.
pub(crate) async fn page(person: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(person, return_to, &id, String::new(), None).await
}

/// `POST /settings/tokens/{id}/delete`.
pub(crate) async fn sent(
    person: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match submit::<DeleteToken>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(label) => {
            let own_page = id.parse().is_ok_and(|id| return_to == ReturnTo::token(id));
            // Its own page is gone.
            let remaining = if own_page { ReturnTo::new(TOKENS) } else { return_to };
            Ok(remaining.redirect(&person, &format!("{label} deleted. Its audit log entries are kept.")))
        }
        Submitted::Refused(typed, problem) => show(person, return_to, &id, typed.form.confirm, Some(problem)).await,
    }
}

async fn show(
    person: SignedIn,
    return_to: ReturnTo,
    id: &str,
    typed: String,
    problem: Option<Problem>,
) -> Result<Response> {
    let token = person.visitor.service().token(&person.actor, token_id(id)?).await?;
    let abilities = Abilities::of(&person.actor, &token);
    if problem.is_none() && !abilities.delete {
        return Err(AppError::new(ErrorCode::Forbidden, "You don't have permission to delete this token."));
    }
    let background = Background::load(&person, &return_to).await?;
    let cancel = return_to.href();
    let instead = abilities.invalidate.then(|| return_to.token_dialog(token.id, "invalidate"));
    let screen = Screen::new("Delete token", Section::Tokens).answering(problem.as_ref());
    let dialog = move || {
        let heading = format!("Delete {}?", token.label);
        let lead = "The token is removed permanently. Its audit log entries are kept.";
        let dialog = Dialog::new(heading, &cancel).lead(lead).sign("trash", Tone::Danger).alert();
        let instead = instead.map(|href| view! { <a class="link small" href=href>"Invalidate instead"</a> });
        let button = view! { <button class="btn danger gated">"Delete token"</button> };
        let foot = view! { {instead}<span class="push"></span>{actions(&cancel, button)} };
        dialog.view(body(&token, typed, problem.as_ref()), foot).into_any()
    };
    screen.show(&person, move || (background.view(), Some(dialog()))).await
}

fn body(token: &Token, typed: String, problem: Option<&Problem>) -> impl IntoView + use<> {
    let used = token.last_used_at.map(|at| {
        let from = token.last_used_ip.clone().map(|ip| view! { " from "<span class="mono">{ip}</span> });
        view! { " Used "{ago(at)}{from}"." }
    });
    let label = token.label.clone();
    let question = view! { "Type "<b class="chip whole">{label.clone()}</b>" to confirm" }.into_any();
    let mut confirm = Field::new("confirm", "confirm", "");
    confirm.value = typed;
    confirm.autofocus = problem.is_none();
    confirm.error = error_of(problem, "confirm");
    view! {
        <div class="body">
            {error_summary(problem, "the token can be deleted", &[("confirm", "confirm")])}
            {danger(view! { <strong>"Callers get 401 at once."</strong>{used} })}
            {confirm.labelled(question, &pattern(&label))}
        </div>
    }
}

/// A pattern that only this text matches: every character that means something is escaped, and no other, as
/// the regular expressions of browsers want it (`v` mode).
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
