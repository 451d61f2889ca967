//! The doors for programs: authentication, the JSON API, its OpenAPI document and its readable page.
//!
//! A handler translates and doesn't decide: credential and input in, one service call, answer out. Each endpoint is
//! described once (see [`endpoint`]); the route, the reading of its input, the OpenAPI document and the page all come
//! from that description.

mod answer;
mod authentication;
mod call;
mod docs;
mod endpoint;
mod health;
mod input;
mod oauth;
mod openapi;
mod refusal;
mod refusal_floor;
mod request_id;
mod requests;
mod routes;
mod state;
mod v1;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use http::HeaderMap;
use mintkey_service::Service;

pub use requests::{Answered, Requests};

/// Reads the client's address from a request's headers and the address of its connection.
pub type ClientIp = Arc<dyn Fn(&HeaderMap, Option<SocketAddr>) -> Option<IpAddr> + Send + Sync>;

/// What the doors need to know.
pub struct ApiOptions {
    /// The use cases.
    pub service: Service,
    /// Where Mintkey is reached from outside, without a slash at the end: the origin that a cookie's requests come
    /// from, and the base of the links in answers.
    pub public_url: String,
    /// The name of the console's session cookie.
    pub session_cookie: String,
    /// How the client's address is found; behind a proxy it stands in a header.
    pub client_ip: ClientIp,
    /// How long one request may take; 30 s.
    pub request_timeout: Duration,
    /// A refusal of a credential is sent at a multiple of this after the request came, so that a malformed, an unknown and a
    /// wrong one take the same time.
    pub refusal_floor: Duration,
}

/// All routes of the JSON API, its documents, `/healthz`, `/readyz` and the public keys.
///
/// The peer's address is taken from axum's `ConnectInfo<SocketAddr>`. Unknown paths below `/api` are answered here,
/// all others are left to the router that this one is merged into.
/// Beside the router stands what it counts.
pub fn router(options: ApiOptions) -> (Router, Arc<Requests>) {
    let routes = routes::all();
    let documents = openapi::Documents::new(routes.endpoints(), &options.public_url, &options.session_cookie);
    let requests = Arc::new(Requests::new(routes.endpoints()));
    (routes.into_router(state::Api::new(options, documents, requests.clone())), requests)
}
