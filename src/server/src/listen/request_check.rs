//! Checks before routing. Rejects requests that aren't in origin form or don't name exactly one host, and, where the
//! session cookie authenticates, hosts that aren't Mintkey's.
//!
//! Another site can resolve its own name to Mintkey's address (DNS rebinding). Its requests are then same-origin for
//! the browser, but their `Host` is the other name.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header, uri::Authority};
use mintkey_domain::{ErrorCode, Problem, SessionCookieName};
use uuid::Uuid;

use crate::{metrics::Metrics, requests};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Paths that are served for any host, because their responses don't depend on the client.
const ANY_HOST_PATHS: [&str; 4] = ["/healthz", "/readyz", "/pki", "/.well-known"];
/// API paths, where requests need a valid host only if they authenticate with the session cookie.
const API_PATHS: [&str; 4] = ["/api", "/oauth", "/auth", "/k8s"];

/// Checks the requests of one listener.
pub(crate) struct RequestCheck {
    metrics: Arc<Metrics>,
    public_url: String,
    hosts: Option<Hosts>,
}

/// The response to a rejected request.
enum Refusal {
    Problem(ErrorCode, Cow<'static, str>),
    /// A page that names the public URL.
    OtherHost,
}

/// The accepted hosts. Ports aren't compared.
pub(crate) struct Hosts {
    session_cookie: SessionCookieName,
    names: Vec<String>,
    addresses: Vec<IpAddr>,
    is_trusted_proxy: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
}

impl Hosts {
    /// Accepts the public URL's host and the address of the listener.
    pub(crate) fn new(
        public_url: &str,
        session_cookie: SessionCookieName,
        listen: SocketAddr,
        is_trusted_proxy: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        let mut hosts = Self {
            session_cookie,
            names: Vec::new(),
            addresses: Vec::new(),
            is_trusted_proxy: Box::new(is_trusted_proxy),
        };
        if !listen.ip().is_unspecified() {
            hosts.addresses.push(listen.ip().to_canonical());
        }
        let authority = public_url.parse::<http::Uri>().ok().and_then(|uri| uri.into_parts().authority);
        match authority.as_ref().map(|authority| (literal(authority.host()), authority.host())) {
            Some((Some(address), _)) => hosts.addresses.push(address),
            Some((None, name)) => hosts.names.push(name.to_ascii_lowercase()),
            None => {}
        }
        hosts
    }

    fn allows(&self, host: &str, peer: IpAddr) -> bool {
        let is_name = |known: &str| host.eq_ignore_ascii_case(known);
        if self.names.iter().any(|known| is_name(known)) {
            return true;
        }
        let is_loopback = match literal(host) {
            Some(address) if self.addresses.contains(&address) => return true,
            Some(address) => address.is_loopback(),
            None => is_name("localhost"),
        };
        is_loopback && peer.is_loopback() || (self.is_trusted_proxy)(peer)
    }
}

impl RequestCheck {
    /// `hosts` is `None` if the listener ignores cookies.
    pub(crate) const fn new(metrics: Arc<Metrics>, public_url: String, hosts: Option<Hosts>) -> Self {
        Self { metrics, public_url, hosts }
    }

    /// The response if the request is rejected.
    pub(super) fn refusal<B>(&self, request: &Request<B>, peer: SocketAddr) -> Option<Response> {
        let cause = self.find_refusal(request, peer)?;
        let id = Uuid::now_v7();
        let refusal = match cause {
            Refusal::Problem(code, detail) => self.problem(request.uri().path(), code, detail, id),
            Refusal::OtherHost => self.page(id),
        };
        Some(self.sent(refusal, id))
    }

