//! Inviting somebody, and withdrawing an invitation.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, OneTimeCodeId, Problem, Role};
use serde::{Deserialize, Serialize};

use super::{
    LIST, done,
    link::{About, Link, show_once},
    list::List,
    require_editor,
    role::{choices, parse},
};
use crate::{
    error::{AppError, Result},
    frame::{Anchors, Dialog, Field, Section, Tone, actions, error_of, error_summary, plain, warning},
    hidden::Hidden,
    web::{Screen, SignedIn, Submitted, caller, submit},
};

const ANCHORS: Anchors = &[("email", "email"), ("role", "role")];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct InviteForm {
    pub(crate) email: String,
    pub(crate) role: String,
}

/// Invites somebody; answers with the link, this once.
#[server(prefix = "/_fn", endpoint = "members/invite")]
pub(crate) async fn invite_member(#[server(flatten)] form: InviteForm) -> Result<Link> {
    let (service, actor) = caller()?;
    let issued = service.invite_member(&actor, &form.email, parse(&form.role)?).await.map_err(known)?;
    Ok(Link {
        email: issued.invitation.email,
        url: Hidden::new(issued.url.expose()),
        expires_at: issued.invitation.expires_at.millis(),
    })
}

/// Stops the link of an invitation.
#[server(prefix = "/_fn", endpoint = "members/withdraw-invitation")]
pub(crate) async fn withdraw_invitation(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.withdraw_invitation(&actor, code_id(&id)?).await?)
}

/// Who is a member already is a mistake of the address.
fn known(error: mintkey_service::Error) -> AppError {
    let AppError(problem) = AppError::from(error);
    if problem.code == ErrorCode::AlreadyExists {
        return FieldErrors::one("email", FieldCode::Taken, problem.detail).into();
    }
    AppError(problem)
}

fn code_id(text: &str) -> Result<OneTimeCodeId> {
    text.parse().map_err(|_| AppError::not_found())
}

/// `GET /settings/members/invite`.
pub(super) async fn page(person: SignedIn) -> Result<Response> {
    let form = InviteForm { email: String::new(), role: Role::Member.to_string() };
    show(person, &form, None).await
}

/// `POST /settings/members/invite`.
pub(super) async fn sent(person: SignedIn, request: Request) -> Result<Response> {
    match submit::<InviteMember>(&person.visitor, request, |_| {}).await? {
        Submitted::Done(link) => {
            let about = About {
                title: format!("{} is invited", link.email),
                name: "Invitation link",
                caution: "Whoever opens it first can join in their name: send it to nobody else.",
            };
            show_once(&person, link, about).await
        }
        Submitted::Refused(typed, problem) => show(person, &typed.form, Some(problem)).await,
    }
}

async fn show(person: SignedIn, form: &InviteForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let beneath = List::load(&person).await?;
    let screen = Screen::new("Invite member", Section::Members).answering(problem.as_ref());
    let mut email = Field::new("email", "email", "Email");
    email.kind = "email";
    email.value.clone_from(&form.email);
    email.autofocus = problem.is_none();
    email.error = error_of(problem.as_ref(), "email");
    let role = form.role.clone();
    let dialog = move || {
        let body = view! {
            <div class="body">
                {error_summary(problem.as_ref(), "the member can be invited", ANCHORS)}
                {email.view()}
                {choices(&role, problem.as_ref())}
                {plain("info", "You get a link to send. It works once, for 7 days; an earlier link for this address stops working.")}
            </div>
        };
        let foot = view! {
            <span class="push"></span>
            {actions(LIST, view! { <button class="btn primary">"Invite member"</button> })}
        };
        Dialog::new("Invite member", LIST).wide("mid").view(body, foot).into_any()
    };
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}

/// `GET /settings/members/invitations/{id}/withdraw`.
pub(super) async fn page_to_withdraw(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show_withdrawal(person, &id, None).await
}

/// `POST /settings/members/invitations/{id}/withdraw`.
pub(super) async fn withdrawn(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<WithdrawInvitation>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(()) => Ok(done(&person, "Invitation withdrawn. Its link no longer works.")),
        Submitted::Refused(_, problem) => show_withdrawal(person, &id, Some(problem)).await,
    }
}

async fn show_withdrawal(person: SignedIn, id: &str, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let id = code_id(id)?;
    let pending = person.visitor.service().invitations(&person.actor).await?;
    let found = pending.into_iter().find(|one| one.id == id).ok_or_else(AppError::not_found)?;
    let beneath = List::load(&person).await?;
    let screen = Screen::new("Withdraw invitation", Section::Members).answering(problem.as_ref());
    let dialog = move || {
        let dialog = Dialog::new("Withdraw this invitation?", LIST).lead(found.email).sign("ban", Tone::Danger).alert();
        let body = view! {
            <div class="body">
                {error_summary(problem.as_ref(), "it can be withdrawn", &[])}
                {warning("The link stops working. You can invite them again.")}
            </div>
        };
        let foot = view! {
            <span class="push"></span>
            <a class="btn" href=LIST autofocus>"Cancel"</a>
            <button class="btn danger">"Withdraw"</button>
        };
        dialog.view(body, foot).into_any()
    };
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}
