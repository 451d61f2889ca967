//! Password reset through a one-time link.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::StatusCode;
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};

use super::{
    auth_layout::{self, Message},
    code::{CodeCookie, LinkQuery, show_no_code},
    new_password::{ANCHORS, NewPassword, NewPasswordFields},
};
use crate::{
    error::{AppError, Result},
    frame::{ErrorSummary, HiddenUsername},
    web::{Submitted, Visitor, redirect, run_form, visitor},
};

const CODE: CodeCookie = CodeCookie { name: "mintkey_reset", path: "/reset" };

/// Sets the new password and ends all of the user's sessions.
#[server(prefix = "/_fn", endpoint = "reset")]
pub(crate) async fn reset_password(#[server(flatten)] form: NewPassword) -> Result<()> {
    let visitor = visitor()?;
    let (password, repeat) = (form.password.into_inner(), form.repeat_password.into_inner());
    let code = CODE.read(&visitor);
    Ok(visitor.service().complete_password_reset(&code, password, repeat, &visitor.origin).await?)
}

/// `GET /reset`.
pub(crate) async fn page(visitor: Visitor, Query(params): Query<LinkQuery>) -> Result<Response> {
    if let Some(code) = params.code {
        return Ok(CODE.store(&visitor, &code));
    }
    show(&visitor, None, params.show.is_some()).await
}

/// `POST /reset`.
pub(crate) async fn submit(visitor: Visitor, Query(params): Query<LinkQuery>, request: Request) -> Result<Response> {
    match run_form::<ResetPassword>(&visitor, request, |_| {}).await? {
        Submitted::Done(()) => {
            let mut response = redirect("/reset/done");
            CODE.drop(&mut response, &visitor);
            Ok(response)
        }
        Submitted::Refused(_, problem) => show(&visitor, Some(problem), params.show.is_some()).await,
    }
}

/// `GET /reset/done`.
pub(crate) async fn done(visitor: Visitor) -> Response {
    let content = || {
        view! {
            <Message heading="Password changed">
                "Sign in with the new one. All your earlier sessions have ended."
            </Message>
        }
    };
    auth_layout::show(&visitor, StatusCode::OK, "Password changed", content).await
}

async fn show(visitor: &Visitor, problem: Option<Problem>, visible: bool) -> Result<Response> {
    const TITLE: &str = "New password";
    let email = match visitor.service().password_reset(&CODE.read(visitor)).await.map_err(AppError::from) {
        Ok(email) => email,
        Err(error) if error.0.code == ErrorCode::NotFound && CODE.is_missing(visitor) => {
            return Ok(show_no_code(visitor, TITLE).await);
        }
        Err(error) if error.0.code == ErrorCode::NotFound => {
            let content = || view! { <NotValid/> };
            return Ok(auth_layout::show(visitor, StatusCode::NOT_FOUND, NOT_VALID, content).await);
        }
        Err(error) => return Err(error),
    };
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| AppError(problem.clone()).status());
    let content = move || view! { <ResetPage email problem visible/> };
    Ok(auth_layout::show(visitor, status, TITLE, content).await)
}

const NOT_VALID: &str = "This reset link is not valid";

#[component]
fn NotValid() -> impl IntoView {
    view! {
        <Message heading=NOT_VALID>
            "It was used, it is older than 24 hours, a newer one was made, or the address is incomplete. \
             Ask an administrator for another."
        </Message>
    }
}

#[component]
fn ResetPage(
    email: String,
    problem: Option<Problem>,
    /// Whether password fields show their text.
    visible: bool,
) -> impl IntoView {
    let autofocus = problem.is_none();
    view! {
        <form method="post" novalidate>
            <div>
                <h1>"Choose a new password"</h1>
                <p class="muted whole">"for "{email.clone()}</p>
            </div>
            <ErrorSummary problem=problem.clone() purpose="the password can be changed" anchors=ANCHORS/>
            <HiddenUsername email/>
            <NewPasswordFields label="New password" path="/reset" problem autofocus visible/>
            <button class="btn primary wide">"Change password"</button>
        </form>
    }
}
