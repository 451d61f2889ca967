//! The console's router and its middleware.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::post,
};
use http::StatusCode;
use mintkey_domain::ErrorCode;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer, timeout::TimeoutLayer};

use crate::{
    audit, clusters, entry,
    error::AppError,
    help, members,
    middleware::{call_server_function, cross_origin, identify_visitor, show_timeout},
    options::ConsoleOptions,
    organization, profile, scopes, service_accounts, system, tokens,
    web::{Console, OwnCookies, accept_uncompressed, compression, layer, own_cookies, security_headers},
};

/// Timeout of a request, including its body.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// All console routes with their middleware. Unknown paths also get a page.
pub fn router(options: ConsoleOptions) -> Router {
    // The first executor that is set stays in use, so a second router in the same process is harmless.
    let _ = any_spawner::Executor::init_tokio();
    let ConsoleOptions { service, public_url, secure: https, session_cookie, assets, client_ip } = options;
    let sessions = layer(service.session_store(), &session_cookie, https);
    let own = OwnCookies::new(session_cookie);
    let csrf = cross_site_check(&public_url);
    let console =
        Console { service, public_url: public_url.into(), secure: https, assets: Arc::new(assets), client_ip };
    Router::new()
        .merge(entry::routes())
        .merge(tokens::routes())
        .merge(service_accounts::routes())
        .merge(scopes::routes())
        .merge(clusters::routes())
        .merge(audit::routes())
        .merge(members::routes())
        .merge(organization::routes())
        .merge(profile::routes())
        .merge(system::routes())
        .merge(help::routes())
        .route("/_fn/{*name}", post(call_server_function))
        .fallback(async || AppError::not_found())
        .method_not_allowed_fallback(async || {
            AppError::new(ErrorCode::MethodNotAllowed, "This address can be opened, or sent a form, but not this way.")
        })
        .layer(csrf)
        .layer(from_fn_with_state(console.clone(), identify_visitor))
        .layer(sessions)
        .layer(from_fn_with_state(own, own_cookies))
        .layer(compression())
        .layer(from_fn(accept_uncompressed))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT))
        .layer(from_fn_with_state(console.clone(), show_timeout))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(security_headers))
        .with_state(console)
}

/// Rejects form submissions from other sites. Trusts the public origin, because a proxy may rewrite the `Host` header.
fn cross_site_check(public_url: &str) -> CsrfLayer<fn(tower_http::csrf::ProtectionError) -> axum::response::Response> {
    let layer = CsrfLayer::new();
    let layer = layer.clone().add_trusted_origin(public_url).unwrap_or(layer);
    layer.with_rejection_response(cross_origin)
}
