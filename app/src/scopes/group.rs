//! Groups of scopes by name prefix. Mintkey's own scopes come last.

use mintkey_domain::BUILT_IN_PREFIX;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Scopes with this prefix.
    Prefix(String),
    /// Scopes without a prefix.
    Others,
    /// Mintkey's own scopes.
    BuiltIn,
}

impl Group {
    /// The group of a scope: its name up to the last separator.
    pub(crate) fn of(name: &str) -> Self {
        if name.starts_with(BUILT_IN_PREFIX) {
            return Self::BuiltIn;
        }
        match name.rfind(['.', ':', '/']) {
            Some(end) if end > 0 => Self::Prefix(name[..end].to_owned()),
            _ => Self::Others,
        }
    }

    /// The group's heading.
    pub(crate) fn title(self) -> String {
        match self {
            Self::Prefix(prefix) => prefix,
            Self::Others => "Others".to_owned(),
            Self::BuiltIn => "Mintkey's own".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_grouped_by_the_beginning_of_their_name() {
        for (name, title) in [
            ("telemetry:write", "telemetry"),
            ("urn:acme:peers.read", "urn:acme:peers"),
            ("GetHealthcheck", "Others"),
            ("mintkey:tokens.read", "Mintkey's own"),
        ] {
            assert_eq!(Group::of(name).title(), title);
        }
    }

    #[test]
    fn mintkeys_own_come_last() {
        assert!(Group::of("z.read") < Group::of("GetHealthcheck"));
        assert!(Group::of("GetHealthcheck") < Group::of("mintkey:verify"));
    }
}
