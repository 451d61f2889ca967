//! E-mail addresses.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_security::MixedScript;

use super::{is_invisible, nfc};
use crate::contains_secret;

const MAX_EMAIL: usize = 254;
/// The maximum number of bytes before the `@` (RFC 5321 section 4.5.3.1.1).
const MAX_NAME: usize = 64;

/// An e-mail address as typed and in its normalized form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    normalized: String,
}

/// An address to look up an account by. Accounts from before addresses were normalized may be stored in the older form,
/// and an exact match with that takes precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailLookup {
    exact: String,
    normalized: String,
}

/// Why a text isn't an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidEmail {
    /// It isn't a name, an `@` and a domain, or is too long.
    Form,
    /// It contains an invisible character.
    Invisible,
    /// The part after the `@` isn't a domain.
    Domain,
    /// It contains a token's secret.
    Secret,
}

impl Email {
    /// Parses an address of at most 254 characters: a name, an `@`, and a domain that is valid in DNS.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let typed = nfc(text.trim());
        // Checked first, because encoding a domain takes more than linear time.
        if typed.chars().count() > MAX_EMAIL {
            return Err(InvalidEmail::Form);
        }
        if typed.chars().any(is_invisible) {
            return Err(InvalidEmail::Invisible);
        }
        if contains_secret(&typed) {
            return Err(InvalidEmail::Secret);
        }
        let normalized = normalize(&typed)?;
        if normalized.len() > MAX_EMAIL {
            return Err(InvalidEmail::Form);
        }
        Ok(Self { typed: typed.into_owned(), normalized })
    }

    /// Wraps a stored address in both forms.
    pub const fn from_stored(typed: String, normalized: String) -> Self {
        Self { typed, normalized }
    }

    /// The address as typed, for display.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The normalized form for comparison: compatibility forms resolved, lower case, the domain in ASCII (UTS #46)
    /// without a trailing dot.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }
}

/// Writes the address as typed.
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl EmailLookup {
    /// Accepts any text: one that isn't an address matches only an account stored with exactly that text.
    pub fn new(text: &str) -> Self {
        // No database stores this character in a text; no account has the empty address.
        let text = if text.contains('\0') { "" } else { text };
        let exact = text.trim().to_lowercase();
        let normalized = Email::parse(text).map_or_else(|_| exact.clone(), |email| email.normalized);
        Self { exact, normalized }
    }

    /// The older form that addresses were compared in before they were normalized: lower case.
    pub fn exact(&self) -> &str {
        &self.exact
    }

    /// The form of [`Email::normalized`].
    pub fn normalized(&self) -> &str {
        &self.normalized
    }
}

impl From<&Email> for EmailLookup {
    fn from(email: &Email) -> Self {
        Self { exact: email.typed.to_lowercase(), normalized: email.normalized.clone() }
    }
}

impl InvalidEmail {
    /// The message for the user who typed it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Form => "Enter an e-mail address, for example ops@example.com.",
            Self::Invisible => "This address has control or invisible characters. Type it instead of pasting it.",
            Self::Secret => "This holds a token's secret. Leave it out: others see this text.",
            Self::Domain => "Enter an e-mail address with a valid domain after the @, for example ops@example.com.",
        }
    }
}

/// Whether the name or a label of the domain mixes letters of several scripts, like `аdmin` with a Cyrillic first
/// letter, and so may imitate another address (UTS #39 section 5.1).
pub fn has_mixed_scripts(email: &str) -> bool {
    let (name, domain) = email.rsplit_once(['@', '＠']).unwrap_or((email, ""));
    // Mail programs display a domain in ASCII encoding as the Unicode text that it stands for.
    let (domain, _) = Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    std::iter::once(name).chain(domain.split('.')).any(|part| !part.is_single_script())
}

fn normalize(typed: &str) -> Result<String, InvalidEmail> {
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let folded = nfkc.normalize(&nfkc.normalize(typed).to_lowercase()).into_owned();
    let (name, domain) = folded.rsplit_once('@').ok_or(InvalidEmail::Form)?;
    if name.is_empty()
        || name.len() > MAX_NAME
        || domain.is_empty()
        || name.contains('@')
        || folded.chars().any(char::is_whitespace)
    {
        return Err(InvalidEmail::Form);
    }
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let ascii =
        Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify);
    let ascii = ascii.map_err(|_| InvalidEmail::Domain)?;
    // No top-level domain is numeric (RFC 3696 section 2): this is an IP address.
    if ascii.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(InvalidEmail::Domain);
    }
    Ok(format!("{name}@{ascii}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_compared_alike() {
        for (spellings, normalized) in [
            (
                &[" Ops@Example.com ", "ops@example.com.", "ｏｐｓ＠example。com", "OPS@EXAMPLE.COM"][..],
                "ops@example.com",
            ),
            (
                &["jörg@bücher.example", "JO\u{308}RG@BU\u{308}CHER.example", "Jörg@xn--bcher-kva.example"],
                "jörg@xn--bcher-kva.example",
            ),
            (&["root@localhost", "ROOT@localhost"], "root@localhost"),
        ] {
            for text in spellings {
                assert_eq!(Email::parse(text).unwrap().normalized(), normalized, "{text}");
                assert_eq!(EmailLookup::new(text).normalized(), normalized, "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        for text in ["ops", "@example.com", "ops@", "o ps@example.com", "o\u{a0}ps@example.com", "a@b@example.com"] {
            assert_eq!(Email::parse(text), Err(InvalidEmail::Form), "{text}");
        }
        for text in ["o\u{200b}ps@example.com", "ops\u{202e}@example.com", "ops@exam\u{ad}ple.com", "o\u{200d}@a.b"] {
            assert_eq!(Email::parse(text), Err(InvalidEmail::Invisible), "{text}");
        }
        for text in [
            "ops@example..com",
            "ops@.",
            "ops@[10.0.0.1]",
            "ops@exa/mple.com",
            "ops@xn--a.example",
            "a@*.de",
            "a@1.2.3.4",
            "a@-x.de",
        ] {
            assert_eq!(Email::parse(text), Err(InvalidEmail::Domain), "{text}");
        }
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(243))), Err(InvalidEmail::Form));
    }

    #[test]
    fn an_account_from_before_is_found_by_just_its_text() {
        let lookup = EmailLookup::new(" O\u{200b}ps@Example.com ");
        assert_eq!((lookup.exact(), lookup.normalized()), ("o\u{200b}ps@example.com", "o\u{200b}ps@example.com"));
        let lookup = EmailLookup::new("Ops@Bücher.example.");
        assert_eq!((lookup.exact(), lookup.normalized()), ("ops@bücher.example.", "ops@xn--bcher-kva.example"));
    }

    #[test]
    fn an_address_that_mixes_scripts_is_marked() {
        for text in ["\u{430}dmin@example.com", "admin@ex\u{430}mple.com", "admin@xn--exmple-4nf.com"] {
            assert!(has_mixed_scripts(text), "{text}");
        }
        for text in ["ops+plant-3@example.com", "кирилл@example.com", "jörg@bücher.example", "田中さくら@例え.jp"]
        {
            assert!(!has_mixed_scripts(text), "{text}");
        }
    }
}
