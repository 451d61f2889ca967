//! Address ranges that a credential may be used from.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::IpNet;

use crate::{FieldCode, FieldErrors};

/// The maximum number of address ranges per token.
pub const MAX_CIDRS: usize = 100;
const FIELD: &str = "allowed_cidrs";

/// The addresses that a credential may be used from: any address if no range is named.
///
/// A stored range that can't be read stays an entry that contains no address, so that its loss never turns the list into
/// "any address".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, max_items = 100))]
pub struct AddressRanges(Box<[AddressRange]>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum AddressRange {
    Range(IpNet),
    Unreadable(Box<str>),
}

/// Why a text isn't an address range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRange {
    /// It is neither an address nor an address with a prefix length.
    Form,
    /// Bits are set beyond the prefix length.
    HostBits,
}

/// Parses an address range in canonical form; a bare address is a range of one. IPv4-mapped IPv6 addresses (RFC 4291
/// section 2.5.5.2) become IPv4, as do all addresses that are compared with a range.
pub fn parse_range(text: &str) -> Result<IpNet, InvalidRange> {
    const MAPPED: u8 = 96;
    let text = text.trim();
    let range = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let range = range.map_err(|_| InvalidRange::Form)?;
    if range.trunc() != range {
        return Err(InvalidRange::HostBits);
    }
    match (range.addr().to_canonical(), range.prefix_len().checked_sub(MAPPED)) {
        (IpAddr::V4(address), Some(length)) if range.addr().is_ipv6() => {
            IpNet::new(address.into(), length).map_err(|_| InvalidRange::Form)
        }
        _ => Ok(range),
    }
}

