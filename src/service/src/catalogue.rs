//! The scope catalogue of an organization, in memory and by name.

use std::collections::BTreeMap;

use mintkey_domain::{FieldCode, FieldErrors, Grant, ScopeSet};

/// The names in a catalogue, each with whether only administrators may grant it.
#[derive(Debug, Default)]
pub(crate) struct Catalogue(BTreeMap<Box<str>, bool>);

impl Catalogue {
    pub(crate) fn new(scopes: &[mintkey_store::Scope]) -> Self {
        Self(scopes.iter().map(|scope| (scope.name.as_str().into(), scope.admin_only)).collect())
    }

    pub(crate) fn insert(&mut self, scope: &mintkey_store::Scope) {
        self.0.insert(scope.name.as_str().into(), scope.admin_only);
    }

    /// Whether only administrators may grant the scope; `None` for an unknown scope, which allows nothing.
    pub(crate) fn admin_only(&self, name: &str) -> Option<bool> {
        self.0.get(name).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }

    /// Adds an error at this field that names the grants which cover no scope of the catalogue.
    pub(crate) fn check(&self, scopes: &ScopeSet, field: &'static str, errors: &mut FieldErrors) {
        let unknown: Vec<_> = scopes.iter().filter(|grant| !self.covers_any(grant)).map(Grant::as_str).collect();
        if !unknown.is_empty() {
            let message = format!("Not in the scope catalogue: {}.", unknown.join(", "));
            errors.push(field, FieldCode::UnknownScope, message);
        }
    }

    /// Whether the grant covers any scope of the catalogue.
    pub(crate) fn covers_any(&self, grant: &Grant) -> bool {
        if grant.is_wildcard() {
            self.names().any(|name| grant.covers(name))
        } else {
            self.0.contains_key(grant.as_str())
        }
    }
}
