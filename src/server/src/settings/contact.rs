//! The contact for vulnerability reports.

use http::Uri;
use mintkey_domain::contains_secret;

use super::SECURITY_CONTACT;
use crate::Failure;

/// A contact as a URI (RFC 9116, section 2.5.3). Converts an email address to a `mailto:` URI.
pub(super) fn uri(text: &str) -> Result<String, Failure> {
    let form = "an e-mail address, or an https:, mailto: or tel: URI, for example security@example.com";
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    let address = |text: &str| text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    let is_uri = match text.split_once(':') {
        // The file is public, so the URL must not contain a user name or password.
        Some(("https", rest)) => {
            rest.starts_with("//")
                && text.parse::<Uri>().is_ok_and(|uri| {
                    uri.authority()
                        .is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
                })
        }
        Some(("mailto", rest)) => address(rest),
        Some(("tel", rest)) => !rest.is_empty(),
        None if printable && address(text) => return Ok(format!("mailto:{text}")),
        _ => false,
    };
    if printable && is_uri && !contains_secret(text) {
        Ok(text.to_owned())
    } else {
        Err(SECURITY_CONTACT.expected(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_security_contact_is_an_address_or_a_uri() {
        assert_eq!(uri("security@example.com").unwrap(), "mailto:security@example.com");
        for contact in ["mailto:security@example.com", "https://example.com/security", "tel:+1-201-555-0123"] {
            assert_eq!(uri(contact).unwrap(), contact);
        }
        for text in [
            "security",
            "http://example.com",
            "https:",
            "https://ops:password@example.com",
            "mailto:",
            "@example.com",
            "a b@example.com",
            "x:y",
        ] {
            let refused = uri(text);
            assert!(
                matches!(&refused, Err(Failure::Usage(line)) if line.contains("MINTKEY_SECURITY_CONTACT")),
                "{text}: {refused:?}"
            );
        }
    }
}
