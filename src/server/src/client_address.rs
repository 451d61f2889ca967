//! The client's address: the peer's address, or the one that a trusted proxy reports.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

use crate::settings::TRUSTED_PROXIES;

/// The trusted proxies, and the header that they set.
pub(crate) struct ClientAddress {
    pub(crate) trusted: Vec<IpNet>,
    pub(crate) header: HeaderName,
    warned: Once,
}

/// Headers that only proxies add.
static PROXY_HEADERS: [HeaderName; 3] =
    [HeaderName::from_static("x-forwarded-for"), header::FORWARDED, HeaderName::from_static("x-forwarded-proto")];

impl ClientAddress {
    pub(crate) const fn new(trusted: Vec<IpNet>, header: HeaderName) -> Self {
        Self { trusted, header, warned: Once::new() }
    }

    /// The rightmost address that isn't a trusted proxy's. Text that isn't an address stops the search at the proxy
    /// that forwarded it, because everything to its left may be forged.
    pub(crate) fn of(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
        let mut address = peer?.ip().to_canonical();
        if !self.trusts(address) {
            self.warn_of_unknown_proxy(headers, address);
            return Some(address);
        }
        let lines: Vec<_> = headers.get_all(&self.header).iter().map(http::HeaderValue::as_bytes).collect();
        let is_forwarded = self.header == header::FORWARDED;
        for element in lines.iter().rev().flat_map(|line| split_unquoted(line, b',').into_iter().rev()) {
            let node = std::str::from_utf8(element).ok();
            let node = if is_forwarded { node.and_then(forwarded_for) } else { node.map(str::to_owned) };
            match node.and_then(|node| parse(node.trim())) {
                Some(previous) => address = previous,
                None => return Some(address),
            }
            if !self.trusts(address) {
                break;
            }
        }
        Some(address)
    }

    /// Warns that a proxy may be missing from the trusted ones: all its clients would share its address and rate
    /// limits. Warns only once, because anyone can send these headers.
    fn warn_of_unknown_proxy(&self, headers: &HeaderMap, peer: IpAddr) {
        let is_proxy_header = |name: &&HeaderName| **name == self.header || PROXY_HEADERS.contains(name);
        let Some(name) = headers.keys().find(is_proxy_header) else { return };
        self.warned.call_once(|| {
            tracing::warn!(
                %peer, header = %name,
                "a request came with the header of a proxy, which is ignored: {peer} isn't in {TRUSTED_PROXIES}. If it is \
                 your proxy, add it there; else somebody sends the header themselves. This is said once per start"
            );
        });
    }

    /// Whether this is a trusted proxy's address.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// The parts of a header's line. Separators in quotes don't count (RFC 9110 section 5.6.4).
pub(crate) fn split_unquoted(line: &[u8], separator: u8) -> Vec<&[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    let ends = move |byte: &u8| {
        let separates = *byte == separator && !quoted;
        quoted ^= *byte == b'"' && !escaped;
        escaped = quoted && *byte == b'\\' && !escaped;
        separates
    };
    line.split(ends).collect()
}

/// The `for` parameter of a `Forwarded` element (RFC 7239 section 4), unquoted. `None` unless there is exactly one.
fn forwarded_for(element: &str) -> Option<String> {
    let mut nodes = element.split(';').filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"').to_owned())
    });
    nodes.next().filter(|_| nodes.next().is_none())
}

/// Parses an address with or without a port; IPv6 with or without brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_ip(trusted: &str, peer: &str, header: &str) -> String {
        client_ip_in("x-forwarded-for", trusted, peer, header)
    }

    fn client_ip_in(name: &'static str, trusted: &str, peer: &str, value: &str) -> String {
        let header = HeaderName::from_static(name);
        let trusted = trusted.split_whitespace().map(|text| text.parse().unwrap()).collect();
        let client = ClientAddress::new(trusted, header.clone());
        let mut headers = HeaderMap::new();
        headers.insert(header, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        client.of(&headers, Some(peer.parse().unwrap())).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(client_ip("", "192.0.2.1:5", "10.0.0.1"), "192.0.2.1");
        assert_eq!(client_ip("10.0.0.0/8", "192.0.2.1:5", "10.0.0.1"), "192.0.2.1");
    }

    #[test]
    fn the_headers_of_a_proxy_that_isnt_trusted_are_noticed() {
        let warned = |trusted: &[&str], name: &'static str| {
            let trusted = trusted.iter().map(|text| text.parse().unwrap()).collect();
            let client = ClientAddress::new(trusted, HeaderName::from_static("x-real-ip"));
            let mut headers = HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static("203.0.113.7"));
            client.of(&headers, Some("10.0.0.1:5".parse().unwrap()));
            client.warned.is_completed()
        };
        for name in ["x-forwarded-for", "forwarded", "x-forwarded-proto", "x-real-ip"] {
            assert!(warned(&[], name) && warned(&["192.0.2.0/24"], name), "{name}");
            assert!(!warned(&["10.0.0.0/8"], name), "{name}");
        }
        assert!(!warned(&[], "x-request-id"));
    }

    #[test]
    fn the_rightmost_address_that_is_not_a_trusted_proxy_counts() {
        assert_eq!(client_ip("10.0.0.0/8", "10.0.0.1:5", "198.51.100.9, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
        assert_eq!(client_ip("10.0.0.0/8", "10.0.0.1:5", "203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(client_ip("10.0.0.0/8", "10.0.0.1:5", "203.0.113.7, nonsense"), "10.0.0.1");
        assert_eq!(client_ip("10.0.0.0/8", "10.0.0.1:5", "ÿ, 203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn ipv6_is_read_with_and_without_brackets_and_mapped_ipv4_is_ipv4() {
        let client_ip = |header| client_ip("10.0.0.0/8", "[::ffff:10.0.0.1]:5", header);
        for text in ["2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:4711", "2001:DB8:0::7"] {
            assert_eq!(client_ip(text), "2001:db8::7", "{text}");
        }
        assert_eq!(client_ip("203.0.113.7, ::ffff:10.0.0.2"), "203.0.113.7");
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_has_it() {
        let client_ip = |header| client_ip_in("forwarded", "10.0.0.0/8", "10.0.0.1:5", header);
        for (header, address) in [
            ("for=203.0.113.7", "203.0.113.7"),
            ("for=198.51.100.9, For=\"203.0.113.7:4711\";proto=https;by=10.0.0.9", "203.0.113.7"),
            ("for=203.0.113.7, for=10.0.0.2", "203.0.113.7"),
            ("proto=http;for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("for=203.0.113.7;ext=\"a,for=198.51.100.9\"", "203.0.113.7"),
            ("for=198.51.100.9, for=unknown", "10.0.0.1"),
            ("for=198.51.100.9, for=_hidden", "10.0.0.1"),
            ("for=198.51.100.9, proto=http", "10.0.0.1"),
            ("for=198.51.100.9;for=203.0.113.7", "10.0.0.1"),
        ] {
            assert_eq!(client_ip(header), address, "{header}");
        }
    }
}
