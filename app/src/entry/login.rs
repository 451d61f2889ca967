//! Sign-in and sign-out.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Password, Problem};
use mintkey_service::Error;
use serde::{Deserialize, Serialize};

use super::{auth_layout, pending_form};
use crate::{
    error::{AppError, Result},
    frame::{Field, Note, PasswordField, RevealLink, Tone, error_of, sentence},
    hidden::Hidden,
    web::{
        SignedIn, Submitted, Visitor, begin, cookie_value, encode, forget_session, host, over_plain_http, redirect,
        run_form, same_origin, set_transient_cookie, visitor,
    },
};

/// Fields of the sign-in form.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    pub(crate) email: String,
    pub(crate) password: Hidden,
    /// Set by the page's own form, which requires the page's cookie. API clients leave it empty.
    pub(crate) page: String,
}

/// Cookie set by the page. Browsers that accept cookies send it back with the form.
const VISITOR: &str = "mintkey_visitor";

/// Query parameters of the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Params {
    next: Option<String>,
    show: Option<String>,
    form_lost: Option<String>,
}

impl Params {
    /// The page to open after sign-in.
    fn destination(&self) -> &str {
        let next = self.next.as_deref().and_then(same_origin);
        let is_page = |path: &&str| !matches!(path.split('?').next(), Some("/logout" | "/switch" | "/theme"));
        next.filter(is_page).unwrap_or("/settings/tokens")
    }
}

/// Signs a user in. Starts a session, and ends the browser's previous session.
#[server(prefix = "/_fn", endpoint = "session/begin")]
pub(crate) async fn sign_in(#[server(flatten)] form: SignInForm) -> Result<()> {
    let visitor = visitor()?;
    if !form.page.is_empty() && cookie_value(&visitor.parts.headers, VISITOR).is_none() {
        return Err(no_cookies(&visitor));
    }
    let mut missing = FieldErrors::new();
    for (field, typed, message) in [
        ("email", form.email.trim(), "Enter your email."),
        ("password", form.password.reveal(), "Enter your password."),
    ] {
        if typed.is_empty() {
            missing.push(field, FieldCode::Required, message);
        }
    }
    missing.into_result()?;
    let password = Password::typed(form.password.into_inner());
    let signed_in = visitor.service().sign_in(&form.email, password, visitor.actor.as_ref(), &visitor.origin).await?;
    begin(&visitor.session, &signed_in).await
}

/// Without cookies, a correct password would lead back to this page without an explanation.
fn no_cookies(visitor: &Visitor) -> AppError {
    let address = &visitor.console.public_url;
    let message = if over_plain_http(&visitor.console, &visitor.parts) {
        format!("You can't be signed in over http: your browser drops Mintkey's cookie. Open {address} instead.")
    } else {
        format!(
            "Your browser didn't send Mintkey's cookie back, so it can't stay signed in. Allow cookies for {}, and sign in \
             again.",
            host(address)
        )
    };
    AppError(Problem::new(ErrorCode::InvalidRequest, message))
}

/// Signs a user out and ends their session.
#[server(prefix = "/_fn", endpoint = "session/end")]
pub(crate) async fn sign_out() -> Result<()> {
    let visitor = visitor()?;
    if let Some(actor) = &visitor.actor {
        match visitor.service().sign_out(actor).await {
            // The session ended in the meantime.
            Err(Error::Refused(problem)) if problem.code == ErrorCode::InvalidCredential => {}
            done => done?,
        }
    }
    forget_session(&visitor.session).await
}

/// `GET /login`.
pub(crate) async fn page(visitor: Visitor, Query(params): Query<Params>) -> Response {
    if visitor.actor.is_some() {
        return redirect(params.destination());
    }
    show(&visitor, &params, String::new(), None).await
}

/// `POST /login`.
pub(crate) async fn submit(visitor: Visitor, Query(params): Query<Params>, request: Request) -> Result<Response> {
    Ok(match run_form::<SignIn>(&visitor, request, |_| {}).await? {
        Submitted::Done(()) if pending_form::is_waiting(&visitor, params.destination()) => {
            redirect(pending_form::PAGE_PATH)
        }
        Submitted::Done(()) => redirect(params.destination()),
        Submitted::Refused(typed, problem) => show(&visitor, &params, typed.form.email, Some(problem)).await,
    })
}

