//! The state that all requests share.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{body::Bytes, extract::Request};
use http::{HeaderMap, HeaderValue};
use mintkey_domain::SessionCookieName;
use mintkey_service::{ClientCertificate, Service};

use crate::same_origin::SameOrigin;

/// Determines the client's address from a request's headers and the peer's address.
pub type ClientIp = Arc<dyn Fn(&HeaderMap, Option<SocketAddr>) -> Option<IpAddr> + Send + Sync>;

/// Determines the client's certificate: that of the connection, or the one that a trusted proxy passes on. Takes the
/// request's headers, the peer's address, and the certificate of the connection.
pub type ClientCertificateOf =
    Arc<dyn Fn(&HeaderMap, Option<SocketAddr>, Option<ClientCertificate>) -> Option<ClientCertificate> + Send + Sync>;

/// The options of the API's router.
pub struct ApiOptions {
    /// The service.
    pub service: Service,
    /// Mintkey's public URL without a trailing slash: the required origin of requests with the session cookie, and the
    /// base of links in responses.
    pub public_url: String,
    /// The name of the console's session cookie.
    pub session_cookie: SessionCookieName,
    /// Determines the client's address, which is in a header behind a proxy.
    pub client_ip: ClientIp,
    /// Determines the client's certificate; `None` if neither connections nor proxies have any.
    pub client_certificate: Option<ClientCertificateOf>,
    /// The maximum duration of a request; 30 s.
    pub request_timeout: Duration,
    /// Refusals of credentials are sent at a multiple of this duration after the request's arrival, so that malformed,
    /// unknown and wrong credentials take the same time.
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
    client_certificate: Option<ClientCertificateOf>,
}

/// The documents, rendered when the router is built.
pub(crate) struct Documents {
    pub(crate) openapi: Document,
    pub(crate) page: Document,
    pub(crate) script: Document,
}

/// A static document.
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
            client_certificate: options.client_certificate,
        }))
    }

    pub(crate) fn client_ip(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
        (self.0.client_ip)(headers, peer)
    }

    pub(crate) fn client_certificate(&self, request: &Request, peer: Option<SocketAddr>) -> Option<ClientCertificate> {
        let of_connection = request.extensions().get().copied();
        (self.0.client_certificate.as_ref()?)(request.headers(), peer, of_connection)
    }

    /// Whether clients can authenticate by certificates.
    pub(crate) fn accepts_certificates(&self) -> bool {
        self.0.client_certificate.is_some()
    }
}

impl std::ops::Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
