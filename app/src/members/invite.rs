//! Inviting members and withdrawing invitations.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, OneTimeCodeId, Problem, Role};
use serde::{Deserialize, Serialize};

use super::{
    access::{LIST, done, require_editor},
    link::{Link, LinkTexts, show_once},
    list::{List, MembersPage},
    role::{RoleChoices, parse},
};
use crate::{
    error::{AppError, Result},
    frame::{Anchors, ConfirmDialog, Dialog, DialogActions, ErrorSummary, Field, Note, Section, Tone, Width, error_of},
    hidden::Hidden,
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const ANCHORS: Anchors = &[("email", "email"), ("role", "role")];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct InviteForm {
    pub(crate) email: String,
    pub(crate) role: String,
}

/// Invites a member; returns the link, which is shown once.
#[server(prefix = "/_fn", endpoint = "members/invite")]
pub(crate) async fn invite_member(#[server(flatten)] form: InviteForm) -> Result<Link> {
    let (service, actor) = caller()?;
    let issued = service.invite_member(&actor, &form.email, parse(&form.role)?).await.map_err(already_member)?;
    Ok(Link {
        email: issued.invitation.email,
        url: Hidden::new(issued.url.expose()),
        expires_at: issued.invitation.expires_at.millis(),
    })
}

/// Withdraws an invitation. Its link stops working.
#[server(prefix = "/_fn", endpoint = "members/withdraw-invitation")]
pub(crate) async fn withdraw_invitation(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.withdraw_invitation(&actor, parse_id(&id)?).await?)
}

/// Reports the email address of an existing member as an error of its field.
fn already_member(error: mintkey_service::Error) -> AppError {
    let AppError(problem) = AppError::from(error);
    if problem.code == ErrorCode::AlreadyExists {
        return FieldErrors::one("email", FieldCode::Taken, problem.detail).into();
    }
    AppError(problem)
}

/// `GET /settings/members/invite`.
pub(super) async fn page(user: SignedIn) -> Result<Response> {
    let form = InviteForm { email: String::new(), role: Role::Member.to_string() };
    show(user, form, None).await
}

/// `POST /settings/members/invite`.
pub(super) async fn submit(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<InviteMember>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(link) => {
            let texts = LinkTexts {
                title: format!("{} is invited", link.email),
                name: "Invitation link",
                caution: "The first person who opens it can join in their name. Send it to nobody else.",
            };
            show_once(&user, link, texts).await
        }
        Submitted::Refused(typed, problem) => show(user, typed.form, Some(problem)).await,
    }
}

async fn show(user: SignedIn, form: InviteForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let list = List::load(&user).await?;
    let page = Page::new("Invite member", Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    page.show_dialog(&user, background, move || view! { <InviteDialog form problem/> }).await
}

#[component]
fn InviteDialog(form: InviteForm, problem: Option<Problem>) -> impl IntoView {
    let error = |field| error_of(problem.as_ref(), field);
    let (email_error, role_error) = (error("email"), error("role"));
    let autofocus = problem.is_none();
    view! {
        <Dialog title="Invite member" return_to=LIST width=Width::Medium>
            <div class="body">
                <ErrorSummary problem purpose="the member can be invited" anchors=ANCHORS/>
                <Field name="email" label="Email" kind="email" value=form.email error=email_error autofocus/>
                <RoleChoices chosen=form.role autofocus error=role_error/>
                <Note>
                    "You get a link to send. It works once, for 7 days; an earlier link for this address stops working."
                </Note>
            </div>
            <DialogActions return_to=LIST submit="Invite member"/>
        </Dialog>
    }
}

/// `GET /settings/members/invitations/{id}/withdraw`.
pub(super) async fn page_to_withdraw(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show_withdrawal(user, &id, None).await
}

/// `POST /settings/members/invitations/{id}/withdraw`.
pub(super) async fn submit_withdrawal(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<WithdrawInvitation>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(()) => Ok(done(&user, "Invitation withdrawn. Its link no longer works.")),
        Submitted::Refused(_, problem) => show_withdrawal(user, &id, Some(problem)).await,
    }
}

async fn show_withdrawal(user: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let id: OneTimeCodeId = parse_id(id)?;
    let pending = user.visitor.service().invitations(&user.actor).await?;
    let invitation = pending.into_iter().find(|invitation| invitation.id == id).ok_or_else(AppError::not_found)?;
    let list = List::load(&user).await?;
    let page = Page::new("Withdraw invitation", Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    page.show_dialog(&user, background, move || view! { <WithdrawDialog email=invitation.email problem/> }).await
}

#[component]
fn WithdrawDialog(email: String, problem: Option<Problem>) -> impl IntoView {
    view! {
        <ConfirmDialog
            title="Withdraw this invitation?"
            return_to=LIST
            lead=email
            icon="ban"
            tone=Tone::Danger
            action="Withdraw"
            problem
            purpose="it can be withdrawn"
        >
            <Note tone=Tone::Warning>"The link stops working. You can invite them again."</Note>
        </ConfirmDialog>
    }
}
