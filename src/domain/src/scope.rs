//! Scopes: the names in a catalogue, the grants of a credential, and which grant covers which name.

use std::{collections::HashSet, fmt};

use crate::{ErrorCode, FieldCode, FieldErrors, Problem, Role};

/// The prefix of Mintkey's own scopes; an organization can't add names under it.
pub const BUILT_IN_PREFIX: &str = "mintkey:";
/// The maximum number of scopes per credential.
pub const MAX_SCOPES: usize = 1000;
const MAX_NAME: usize = 128;

/// One of Mintkey's own scopes, which its JSON API requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltInScope {
    /// The name.
    pub name: &'static str,
    /// The description.
    pub description: &'static str,
    /// Whether only administrators may use it.
    pub admin_only: bool,
}

impl BuiltInScope {
    /// The name, for a catalogue.
    pub fn scope_name(&self) -> ScopeName {
        ScopeName(self.name.into())
    }
}

macro_rules! built_in {
    ($($const:ident $name:literal $admin_only:literal $description:literal;)+) => {
        /// The names of Mintkey's own scopes.
        pub mod scopes {
            $(#[doc = $description] pub const $const: &str = $name;)+
        }

        /// Mintkey's own scopes: the start of every organization's catalogue.
        pub const BUILT_IN_SCOPES: &[BuiltInScope] = &[
            $(BuiltInScope { name: $name, description: $description, admin_only: $admin_only },)+
        ];
    };
}

built_in! {
    AUDIT_READ "mintkey:audit.read" true "Read the audit log";
    CLUSTERS_READ "mintkey:clusters.read" false "List Kubernetes clusters";
    CLUSTERS_WRITE "mintkey:clusters.write" true "Add, change and remove Kubernetes clusters";
    MEMBERS_READ "mintkey:members.read" true "List members and invitations";
    MEMBERS_WRITE "mintkey:members.write" true "Invite members, change roles and the organization's settings";
    SCOPES_READ "mintkey:scopes.read" false "Read the scope catalogue";
    SCOPES_WRITE "mintkey:scopes.write" true "Add, describe and remove scopes";
    SERVICE_ACCOUNTS_READ "mintkey:service-accounts.read" true "List service accounts";
    SERVICE_ACCOUNTS_WRITE "mintkey:service-accounts.write" true "Create, suspend and decommission service accounts";
    TOKENS_READ "mintkey:tokens.read" false "List tokens and their state";
    TOKENS_WRITE "mintkey:tokens.write" false "Create, edit, rotate, invalidate and delete tokens";
    VERIFY "mintkey:verify" true "Check credentials of the organization for other services";
}

/// The name of a scope in a catalogue: `[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName(Box<str>);

/// A grant of a credential: a name, `*`, or a prefix followed by `.*` or `:*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant(Box<str>);

/// The text is neither a scope name nor a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidScope;

/// The grants of one credential, sorted and without duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ScopeSet {
    grants: Vec<Grant>,
}

fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= MAX_NAME
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"._:/-".contains(b))
}

/// Whether the text looks like a secret, which must never be repeated in a message.
fn looks_secret(text: &str) -> bool {
    text.starts_with(crate::API_KEY_PREFIX) || text.starts_with(crate::CLIENT_SECRET_PREFIX)
}

impl ScopeName {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        if is_name(text) && !looks_secret(text) { Ok(Self(text.into())) } else { Err(InvalidScope) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name is reserved for Mintkey.
    pub fn is_built_in(&self) -> bool {
        self.0.starts_with(BUILT_IN_PREFIX)
    }
}

impl Grant {
    /// `*`: everything that the owner may do.
    pub fn everything() -> Self {
        Self("*".into())
    }

