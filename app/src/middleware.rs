//! Middleware of every page: identifies the visitor and renders error pages.

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header};
use leptos::context::provide_context;
use mintkey_domain::{ErrorCode, LogLimit, SEC_FETCH_SITE, header_for_people};
use tower_http::csrf::ProtectionError;

use crate::{
    entry,
    error::AppError,
    web::{Console, SignInFirst, Visitor, redirect, refuse_secret, request_id, without_empty},
};

/// Maximum size of a form in bytes. A thousand scopes fit.
const MAX_FORM: usize = 256 * 1024;
/// Maximum size in bytes before sign-in, where anyone may leave forms unfinished. An organization's name, an email
/// address and passwords fit.
const MAX_FORM_BEFORE_SIGN_IN: usize = 8 * 1024;

/// Pages with lists, whose URLs users bookmark and share.
const SETTINGS: &str = "/settings/";

/// Identifies the visitor before the page, and renders an error page after it.
///
/// The actor is determined after the whole body has arrived, because a slow sender's session may end meanwhile.
pub(crate) async fn identify_visitor(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let has_body = body.size_hint().exact() != Some(0);
    let is_signed_out =
        has_body && !matches!(Visitor::of(console.clone(), parts.clone()).await, Ok(Visitor { actor: Some(_), .. }));
    let body = to_bytes(body, if is_signed_out { MAX_FORM_BEFORE_SIGN_IN } else { MAX_FORM }).await;
    let visitor = match Visitor::of(console.clone(), parts.clone()).await {
        Ok(visitor) => visitor,
        Err(error) => return entry::refusal_without_visitor(&console, request_id(), &error),
    };
    if let Some(response) = refuse_secret(&visitor, &parts.method, &parts.uri).await {
        // The error page's shell must not link back to a URL with a secret.
        let visitor = Visitor { path: "/".to_owned(), ..visitor };
        return as_page(visitor, response).await;
    }
    if parts.method == Method::GET
        && parts.uri.path().starts_with(SETTINGS)
        && let Some(query) = parts.uri.query().and_then(without_empty)
    {
        let mark = if query.is_empty() { "" } else { "?" };
        return redirect(&format!("{}{mark}{query}", parts.uri.path()));
    }
    let Ok(body) = body else {
        let error = AppError::new(
            ErrorCode::BodyTooLarge,
            if is_signed_out {
                "The form is larger than 8 KiB, which is the most before you sign in, or ended before it was complete."
            } else {
                "The form is larger than 256 KiB, or ended before it was complete."
            },
        );
        return entry::refusal(visitor, &error).await;
    };
    let mut request = Request::from_parts(parts, Body::from(body.clone()));
    request.extensions_mut().insert(visitor.clone());

    let mut answer = next.run(request).await;
    if let Some(AppError(problem)) = answer.extensions_mut().get_mut::<AppError>()
        && problem.code == ErrorCode::CrossOrigin
    {
        problem.detail = describe_cross_origin(&visitor).into();
    }
    if answer.extensions().get::<SignInFirst>().is_some() {
        entry::store_pending_form(&visitor, &body, answer.headers_mut());
    }
    entry::remember_user(&visitor, answer.headers_mut());
    as_page(visitor, answer).await
}

/// Anyone can send such forms, so their log lines are limited.
static CROSS_ORIGIN_LINES: LogLimit = LogLimit::new();

/// Reports the headers of a rejected cross-origin form and the expected origin, on the page and in the log.
fn describe_cross_origin(Visitor { console, parts, .. }: &Visitor) -> String {
    let seen = |name| header_for_people(&parts.headers, name);
    let [origin, host, site] = [&header::ORIGIN, &header::HOST, &SEC_FETCH_SITE].map(seen);
    let expected = &*console.public_url;
    if CROSS_ORIGIN_LINES.allows(console.service.now()) {
        tracing::warn!(
            ?origin, ?host, sec_fetch_site = ?site, expected,
            "rejected a cross-origin form: its Origin matches neither the public URL nor its Host"
        );
    }
    format!(
        "The form seems to come from another site, so nothing was done. Your browser sent Origin: {origin} to Host: {host}; \
         expected was Origin: {expected}. If it was you, open {expected} and send it again from there. Behind a proxy, it has \
         to pass Host on, or --public-url has to be the address that you open."
    )
}

/// Renders a page for a request that the inner timeout layer ended.
pub(crate) async fn show_timeout(State(console): State<Console>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::GATEWAY_TIMEOUT {
        return response;
    }
    let told = "This took too long. A change may have been made all the same: look before you try again.";
    entry::refusal_without_visitor(&console, request_id(), &AppError::new(ErrorCode::Timeout, told))
}

/// Renders the error page if the response carries an error.
async fn as_page(visitor: Visitor, mut answer: Response) -> Response {
    let Some(error) = answer.extensions_mut().remove::<AppError>() else { return answer };
    let mut page = entry::refusal(visitor, &error).await;
    for name in [header::RETRY_AFTER, header::REFERRER_POLICY] {
        if let Some(value) = answer.headers_mut().remove(&name) {
            page.headers_mut().insert(name, value);
        }
    }
    page
}

/// The error response for a form from another site.
pub(crate) fn cross_origin(_: ProtectionError) -> Response {
    AppError::new(
        ErrorCode::CrossOrigin,
        "The form came from another site, so nothing was done. If it was you, open the page here and send it again.",
    )
    .into_response()
}

/// Runs a server function for the console's own scripts. Rejects plain form submissions, which have their own URLs:
/// here they would be redirected with the error in the URL.
pub(crate) async fn call_server_function(visitor: Visitor, request: Request<Body>) -> Response {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|text| text.contains("text/html")) {
        return AppError::not_found().into_response();
    }
    let context = move || provide_context(visitor.clone());
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}
