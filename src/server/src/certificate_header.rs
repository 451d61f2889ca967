//! Headers in which proxies pass on the certificate of their client.

use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use crate::client_address::split_unquoted;

/// A header with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateHeader {
    pub(crate) name: HeaderName,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// PEM, percent-encoded: nginx's `$ssl_client_escaped_cert`.
    PemUrlencoded,
    /// Envoy's `X-Forwarded-Client-Cert`.
    Xfcc,
    /// A byte sequence in colons (RFC 9440 section 2.1).
    Rfc9440,
}

/// The header's value isn't in its format.
pub(crate) struct Malformed;

impl FromStr for CertificateHeader {
    type Err = ();

    /// Parses `NAME=FORMAT`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, format) = text.split_once('=').ok_or(())?;
        let format = match format.trim() {
            "pem-urlencoded" => Format::PemUrlencoded,
            "xfcc" => Format::Xfcc,
            "rfc9440" => Format::Rfc9440,
            _ => return Err(()),
        };
        Ok(Self { name: name.trim().parse().map_err(|_| ())?, format })
    }
}

impl CertificateHeader {
    /// The certificate in DER; `None` if the proxy says that its client has none.
    pub(crate) fn certificate(&self, values: &[&HeaderValue]) -> Result<Option<Vec<u8>>, Malformed> {
        match (self.format, values) {
            (Format::PemUrlencoded, [value]) => pem(value.as_bytes()).map(Some),
            (Format::Rfc9440, [value]) => {
                let text = value.to_str().map_err(|_| Malformed)?.trim();
                let encoded = text.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).ok_or(Malformed)?;
                STANDARD.decode(encoded).map(Some).map_err(|_| Malformed)
            }
            (Format::Xfcc, [value]) => xfcc(value.as_bytes()),
            // A proxy replaces what its client sent, so there can't be two.
            _ => Err(Malformed),
        }
    }
}

fn pem(encoded: &[u8]) -> Result<Vec<u8>, Malformed> {
    let text: Vec<u8> = percent_decode(encoded).collect();
    CertificateDer::from_pem_slice(&text).map(|certificate| certificate.to_vec()).map_err(|_| Malformed)
}

/// The certificate in the only element. Envoy doesn't quote names of the certificate, which its holder chose, so that a comma
/// in one of them would begin another element.
fn xfcc(line: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let [element] = split_unquoted(line, b',')[..] else { return Err(Malformed) };
    let pairs = split_unquoted(element, b';').into_iter().filter_map(pair);
    let mut certificates = pairs.filter(|(name, _)| name.eq_ignore_ascii_case(b"Cert"));
    match (certificates.next(), certificates.next()) {
        (Some((_, value)), None) => pem(value).map(Some),
        (None, _) => Ok(None),
        _ => Err(Malformed),
    }
}

fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = text.iter().position(|byte| *byte == b'=')?;
    Some((text[..equals].trim_ascii(), unquoted(text[equals + 1..].trim_ascii())))
}

/// A value without its quotes. A percent-encoded certificate has no characters that would be escaped within them.
fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate in PEM and its DER.
    fn sample() -> (String, Vec<u8>) {
        let pem = include_str!("../../service/tests/authority.pem");
        (pem.to_owned(), CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec())
    }

    fn encoded(pem: &str) -> String {
        percent_encoding::utf8_percent_encode(pem, percent_encoding::NON_ALPHANUMERIC).to_string()
    }

    /// What these lines of the header say: `Err` if they can't be read.
    fn read(format: &str, lines: &[&str]) -> Result<Option<Vec<u8>>, ()> {
        let header: CertificateHeader = format!("x-cert={format}").parse().unwrap();
        let values: Vec<_> = lines.iter().map(|line| HeaderValue::from_str(line).unwrap()).collect();
        header.certificate(&values.iter().collect::<Vec<_>>()).map_err(|_| ())
    }

    #[test]
    fn each_format_is_read() {
        let (pem, der) = sample();
        let encoded = encoded(&pem);
        // AWS leaves these characters as they are.
        let partly = encoded.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        for value in [&encoded, &partly] {
            assert_eq!(read("pem-urlencoded", &[value]), Ok(Some(der.clone())));
        }
        assert_eq!(read("rfc9440", &[&format!(":{}:", STANDARD.encode(&der))]), Ok(Some(der.clone())));
        for value in [
            format!("Hash=ab;Cert=\"{encoded}\";Subject=\"CN=a;b,c\";URI=urn:x"),
            format!("By=spiffe://x;Cert={encoded}"),
        ] {
            assert_eq!(read("xfcc", &[&value]), Ok(Some(der.clone())), "{value}");
        }
    }

    #[test]
    fn what_a_client_could_have_added_is_not_believed() {
        let (pem, der) = sample();
        let (encoded, sequence) = (encoded(&pem), format!(":{}:", STANDARD.encode(der)));
        for (format, lines) in [
            ("pem-urlencoded", &[encoded.as_str(), encoded.as_str()][..]),
            ("pem-urlencoded", &["nonsense"]),
            ("pem-urlencoded", &[&sequence]),
            ("rfc9440", &[&sequence, &sequence]),
            ("rfc9440", &[&sequence[1..]]),
            ("rfc9440", &[":*:"]),
            ("xfcc", &[&format!("Cert={encoded};Cert={encoded}")]),
            ("xfcc", &["Cert=nonsense"]),
            ("xfcc", &["Hash=cd", &format!("Cert={encoded}")]),
            ("xfcc", &[&format!("Hash=ab;Cert=other;URI=x,Cert={encoded}")]),
            ("xfcc", &[&format!("Cert={encoded},By=spiffe://x;Hash=ab")]),
        ] {
            assert_eq!(read(format, lines), Err(()), "{format} {lines:?}");
        }
        assert_eq!(read("xfcc", &["By=spiffe://x;Hash=ab"]), Ok(None), "no certificate");
    }

    #[test]
    fn a_header_is_a_name_and_a_format() {
        for wrong in ["", "x-cert", "x-cert=", "x-cert=pem", "=xfcc", "x cert=xfcc"] {
            assert!(wrong.parse::<CertificateHeader>().is_err(), "{wrong}");
        }
    }
}
