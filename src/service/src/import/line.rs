//! The lines of an import: JSON objects, each of one type.

use deserr::Deserr;
use mintkey_domain::{
    AddressRanges, FieldCode, FieldErrors, Label, MembershipStatus, Role, ScopeSet, ServiceAccountStatus, Timestamp,
    TokenKind,
    request::{Description, RequestErrors, RequiredText},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::secret::{SECRET_FIELDS, SecretLine};
use crate::NewScope;

/// A line of an import.
pub(super) enum Line {
    Organization,
    Scope(NewScope),
    Member(MemberLine),
    ServiceAccount(Box<AccountLine>),
    Token(Box<TokenLine>),
}

/// A member. Without a password hash, a new user gets a password that nobody knows.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
pub(super) struct MemberLine {
    #[deserr(from(RequiredText) = String::from)]
    pub(super) email: String,
    #[deserr(default = Role::Member)]
    pub(super) role: Role,
    #[deserr(default = MembershipStatus::Active)]
    pub(super) status: MembershipStatus,
    #[deserr(default)]
    pub(super) password_hash: Option<String>,
}

/// A service account.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
pub(super) struct AccountLine {
    pub(super) name: Label,
    #[deserr(default, from(Option<Description>) = Description::of_new)]
    pub(super) description: Option<String>,
    #[deserr(default = Role::Member)]
    pub(super) role: Role,
    #[deserr(default = ServiceAccountStatus::Active)]
    pub(super) status: ServiceAccountStatus,
    #[deserr(default)]
    pub(super) allowed_scopes: Option<ScopeSet>,
    /// The addresses of the members who manage it.
    #[deserr(default)]
    pub(super) members: Vec<String>,
}

/// A token.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
pub(super) struct TokenLine {
    #[deserr(default)]
    pub(super) id: Option<Uuid>,
    /// Its ID in the other system: importing it again changes nothing.
    #[deserr(default)]
    pub(super) external_id: Option<String>,
    /// The address of a member, the name of a service account, or the ID of either.
    #[deserr(from(RequiredText) = String::from)]
    pub(super) owner: String,
    /// Which of them it is, if the text can be both.
    #[deserr(default)]
    pub(super) owner_type: Option<String>,
    pub(super) label: Label,
    #[deserr(default, from(Option<Description>) = Description::of_new)]
    pub(super) description: Option<String>,
    #[deserr(default = TokenKind::ApiKey)]
    pub(super) kind: TokenKind,
    pub(super) scopes: ScopeSet,
    #[deserr(default)]
    pub(super) allowed_cidrs: AddressRanges,
    /// When it expires; `null` is never, and has to be given.
    #[deserr(from(Option<Timestamp>) = RequiredExpiry::of)]
    pub(super) expires_at: RequiredExpiry,
    #[deserr(default)]
    pub(super) created_at: Option<Timestamp>,
    #[deserr(default)]
    pub(super) rotated_at: Option<Timestamp>,
    #[deserr(default)]
    pub(super) last_used_at: Option<Timestamp>,
    #[deserr(default)]
    pub(super) invalidated_at: Option<Timestamp>,
    #[deserr(default)]
    pub(super) keep_access_tokens: bool,
    #[deserr(default)]
    pub(super) key_hint: Option<String>,
    /// Newest first.
    pub(super) secrets: Vec<SecretLine>,
    #[deserr(default)]
    pub(super) client_keys: Vec<ClientKeyLine>,
}

/// A client key.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
pub(super) struct ClientKeyLine {
    pub(super) jwk: Value,
    /// When it expires, in an overlap.
    #[deserr(default)]
    pub(super) expires_at: Option<Timestamp>,
}

/// An expiry: null is never, and it can't be left out.
pub(super) struct RequiredExpiry(pub(super) Option<Timestamp>);

impl RequiredExpiry {
    const fn of(time: Option<Timestamp>) -> Self {
        Self(time)
    }
}

/// Parses a line. A line without a `type` is a token.
pub(super) fn parse(text: &str) -> Result<Line, FieldErrors> {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else {
        return Err(FieldErrors::one("", FieldCode::InvalidFormat, "Expected a JSON object."));
    };
    match fields.remove("type").as_ref().map(Value::as_str) {
        None | Some(Some("token")) => {
            nest_secret(&mut fields);
            read(fields).map(|token| Line::Token(Box::new(token)))
        }
        Some(Some("organization")) => Ok(Line::Organization),
        Some(Some("scope")) => read(fields).map(Line::Scope),
        Some(Some("member")) => read(fields).map(Line::Member),
        Some(Some("service_account")) => read(fields).map(|account| Line::ServiceAccount(Box::new(account))),
        Some(_) => {
            let message = "Expected one of organization, scope, member, service_account, token.";
            Err(FieldErrors::one("type", FieldCode::InvalidFormat, message))
        }
    }
}

fn read<T: Deserr<RequestErrors>>(fields: Map<String, Value>) -> Result<T, FieldErrors> {
    deserr::deserialize::<T, _, RequestErrors>(Value::Object(fields)).map_err(|errors| errors.0)
}

/// A token with one secret can have the secret's fields beside its own.
fn nest_secret(fields: &mut Map<String, Value>) {
    if fields.contains_key("secrets") {
        return;
    }
    let mut secret = Map::new();
    for name in SECRET_FIELDS {
        if let Some(value) = fields.remove(name) {
            secret.insert(name.to_owned(), value);
        }
    }
    fields.insert("secrets".to_owned(), Value::Array(vec![Value::Object(secret)]));
}
