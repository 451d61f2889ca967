//! Password reset links for members.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::Problem;

use super::{
    access::{LIST, require_editor},
    link::{Link, LinkTexts, show_once},
    list::{List, MembersPage},
};
use crate::{
    error::Result,
    frame::{Dialog, DialogActions, ErrorSummary, Note, Section},
    hidden::Hidden,
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
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
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, &id, None).await
}

/// `POST /settings/members/{id}/reset`.
pub(super) async fn submit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<MakeResetLink>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(link) => {
            let texts = LinkTexts {
                title: "Reset link is ready".to_owned(),
                name: "Reset link",
                caution: "Anyone who opens it can choose their password. Send it to nobody else.",
            };
            show_once(&user, link, texts).await
        }
        Submitted::Refused(_, problem) => show(user, &id, Some(problem)).await,
    }
}

async fn show(user: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let member = user.visitor.service().member(&user.actor, parse_id(id)?).await?;
    let list = List::load(&user).await?;
    let page = Page::new("Reset link", Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    page.show_dialog(&user, background, move || view! { <ResetDialog email=member.email problem/> }).await
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
