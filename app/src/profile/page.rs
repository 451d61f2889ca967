//! The page with both.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::{Problem, Role};

use super::{
    password::{self, ChangePassword},
    sessions,
};
use crate::{
    error::Result,
    frame::Section,
    web::{Screen, SignedIn, Submitted, submit},
};

/// `GET /settings/profile`.
pub(crate) async fn page(person: SignedIn) -> Result<Response> {
    show(person, None).await
}

/// `POST /settings/profile/password`.
pub(super) async fn password_sent(person: SignedIn, request: Request) -> Result<Response> {
    match submit::<ChangePassword>(&person.visitor, request, |_| {}).await? {
        Submitted::Done(()) => {
            Ok(person.visitor.redirect("/settings/profile", "Password changed. Your other sessions have ended."))
        }
        Submitted::Refused(_, problem) => show(person, Some(problem)).await,
    }
}

/// Shows it, with what was wrong with a new password.
async fn show(person: SignedIn, problem: Option<Problem>) -> Result<Response> {
    let service = person.visitor.service();
    let viewer = service.viewer(&person.actor).await?;
    let listed = service.sessions(&person.actor).await?;
    let title = if problem.is_some() { "Profile: password not changed" } else { "Profile" };
    let shown = person.visitor.parts.uri.query().is_some_and(|query| query.contains("show=1"));
    let role = match viewer.role {
        Role::Admin => "an administrator",
        Role::Member => "a member",
        Role::Auditor => "an auditor",
    };
    let lead = format!("{}, {role} of {}.", viewer.email, viewer.organization);
    let screen = Screen::new(title, Section::Profile).answering(problem.as_ref());
    let main = move || {
        view! {
            <header class="page-head"><div><h1>"Profile"</h1><p class="whole">{lead}</p></div></header>
            <div class="stack">
                {password::card(&viewer.email, problem.as_ref(), shown)}
                {sessions::card(&listed)}
            </div>
        }
        .into_any()
    };
    screen.show(&person, move || (main(), None)).await
}
