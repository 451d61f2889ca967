//! Tokens: the records, their secrets, and search.

mod change;
mod counts;
mod cursor;
mod filter;
mod find;
mod hand_over;
mod imported;
mod insert;
mod kubeconfig;
mod list;
mod lookup;
#[cfg(test)]
mod plans;
mod uses;
mod words;

use std::fmt;

use mintkey_domain::{
    AddressRanges, ImportedAlgorithm, KeyLookup, Label, OrganizationId, Principal, ScopeSet, Timestamp, TokenId,
    TokenKind, UserId,
};
use uuid::Uuid;

pub use change::ClientKeys;
pub use counts::TokenCounts;
pub(crate) use counts::{CountChange, write as write_counts};
pub use filter::TokenFilter;
pub(crate) use insert::{insert, insert_words};
pub use kubeconfig::TokenKubeconfig;
pub use list::{PageRequest, TokenPage};
pub use uses::TokenUse;
pub(crate) use words::words;

use crate::{
    StoreError,
    sql::{FromRow, Row, or_placeholder},
};

/// The hash algorithm of every secret of Mintkey's own.
pub(crate) const SECRET_ALGORITHM: &str = "sha256";
/// The entry for scopes in [`Token::unreadable`]: they have their own table instead of a column.
const SCOPES_COLUMN: &str = "scopes";

/// A credential, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The ID, which is also the client ID.
    pub id: TokenId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The user or service account that owns it.
    pub owner: Principal,
    /// The display name.
    pub label: Label,
    /// The description.
    pub description: Option<String>,
    /// The type of credential.
    pub kind: TokenKind,
    /// The granted scopes.
    pub scopes: ScopeSet,
    /// The address ranges that it works from.
    pub allowed_cidrs: AddressRanges,
    /// When it was created.
    pub created_at: Timestamp,
    /// When a user last changed it.
    pub updated_at: Timestamp,
    /// Who created it.
    pub created_by: Principal,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was invalidated.
    pub invalidated_at: Option<Timestamp>,
    /// Whether its access tokens stay valid after its invalidation.
    pub keep_access_tokens: bool,
    /// When it was last rotated.
    pub rotated_at: Option<Timestamp>,
    /// Who last rotated it, and therefore has seen the secret.
    pub rotated_by: Option<Principal>,
    /// The end of the overlap, during which the previous secret works too.
    pub previous_secret_expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// The IP address of the last use.
    pub last_used_ip: Option<String>,
    /// `mk_…` and the last characters of the API key.
    pub key_hint: String,
    /// Its newest certificate. Tokens of kind `api_key` have none.
    pub certificate: Option<TokenCertificate>,
    /// Its kubeconfig. Only tokens of kind `kubeconfig` have one, unless their cluster was deleted.
    pub kubeconfig: Option<TokenKubeconfig>,
    /// The columns, and `scopes`, whose stored value can't be read and has a placeholder here. Such a token is listed,
    /// but never authenticated.
    pub unreadable: Vec<&'static str>,
}

/// A certificate of a token: a proof beside the secret of the same generation, which ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenCertificate {
    /// SHA-256 of its DER form.
    pub fingerprint: [u8; 32],
    /// Its own end.
    pub expires_at: Timestamp,
}

/// One secret of a token: its hash and its last use.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret {
    /// The token.
    pub token_id: TokenId,
    /// 1 for the first secret, incremented with each rotation.
    pub generation: i64,
    /// The hash of the secret.
    pub hash: StoredHash,
    /// The certificate that was issued with it.
    pub certificate: Option<TokenCertificate>,
    /// When it expires, if before its token.
    pub expires_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// The IP address of the last use.
    pub last_used_ip: Option<String>,
    /// The user agent of the last use.
    pub last_used_agent: Option<String>,
}

/// The hash of a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredHash {
    /// SHA-256 of the 32 random bytes of a secret that Mintkey made.
    Mintkey([u8; 32]),
    /// The hash of a key that was imported.
    Imported(ImportedHash),
}

/// The hash of a key that was imported.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportedHash {
    /// How it was computed.
    pub algorithm: ImportedAlgorithm,
    /// The hash; with its parameters and salt, as text, if the algorithm has any.
    pub hash: Vec<u8>,
    /// The part of the key that it is looked up by. No two secrets have the same.
    pub lookup: Option<KeyLookup>,
    /// What keys of this kind begin with; may be empty.
    pub prefix: String,
    /// The length of keys of this kind; `None` for any.
    pub length: Option<usize>,
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
    /// Whether its row in `tokens` can be read; its scopes and address ranges have tables of their own.
    pub fn has_readable_row(&self) -> bool {
        self.unreadable.iter().all(|column| *column == SCOPES_COLUMN)
    }

    /// Replaces its scopes, including unreadable ones.
    pub fn replace_scopes(&mut self, scopes: ScopeSet) {
        self.scopes = scopes;
        self.unreadable.retain(|column| *column != SCOPES_COLUMN);
    }
}

impl FromRow for Token {
    /// Leaves scopes, address ranges, certificate and kubeconfig, which are in other tables, to `find`. Replaces unreadable values with
    /// placeholders, except the ID and the organization.
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
            certificate: None,
            kubeconfig: None,
            unreadable: columns,
        })
    }
}

impl TokenCertificate {
    /// The certificate in the row of a secret, if it has one.
    pub(crate) fn read(row: &Row) -> Result<Option<Self>, StoreError> {
        let fingerprint: Option<[u8; 32]> = row.get("certificate_fingerprint")?;
        let expires_at: Option<Timestamp> = row.get("certificate_expires_at")?;
        Ok(fingerprint.zip(expires_at).map(|(fingerprint, expires_at)| Self { fingerprint, expires_at }))
    }
}

impl FromRow for TokenSecret {
    /// A secret with an unknown hash algorithm can't be compared, so it counts as unreadable.
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            token_id: row.get("token_id")?,
            generation: row.get("generation")?,
            hash: StoredHash::read(row)?,
            certificate: TokenCertificate::read(row)?,
            expires_at: row.get("expires_at")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
            last_used_ip: row.get("last_used_ip")?,
            last_used_agent: row.get("last_used_agent")?,
        })
    }
}
