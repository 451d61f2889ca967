//! Tokens: the records, their secrets, and what they are found by.

mod change;
mod counts;
mod cursor;
mod filter;
mod find;
mod hand_over;
mod insert;
mod list;
mod lookup;
#[cfg(test)]
mod plans;
mod uses;
mod words;

use std::fmt;

use mintkey_domain::{
    AddressRanges, Label, OrganizationId, Principal, ScopeSet, Timestamp, TokenId, TokenKind, UserId,
};
use uuid::Uuid;

pub use change::ClientKeys;
pub use counts::TokenCounts;
pub(crate) use counts::{CountChange, write as write_counts};
pub use filter::TokenFilter;
pub(crate) use insert::insert;
pub use list::{Page, TokenPage};
pub use uses::TokenUse;

use crate::{
    StoreError,
    sql::{FromRow, Row, or_note},
};

/// A credential, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id; the client ID too.
    pub id: TokenId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The person or machine that it stands for.
    pub owner: Principal,
    /// What people call it.
    pub label: Label,
    /// What it is for.
    pub description: Option<String>,
    /// What kind of credential it is.
    pub kind: TokenKind,
    /// What it grants.
    pub scopes: ScopeSet,
    /// The addresses that it works from.
    pub allowed_cidrs: AddressRanges,
    /// When it was made.
    pub created_at: Timestamp,
    /// When people last changed it.
    pub updated_at: Timestamp,
    /// Who made it.
    pub created_by: Principal,
    /// Its end.
    pub expires_at: Option<Timestamp>,
    /// When it was stopped for good.
    pub invalidated_at: Option<Timestamp>,
    /// Whether access tokens outlive its invalidation.
    pub keep_access_tokens: bool,
    /// When it last got a new secret.
    pub rotated_at: Option<Timestamp>,
    /// Who gave it that, and so has seen it.
    pub rotated_by: Option<Principal>,
    /// The end of the overlap, while the secret before the last one works too.
    pub previous_secret_expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Where it was last used from.
    pub last_used_ip: Option<String>,
    /// `mk_…` and the last characters of its key.
    pub key_hint: String,
    /// The columns, and `scopes`, whose stored value can't be read and stands for nothing here. Such a token is shown,
    /// and never let in.
    pub unreadable: Vec<&'static str>,
}

/// One secret of a token: all that is kept of it, and its use.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret {
    /// Whose secret it is.
    pub token_id: TokenId,
    /// 1 for the first, one more with each rotation.
    pub generation: i64,
    /// How `hash` was made: `sha256`.
    pub algorithm: String,
    /// The hash of the secret.
    pub hash: [u8; 32],
    /// When it ends before its token does.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Where it was last used from.
    pub last_used_ip: Option<String>,
    /// The program that last used it.
    pub last_used_agent: Option<String>,
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSecret")
            .field("token_id", &self.token_id)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

impl FromRow for Token {
    /// Scopes and address ranges have tables of their own and are filled in by `find`. Only a token whose id or
    /// organization can't be read isn't one.
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let nobody = Principal::User(UserId::from_uuid(Uuid::nil()));
        let mut unreadable = Vec::new();
        let notes = &mut unreadable;
        Ok(Self {
            id: row.get("id")?,
            organization_id: row.get("organization_id")?,
            owner: or_note(row.principal("owner_type", "owner_id"), nobody, notes)?,
            label: or_note(row.get("label"), Label::from_stored("unreadable".to_owned()), notes)?,
            description: or_note(row.get("description"), None, notes)?,
            kind: or_note(row.get("kind"), TokenKind::ApiKey, notes)?,
            scopes: ScopeSet::default(),
            allowed_cidrs: AddressRanges::default(),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            created_by: or_note(row.principal("created_by_type", "created_by_id"), nobody, notes)?,
            expires_at: row.get("expires_at")?,
            invalidated_at: row.get("invalidated_at")?,
            keep_access_tokens: row.get("keep_access_tokens")?,
            rotated_at: row.get("rotated_at")?,
            rotated_by: or_note(row.optional_principal("rotated_by_type", "rotated_by_id"), Some(nobody), notes)?,
            previous_secret_expires_at: row.get("previous_secret_expires_at")?,
            last_used_at: row.get("last_used_at")?,
            last_used_ip: or_note(row.get("last_used_ip"), None, notes)?,
            key_hint: or_note(row.get("key_hint"), String::new(), notes)?,
            unreadable,
        })
    }
}

impl FromRow for TokenSecret {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            token_id: row.get("token_id")?,
            generation: row.get("generation")?,
            algorithm: row.get("algorithm")?,
            hash: row.get("hash")?,
            expires_at: row.get("expires_at")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
            last_used_ip: row.get("last_used_ip")?,
            last_used_agent: row.get("last_used_agent")?,
        })
    }
}
