//! The caller's address: the peer's, or what a trusted proxy says of it.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// Which proxies are believed, and in which header.
pub(crate) struct ClientAddress {
    pub(crate) trusted: Vec<IpNet>,
    pub(crate) header: HeaderName,
}

impl ClientAddress {
    /// The rightmost address that isn't a trusted proxy's. Text that isn't an address ends the search at the
    /// proxy that passed it on: what stands left of it was written by nobody knows whom.
    pub(crate) fn of(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
        let mut address = peer?.ip().to_canonical();
        if self.trusted.is_empty() || !self.trusts(address) {
            return Some(address);
        }
        let lines: Vec<_> = headers.get_all(&self.header).iter().map(http::HeaderValue::as_bytes).collect();
        for part in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
            match std::str::from_utf8(part).ok().and_then(|text| parse(text.trim())) {
                Some(previous) => address = previous,
                None => return Some(address),
            }
            if !self.trusts(address) {
                break;
            }
        }
        Some(address)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(trusted: &str, peer: &str, header: &str) -> String {
        let client = ClientAddress {
            trusted: trusted.split_whitespace().map(|text| text.parse().unwrap()).collect(),
            header: HeaderName::from_static("x-forwarded-for"),
        };
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", http::HeaderValue::from_bytes(header.as_bytes()).unwrap());
        client.of(&headers, Some(peer.parse().unwrap())).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(found("", "192.0.2.1:5", "10.0.0.1"), "192.0.2.1");
        assert_eq!(found("10.0.0.0/8", "192.0.2.1:5", "10.0.0.1"), "192.0.2.1");
    }

    #[test]
    fn the_rightmost_address_that_is_not_a_trusted_proxy_counts() {
        assert_eq!(found("10.0.0.0/8", "10.0.0.1:5", "198.51.100.9, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
        assert_eq!(found("10.0.0.0/8", "10.0.0.1:5", "203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(found("10.0.0.0/8", "10.0.0.1:5", "203.0.113.7, nonsense"), "10.0.0.1");
        assert_eq!(found("10.0.0.0/8", "10.0.0.1:5", "ÿ, 203.0.113.7"), "203.0.113.7");
    }
}
