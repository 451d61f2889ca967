//! What create and rotate answer: a token, and this once its secrets.

use mintkey_domain::{Timestamp, TokenId, wire::MintedToken};
use serde::{Deserialize, Serialize};

/// A token and its secrets, as the dialog shows them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Minted {
    /// The token; also its client ID.
    pub(crate) id: TokenId,
    /// What people call it.
    pub(crate) label: String,
    /// Whose it is.
    pub(crate) owner: String,
    /// When it ends.
    pub(crate) expires_at: Option<Timestamp>,
    /// Until when the secret before works too.
    pub(crate) previous_secret_expires_at: Option<Timestamp>,
    /// The secrets; `None` when the same form came twice.
    pub(crate) secrets: Option<Secrets>,
}

/// What is shown this once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// To be sent beside the client ID.
    pub(crate) client_secret: String,
    /// Both in one text.
    pub(crate) api_key: String,
}

impl From<MintedToken> for Minted {
    fn from(minted: MintedToken) -> Self {
        let MintedToken { token, secrets, .. } = minted;
        Self {
            id: token.id,
            label: token.label,
            owner: token.owner.name,
            expires_at: token.expires_at,
            previous_secret_expires_at: token.previous_secret_expires_at,
            secrets: secrets.map(|secrets| Secrets {
                client_secret: secrets.client_secret.expose().to_owned(),
                api_key: secrets.api_key.expose().to_owned(),
            }),
        }
    }
}