/// The network of an address, by its first address: an IPv4 /24, an IPv6 /64. A single caller typically controls that
/// much.
pub const fn address_block(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl AddressRanges {
    /// Parses the ranges of a request; a bare address is a range of one. Host bits beyond the prefix are an error.
    pub fn parse(texts: &[String], errors: &mut FieldErrors) -> Option<Self> {
        if texts.len() > MAX_CIDRS {
            errors.push(FIELD, FieldCode::TooLong, format!("At most {MAX_CIDRS} address ranges."));
            return None;
        }
        let mut ranges = Vec::with_capacity(texts.len());
        for (i, text) in texts.iter().enumerate() {
            match parse_range(text).map(AddressRange::Range) {
                Ok(range) if ranges.contains(&range) => {
                    errors.push_entry(
                        FIELD,
                        i,
                        FieldCode::Duplicate,
                        format!("Entry {} repeats an earlier one.", i + 1),
                    );
                }
                Ok(range) => ranges.push(range),
                Err(InvalidRange::HostBits) => errors.push_entry(
                    FIELD,
                    i,
                    FieldCode::InvalidFormat,
                    format!("Entry {} has bits set beyond its prefix length.", i + 1),
                ),
                Err(InvalidRange::Form) => errors.push_entry(
                    FIELD,
                    i,
                    FieldCode::InvalidFormat,
                    format!("Entry {} is not an address range such as 10.4.0.0/16 or 2001:db8::/32.", i + 1),
                ),
            }
        }
        (ranges.len() == texts.len()).then(|| Self(ranges.into()))
    }

    /// Parses stored ranges, in the stored order.
    pub fn from_stored(texts: impl IntoIterator<Item = String>) -> Self {
        let range = |text: String| match parse_range(&text) {
            Ok(range) => AddressRange::Range(range),
            Err(_) => AddressRange::Unreadable(text.into()),
        };
        Self(texts.into_iter().map(range).collect())
    }

    /// Whether every address is allowed, because there are no ranges.
    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the address is allowed. An unknown address is allowed only if every address is.
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        self.is_any()
            || address.is_some_and(|address| self.ranges().any(|range| range.contains(&address.to_canonical())))
    }

    /// Whether every address that `other` allows is allowed here too.
    pub fn contains(&self, other: &Self) -> bool {
        let within = |range: &AddressRange| match range {
            AddressRange::Range(range) => self.ranges().any(|own| own.contains(range)),
            AddressRange::Unreadable(_) => false,
        };
        self.is_any() || (!other.is_any() && other.0.iter().all(within))
    }

    /// Whether a range can't be read.
    pub fn has_unreadable(&self) -> bool {
        self.0.iter().any(|range| matches!(range, AddressRange::Unreadable(_)))
    }

    /// The ranges as texts, in the given order; unreadable ones as stored.
    pub fn to_strings(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    fn ranges(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter().filter_map(|range| match range {
            AddressRange::Range(range) => Some(range),
            AddressRange::Unreadable(_) => None,
        })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => range.fmt(f),
            Self::Unreadable(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    #[test]
    fn a_block_is_a_24_or_a_64() {
        for (ip, block) in
            [("192.0.2.7", "192.0.2.0"), ("::ffff:192.0.2.7", "192.0.2.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
        {
            assert_eq!(address_block(ip.parse().unwrap()).to_string(), block);
        }
    }

    fn ranges(texts: &[&str]) -> AddressRanges {
        AddressRanges::from_stored(texts.iter().map(|text| (*text).to_owned()))
    }

    #[test]
    fn address_ranges_are_exact() {
        let mut errors = FieldErrors::new();
        let texts = ["10.4.0.0/16", "192.0.2.7", "2001:db8::/32"].map(String::from);
        let parsed = AddressRanges::parse(&texts, &mut errors).unwrap();
        assert_eq!(parsed.to_strings(), ["10.4.0.0/16", "192.0.2.7/32", "2001:db8::/32"]);
        assert!(errors.is_empty());
        for text in ["10.4.0.1/16", "::ffff:10.4.0.1/112", "10.4.0.0/33", "example.com", ""] {
            let mut errors = FieldErrors::new();
            assert_eq!(AddressRanges::parse(&[text.to_owned()], &mut errors), None);
            assert_eq!(errors.get("allowed_cidrs").unwrap().code, FieldCode::InvalidFormat, "{text}");
        }
    }

    #[test]
    fn ipv4_that_is_mapped_into_ipv6_is_ipv4_wherever_it_stands() {
        let texts = ["::ffff:10.0.0.0/104", "::ffff:192.0.2.7", "::ffff:0:0/96"];
        let parsed = ranges(&texts);
        assert_eq!(parsed.to_strings(), ["10.0.0.0/8", "192.0.2.7/32", "0.0.0.0/0"]);
        assert!(ranges(&texts[..1]).allows(Some("::ffff:10.1.2.3".parse().unwrap())));
        let mut errors = FieldErrors::new();
        AddressRanges::parse(&["10.0.0.0/8", "::ffff:10.0.0.0/104"].map(String::from), &mut errors);
        assert_eq!(errors.get("allowed_cidrs").unwrap().code, FieldCode::Duplicate);
    }

    #[test]
    fn no_range_allows_every_address_and_one_only_its_own() {
        let (any, office) = (ranges(&[]), ranges(&["10.4.0.0/16"]));
        let inside = Some("::ffff:10.4.0.9".parse().unwrap());
        let outside = Some(IpAddr::V6(Ipv6Addr::LOCALHOST));
        assert!(any.allows(None) && any.allows(outside));
        assert!(office.allows(inside) && !office.allows(outside) && !office.allows(None));
    }

    #[test]
    fn a_range_that_cant_be_read_allows_nothing_and_never_everything() {
        let broken = ranges(&["10.4.0.0/99"]);
        assert!(broken.has_unreadable() && !broken.is_any());
        assert!(!broken.allows(Some("10.4.0.1".parse().unwrap())) && !broken.allows(None));
        assert_eq!(broken.to_strings(), ["10.4.0.0/99"]);
        assert!(!ranges(&["10.0.0.0/8"]).contains(&broken) && !broken.contains(&ranges(&["10.4.0.0/16"])));
    }

    #[test]
    fn a_list_contains_what_allows_no_more() {
        let (any, wide, narrow) = (ranges(&[]), ranges(&["10.0.0.0/8"]), ranges(&["10.4.0.0/16", "10.5.0.1/32"]));
        assert!(any.contains(&wide) && wide.contains(&narrow) && any.contains(&any));
        assert!(!wide.contains(&any) && !narrow.contains(&wide));
    }
}