    /// Parses a grant.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        let stem = match text {
            "*" => return Ok(Self::everything()),
            _ => text.strip_suffix(".*").or_else(|| text.strip_suffix(":*")).unwrap_or(text),
        };
        if text.len() <= MAX_NAME && is_name(stem) && !looks_secret(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidScope)
        }
    }

    /// The text of the grant.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a wildcard, which can cover more than one name.
    pub fn is_wildcard(&self) -> bool {
        self.0.ends_with('*')
    }

    /// Whether this grant covers a name or all of another grant.
    pub fn covers(&self, other: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some("") => true,
            Some(prefix) => other.len() > prefix.len() && other.starts_with(prefix),
            None => *self.0 == *other,
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ScopeSet {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::{ObjectBuilder, Type, schema::ArrayBuilder};

        ArrayBuilder::new()
            .items(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)))
            .min_items(Some(1))
            .max_items(Some(MAX_SCOPES))
            .description(Some("Scopes, or prefixes such as `plants.*`, without repeats."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ScopeSet {}

impl ScopeSet {
    /// The set of `*` alone.
    pub fn everything() -> Self {
        Self { grants: vec![Grant::everything()] }
    }

    /// Creates a set from grants in any order.
    pub fn new(mut grants: Vec<Grant>) -> Self {
        grants.sort_unstable();
        grants.dedup();
        Self { grants }
    }

    /// Creates a set from stored or signed texts. Skips texts that aren't grants.
    pub fn from_stored<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(texts.into_iter().filter_map(|text| Grant::parse(text).ok()).collect())
    }

    /// Whether a grant of the set covers a name or all of another grant.
    pub fn covers(&self, name: &str) -> bool {
        self.grants.iter().any(|grant| grant.covers(name))
    }

    /// The grants, sorted.
    pub fn iter(&self) -> std::slice::Iter<'_, Grant> {
        self.grants.iter()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
    }

    /// The grants as texts.
    pub fn to_strings(&self) -> Vec<String> {
        self.grants.iter().map(|grant| grant.as_str().to_owned()).collect()
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a Grant;
    type IntoIter = std::slice::Iter<'a, Grant>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Formats it as an OAuth `scope` value: grants separated by spaces (RFC 6749 section 3.3).
impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, grant) in self.grants.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { " " }, grant.as_str())?;
        }
        Ok(())
    }
}

impl Role {
    /// Whether the role may use the scope, given whether it is for administrators only.
    pub fn may_use_scope(self, scope: &str, admin_only: bool) -> bool {
        match self {
            Self::Admin => true,
            Self::Member => !admin_only,
            Self::Auditor => scope.starts_with(BUILT_IN_PREFIX) && scope.strip_suffix(".read").is_some(),
        }
    }
}

/// Parses the grants of a request, with errors at `field`. At least one is required: an empty list never means "all".
pub fn parse_grants(texts: &[String], field: &'static str, errors: &mut FieldErrors) -> Option<ScopeSet> {
    if texts.is_empty() {
        errors.push(field, FieldCode::Required, "Choose at least one scope.");
        return None;
    }
    if texts.len() > MAX_SCOPES {
        errors.push(field, FieldCode::TooLong, format!("At most {MAX_SCOPES} scopes."));
        return None;
    }
    let mut grants = Vec::with_capacity(texts.len());
    let mut known = HashSet::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        match Grant::parse(text) {
            Ok(_) if !known.insert(text) => {
                errors.push_entry(field, i, FieldCode::Duplicate, "Each scope may be named once only.");
            }
            Ok(grant) => grants.push(grant),
            Err(InvalidScope) => errors.push_entry(
                field,
                i,
                FieldCode::InvalidFormat,
                format!("Scope {} is not a scope name, \"*\", or a prefix followed by \".*\" or \":*\".", i + 1),
            ),
        }
    }
    (grants.len() == texts.len()).then(|| ScopeSet::new(grants))
}

/// The refusal for a scope that a credential doesn't have.
pub fn insufficient_scope(scope: &str) -> Problem {
    Problem::new(ErrorCode::InsufficientScope, format!("This needs the scope {scope}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_usual_style_are_taken() {
        for name in ["peers.read", "urn:acme:peers.read", "agents:write", "GetHealthcheck", "a/b-c", "0"] {
            assert!(ScopeName::parse(name).is_ok(), "{name}");
        }
        for name in ["", ".a", "a b", "a*", "ä", "mk_abc", &"x".repeat(129)] {
            assert!(ScopeName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_wildcard_covers_what_begins_with_it_and_nothing_else() {
        let grant = Grant::parse("peers.*").unwrap();
        assert!(grant.covers("peers.read") && grant.covers("peers.*") && grant.covers("peers.a.b"));
        assert!(!grant.covers("peers") && !grant.covers("peers.") && !grant.covers("peersx.read"));
        assert!(!grant.covers("*"));
        assert!(Grant::everything().covers("*") && Grant::everything().covers("a"));
        assert!(Grant::parse("agents:*").unwrap().covers("agents:write"));
        for text in ["a*", "**", "*.a", ".*", ":*", "a.*.b", "a. *"] {
            assert!(Grant::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_empty_list_is_a_mistake_not_everything() {
        let mut errors = FieldErrors::new();
        assert_eq!(parse_grants(&[], "scopes", &mut errors), None);
        assert_eq!(errors.get("scopes").unwrap().code, FieldCode::Required);
    }

    #[test]
    fn an_auditor_reaches_mintkeys_read_scopes_only() {
        assert!(Role::Auditor.may_use_scope("mintkey:audit.read", true));
        assert!(!Role::Auditor.may_use_scope("mintkey:tokens.write", false));
        assert!(!Role::Auditor.may_use_scope("peers.read", false));
    }
}