    /// The refusal of a head that isn't a request at all.
    pub(super) fn unreadable(&self, code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Response {
        let id = Uuid::now_v7();
        let mut refusal = self.sent(self.problem("/", code, detail, id), id);
        self.add_headers(&mut refusal);
        refusal
    }

    fn sent(&self, mut refusal: Response, id: Uuid) -> Response {
        self.metrics.refused(refusal.status());
        requests::set_request_id(&mut refusal, id);
        refusal
    }

    fn find_refusal<B>(&self, request: &Request<B>, peer: SocketAddr) -> Option<Refusal> {
        let host = match host(request) {
            Ok(host) => host,
            Err(detail) => return Some(Refusal::Problem(ErrorCode::InvalidRequest, detail.into())),
        };
        let hosts = self.hosts.as_ref()?;
        let path = request.uri().path();
        let below = |roots: &[&str]| roots.iter().any(|root| is_below(path, root));
        if hosts.allows(host, peer.ip().to_canonical()) || below(&ANY_HOST_PATHS) {
            return None;
        }
        if !below(&API_PATHS) {
            return Some(Refusal::OtherHost);
        }
        // A credential in a header takes precedence over the cookie.
        let headers = request.headers();
        if has_credential(headers) || hosts.session_cookie.values(headers).next().is_none() {
            return None;
        }
        let detail = format!("Session cookies aren't accepted for this host. Use {}.", self.public_url);
        Some(Refusal::Problem(ErrorCode::MisdirectedRequest, detail.into()))
    }

    /// Adds headers to every response: browsers must not guess content types, and must use https after the first https
    /// response (RFC 6797).
    pub(super) fn add_headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.public_url.starts_with("https://") {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
    }

    fn problem(&self, path: &str, code: ErrorCode, detail: impl Into<Cow<'static, str>>, id: Uuid) -> Response {
        log(code, id);
        mintkey_api::refuse(path, &Problem::new(code, detail), &self.public_url, id)
    }

    fn page(&self, id: Uuid) -> Response {
        log(ErrorCode::MisdirectedRequest, id);
        let url = html_escape::encode_double_quoted_attribute(&self.public_url);
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Another address · Mintkey</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head><body><main id=\"main\">\
             <h1>Mintkey has another address</h1><p>Open <a href=\"{url}\">{url}</a>.</p>\
             <p>This page is answered only at the public URL and at the address that Mintkey listens on.</p>\
             <p>Request <code>{id}</code></p></main></body></html>"
        );
        let mut answer = Response::new(Body::from(page));
        *answer.status_mut() = StatusCode::MISDIRECTED_REQUEST;
        let headers = answer.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
            (header::REFERRER_POLICY, "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        answer
    }
}

/// The request's only host (RFC 9112 section 3.2), or the reason why it is invalid.
fn host<B>(request: &Request<B>) -> Result<&str, &'static str> {
    let uri = request.uri();
    if uri.authority().is_some() || uri.scheme().is_some() || !uri.path().starts_with('/') {
        return Err("The request target must be a path, in origin form: `GET /path HTTP/1.1`.");
    }
    let mut values = request.headers().get_all(header::HOST).iter();
    let value = values.next().ok_or("The request has no `Host`.")?;
    if values.next().is_some() {
        return Err("The request has more than one `Host`.");
    }
    let form = "`Host` must be a host name or an address, with or without a port.";
    // Checks the characters. It accepts brackets anywhere.
    Authority::try_from(value.as_bytes()).map_err(|_| form)?;
    let value = value.to_str().map_err(|_| form)?;
    let (host, port) = match value.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (value, ""),
    };
    let name = without_brackets(host);
    if name.is_empty() || name.contains(['@', '[', ']']) || !port.is_empty() && port.parse::<u16>().is_err() {
        return Err(form);
    }
    Ok(host)
}

/// The host as an IP address, if it is one.
fn literal(host: &str) -> Option<IpAddr> {
    without_brackets(host).parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// The host without the brackets of an IPv6 address.
fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn has_credential(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(X_API_KEY)
}

fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn log(code: ErrorCode, id: Uuid) {
    tracing::debug!(request_id = %id, %code, "request refused before any route");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn includes(listen: &str, host: &str, peer: &str) -> bool {
        let proxy: IpAddr = "10.9.9.9".parse().unwrap();
        let url = "https://Mintkey.example.com:8443";
        let hosts = Hosts::new(url, SessionCookieName::new(url), listen.parse().unwrap(), move |ip| ip == proxy);
        let request = Request::builder().header(header::HOST, host).body(()).unwrap();
        hosts.allows(super::host(&request).unwrap(), peer.parse().unwrap())
    }

    #[test]
    fn the_public_urls_host_and_the_listen_address_are_answered_with_any_port() {
        for host in ["mintkey.example.com", "MINTKEY.example.com:1", "192.0.2.1", "192.0.2.1:8080"] {
            assert!(includes("192.0.2.1:8080", host, "203.0.113.7"), "{host}");
        }
        for host in ["example.com", "192.0.2.2", "localhost", "127.0.0.1", "[::1]", "0.0.0.0"] {
            assert!(!includes("192.0.2.1:8080", host, "203.0.113.7"), "{host}");
            assert!(includes("192.0.2.1:8080", host, "10.9.9.9"), "a trusted proxy passes on {host}");
        }
        assert!(!includes("0.0.0.0:80", "0.0.0.0", "203.0.113.7"), "nobody is at the unspecified address");
    }

    #[test]
    fn brackets_are_around_the_whole_host() {
        let is_accepted = |host: &str| {
            let request = Request::builder().header(header::HOST, host).body(()).unwrap();
            super::host(&request).is_ok()
        };
        for host in ["[::1]", "[::1]:80", "[::1]:", "localhost:"] {
            assert!(is_accepted(host), "{host}");
        }
        for host in ["[abc]evil", "[::1]x", "x[::1]", "localhost:80[::1]", "localhost:[y]", "[]", "[::1]evil:80", "::1"]
        {
            assert!(!is_accepted(host), "{host}");
        }
    }

    #[test]
    fn on_loopback_its_names_are_answered_too() {
        for host in ["localhost:8080", "LOCALHOST", "127.0.0.1", "[::1]:8080", "127.0.0.9"] {
            assert!(includes("0.0.0.0:80", host, "127.0.0.1"), "{host}");
        }
        assert!(!includes("127.0.0.1:80", "localhost.example", "127.0.0.1"));
    }
}
