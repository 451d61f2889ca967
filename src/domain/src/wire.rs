//! What goes over the wire: the shapes that the JSON API, the console and the command line share.

mod audit;
mod members;
mod organizations;
mod service_accounts;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use audit::*;
pub use members::*;
pub use organizations::*;
pub use service_accounts::*;

use crate::{
    Expiry, FieldCode, FieldErrors, OrganizationId, PrincipalType, Role, ScopeId, ScopeSet, SecretText, SessionId,
    Timestamp, TokenId, TokenKind, TokenStatus, Via, parse_cidrs, parse_description, parse_expiry, parse_grants,
    parse_label,
};

/// Who owns a token, as shown beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Owner {
    /// A person or a machine.
    #[serde(rename = "type")]
    pub kind: PrincipalType,
    /// Their id.
    pub id: Uuid,
    /// E-mail address of a person, name of a service account.
    pub name: String,
    /// `active`, or why nothing of theirs works.
    pub status: String,
}

/// A person or a machine, named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrincipalName {
    /// A person or a machine.
    #[serde(rename = "type")]
    pub kind: PrincipalType,
    /// Their id.
    pub id: Uuid,
    /// E-mail address of a person, name of a service account.
    pub name: String,
}

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
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where it was last used.
    pub last_used_ip: Option<String>,
    /// `mk_…` and the key's last four characters.
    pub key_hint: String,
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

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The page's entries.
    pub data: Vec<T>,
    /// How many there are in all; at most 10,000 are counted when filtered.
    pub total: i64,
    /// Whether there are more than `total`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub total_capped: bool,
    /// The page's number, from 1; null when paging by cursor.
    pub page: Option<u32>,
    /// Entries a page.
    pub limit: u32,
    /// Where the next page begins; null on the last.
    pub next_cursor: Option<String>,
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

/// A scope of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scope {
    /// Its id, by which it is addressed.
    pub id: ScopeId,
    /// Its name; never changes.
    pub name: String,
    /// What it allows, for people.
    pub description: String,
    /// Whether only administrators' credentials can hold it.
    pub admin_only: bool,
}

/// Who the caller is and what the credential may do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person or machine.
    pub principal: PrincipalName,
    /// How they proved it.
    pub via: Via,
    /// The token that was used, if it was one.
    pub token_id: Option<TokenId>,
    /// What the credential may do now.
    pub scopes: Vec<String>,
    /// When the credential ends; null for never.
    pub expires_at: Option<Timestamp>,
}

/// A short-lived access token (RFC 6749 section 5.1).
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessToken {
    /// The token: a JWT of RFC 9068.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: Cow<'static, str>,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it may do, separated by spaces.
    pub scope: String,
}

/// A console session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id in this list; not the cookie.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// From where.
    pub ip: Option<String>,
    /// By which browser, in its own words.
    pub user_agent: Option<String>,
}

/// The signed-in person, for the frame of every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Their address.
    pub email: String,
    /// Their role here.
    pub role: Role,
    /// The organization's id.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization: String,
}

/// The answer to "may this credential do that?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// Whether it may.
    pub valid: bool,
    /// Why, or why not.
    pub code: VerificationCode,
    /// The token, when the credential is of this organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// Its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalName>,
    /// The scopes that were asked for and aren't held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_scopes: Option<Vec<String>>,
}

/// Why a credential may, or may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerificationCode {
    /// It may.
    Valid,
    /// Malformed, unknown, wrong, or of another organization.
    Invalid,
    /// The right secret of a token whose end has passed.
    Expired,
    /// The right secret of a token that was invalidated.
    Invalidated,
    /// Its owner isn't active.
    Suspended,
    /// It lacks a scope.
    InsufficientScope,
    /// It can't be used from that address.
    AddressNotAllowed,
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
    pub label: String,
    /// At most 1,000 characters.
    pub description: Option<String>,
    /// Which kind.
    pub kind: TokenKind,
    /// Whose; the caller's if `None`.
    pub owner_id: Option<Uuid>,
    /// At least one.
    pub scopes: ScopeSet,
    /// Address ranges, exact.
    pub allowed_cidrs: Vec<String>,
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
    pub label: Option<String>,
    /// `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// At least one.
    pub scopes: Option<ScopeSet>,
    /// Address ranges, exact.
    pub allowed_cidrs: Option<Vec<String>>,
    /// The new end, as said.
    pub expiry: Option<Expiry>,
    /// `Some(None)` ends the overlap at once.
    pub previous_secret_expires_at: Option<Option<Timestamp>>,
}

impl NewTokenDraft {
    /// Checks each field's form; every mistake is noted at its field.
    pub fn check(self, errors: &mut FieldErrors) -> NewToken {
        let label = parse_label(&self.label, errors);
        let description = parse_description(self.description.as_deref(), errors);
        let kind = self.kind.as_deref().map_or(Ok(TokenKind::ApiKey), str::parse).unwrap_or_else(|_| {
            errors.push(
                "kind",
                FieldCode::InvalidFormat,
                "Expected \"api_key\", \"client_certificate\" or \"kubeconfig\".",
            );
            TokenKind::ApiKey
        });
        let owner_id = self.owner_id.as_deref().and_then(|text| {
            let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
            if id.is_none() {
                errors.push("owner_id", FieldCode::InvalidFormat, "Expected a UUID.");
            }
            id
        });
        let scopes = parse_grants(&self.scopes, "scopes", errors);
        let allowed_cidrs = cidr_texts(&self.allowed_cidrs, errors);
        let expires_at = self.expires_at.as_ref().map(Option::as_deref);
        let expiry = parse_expiry(expires_at, self.ttl.as_deref(), self.expiration_days, errors);
        NewToken { label, description, kind, owner_id, scopes, allowed_cidrs, expiry }
    }
}

impl TokenChangesDraft {
    /// Checks each field's form; every mistake is noted at its field.
    pub fn check(self, errors: &mut FieldErrors) -> TokenChanges {
        TokenChanges {
            label: self.label.map(|text| parse_label(&text, errors)),
            description: self.description.map(|text| parse_description(text.as_deref(), errors)),
            scopes: self.scopes.map(|texts| parse_grants(&texts, "scopes", errors)),
            allowed_cidrs: self.allowed_cidrs.map(|texts| cidr_texts(&texts, errors)),
            expiry: self.expires_at.map(|text| parse_expiry(Some(text.as_deref()), None, None, errors)),
            previous_secret_expires_at: self.previous_secret_expires_at.map(|text| {
                let text = text?;
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
        }
    }
}

fn cidr_texts(texts: &[String], errors: &mut FieldErrors) -> Vec<String> {
    parse_cidrs(texts, errors).iter().map(ToString::to_string).collect()
}
