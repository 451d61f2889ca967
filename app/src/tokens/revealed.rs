//! The result of creating or rotating a token: the token, and its secrets, which are shown once.

use mintkey_domain::{Timestamp, TokenId, wire::NewCredentials};
use serde::{Deserialize, Serialize};

/// A token and its secrets, for the dialog that shows them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RevealedToken {
    /// The token's ID, which is also its client ID.
    pub(crate) id: TokenId,
    pub(crate) label: String,
    /// The owner's name.
    pub(crate) owner: String,
    pub(crate) expires_at: Option<Timestamp>,
    /// When the previous secret stops working.
    pub(crate) previous_secret_expires_at: Option<Timestamp>,
    /// The secrets; `None` if the form was submitted before.
    pub(crate) secrets: Option<Secrets>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    pub(crate) client_secret: String,
    pub(crate) api_key: String,
}

impl From<NewCredentials> for RevealedToken {
    fn from(new: NewCredentials) -> Self {
        let NewCredentials { token, client_secret, api_key, .. } = new;
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
