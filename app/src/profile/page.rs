//! The profile page.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::{Problem, Role, wire::Session};

use super::{
    password::{ChangePassword, PasswordCard},
    sessions::SessionsCard,
};
use crate::{
    error::Result,
    frame::Section,
    page::Page,
    web::{SignedIn, Submitted, run_form},
};

/// `GET /settings/profile`.
pub(crate) async fn page(user: SignedIn) -> Result<Response> {
    show(user, None).await
}

/// `POST /settings/profile/password`.
pub(super) async fn submit_password(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<ChangePassword>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(()) => {
            Ok(user.visitor.redirect("/settings/profile", "Password changed. Your other sessions have ended."))
        }
        Submitted::Refused(_, problem) => show(user, Some(problem)).await,
    }
}

/// Shows the page, with the reason why a new password was refused.
async fn show(user: SignedIn, problem: Option<Problem>) -> Result<Response> {
    let service = user.visitor.service();
    let viewer = service.viewer(&user.actor).await?;
    let sessions = service.sessions(&user.actor).await?;
    let title = if problem.is_some() { "Profile: password not changed" } else { "Profile" };
    let visible = user.visitor.parts.uri.query().is_some_and(|query| query.contains("show=1"));
    let role = match viewer.role {
        Role::Admin => "an administrator",
        Role::Member => "a member",
        Role::Auditor => "an auditor",
    };
    let lead = format!("{}, {role} of {}.", viewer.email, viewer.organization);
    let page = Page::new(title, Section::Profile).answering(problem.as_ref());
    page.show(&user, move || view! { <ProfilePage lead email=viewer.email sessions problem visible/> }).await
}

#[component]
fn ProfilePage(
    /// The user's email address, role and organization.
    lead: String,
    email: String,
    sessions: Vec<Session>,
    problem: Option<Problem>,
    /// Whether password fields show their text.
    visible: bool,
) -> impl IntoView {
    view! {
        <header class="page-head"><div><h1>"Profile"</h1><p class="whole">{lead}</p></div></header>
        <div class="stack"><PasswordCard email problem visible/><SessionsCard sessions/></div>
    }
}
