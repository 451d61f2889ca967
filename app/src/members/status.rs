//! Deactivating and reactivating members.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{Problem, wire::Member};

use super::{
    access::{LIST, done, require_editor},
    list::{List, MembersPage},
};
use crate::{
    error::Result,
    frame::{ConfirmDialog, Note, Section, Tone},
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// The change that a dialog confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Deactivate,
    Activate,
}

/// Deactivates a member; returns the member's email address.
#[server(prefix = "/_fn", endpoint = "members/deactivate")]
pub(crate) async fn deactivate_member(#[server(default)] id: String) -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.deactivate_member(&actor, parse_id(&id)?).await?.email)
}

/// Reactivates a member; returns the member's email address.
#[server(prefix = "/_fn", endpoint = "members/activate")]
pub(crate) async fn activate_member(#[server(default)] id: String) -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.activate_member(&actor, parse_id(&id)?).await?.email)
}

/// `GET /settings/members/{id}/deactivate`.
pub(super) async fn page_to_deactivate(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, &id, Act::Deactivate, None).await
}

/// `POST /settings/members/{id}/deactivate`.
pub(super) async fn submit_deactivation(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<DeactivateMember>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(email) => {
            Ok(done(&user, &format!("{email} deactivated. Their tokens and sessions here are refused.")))
        }
        Submitted::Refused(_, problem) => show(user, &id, Act::Deactivate, Some(problem)).await,
    }
}

/// `GET /settings/members/{id}/activate`.
pub(super) async fn page_to_activate(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, &id, Act::Activate, None).await
}

/// `POST /settings/members/{id}/activate`.
pub(super) async fn submit_activation(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<ActivateMember>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(email) => Ok(done(&user, &format!("{email} activated. Their tokens work again."))),
        Submitted::Refused(_, problem) => show(user, &id, Act::Activate, Some(problem)).await,
    }
}

async fn show(user: SignedIn, id: &str, act: Act, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let member = user.visitor.service().member(&user.actor, parse_id(id)?).await?;
    let list = List::load(&user).await?;
    let title = if act == Act::Deactivate { "Deactivate member" } else { "Activate member" };
    let page = Page::new(title, Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    match act {
        Act::Deactivate => {
            page.show_dialog(&user, background, move || view! { <DeactivateDialog member problem/> }).await
        }
        Act::Activate => page.show_dialog(&user, background, move || view! { <ActivateDialog member problem/> }).await,
    }
}

#[component]
fn DeactivateDialog(member: Member, problem: Option<Problem>) -> impl IntoView {
    let hand_over = format!("{LIST}/{}/hand-over", member.id);
    view! {
        <ConfirmDialog
            title=format!("Deactivate {}?", member.email)
            return_to=LIST
            lead="They stay listed, and you can activate them again."
            icon="lock"
            tone=Tone::Danger
            action="Deactivate"
            problem
            purpose="this can be done"
        >
            <Note tone=Tone::Warning>
                <strong>"All of their tokens and sessions here stop at once."</strong>
                " Callers get "<code>"401"</code>" from their next request on. What must go on working, "
                <a class="link" href=hand_over>"hand over"</a>" first."
            </Note>
        </ConfirmDialog>
    }
}

#[component]
fn ActivateDialog(member: Member, problem: Option<Problem>) -> impl IntoView {
    view! {
        <ConfirmDialog
            title=format!("Activate {}?", member.email)
            return_to=LIST
            lead="Their API keys and client secrets work again, with the role that they had."
            icon="ok"
            action="Activate"
            problem
            purpose="this can be done"
        >
            <Note>"Earlier access tokens stay revoked, and they sign in again."</Note>
        </ConfirmDialog>
    }
}
