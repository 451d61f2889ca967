//! Password reset links for members.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::Problem;

use super::{
    access::{LIST, require_editor},
    link::{About, Link, show_once},
    list::{List, MembersPage},
};
use crate::{
    error::Result,
    frame::{Dialog, DialogActions, ErrorSummary, Note, Section},
    hidden::Hidden,
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, submit},
};

/// Creates a password reset link, which is shown once.
#[server(prefix = "/_fn", endpoint = "members/reset-link")]
pub(crate) async fn make_reset_link(#[server(default)] id: String) -> Result<Link> {
    let (service, actor) = caller()?;
    let id = parse_id(&id)?;
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
                caution: "Anyone who opens it can choose their password. Send it to nobody else.",
            };
            show_once(&person, link, about).await
        }
        Submitted::Refused(_, problem) => show(person, &id, Some(problem)).await,
    }
}

async fn show(person: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person)?;
    let member = person.visitor.service().member(&person.actor, parse_id(id)?).await?;
    let list = List::load(&person).await?;
    let page = Page::new("Reset link", Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    page.show_dialog(&person, background, move || view! { <ResetDialog email=member.email problem/> }).await
}

#[component]
fn ResetDialog(email: String, problem: Option<Problem>) -> impl IntoView {
    let lead = format!("{email} uses it to choose a new password.");
    view! {
        <Dialog title="Make a reset link" return_to=LIST lead>
            <div class="body">
                <ErrorSummary problem purpose="the link can be made"/>
                <Note>
                    "Their password works until they choose a new one; then all their sessions end. \
                     The link works once, for 24 hours, and an earlier one stops working."
                </Note>
            </div>
            <DialogActions return_to=LIST submit="Make reset link"/>
        </Dialog>
    }
}
