//! How a page was opened: over http, or from another site.

use http::{HeaderMap, HeaderName, Uri, header, request::Parts};
use mintkey_domain::SEC_FETCH_SITE;

use super::visitor::Console;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whether a page was opened over http although the public URL is https. Browsers then drop its `Secure` cookies.
///
/// Only selects a note, so it trusts unauthenticated headers: the form's origin, the scheme from a proxy, and the
/// `Sec-Fetch-…` headers, which browsers send only over https and to localhost.
pub(crate) fn over_plain_http(console: &Console, parts: &Parts) -> bool {
    console.secure && scheme(&parts.headers) == "http"
}

fn scheme(headers: &HeaderMap) -> String {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let of_origin = text(&header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(scheme, _)| scheme);
    let last = |list: &str| list.rsplit(',').next().unwrap_or_default().trim().to_ascii_lowercase();
    let forwarded = || {
        let element = last(text(&header::FORWARDED)?);
        let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == "proto").map(|(_, scheme)| scheme.trim_matches('"').to_owned())
    };
    of_origin
        .map(str::to_ascii_lowercase)
        .or_else(|| text(&FORWARDED_PROTO).map(last))
        .or_else(forwarded)
        .unwrap_or_else(|| if headers.contains_key(&SEC_FETCH_SITE) { "https" } else { "http" }.to_owned())
}

/// Whether the user followed a link on another site.
pub(crate) fn from_another_site(headers: &HeaderMap) -> bool {
    headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// The public URL's host, with its port if it has one.
pub(crate) fn host(public_url: &str) -> String {
    let uri = public_url.parse::<Uri>().ok();
    uri.and_then(|uri| uri.authority().map(ToString::to_string)).unwrap_or_else(|| public_url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_found_where_browsers_and_proxies_tell_it() {
        for (lines, expected) in [
            (&[][..], "http"),
            (&[("sec-fetch-site", "none")], "https"),
            (&[("sec-fetch-site", "none"), ("x-forwarded-proto", "http")], "http"),
            (&[("x-forwarded-proto", "http, HTTPS")], "https"),
            (&[("forwarded", "for=203.0.113.7;proto=https")], "https"),
            (&[("forwarded", "proto=https, for=203.0.113.7;Proto=\"http\"")], "http"),
            (&[("origin", "http://mintkey.test"), ("x-forwarded-proto", "https")], "http"),
            (&[("origin", "null"), ("x-forwarded-proto", "https")], "https"),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(scheme(&headers), expected, "{lines:?}");
        }
    }
}
