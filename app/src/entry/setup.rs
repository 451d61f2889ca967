//! Setup of the first administrator. The code moves from the URL to a cookie; only the form consumes it.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::StatusCode;
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::SetupDraft;
use serde::{Deserialize, Serialize};

use super::{
    auth_layout::{self, Message},
    code::{CodeCookie, LinkQuery, show_no_code},
    new_password::NewPasswordFields,
};
use crate::{
    error::{AppError, Result},
    frame::{Anchors, ErrorSummary, Field, error_of},
    hidden::Hidden,
    web::{Submitted, Visitor, begin, redirect, run_form, visitor},
};

const CODE: CodeCookie = CodeCookie { name: "mintkey_setup", path: "/setup" };
const TITLE: &str = "Set up";

/// Fields of the setup form.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SetupForm {
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) password: Hidden,
    pub(crate) repeat_password: Hidden,
}

/// Creates the organization and its first administrator, and signs them in.
#[server(prefix = "/_fn", endpoint = "setup")]
pub(crate) async fn set_up(#[server(flatten)] form: SetupForm) -> Result<()> {
    let visitor = visitor()?;
    let code = CODE.read(&visitor);
    let draft = SetupDraft {
        organization: form.organization,
        email: form.email,
        password: form.password.into_inner(),
        repeat_password: form.repeat_password.into_inner(),
    };
    let signed_in = visitor.service().complete_setup(&code, draft, &visitor.origin).await?;
    begin(&visitor.session, &signed_in).await
}

/// `GET /setup`.
pub(crate) async fn page(visitor: Visitor, Query(params): Query<LinkQuery>) -> Result<Response> {
    if let Some(code) = params.code {
        return Ok(CODE.store(&visitor, &code));
    }
    let code = CODE.read(&visitor);
    if code.is_empty() || !visitor.service().setup_is_open(&code).await? {
        return Ok(closed(&visitor).await);
    }
    Ok(show(&visitor, SetupForm::default(), None, params.show.is_some()).await)
}

/// `POST /setup`.
pub(crate) async fn submit(visitor: Visitor, Query(params): Query<LinkQuery>, request: Request) -> Result<Response> {
    match run_form::<SetUp>(&visitor, request, |_| {}).await? {
        Submitted::Done(()) => {
            let mut response = redirect("/settings/tokens");
            CODE.drop(&mut response, &visitor);
            Ok(response)
        }
        Submitted::Refused(_, problem) if problem.code == ErrorCode::NotFound => Ok(closed(&visitor).await),
        Submitted::Refused(typed, problem) => {
            Ok(show(&visitor, typed.form, Some(problem), params.show.is_some()).await)
        }
    }
}

async fn show(visitor: &Visitor, form: SetupForm, problem: Option<Problem>, visible: bool) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| AppError(problem.clone()).status());
    auth_layout::show(visitor, status, TITLE, move || view! { <SetupPage form problem visible/> }).await
}

async fn closed(visitor: &Visitor) -> Response {
    if CODE.is_missing(visitor) {
        return show_no_code(visitor, TITLE).await;
    }
    auth_layout::show(visitor, StatusCode::NOT_FOUND, TITLE, || view! { <NotValid/> }).await
}

#[component]
fn NotValid() -> impl IntoView {
    view! {
        <Message heading="This set-up link is not valid">
            "It was used, it is older than 24 hours, or the address is incomplete. Open the link exactly as \
             Mintkey printed it at its first start."
        </Message>
    }
}

/// The form for the organization and its first administrator.
#[component]
fn SetupPage(
    form: SetupForm,
    problem: Option<Problem>,
    /// Whether password fields show their text.
    visible: bool,
) -> impl IntoView {
    let error = |field| error_of(problem.as_ref(), field);
    let (organization_error, email_error) = (error("organization"), error("email"));
    let autofocus = problem.is_none();
    view! {
        <form method="post" novalidate>
            <div>
                <h1>"Set up Mintkey"</h1>
                <p class="muted">"Create the first administrator. This page closes permanently once you do."</p>
            </div>
            <ErrorSummary problem=problem.clone() purpose="the administrator can be created" anchors=ANCHORS/>
            <Field
                name="organization" label="Organization" value=form.organization autocomplete="organization"
                max_length=100 error=organization_error autofocus
            />
            <Field
                name="email" label="Your email" kind="email" value=form.email autocomplete="username" error=email_error
            />
            <NewPasswordFields label="Password" path="/setup" problem visible/>
            <button class="btn primary wide">"Create administrator"</button>
        </form>
    }
}

const ANCHORS: Anchors = &[
    ("organization", "organization"),
    ("email", "email"),
    ("password", "password"),
    ("repeat_password", "repeat_password"),
];
