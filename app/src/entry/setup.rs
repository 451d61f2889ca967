//! The first administrator. The code of the link leaves the address at once, and is consumed by the form only.

use axum::{
    extract::{Query, Request},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::SetupDraft;
use serde::{Deserialize, Serialize};

use super::{
    auth_layout::AuthLayout,
    code::{CodeCookie, LinkQuery, no_code},
    new_password::new_password,
};
use crate::{
    error::{AppError, Result},
    frame::{Field, error_of, error_summary, password, reveal_link},
    hidden::Hidden,
    web::{Submitted, Visitor, begin, redirect, submit, unframed, visitor},
};

const CODE: CodeCookie = CodeCookie { name: "mintkey_setup", path: "/setup" };

/// What the set-up form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SetupForm {
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) password: Hidden,
    pub(crate) repeat_password: Hidden,
}

/// Makes the organization and its first administrator, and signs them in.
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
    let signed = visitor.service().complete_setup(&code, draft, &visitor.origin).await?;
    begin(&visitor.session, &signed).await
}

/// `GET /setup`.
pub(crate) async fn page(visitor: Visitor, Query(params): Query<LinkQuery>) -> Result<Response> {
    if let Some(code) = params.code {
        return Ok(CODE.keep(&visitor, &code));
    }
    let code = CODE.read(&visitor);
    if code.is_empty() || !visitor.service().setup_is_open(&code).await? {
        return Ok(closed(&visitor).await);
    }
    Ok(show(&visitor, &SetupForm::default(), None, params.show.is_some()).await)
}

/// `POST /setup`.
pub(crate) async fn sent(visitor: Visitor, Query(params): Query<LinkQuery>, request: Request) -> Result<Response> {
    match submit::<SetUp>(&visitor, request, |_| {}).await? {
        Submitted::Done(()) => {
            let mut response = redirect("/settings/tokens");
            CODE.drop(&mut response, &visitor);
            Ok(response)
        }
        Submitted::Refused(_, problem) if problem.code == ErrorCode::NotFound => Ok(closed(&visitor).await),
        Submitted::Refused(typed, problem) => {
            Ok(show(&visitor, &typed.form, Some(problem), params.show.is_some()).await)
        }
    }
}

async fn show(visitor: &Visitor, typed: &SetupForm, problem: Option<Problem>, shown: bool) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| AppError(problem.clone()).status());
    let layout = AuthLayout::of(visitor);
    let typed = typed.clone();
    unframed(visitor, status, "Set up", move || layout.view(form(typed, problem.as_ref(), shown))).await
}

async fn closed(visitor: &Visitor) -> Response {
    let layout = AuthLayout::of(visitor);
    if CODE.is_missing(visitor) {
        let words = no_code(visitor);
        return unframed(visitor, StatusCode::NOT_FOUND, "Set up", move || layout.view(words)).await;
    }
    let content = || {
        view! {
            <div class="words">
                <h1>"This set-up link is not valid"</h1>
                <p>
                    "It was used, it is older than 24 hours, or the address is incomplete. Open the link exactly as
                    Mintkey printed it at its first start."
                </p>
                <a class="btn" href="/login">"Sign in"</a>
            </div>
        }
        .into_any()
    };
    unframed(visitor, StatusCode::NOT_FOUND, "Set up", move || layout.view(content())).await.into_response()
}

fn form(typed: SetupForm, problem: Option<&Problem>, shown: bool) -> AnyView {
    let first = problem.is_none();
    let mut organization = Field::new("organization", "organization", "Organization");
    organization.value = typed.organization;
    organization.autocomplete = "organization";
    organization.most = Some(100);
    organization.error = error_of(problem, "organization");
    organization.autofocus = first;
    let mut email = Field::new("email", "email", "Your email");
    email.value = typed.email;
    email.kind = "email";
    email.autocomplete = "username";
    email.error = error_of(problem, "email");
    let (secret, repeat) = new_password("Password", problem);
    view! {
        <form method="post" novalidate>
            <div>
                <h1>"Set up Mintkey"</h1>
                <p class="muted">"Create the first administrator. This page closes permanently once you do."</p>
            </div>
            {error_summary(problem, "the administrator can be created", ANCHORS)}
            {organization.view()}
            {email.view()}
            {password(secret, shown, Some(reveal_link("/setup", None, shown)))}
            {password(repeat, shown, None)}
            <button class="btn primary wide">"Create administrator"</button>
        </form>
    }
    .into_any()
}

const ANCHORS: crate::frame::Anchors = &[
    ("organization", "organization"),
    ("email", "email"),
    ("password", "password"),
    ("repeat_password", "repeat_password"),
];
