//! The type, status and sort order of tokens.

use std::str::FromStr;

use crate::{
    Timestamp,
    principal::{UnknownName, string_enum},
};

string_enum! {
    /// The kinds of credential that a token can be.
    TokenKind {
        /// An API key with its client secret.
        ApiKey = "api_key"
        /// A certificate for mutual TLS.
        ClientCertificate = "client_certificate"
        /// A kubeconfig for a registered cluster.
        Kubeconfig = "kubeconfig"
    }
    /// The status of a token at a point in time.
    TokenStatus {
        /// Active.
        Active = "active"
        /// Expired; a new expiry reactivates it.
        Expired = "expired"
        /// Permanently invalidated.
        Invalidated = "invalidated"
    }
    /// What can be done to many tokens at once.
    BulkAction {
        /// Permanently stop them; they stay listed.
        Invalidate = "invalidate"
        /// Stop them and remove them from every list.
        Delete = "delete"
    }
    /// What became of one token of many.
    BulkOutcome {
        /// It was done.
        Done = "done"
        /// It would be done: this was a dry run.
        Selected = "selected"
        /// It was refused.
        Refused = "refused"
    }
    /// What a list of tokens can be sorted by.
    TokenSortField {
        /// When it was created.
        CreatedAt = "created_at"
        /// By its label, case-insensitively.
        Label = "label"
        /// By its expiry; never is the far future.
        ExpiresAt = "expires_at"
        /// By its last use; never used is the far past.
        LastUsedAt = "last_used_at"
    }
}

impl TokenStatus {
    /// The status at a time: invalidation takes precedence over expiry.
    pub fn at(now: Timestamp, expires_at: Option<Timestamp>, invalidated_at: Option<Timestamp>) -> Self {
        if invalidated_at.is_some() {
            Self::Invalidated
        } else if expires_at.is_some_and(|end| end <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }
}

/// The sort order of a list: `sort=-created_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenSort {
    /// The field to sort by.
    pub field: TokenSortField,
    /// Whether the largest value comes first.
    pub descending: bool,
}

impl Default for TokenSort {
    fn default() -> Self {
        Self { field: TokenSortField::CreatedAt, descending: true }
    }
}

impl FromStr for TokenSort {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        Ok(Self { field: name.parse()?, descending })
    }
}

impl std::fmt::Display for TokenSort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.field)
    }
}

impl serde::Serialize for TokenSort {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
