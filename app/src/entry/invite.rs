//! Accepting an invitation, with a new account or an existing one.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::StatusCode;
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem, wire::InvitationOffer};

use super::{
    auth_layout::{self, Message},
    code::{CodeCookie, LinkQuery, show_no_code},
    new_password::{ANCHORS, NewPassword, NewPasswordFields},
};
use crate::{
    error::{AppError, Result},
    frame::{ErrorSummary, HiddenUsername, role_name},
    web::{Submitted, Visitor, begin, flash, redirect, run_form, visitor},
};

const CODE: CodeCookie = CodeCookie { name: "mintkey_invite", path: "/invite" };

/// The visitor who opens an invitation.
enum Guest {
    /// The invited address has no account.
    New,
    /// Signed in as the invited user.
    Invited,
    /// The invited address has an account, and nobody is signed in.
    SignedOut,
    /// Signed in as another user, with this email address.
    Other(String),
}

/// Accepts the invitation, with a password if the address has no account yet, and starts a session in the organization.
#[server(prefix = "/_fn", endpoint = "invite/accept")]
pub(crate) async fn accept_invitation(#[server(flatten)] form: NewPassword) -> Result<()> {
    let visitor = visitor()?;
    let (service, code) = (visitor.service(), CODE.read(&visitor));
    let signed_in = if service.invitation(&code).await?.has_account {
        let actor = visitor.actor.clone().ok_or_else(AppError::signed_out)?;
        service.accept_invitation_as(&actor, &code).await?
    } else {
        let (password, repeat) = (form.password.into_inner(), form.repeat_password.into_inner());
        service.accept_invitation(&code, password, repeat, &visitor.origin).await?
    };
    begin(&visitor.session, &signed_in).await
}

/// `GET /invite`.
pub(crate) async fn page(visitor: Visitor, Query(params): Query<LinkQuery>) -> Result<Response> {
    if let Some(code) = params.code {
        return Ok(CODE.store(&visitor, &code));
    }
    show(&visitor, None, params.show.is_some()).await
}

/// `POST /invite`.
pub(crate) async fn submit(visitor: Visitor, Query(params): Query<LinkQuery>, request: Request) -> Result<Response> {
    match run_form::<AcceptInvitation>(&visitor, request, |_| {}).await? {
        Submitted::Done(()) => {
            let mut response = redirect("/settings/tokens");
            CODE.drop(&mut response, &visitor);
            flash(response.headers_mut(), "Welcome. You have joined.", visitor.console.secure);
            Ok(response)
        }
        Submitted::Refused(_, problem) => show(&visitor, Some(problem), params.show.is_some()).await,
    }
}

async fn show(visitor: &Visitor, problem: Option<Problem>, visible: bool) -> Result<Response> {
    const TITLE: &str = "Invitation";
    let service = visitor.service();
    let offer = match service.invitation(&CODE.read(visitor)).await.map_err(AppError::from) {
        Ok(offer) => offer,
        Err(error) if error.0.code == ErrorCode::NotFound && CODE.is_missing(visitor) => {
            return Ok(show_no_code(visitor, TITLE).await);
        }
        Err(error) if error.0.code == ErrorCode::NotFound => {
            return Ok(auth_layout::show(visitor, StatusCode::NOT_FOUND, TITLE, || view! { <NotValid/> }).await);
        }
        Err(error) => return Err(error),
    };
    let guest = match (&visitor.actor, offer.has_account) {
        (_, false) => Guest::New,
        (None, true) => Guest::SignedOut,
        (Some(actor), true) => {
            let email = service.viewer(actor).await?.email;
            if email.to_lowercase() == offer.email.to_lowercase() { Guest::Invited } else { Guest::Other(email) }
        }
    };
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| AppError(problem.clone()).status());
    let content = move || view! { <InvitePage offer guest problem visible/> };
    Ok(auth_layout::show(visitor, status, TITLE, content).await)
}

#[component]
fn NotValid() -> impl IntoView {
    view! {
        <Message heading="This invitation is not valid">
            "It was accepted or withdrawn, it is older than 7 days, or the address is incomplete. Ask the person who invited \
             you for another."
        </Message>
    }
}

/// Shows the invitation, and the actions that this guest can take.
#[component]
fn InvitePage(
    offer: InvitationOffer,
    guest: Guest,
    problem: Option<Problem>,
    /// Whether password fields show their text.
    visible: bool,
) -> impl IntoView {
    let InvitationOffer { organization, email, role, .. } = offer;
    let lead = format!("as {email}, {}", role_name(role).to_lowercase());
    let head = view! {
        <div><h1 class="whole">{format!("Join {organization}")}</h1><p class="muted whole">{lead}</p></div>
    };
    let autofocus = problem.is_none();
    let summary = view! { <ErrorSummary problem=problem.clone() purpose="you can join" anchors=ANCHORS/> };
    match guest {
        Guest::New => view! {
            <form method="post" novalidate>
                {head}
                {summary}
                <HiddenUsername email/>
                <NewPasswordFields label="Password" path="/invite" problem autofocus visible/>
                <button class="btn primary wide">"Create account and join"</button>
            </form>
        }
        .into_any(),
        Guest::Invited => view! {
            <form method="post" novalidate>
                {head}
                {summary}
                <p class="hint">"Your password and your other organizations stay as they are."</p>
                <button class="btn primary wide">"Join"</button>
            </form>
        }
        .into_any(),
        Guest::SignedOut => view! {
            <div class="words">
                {head}
                {summary}
                <p>"You have an account already. Sign in to it, and you come back here."</p>
                <a class="btn primary" href="/login?next=/invite">"Sign in to accept"</a>
            </div>
        }
        .into_any(),
        Guest::Other(email) => view! {
            <form method="post" action="/logout?next=/invite">
                {head}
                <p class="whole">{format!("You are signed in as {email}. The invitation is for somebody else's account.")}</p>
                <button class="btn primary wide">"Sign out and use that account"</button>
                <a class="link" href="/settings/tokens">"Stay signed in"</a>
            </form>
        }
        .into_any(),
    }
}
