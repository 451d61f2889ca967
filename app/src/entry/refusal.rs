//! Error pages: not found, forbidden, failed.

use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};
use uuid::Uuid;

use super::auth_layout;
use crate::{
    error::AppError,
    frame::{Icon, Section, refusal_title, sentence},
    page::Page,
    web::{Console, SignedIn, Visitor},
};

/// Renders an error page, inside the shell if the user is signed in.
pub(crate) async fn refusal(visitor: Visitor, error: &AppError) -> Response {
    let problem = error.0.clone();
    let status = error.status();
    let title = refusal_title(&problem);
    if let Some(actor) = visitor.actor.clone() {
        let user = SignedIn { visitor: visitor.clone(), actor };
        let (framed, request_id) = (problem.clone(), visitor.origin.request_id);
        let page = Page::new(title, Section::Elsewhere).status(status);
        if let Ok(response) = page.show(&user, move || view! { <FramedRefusal problem=framed request_id/> }).await {
            return response;
        }
    }
    let request_id = visitor.origin.request_id;
    auth_layout::show(&visitor, status, title, move || view! { <UnframedRefusal problem request_id/> }).await
}

/// Renders an error page without a visitor, because the database is unreachable or the request timed out.
pub(crate) fn refusal_without_visitor(console: &Console, request_id: Uuid, error: &AppError) -> Response {
    let title = refusal_title(&error.0);
    tracing::warn!(code = %error.0.code, "the console could not answer");
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Mintkey</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><main id=\"main\"><h1>{title}</h1><p>{}</p>\
         <p>Request <code>{request_id}</code></p></main></body></html>",
        console.assets.stylesheet,
        sentence(&error.0)
    );
    (error.status(), Html(page)).into_response()
}

/// The error inside the shell.
#[component]
fn FramedRefusal(problem: Problem, request_id: Uuid) -> impl IntoView {
    view! {
        <section class="card empty" aria-labelledby="refusal">
            <Icon name=icon(problem.code)/>
            <h1 id="refusal">{refusal_title(&problem)}</h1>
            <p>{sentence(&problem)}</p>
            <a class="btn" href="/settings/tokens">"Back to tokens"</a>
            <Reference code=problem.code request_id/>
        </section>
    }
}

/// The error on a page without the shell.
#[component]
fn UnframedRefusal(problem: Problem, request_id: Uuid) -> impl IntoView {
    view! {
        <div class="words">
            <h1>{refusal_title(&problem)}</h1>
            <p>{sentence(&problem)}</p>
            <a class="btn" href="/login">"Sign in"</a>
            <Reference code=problem.code request_id/>
        </div>
    }
}

/// What to report to the operator: the status, the error code, and the request ID in the log.
#[component]
fn Reference(code: ErrorCode, request_id: Uuid) -> impl IntoView {
    view! {
        <p class="hint">{code.status()}" · "<code>{code.as_str()}</code></p>
        <p class="hint">"Request "<code>{request_id.to_string()}</code></p>
    }
}

const fn icon(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "search",
        ErrorCode::Forbidden | ErrorCode::InsufficientScope | ErrorCode::CrossOrigin => "lock",
        _ => "warn",
    }
}