/// `POST /logout`. With `next`, goes to that page after the next sign-in, as another user.
pub(crate) async fn logout(user: SignedIn, Query(params): Query<Params>, request: Request) -> Result<Response> {
    match run_form::<SignOut>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(()) => Ok(match params.next.as_deref().and_then(same_origin) {
            Some(next) => redirect(&format!("/login?next={}", encode(next))),
            None => redirect("/login"),
        }),
        Submitted::Refused(_, problem) => Err(AppError(problem)),
    }
}

async fn show(visitor: &Visitor, params: &Params, email: String, problem: Option<Problem>) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| AppError(problem.clone()).status());
    let retry_after = problem.as_ref().and_then(|problem| problem.retry_after);
    let organization = visitor.service().organization_name_for_sign_in();
    let visible = params.show.is_some();
    // An error of the current submission takes precedence.
    let reason = reason(visitor, params).filter(|_| problem.is_none());
    let next = params.next.clone().filter(|next| same_origin(next).is_some());
    let title = if problem.is_some() { "Sign in: not signed in" } else { "Sign in" };
    let content = move || view! { <SignInPage organization email problem reason visible next/> };
    let mut response = auth_layout::show(visitor, status, title, content).await;
    if cookie_value(&visitor.parts.headers, VISITOR).is_none() {
        set_transient_cookie(response.headers_mut(), VISITOR, "1", "/login", visitor.console.secure);
    }
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Explains why the user was sent to this page, if there is a reason.
fn reason(visitor: &Visitor, params: &Params) -> Option<&'static str> {
    if pending_form::is_waiting(visitor, params.destination()) {
        Some(
            "Your session has ended, so the form wasn\u{2019}t sent. Sign in, and you can send it: what you typed is kept, except passwords.",
        )
    } else if params.form_lost.is_some() {
        Some(
            "Your session has ended, so the form wasn\u{2019}t sent, and what you typed couldn\u{2019}t be kept. Sign in, and fill it in again.",
        )
    } else if visitor.session.id().is_some() {
        Some("Your session has ended. Sign in again.")
    } else {
        params.next.as_deref().and_then(same_origin).map(|_| "Sign in to open that page.")
    }
}

#[component]
fn SignInPage(
    /// The organization's name, if there is only one.
    organization: Option<String>,
    /// The submitted email address.
    email: String,
    problem: Option<Problem>,
    /// Why the user was sent to this page.
    reason: Option<&'static str>,
    /// Whether the password field shows its text.
    visible: bool,
    /// The page to open after sign-in.
    next: Option<String>,
) -> impl IntoView {
    let has_email = !email.is_empty();
    let error = |field| error_of(problem.as_ref(), field);
    let (email_error, password_error) = (error("email"), error("password"));
    let reason = reason.map(|reason| view! { <Note>{reason}</Note> });
    let refusal = problem.filter(|problem| problem.errors.is_empty()).map(|problem| {
        let message = match problem.code {
            ErrorCode::InvalidCredential => "Email or password is wrong.".to_owned(),
            _ => sentence(&problem),
        };
        view! { <div role="alert"><Note tone=Tone::Danger><strong>{message}</strong></Note></div> }
    });
    view! {
        <form method="post" novalidate>
            <div>
                <h1>"Sign in"</h1>
                {organization.map(|name| view! { <p class="muted">"to "{name}</p> })}
            </div>
            {reason}
            {refusal}
            <input type="hidden" name="page" value="1"/>
            <Field
                name="email" label="Email" kind="email" autocomplete="username" value=email error=email_error
                autofocus=!has_email
            />
            <PasswordField
                name="password" label="Password" autocomplete="current-password" error=password_error
                autofocus=has_email visible
            >
                <RevealLink path="/login" next visible/>
            </PasswordField>
            <button class="btn primary wide">"Sign in"</button>
            <p class="hint">"Forgotten password? An administrator can reset it."</p>
        </form>
    }
}
