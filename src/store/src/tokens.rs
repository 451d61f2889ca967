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
pub(crate) use insert::{insert, insert_words};
pub use list::{Page, TokenPage};
pub use uses::TokenUse;
pub(crate) use words::words;

use crate::{
    StoreError,
    sql::{FromRow, Row, or_placeholder},
};

/// How every secret is hashed.
pub(crate) const SECRET_ALGORITHM: &str = "sha256";
/// The name of its scopes in [`Token::unreadable`]: they have a table of their own, and no column.
const SCOPES_COLUMN: &str = "scopes";

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
    /// SHA-256 of the secret.
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

impl Token {
    /// Whether its own row can be read, whatever its scopes and address ranges.
    pub fn has_readable_row(&self) -> bool {
        self.unreadable.iter().all(|column| *column == SCOPES_COLUMN)
    }

    /// Gives it other scopes, which take the place of any that can't be read.
    pub fn replace_scopes(&mut self, scopes: ScopeSet) {
        self.scopes = scopes;
        self.unreadable.retain(|column| *column != SCOPES_COLUMN);
    }
}

impl FromRow for Token {
    /// Scopes and address ranges have tables of their own and are filled in by `find`. A token is read with placeholders
    /// for what can't be read, unless that is its id or organization.
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let placeholder = Principal::User(UserId::from_uuid(Uuid::nil()));
        let mut columns = Vec::new();
        let unreadable = &mut columns;
        Ok(Self {
            id: row.get("id")?,
            organization_id: row.get("organization_id")?,
            owner: or_placeholder(row.principal("owner_type", "owner_id"), placeholder, unreadable)?,
            label: or_placeholder(row.get("label"), Label::from_stored("unreadable".to_owned()), unreadable)?,
            description: or_placeholder(row.get("description"), None, unreadable)?,
            kind: or_placeholder(row.get("kind"), TokenKind::ApiKey, unreadable)?,
            scopes: ScopeSet::default(),
            allowed_cidrs: AddressRanges::default(),
            created_at: or_placeholder(row.get("created_at"), Timestamp::EPOCH, unreadable)?,
            updated_at: or_placeholder(row.get("updated_at"), Timestamp::EPOCH, unreadable)?,
            created_by: or_placeholder(row.principal("created_by_type", "created_by_id"), placeholder, unreadable)?,
            expires_at: or_placeholder(row.get("expires_at"), None, unreadable)?,
            invalidated_at: or_placeholder(row.get("invalidated_at"), None, unreadable)?,
            keep_access_tokens: row.get("keep_access_tokens")?,
            rotated_at: or_placeholder(row.get("rotated_at"), None, unreadable)?,
            rotated_by: or_placeholder(
                row.optional_principal("rotated_by_type", "rotated_by_id"),
                Some(placeholder),
                unreadable,
            )?,
            previous_secret_expires_at: or_placeholder(row.get("previous_secret_expires_at"), None, unreadable)?,
            last_used_at: or_placeholder(row.get("last_used_at"), None, unreadable)?,
            last_used_ip: or_placeholder(row.get("last_used_ip"), None, unreadable)?,
            key_hint: or_placeholder(row.get("key_hint"), String::new(), unreadable)?,
            unreadable: columns,
        })
    }
}

impl FromRow for TokenSecret {
    /// A hash of another kind can't be compared, and so counts as one that can't be read.
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        if row.get::<String>("algorithm")? != SECRET_ALGORITHM {
            return Err(StoreError::Corrupt("algorithm"));
        }
        Ok(Self {
            token_id: row.get("token_id")?,
            generation: row.get("generation")?,
            hash: row.get("hash")?,
            expires_at: row.get("expires_at")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
            last_used_ip: row.get("last_used_ip")?,
            last_used_agent: row.get("last_used_agent")?,
        })
    }
}
