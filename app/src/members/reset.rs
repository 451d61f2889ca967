//! A link by which a member chooses a new password.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::Problem;

use super::{
    LIST,
    link::{About, Link, show_once},
    list::List,
    require_editor, user_id,
};
use crate::{
    error::Result,
    frame::{Dialog, Section, actions, error_summary, plain},
    hidden::Hidden,
    web::{Screen, SignedIn, Submitted, caller, submit},
};

/// Makes a reset link; answers with it, this once.
#[server(prefix = "/_fn", endpoint = "members/reset-link")]
pub(crate) async fn make_reset_link(#[server(default)] id: String) -> Result<Link> {
    let (service, actor) = caller()?;
    let id = user_id(&id)?;
    let email = service.member(&actor, id).await?.email;
    let link = service.create_password_reset(&actor, id).await?;
    Ok(Link { email, url: Hidden::new(link.url.expose()), expires_at: link.expires_at.millis() })
}

/// `GET /settings/members/{id}/reset`.
pub(super) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(person, &id, None).await
}

/// `POST /settings/members/{id}/reset`.
pub(super) async fn sent(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<MakeResetLink>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(link) => {
            let about = About {
                title: "Reset link is ready".to_owned(),
                name: "Reset link",
                caution: "Whoever opens it can choose their password: send it to nobody else.",
            };
            show_once(&person, link, about).await
        }
        Submitted::Refused(_, problem) => show(person, &id, Some(problem)).await,
    }
}

async fn show(person: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let member = person.visitor.service().member(&person.actor, user_id(id)?).await?;
    let beneath = List::load(&person).await?;
    let screen = Screen::new("Reset link", Section::Members).answering(problem.as_ref());
    let dialog = move || {
        let body = view! {
            <div class="body">
                {error_summary(problem.as_ref(), "the link can be made", &[])}
                {plain("info", "Their password works until they choose a new one; then all their sessions end. \
                                The link works once, for 24 hours, and an earlier one stops working.")}
            </div>
        };
        let foot = view! {
            <span class="push"></span>
            {actions(LIST, view! { <button class="btn primary">"Make reset link"</button> })}
        };
        let lead = format!("{} uses it to choose a new password.", member.email);
        Dialog::new("Make a reset link", LIST).lead(lead).view(body, foot).into_any()
    };
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}
