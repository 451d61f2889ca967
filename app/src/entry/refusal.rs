//! Pages that say no: not found, not allowed, something broke.

use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, Problem};

use super::auth_layout::AuthLayout;
use crate::{
    error::AppError,
    frame::{Section, icon, refusal_title, sentence},
    web::{Console, Screen, SignedIn, Visitor, unframed},
};

/// The page of a refusal: in the frame for those who are signed in.
pub(crate) async fn refusal(visitor: Visitor, error: &AppError) -> Response {
    let problem = error.0.clone();
    let status = error.status();
    let title = refusal_title(&problem);
    if let Some(actor) = visitor.actor.clone() {
        let person = SignedIn { visitor: visitor.clone(), actor };
        let shown = problem.clone();
        let screen = Screen::new(title, Section::Elsewhere).status(status);
        if let Ok(response) = screen.show(&person, move || (in_frame(&shown), None)).await {
            return response;
        }
    }
    let layout = AuthLayout::of(&visitor);
    unframed(&visitor, status, title, move || layout.view(alone(&problem))).await
}

/// The page of a refusal when nothing is known of the visitor, since the database is away.
pub(crate) fn refusal_without_visitor(console: &Console, error: &AppError) -> Response {
    let title = refusal_title(&error.0);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Mintkey</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><main id=\"main\"><h1>{title}</h1><p>{}</p></main></body></html>",
        console.assets.stylesheet,
        sentence(&error.0)
    );
    (error.status(), Html(page)).into_response()
}

fn in_frame(problem: &Problem) -> AnyView {
    view! {
        <section class="card empty" aria-labelledby="refusal">
            {icon(sign(problem.code))}
            <h1 id="refusal">{refusal_title(problem)}</h1>
            <p>{sentence(problem)}</p>
            <a class="btn" href="/settings/tokens">"Back to tokens"</a>
            {code(problem.code)}
        </section>
    }
    .into_any()
}

fn alone(problem: &Problem) -> AnyView {
    view! {
        <div class="words">
            <h1>{refusal_title(problem)}</h1>
            <p>{sentence(problem)}</p>
            <a class="btn" href="/login">"Sign in"</a>
            {code(problem.code)}
        </div>
    }
    .into_any()
}

fn code(code: ErrorCode) -> impl IntoView {
    view! { <p class="hint">{code.status()}" · "<code>{code.as_str()}</code></p> }
}

const fn sign(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "search",
        ErrorCode::Forbidden | ErrorCode::InsufficientScope | ErrorCode::CrossOrigin => "lock",
        _ => "warn",
    }
}
