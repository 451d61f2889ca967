//! Tokens: what the outside sees of them, and what it may ask for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Owner, PrincipalName, nullable};
use crate::{
    AddressRanges, Expiry, FieldCode, FieldErrors, Label, OrganizationId, ScopeSet, SecretText, Timestamp, TokenId,
    TokenKind, TokenStatus, parse_description, parse_expiry, parse_grants, parse_label,
};

/// A token as everybody who may see it sees it: without any secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// The token's id.
    pub id: TokenId,
    /// The client ID: the same as the id.
    pub client_id: TokenId,
    /// What people call it.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which kind of credential.
    pub kind: TokenKind,
    /// Whose it is.
    pub owner: Owner,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// What it was given.
    pub scopes: Vec<String>,
    /// The address ranges that it may be used from; empty for any.
    pub allowed_cidrs: Vec<String>,
    /// What it is at the time of the answer.
    pub status: TokenStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who made it.
    pub created_by: PrincipalName,
    /// When it ends; null for never.
    pub expires_at: Option<Timestamp>,
    /// When it was invalidated.
    pub invalidated_at: Option<Timestamp>,
    /// When its secret was last replaced.
    pub rotated_at: Option<Timestamp>,
    /// Until when the secret before this one works too.
    pub previous_secret_expires_at: Option<Timestamp>,
    /// When it was last used: when a check of its key, of an assertion of its client or of one of its access tokens found
    /// it good. That is a request with it, an exchange for an access token, a `valid` answer of `/api/v1/verify` and an
    /// active one of introspection. A refusal is no use, nor is a valid credential that lacks the scopes that `verify`
    /// was asked about. Written within a minute.
    pub last_used_at: Option<Timestamp>,
    /// From where it was last used, as far as is known: a use that doesn't tell an address leaves the last one.
    pub last_used_ip: Option<String>,
    /// `mk_…` and the key's last four characters.
    pub key_hint: String,
    /// The fields whose stored value can't be read; left out if all can. Such a token is refused. An unreadable range of
    /// `allowed_cidrs` alone only matches no address. Scopes and ranges can be replaced by an edit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs_attention: Vec<String>,
}

impl Token {
    /// Whether all of its fields but these can be read.
    pub fn needs_attention_only_at(&self, fields: &[&str]) -> bool {
        self.needs_attention.iter().all(|field| fields.contains(&field.as_str()))
    }
}

/// A token with the secrets that are shown this once.
#[derive(Debug, Clone)]
pub struct MintedToken {
    /// The token.
    pub token: Token,
    /// The new secrets; `None` when an earlier answer is repeated.
    pub secrets: Option<MintedSecrets>,
    /// What became of the token's client keys; `None` for a new token, and when an earlier answer is repeated.
    pub client_keys: Option<RotatedClientKeys>,
}

/// What a rotation did to the keys by which a token's client can prove itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatedClientKeys {
    /// How many work on.
    pub kept: usize,
    /// How many end with the older secrets.
    pub ended: usize,
}

impl MintedToken {
    /// The answer to a repeated request: the earlier one, without its secrets.
    pub const fn replayed(token: Token) -> Self {
        Self { token, secrets: None, client_keys: None }
    }
}

/// The secrets of the answer to create and rotate.
#[derive(Debug, Clone)]
pub struct MintedSecrets {
    /// To be sent beside the client ID.
    pub client_secret: SecretText,
    /// Both in one text.
    pub api_key: SecretText,
}

/// How many tokens there are of each status, and how many end soon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCounts {
    /// All.
    pub total: i64,
    /// Those that work.
    pub active: i64,
    /// Those whose end has passed.
    pub expired: i64,
    /// Those stopped for good.
    pub invalidated: i64,
    /// Those that work and end within 14 days.
    pub expiring: i64,
}

/// A secret of a token, and who used it last: told apart by age while two work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretUse {
    /// The newest secret, or one before it.
    pub current: bool,
    /// When it stops; null with the token.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_ip: Option<String>,
    /// By what program, in its own words.
    pub last_used_agent: Option<String>,
}

/// A request for a new token, as it came: nothing is checked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTokenDraft {
    /// What people call it.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which kind of credential; an API key if left out.
    pub kind: Option<String>,
    /// Whose it will be; the caller's if left out.
    pub owner_id: Option<String>,
    /// What it is given.
    pub scopes: Vec<String>,
    /// The address ranges that it may be used from.
    pub allowed_cidrs: Vec<String>,
    /// `Some(None)` is an explicit "never".
    pub expires_at: Option<Option<String>>,
    /// A length of time.
    pub ttl: Option<String>,
    /// A number of days.
    pub expiration_days: Option<i64>,
}

