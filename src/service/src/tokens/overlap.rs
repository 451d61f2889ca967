//! The overlap after a rotation, during which the old and the new secret work.

use mintkey_domain::{Timestamp, TokenId, Ttl, request::TokenChanges, wire};

use crate::{Actor, Result, Service};

impl Service {
    /// Ends the overlap of a token's rotation, or sets its remaining time, at most until the token expires.
    ///
    /// # Errors
    /// As [`Service::edit_token`].
    pub async fn change_overlap(&self, actor: &Actor, id: TokenId, remaining: Option<Ttl>) -> Result<wire::Token> {
        let end = match remaining {
            None => None,
            Some(remaining) => {
                let last = self.token(actor, id).await?.expires_at.unwrap_or(Timestamp::MAX);
                Some(self.now().saturating_add(remaining.millis()).min(last))
            }
        };
        let changes = TokenChanges { previous_secret_expires_at: Some(end), ..TokenChanges::default() };
        self.edit_token(actor, id, changes).await
    }
}
