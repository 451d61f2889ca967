//! An organization's scopes, as every decision needs them: by name, in memory.

use std::collections::BTreeMap;

use mintkey_domain::{FieldCode, FieldErrors, Grant, ScopeSet};

/// The names of a catalogue, each with whether it is kept for administrators.
#[derive(Debug, Default)]
pub(crate) struct Catalogue(BTreeMap<Box<str>, bool>);

impl Catalogue {
    pub(crate) fn new(scopes: &[mintkey_store::Scope]) -> Self {
        Self(scopes.iter().map(|scope| (scope.name.as_str().into(), scope.admin_only)).collect())
    }

    /// Whether the scope is kept for administrators; `None` if there is no such scope, which allows nothing.
    pub(crate) fn admin_only(&self, name: &str) -> Option<bool> {
        self.0.get(name).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }

    /// Notes at that field the grants that cover nothing here, by name.
    pub(crate) fn check(&self, scopes: &ScopeSet, field: &'static str, errors: &mut FieldErrors) {
        let unknown: Vec<_> = scopes.iter().filter(|grant| !self.knows(grant)).map(Grant::as_str).collect();
        if !unknown.is_empty() {
            let message = format!("Not in the scope catalogue: {}.", unknown.join(", "));
            errors.push(field, FieldCode::UnknownScope, message);
        }
    }

    /// Whether the grant covers anything at all.
    pub(crate) fn knows(&self, grant: &Grant) -> bool {
        if grant.is_wildcard() {
            self.names().any(|name| grant.covers(name))
        } else {
            self.0.contains_key(grant.as_str())
        }
    }
}
