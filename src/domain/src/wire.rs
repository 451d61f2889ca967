//! Wire types that the JSON API, the console and the command line share.

mod audit;
mod certificates;
mod clusters;
mod members;
mod organizations;
mod service_accounts;
mod tokens;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use audit::*;
pub use certificates::*;
pub use clusters::*;
pub use members::*;
pub use organizations::*;
pub use service_accounts::*;
pub use tokens::*;

use crate::{OrganizationId, PrincipalType, Role, ScopeId, SessionId, Timestamp, TokenId, Via};

/// Who owns a token, as shown beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Owner {
    /// A user or service account.
    #[serde(rename = "type")]
    pub kind: PrincipalType,
    /// ID.
    pub id: Uuid,
    /// E-mail address of a user, name of a service account.
    pub name: String,
    /// `active`, or why nothing of theirs works.
    pub status: String,
}

/// A user or service account, with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrincipalName {
    /// A user or service account.
    #[serde(rename = "type")]
    pub kind: PrincipalType,
    /// ID.
    pub id: Uuid,
    /// E-mail address of a user, name of a service account.
    pub name: String,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListPage<T> {
    /// The page's entries.
    pub data: Vec<T>,
    /// Entries on all pages; filtered, at most 10,000 are counted.
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

/// A scope of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scope {
    /// ID, by which it is addressed.
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
    /// The user or service account.
    pub principal: PrincipalName,
    /// Authentication method.
    pub via: Via,
    /// The token that was used, if it was one.
    pub token_id: Option<TokenId>,
    /// What the credential may do now.
    pub scopes: Vec<String>,
    /// Expiry of the credential; null for never.
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
    /// Seconds until it expires.
    pub expires_in: i64,
    /// Expiry.
    pub expires_at: Timestamp,
    /// What it may do, separated by spaces.
    pub scope: String,
}

/// A console session, as shown to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The ID in this list, which isn't the cookie.
    pub id: SessionId,
    /// Whether it is the current session.
    pub current: bool,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// The IP address of its creation.
    pub ip: Option<String>,
    /// The user agent of its creation.
    pub user_agent: Option<String>,
}

/// The signed-in user, for the layout of every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The e-mail address.
    pub email: String,
    /// The role in the organization.
    pub role: Role,
    /// The organization's ID.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization: String,
}

/// The result of a check of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// Whether the credential is accepted.
    pub valid: bool,
    /// The reason.
    pub code: VerificationCode,
    /// The token, when the credential is of this organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// Its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalName>,
    /// The scopes that were asked for and aren't held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_scopes: Option<Vec<String>>,
}

/// Why a credential is accepted or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerificationCode {
    /// The credential is accepted.
    Valid,
    /// Malformed, unknown, wrong, or of another organization.
    Invalid,
    /// The correct secret of an expired token.
    Expired,
    /// The correct secret of an invalidated token.
    Invalidated,
    /// Its owner isn't active.
    Suspended,
    /// It lacks a scope.
    InsufficientScope,
    /// It can't be used from that address.
    AddressNotAllowed,
}
