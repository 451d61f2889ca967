//! A new password by a link, for whoever has forgotten theirs.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::StatusCode;
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};

use super::{
    auth_layout::AuthLayout,
    code::{CodeCookie, LinkQuery, no_code},
    new_password::{ANCHORS, NewPassword, new_password},
};
use crate::{
    error::{AppError, Result},
    frame::{error_summary, password, reveal_link, username},
    web::{Submitted, Visitor, redirect, submit, unframed, visitor},
};

const CODE: CodeCookie = CodeCookie { name: "mintkey_reset", path: "/reset" };

/// Sets the new password; all sessions of the person end.
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
        return Ok(CODE.keep(&visitor, &code));
    }
    show(&visitor, None, params.show.is_some()).await
}

/// `POST /reset`.
pub(crate) async fn sent(visitor: Visitor, Query(params): Query<LinkQuery>, request: Request) -> Result<Response> {
    match submit::<ResetPassword>(&visitor, request, |_| {}).await? {
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
    let words = "Sign in with the new one. All your earlier sessions have ended.";
    notice(&visitor, StatusCode::OK, "Password changed", words).await
}

async fn show(visitor: &Visitor, problem: Option<Problem>, shown: bool) -> Result<Response> {
    let email = match visitor.service().password_reset(&CODE.read(visitor)).await.map_err(AppError::from) {
        Ok(email) => email,
        Err(error) if error.0.code == ErrorCode::NotFound => {
            if CODE.is_missing(visitor) {
                let (layout, words) = (AuthLayout::of(visitor), no_code(visitor));
                return Ok(unframed(visitor, StatusCode::NOT_FOUND, "New password", move || layout.view(words)).await);
            }
            let words = "It was used, it is older than 24 hours, a newer one was made, or the address is incomplete. \
                         Ask an administrator for another.";
            return Ok(notice(visitor, StatusCode::NOT_FOUND, "This reset link is not valid", words).await);
        }
        Err(error) => return Err(error),
    };
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| AppError(problem.clone()).status());
    let layout = AuthLayout::of(visitor);
    let content = move || layout.view(form(&email, problem.as_ref(), shown));
    Ok(unframed(visitor, status, "New password", content).await)
}

async fn notice(visitor: &Visitor, status: StatusCode, title: &'static str, words: &'static str) -> Response {
    let layout = AuthLayout::of(visitor);
    let content = move || {
        view! {
            <div class="words"><h1>{title}</h1><p>{words}</p><a class="btn" href="/login">"Sign in"</a></div>
        }
        .into_any()
    };
    unframed(visitor, status, title, move || layout.view(content())).await
}

fn form(email: &str, problem: Option<&Problem>, shown: bool) -> AnyView {
    let (mut secret, repeat) = new_password("New password", problem);
    secret.autofocus = problem.is_none();
    view! {
        <form method="post" novalidate>
            <div>
                <h1>"Choose a new password"</h1>
                <p class="muted whole">"for "{email.to_owned()}</p>
            </div>
            {error_summary(problem, "the password can be changed", ANCHORS)}
            {username(email)}
            {password(secret, shown, Some(reveal_link("/reset", None, shown)))}
            {password(repeat, shown, None)}
            <button class="btn primary wide">"Change password"</button>
        </form>
    }
    .into_any()
}
