//! The result of creating or rotating a token: the token, and its secrets, which are shown once.

use mintkey_domain::{Timestamp, TokenId, wire::NewCredentials};
use serde::{Deserialize, Serialize};

/// A token and its secrets, as the dialog shows them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Minted {
    /// The token; also its client ID.
    pub(crate) id: TokenId,
    /// Its label.
    pub(crate) label: String,
    /// The name of its owner.
    pub(crate) owner: String,
    /// When it expires.
    pub(crate) expires_at: Option<Timestamp>,
    /// Until when the previous secret works.
    pub(crate) previous_secret_expires_at: Option<Timestamp>,
    /// The secrets; `None` if the same form was sent twice.
    pub(crate) secrets: Option<Secrets>,
}

/// The secrets of a token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// The client secret.
    pub(crate) client_secret: String,
    /// The API key.
    pub(crate) api_key: String,
}

impl From<NewCredentials> for Minted {
    fn from(minted: NewCredentials) -> Self {
        let NewCredentials { token, client_secret, api_key, .. } = minted;
        Self {
            id: token.id,
            label: token.label,
            owner: token.owner.name,
            expires_at: token.expires_at,
            previous_secret_expires_at: token.previous_secret_expires_at,
            secrets: client_secret.zip(api_key).map(|(client_secret, api_key)| Secrets {
                client_secret: client_secret.expose().to_owned(),
                api_key: api_key.expose().to_owned(),
            }),
        }
    }
}
