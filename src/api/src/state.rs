//! What all requests share.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::body::Bytes;
use http::{HeaderMap, HeaderValue};
use mintkey_domain::SessionCookieName;
use mintkey_service::Service;

use crate::same_origin::SameOrigin;

/// Reads the client's address from a request's headers and the address of its connection.
pub type ClientIp = Arc<dyn Fn(&HeaderMap, Option<SocketAddr>) -> Option<IpAddr> + Send + Sync>;

/// What the API is built with.
pub struct ApiOptions {
    /// The use cases.
    pub service: Service,
    /// Mintkey's URL from outside, without a slash at the end: the origin that a cookie's requests must come from, and
    /// the base of the links in answers.
    pub public_url: String,
    /// The name of the console's session cookie.
    pub session_cookie: SessionCookieName,
    /// Finds the client's address; behind a proxy it is in a header.
    pub client_ip: ClientIp,
    /// The maximum duration of a request; 30 s.
    pub request_timeout: Duration,
    /// A refusal of a credential is sent at a multiple of this after its request arrived, so that a malformed, an unknown
    /// and a wrong one take the same time.
    pub refusal_floor: Duration,
}

/// The state of every handler. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Api(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) public_url: String,
    pub(crate) session_cookie: SessionCookieName,
    pub(crate) same_origin: SameOrigin,
    pub(crate) request_timeout: Duration,
    pub(crate) refusal_floor: Duration,
    pub(crate) documents: Documents,
    client_ip: ClientIp,
}

/// The documents that are written when the router is built.
pub(crate) struct Documents {
    pub(crate) openapi: Document,
    pub(crate) page: Document,
    pub(crate) script: Document,
}

/// A document that is the same for every reader.
pub(crate) struct Document {
    pub(crate) body: Bytes,
    pub(crate) etag: HeaderValue,
    /// The `Content-Security-Policy`, for a page.
    pub(crate) policy: Option<HeaderValue>,
}

impl Api {
    pub(crate) fn new(options: ApiOptions, documents: Documents) -> Self {
        Self(Arc::new(Shared {
            service: options.service,
            same_origin: SameOrigin::new(&options.public_url),
            public_url: options.public_url,
            session_cookie: options.session_cookie,
            request_timeout: options.request_timeout,
            refusal_floor: options.refusal_floor,
            documents,
            client_ip: options.client_ip,
        }))
    }

    pub(crate) fn client_ip(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
        (self.0.client_ip)(headers, peer)
    }
}

impl std::ops::Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
