//! Whether whoever was let in still is who they were.
//!
//! A write may wait for its turn. What its actor may do was decided before that, so each write asks again, first of
//! all, in its own transaction: what stopped them meanwhile comes before it in the queue, and nothing that outlives
//! their right is made after it.

use mintkey_domain::{MembershipStatus, Principal, ServiceAccountStatus, Via};
use mintkey_store::{Standing, Tx};

use crate::{Actor, Result, authenticate::invalid_credential};

impl Actor {
    /// Refuses with `invalid_credential` if the owner was stopped or has another role now, or the token was stopped.
    pub(crate) async fn require_standing(&self, tx: &mut Tx) -> Result<()> {
        let Some(principal) = self.principal else { return Ok(()) };
        let Actor { organization, via, token_id: token, .. } = *self;
        let standing = Standing { organization, principal, role: self.role(), via, token };
        if tx.is_confirmed(&standing) {
            return Ok(());
        }
        if !self.owner_stands(tx, principal).await? || !self.token_stands(tx).await? {
            return Err(invalid_credential().into());
        }
        tx.confirm(standing);
        Ok(())
    }

    async fn owner_stands(&self, tx: &mut Tx, principal: Principal) -> Result<bool> {
        let organization = self.organization;
        Ok(match principal {
            Principal::User(id) => tx
                .membership(organization, id)
                .await?
                .is_some_and(|now| now.status == MembershipStatus::Active && now.role == self.role()),
            Principal::ServiceAccount(id) => tx
                .service_account(organization, id)
                .await?
                .is_some_and(|now| now.status == ServiceAccountStatus::Active && now.role == self.role()),
        })
    }

    async fn token_stands(&self, tx: &mut Tx) -> Result<bool> {
        let Some(id) = self.token_id else { return Ok(true) };
        let token = tx.committed_token(self.organization, id).await?;
        Ok(token.is_some_and(|now| {
            now.invalidated_at.is_none() || (self.via == Via::AccessToken && now.keep_access_tokens)
        }))
    }
}
