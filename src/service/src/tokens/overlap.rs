//! The overlap of a rotation: how long the old secret goes on working beside the new one.

use mintkey_domain::{Timestamp, TokenId, Ttl, request::TokenChanges, wire};

use crate::{Actor, Result, Service};

impl Service {
    /// Ends the overlap of a token's rotation, or lets it last this long from now, but no longer than the token itself.
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
