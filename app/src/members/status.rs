//! Deactivating members, and letting them back in.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{Problem, wire::Member};

use super::{LIST, done, list::List, require_editor, user_id};
use crate::{
    error::Result,
    frame::{Dialog, Section, Tone, error_summary, plain, warning},
    web::{Screen, SignedIn, Submitted, caller, submit},
};

/// What is about to happen to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Deactivate,
    Activate,
}

/// Stops everything of a member's at once; says their address.
#[server(prefix = "/_fn", endpoint = "members/deactivate")]
pub(crate) async fn deactivate_member(#[server(default)] id: String) -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.deactivate_member(&actor, user_id(&id)?).await?.email)
}

/// Lets a member back in; says their address.
#[server(prefix = "/_fn", endpoint = "members/activate")]
pub(crate) async fn activate_member(#[server(default)] id: String) -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.activate_member(&actor, user_id(&id)?).await?.email)
}

/// `GET /settings/members/{id}/deactivate`.
pub(super) async fn page_to_deactivate(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(person, &id, Act::Deactivate, None).await
}

/// `POST /settings/members/{id}/deactivate`.
pub(super) async fn deactivated(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<DeactivateMember>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(email) => {
            Ok(done(&person, &format!("{email} deactivated. Their tokens and sessions here are refused.")))
        }
        Submitted::Refused(_, problem) => show(person, &id, Act::Deactivate, Some(problem)).await,
    }
}

/// `GET /settings/members/{id}/activate`.
pub(super) async fn page_to_activate(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(person, &id, Act::Activate, None).await
}

/// `POST /settings/members/{id}/activate`.
pub(super) async fn activated(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<ActivateMember>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(email) => Ok(done(&person, &format!("{email} activated. Their tokens work again."))),
        Submitted::Refused(_, problem) => show(person, &id, Act::Activate, Some(problem)).await,
    }
}

async fn show(person: SignedIn, id: &str, act: Act, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let member = person.visitor.service().member(&person.actor, user_id(id)?).await?;
    let beneath = List::load(&person).await?;
    let title = if act == Act::Deactivate { "Deactivate member" } else { "Activate member" };
    let screen = Screen::new(title, Section::Members).answering(problem.as_ref());
    let dialog = move || dialog(&member, act, problem.as_ref());
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}

fn dialog(member: &Member, act: Act, problem: Option<&Problem>) -> AnyView {
    let summary = error_summary(problem, "this can be done", &[]);
    let email = &member.email;
    let (dialog, note, button) = match act {
        Act::Deactivate => {
            let hand_over = format!("{LIST}/{}/hand-over", member.id);
            let note = warning(view! {
                <strong>"All of their tokens and sessions here stop at once."</strong>
                " Callers get "<code>"401"</code>" from their next request on. What must go on working, "
                <a class="link" href=hand_over>"hand over"</a>" first."
            });
            let dialog = Dialog::new(format!("Deactivate {email}?"), LIST)
                .lead("They stay listed, and you can activate them again.")
                .sign("lock", Tone::Danger)
                .alert();
            (dialog, note.into_any(), view! { <button class="btn danger">"Deactivate"</button> }.into_any())
        }
        Act::Activate => {
            let note = plain("info", "Earlier access tokens stay revoked, and they sign in again.");
            let dialog = Dialog::new(format!("Activate {email}?"), LIST)
                .lead("Their API keys and client secrets work again, with the role that they had.")
                .sign("ok", Tone::Default);
            (dialog, note.into_any(), view! { <button class="btn primary">"Activate"</button> }.into_any())
        }
    };
    let body = view! { <div class="body">{summary}{note}</div> };
    let foot = view! {
        <span class="push"></span>
        <a class="btn" href=LIST autofocus>"Cancel"</a>
        {button}
    };
    dialog.view(body, foot).into_any()
}
