//! The client's certificate: that of the TLS connection, or the one that a trusted proxy passes on in a header.

use std::{net::SocketAddr, sync::Arc};

use http::HeaderMap;
use mintkey_domain::{LogLimit, Timestamp};
use mintkey_service::ClientCertificate;

use crate::{certificate_header::CertificateHeader, client_address::ClientAddress, settings::CLIENT_CERT_HEADER};

/// Where certificates come from.
pub(crate) struct ClientCertificates {
    header: Option<CertificateHeader>,
    proxies: Arc<ClientAddress>,
    log_limit: LogLimit,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl ClientCertificates {
    pub(crate) fn new(
        header: Option<CertificateHeader>,
        proxies: Arc<ClientAddress>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self { header, proxies, log_limit: LogLimit::new(), now: Box::new(now) }
    }

    /// The certificate of a request. The connection of a trusted proxy is the proxy's own, so its certificate is never the
    /// client's; and anybody else can send the header.
    pub(crate) fn of(
        &self,
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
        of_connection: Option<ClientCertificate>,
    ) -> Option<ClientCertificate> {
        let is_proxy = peer.is_some_and(|peer| self.proxies.trusts(peer.ip().to_canonical()));
        let Some(header) = &self.header else { return of_connection.filter(|_| !is_proxy) };
        let values: Vec<_> = headers.get_all(&header.name).iter().collect();
        if !is_proxy {
            if !values.is_empty() {
                self.warn("isn't from a trusted proxy, so it was ignored", header, peer);
            }
            return of_connection;
        }
        // A proxy sends it empty if its client has no certificate.
        if values.iter().all(|value| value.is_empty()) {
            return None;
        }
        let Ok(der) = header.certificate(&values) else {
            self.warn("can't be read, so it was ignored", header, peer);
            return None;
        };
        ClientCertificate::from_der(&der?)
    }

    fn warn(&self, what: &str, header: &CertificateHeader, peer: Option<SocketAddr>) {
        if self.log_limit.allows((self.now)()) {
            let peer = peer.map(|peer| peer.ip().to_string());
            tracing::warn!(header = %header.name, peer, "the header of {CLIENT_CERT_HEADER} {what}");
        }
    }
}