/// A request for a new token whose fields are well formed.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// 1 to 100 characters.
    pub label: Label,
    /// At most 1,000 characters.
    pub description: Option<String>,
    /// Which kind.
    pub kind: TokenKind,
    /// Whose; the caller's if `None`.
    pub owner_id: Option<Uuid>,
    /// At least one.
    pub scopes: ScopeSet,
    /// Where it may be used from.
    pub allowed_cidrs: AddressRanges,
    /// The end, as said.
    pub expiry: Expiry,
}

/// Changes to a token, as they came: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenChangesDraft {
    /// What people call it.
    pub label: Option<String>,
    /// What it is for; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// What it holds from now on.
    pub scopes: Option<Vec<String>>,
    /// The address ranges from now on.
    pub allowed_cidrs: Option<Vec<String>>,
    /// The new end; `Some(None)` is an explicit "never".
    pub expires_at: Option<Option<String>>,
    /// The new end of a running overlap; `Some(None)` ends it at once.
    pub previous_secret_expires_at: Option<Option<String>>,
}

/// Changes to a token whose fields are well formed.
#[derive(Debug, Clone, Default)]
pub struct TokenChanges {
    /// 1 to 100 characters.
    pub label: Option<Label>,
    /// `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// At least one.
    pub scopes: Option<ScopeSet>,
    /// Where it may be used from.
    pub allowed_cidrs: Option<AddressRanges>,
    /// The new end, as said.
    pub expiry: Option<Expiry>,
    /// `Some(None)` ends the overlap at once.
    pub previous_secret_expires_at: Option<Option<Timestamp>>,
}

impl NewTokenDraft {
    /// The request, if each field is well formed; else every mistake at its field.
    pub fn check(self) -> Result<NewToken, FieldErrors> {
        let mut errors = FieldErrors::new();
        let label = parse_label(&self.label, &mut errors);
        let description = parse_description(self.description.as_deref(), &mut errors);
        let kind = self.kind.as_deref().map_or(Ok(TokenKind::ApiKey), str::parse).ok();
        if kind.is_none() {
            let message = "Expected \"api_key\", \"client_certificate\" or \"kubeconfig\".";
            errors.push("kind", FieldCode::InvalidFormat, message);
        }
        let owner_id = self.owner_id.as_deref().and_then(|text| {
            let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
            if id.is_none() {
                errors.push("owner_id", FieldCode::InvalidFormat, "Expected a UUID.");
            }
            id
        });
        let scopes = parse_grants(&self.scopes, "scopes", &mut errors);
        let allowed_cidrs = AddressRanges::parse(&self.allowed_cidrs, &mut errors);
        let expires_at = self.expires_at.as_ref().map(Option::as_deref);
        let expiry = parse_expiry(expires_at, self.ttl.as_deref(), self.expiration_days, &mut errors);
        let new = label.zip(kind).zip(scopes.zip(allowed_cidrs));
        let new = new.map(|((label, kind), (scopes, allowed_cidrs))| NewToken {
            label,
            description,
            kind,
            owner_id,
            scopes,
            allowed_cidrs,
            expiry,
        });
        errors.finish(new)
    }
}

impl TokenChangesDraft {
    /// The changes, if each field is well formed; else every mistake at its field.
    pub fn check(self) -> Result<TokenChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let changes = TokenChanges {
            label: self.label.and_then(|text| parse_label(&text, &mut errors)),
            description: self.description.map(|text| parse_description(text.as_deref(), &mut errors)),
            scopes: self.scopes.and_then(|texts| parse_grants(&texts, "scopes", &mut errors)),
            allowed_cidrs: self.allowed_cidrs.and_then(|texts| AddressRanges::parse(&texts, &mut errors)),
            expiry: self.expires_at.map(|text| parse_expiry(Some(text.as_deref()), None, None, &mut errors)),
            previous_secret_expires_at: nullable(self.previous_secret_expires_at, |text| {
                let time = text.parse().ok();
                if time.is_none() {
                    errors.push(
                        "previous_secret_expires_at",
                        FieldCode::InvalidFormat,
                        "Expected a time such as 2027-01-31T12:00:00Z, or null to end the overlap now.",
                    );
                }
                time
            }),
        };
        errors.finish(Some(changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_with_mistakes_is_no_request_and_names_them_all() {
        let draft = NewTokenDraft {
            label: " ".to_owned(),
            kind: Some("cookie".to_owned()),
            owner_id: Some("me".to_owned()),
            scopes: vec!["a b".to_owned()],
            allowed_cidrs: vec!["office".to_owned()],
            ttl: Some("soon".to_owned()),
            ..NewTokenDraft::default()
        };
        let errors = draft.check().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["label", "kind", "owner_id", "scopes", "allowed_cidrs", "ttl"]);
    }

    #[test]
    fn changes_with_a_mistake_are_none() {
        let draft = TokenChangesDraft { scopes: Some(Vec::new()), ..TokenChangesDraft::default() };
        assert!(draft.check().unwrap_err().has("scopes"));
        assert!(TokenChangesDraft::default().check().is_ok());
    }
}
