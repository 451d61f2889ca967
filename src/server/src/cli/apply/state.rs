//! The file: the wanted state.

use std::{collections::HashSet, fmt, path::PathBuf};

use mintkey_client::{Role, Timestamp};
use mintkey_domain::Ttl;
use serde::{Deserialize, Deserializer};

/// The wanted scopes, service accounts and tokens. A section that is left out isn't touched.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    #[serde(default)]
    pub(super) scopes: Option<Vec<ScopeState>>,
    #[serde(default)]
    pub(super) service_accounts: Option<Vec<AccountState>>,
    #[serde(default)]
    pub(super) tokens: Option<Vec<TokenState>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeState {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) admin_only: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountState {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) role: Option<Role>,
    #[serde(default)]
    pub(super) allowed_scopes: Option<Vec<String>>,
    /// E-mail addresses.
    #[serde(default)]
    pub(super) managed_by: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenState {
    pub(super) label: String,
    /// A service account's name, a member's address, an ID, or `me`.
    #[serde(default = "me")]
    pub(super) owner: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    pub(super) scopes: Vec<String>,
    #[serde(default)]
    pub(super) allowed_cidrs: Vec<String>,
    #[serde(default, deserialize_with = "read_expiry")]
    pub(super) expires: Option<ExpiryState>,
    /// Where the secret of a new token goes.
    #[serde(default)]
    pub(super) secret: Option<SecretTarget>,
}

/// When a token expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExpiryState {
    Never,
    At(Timestamp),
    /// After this time from its creation, and from a renewal.
    In(Ttl),
}

/// Where a secret goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum SecretTarget {
    /// A new file that only its owner can read.
    File(PathBuf),
    /// A program that reads it from standard input.
    Command(Vec<String>),
}

impl fmt::Display for SecretTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command(command) => write!(f, "command {}", command.join(" ")),
        }
    }
}

fn me() -> String {
    "me".to_owned()
}

fn read_expiry<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ExpiryState>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    if text == "never" {
        return Ok(Some(ExpiryState::Never));
    }
    let time = text.parse().map(ExpiryState::At);
    let expiry = time.or_else(|_| Ttl::parse(&text).map(ExpiryState::In));
    let expected = "expires: expected a lifetime such as 90d, a time such as 2027-01-31T12:00:00Z, or never";
    expiry.map(Some).map_err(|_| serde::de::Error::custom(expected))
}

impl State {
    /// Parses the file.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let options = serde_saphyr::options! { with_snippet: false };
        let state: Option<Self> = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
        let state = state.unwrap_or_default();
        let names = |names: Vec<String>, what: &str| {
            let mut known = HashSet::new();
            let again = names.into_iter().find(|name| !known.insert(name.clone()));
            again.map_or(Ok(()), |name| Err(format!("{what} {name} is there twice")))
        };
        names(state.scopes.iter().flatten().map(|scope| scope.name.clone()).collect(), "the scope")?;
        let accounts = state.service_accounts.iter().flatten();
        names(accounts.map(|account| account.name.clone()).collect(), "the service account")?;
        let tokens = state.tokens.iter().flatten();
        names(tokens.map(|token| format!("{} of {}", token.label, token.owner)).collect(), "the token")?;
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_mistake_is_an_error_that_names_it() {
        for (text, expected) in [
            ("colour: red", "colour"),
            ("scopes:\n- {name: a}\n- {name: a}\n", "the scope a is there twice"),
            ("tokens:\n- {label: a, scopes: [b]}\n- {label: a, scopes: [c]}\n", "the token a of me is there twice"),
            ("tokens:\n- {label: a}\n", "scopes"),
            ("tokens:\n- {label: a, scopes: [b], expires: soon}\n", "expires: expected a lifetime"),
            ("tokens:\n- {label: a, scopes: [b], secret: {clipboard: x}}\n", "clipboard"),
        ] {
            let error = State::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(State::parse("").is_ok_and(|state| state.scopes.is_none()));
    }

    #[test]
    fn an_expiry_is_a_lifetime_a_time_or_never() {
        let expires = |text: &str| {
            let state = State::parse(&format!("tokens:\n- {{label: a, scopes: [b], expires: '{text}'}}\n")).unwrap();
            state.tokens.unwrap()[0].expires
        };
        assert_eq!(expires("never"), Some(ExpiryState::Never));
        assert_eq!(expires("90d"), Some(ExpiryState::In(Ttl::days(90).unwrap())));
        assert!(matches!(expires("2027-01-31T12:00:00Z"), Some(ExpiryState::At(_))));
    }
}
