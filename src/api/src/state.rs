//! What every request shares.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::HeaderMap;
use mintkey_service::Service;

use crate::{ApiOptions, ClientIp, authentication::SameOrigin, openapi::Documents, requests::Requests};

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Api(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) public_url: String,
    pub(crate) session_cookie: String,
    pub(crate) same_origin: SameOrigin,
    pub(crate) request_timeout: Duration,
    pub(crate) refusal_floor: Duration,
    pub(crate) documents: Documents,
    pub(crate) requests: Arc<Requests>,
    client_ip: ClientIp,
}

impl Api {
    pub(crate) fn new(options: ApiOptions, documents: Documents, requests: Arc<Requests>) -> Self {
        let public_url = options.public_url.trim_end_matches('/').to_owned();
        Self(Arc::new(Shared {
            service: options.service,
            same_origin: SameOrigin::new(&public_url),
            public_url,
            session_cookie: options.session_cookie,
            request_timeout: options.request_timeout,
            refusal_floor: options.refusal_floor,
            documents,
            requests,
            client_ip: options.client_ip,
        }))
    }

    pub(crate) fn client_ip(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<std::net::IpAddr> {
        (self.0.client_ip)(headers, peer)
    }
}

impl std::ops::Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
