//! Address ranges: where a credential may be used from.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;

use crate::{FieldCode, FieldErrors};

/// The most address ranges of one token.
pub const MAX_CIDRS: usize = 100;
const FIELD: &str = "allowed_cidrs";

/// The addresses that a credential may be used from: any address if no range is named.
///
/// A stored range that can't be read stays an entry that contains no address, so that its loss never turns the list into
/// "any address".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressRanges(Box<[AddressRange]>);

/// One range.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AddressRange {
    Range(IpNet),
    Unreadable(Box<str>),
}

impl AddressRanges {
    /// Reads the ranges of a request; a bare address is a range of one. Host bits beyond the prefix are a mistake.
    pub fn parse(texts: &[String], errors: &mut FieldErrors) -> Self {
        if texts.len() > MAX_CIDRS {
            errors.push(FIELD, FieldCode::TooLong, format!("At most {MAX_CIDRS} address ranges."));
            return Self::default();
        }
        let mut ranges = Vec::with_capacity(texts.len());
        for (i, text) in texts.iter().enumerate() {
            let text = text.trim();
            let range = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            match range {
                Some(range) if range.trunc() != range => errors.push(
                    FIELD,
                    FieldCode::InvalidFormat,
                    format!("Entry {} has bits set beyond its prefix length.", i + 1),
                ),
                Some(range) if ranges.contains(&AddressRange::Range(range)) => {
                    errors.push(FIELD, FieldCode::Duplicate, format!("Entry {} repeats an earlier one.", i + 1));
                }
                Some(range) => ranges.push(AddressRange::Range(range)),
                None => errors.push(
                    FIELD,
                    FieldCode::InvalidFormat,
                    format!("Entry {} is not an address range such as 10.4.0.0/16 or 2001:db8::/32.", i + 1),
                ),
            }
        }
        Self(ranges.into())
    }

    /// The ranges as they were stored, in that order.
    pub fn from_stored(texts: impl IntoIterator<Item = String>) -> Self {
        let range = |text: String| match text.parse() {
            Ok(range) => AddressRange::Range(range),
            Err(_) => AddressRange::Unreadable(text.into()),
        };
        Self(texts.into_iter().map(range).collect())
    }

    /// Whether every address is allowed, because no range is named.
    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the address is allowed. An unknown address is allowed only where every address is.
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        self.is_any()
            || address.is_some_and(|address| self.ranges().any(|range| range.contains(&address.to_canonical())))
    }

    /// Whether everything that `other` allows is allowed here too.
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

    /// The ranges as texts, in the order given; one that can't be read as it is stored.
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

    fn ranges(texts: &[&str]) -> AddressRanges {
        AddressRanges::from_stored(texts.iter().map(|text| (*text).to_owned()))
    }

    #[test]
    fn address_ranges_are_exact() {
        let mut errors = FieldErrors::new();
        let texts = ["10.4.0.0/16", "192.0.2.7", "2001:db8::/32"].map(String::from);
        let parsed = AddressRanges::parse(&texts, &mut errors);
        assert_eq!(parsed.to_strings(), ["10.4.0.0/16", "192.0.2.7/32", "2001:db8::/32"]);
        assert!(errors.is_empty());
        for text in ["10.4.0.1/16", "10.4.0.0/33", "example.com", ""] {
            let mut errors = FieldErrors::new();
            AddressRanges::parse(&[text.to_owned()], &mut errors);
            assert_eq!(errors.get("allowed_cidrs").unwrap().code, FieldCode::InvalidFormat, "{text}");
        }
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
