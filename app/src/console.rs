//! The router of the console, with all that stands around its pages.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::post,
};
use http::{StatusCode, request::Parts};
use mintkey_domain::ErrorCode;
use mintkey_service::Service;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer, timeout::TimeoutLayer};

use crate::{
    audit, entry,
    error::AppError,
    help, members, organization, profile, scopes, service_accounts, system, tokens,
    web::{
        Console, OwnCookies, call_server_function, compression, cross_origin, identify_visitor, layer, own_cookies,
        security_headers,
    },
};

/// The longest that a request may take, its body included.
const LONGEST: Duration = Duration::from_secs(30);

/// How a caller's address is found.
pub type ClientIp = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// What the console needs to know.
pub struct ConsoleOptions {
    /// What decides and remembers.
    pub service: Service,
    /// The origin that people and devices use, such as `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Whether that is https: cookies are then sent over https only.
    pub secure: bool,
    /// The name of the session's cookie. Where the public URL names a port it ends in `_PORT`, and so do the names of the
    /// others.
    pub session_cookie: String,
    /// Where the browser's files are.
    pub assets: ConsoleAssets,
    /// Finds a caller's address, behind whatever proxies are trusted.
    pub client_ip: ClientIp,
}

/// The URL paths of the browser's files, such as `/assets/mintkey-0123456789ab.css`.
#[derive(Debug, Clone, Default)]
pub struct ConsoleAssets {
    /// The style sheet.
    pub stylesheet: String,
    /// The small script of every page.
    pub page_script: String,
    /// The sprite of icons.
    pub icons: String,
    /// The icon of the browser's tab.
    pub logo: String,
    /// The script of the islands without its ending: `STEM.js` and `STEM_bg.wasm` are in `/assets/`. `None` if they
    /// weren't built: the pages work without.
    pub wasm_stem: Option<String>,
}

/// All routes of the console, complete with their layers. What isn't found is answered with a page.
pub fn router(options: ConsoleOptions) -> Router {
    // Leptos spawns on the executor that is named first; a second router in one process changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let ConsoleOptions { service, public_url, secure: https, session_cookie, assets, client_ip } = options;
    let own = OwnCookies::new(&session_cookie);
    let sessions = layer(service.session_store(), session_cookie, https);
    let csrf = cross_site_check(&public_url);
    let console =
        Console { service, public_url: public_url.into(), secure: https, assets: Arc::new(assets), client_ip };
    Router::new()
        .merge(entry::routes())
        .merge(tokens::routes())
        .merge(service_accounts::routes())
        .merge(scopes::routes())
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
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(security_headers))
        .with_state(console)
}

/// Refuses forms from other sites. Behind a proxy that renames the host, the public origin is the one to trust.
fn cross_site_check(public_url: &str) -> CsrfLayer<fn(tower_http::csrf::ProtectionError) -> axum::response::Response> {
    let layer = CsrfLayer::new();
    let layer = layer.clone().add_trusted_origin(public_url).unwrap_or(layer);
    layer.with_rejection_response(cross_origin)
}
