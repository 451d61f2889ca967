//! The life of a service account: suspended and active again, or decommissioned.

use mintkey_domain::{AuditAction, ErrorCode, Principal, Role, ServiceAccountId, ServiceAccountStatus as Status, wire};
use mintkey_store::{LockedRow, ServiceAccount};

use super::{change::invalidate_after, require_not_decommissioned, tokens::invalidate_tokens};
use crate::{Actor, Error, Result, Service, audit::Details, one_time::withdraw_resets_in};

impl Service {
    /// Disables every credential of the account from its next check until it is activated. Idempotent.
    ///
    /// # Errors
    /// `service_account_decommissioned`; `credential_in_use` if the account makes the request itself.
    pub async fn suspend_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<wire::ServiceAccount> {
        self.set_status(actor, id, Status::Suspended, AuditAction::ServiceAccountSuspend).await
    }

    /// Lets the account's credentials work again; earlier access tokens stay revoked. Idempotent.
    ///
    /// # Errors
    /// `service_account_decommissioned`; `forbidden` for a role above member unless the actor has every permission.
    pub async fn activate_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<wire::ServiceAccount> {
        self.set_status(actor, id, Status::Active, AuditAction::ServiceAccountActivate).await
    }

    /// Ends the account permanently and invalidates all its tokens. The record is kept. Idempotent.
    ///
    /// # Errors
    /// `credential_in_use` if the account makes the request itself.
    pub async fn decommission_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<()> {
        self.set_status(actor, id, Status::Decommissioned, AuditAction::ServiceAccountDecommission).await.map(drop)
    }

    async fn set_status(
        &self,
        actor: &Actor,
        id: ServiceAccountId,
        status: Status,
        action: AuditAction,
    ) -> Result<wire::ServiceAccount> {
        let act = self.change(actor, action, id.uuid())?;
        let set = act.run(move |change| {
            Box::pin(async move {
                let (organization, owner) = (change.organization(), Principal::ServiceAccount(id));
                if !change.actor.can_access(owner) {
                    return Err(Error::not_found());
                }
                change.tx.lock_exclusive(LockedRow::ServiceAccount(id)).await?;
                let before = change.tx.service_account(organization, id).await?.ok_or_else(Error::not_found)?;
                if before.status == status {
                    return Ok(change.unchanged(before));
                }
                require_not_decommissioned(&before)?;
                if status == Status::Active && before.role != Role::Member {
                    change.actor.require_everything()?;
                }
                if status != Status::Active && change.actor.principal == Some(owner) {
                    return Err(Error::refused(
                        ErrorCode::CredentialInUse,
                        "The request was made by this very service account, which can't end itself.",
                    ));
                }
                let after = ServiceAccount { status, updated_at: change.now, ..before.clone() };
                change.tx.update_service_account(&before, &after).await?;
                if before.role == Role::Admin && before.status == Status::Active {
                    withdraw_resets_in(change.tx, organization).await?;
                }
                let mut details = Details::default().field("status", before.status.as_str(), status.as_str());
                if status == Status::Decommissioned {
                    let tokens = change.tx.live_tokens_of(organization, id.uuid()).await?;
                    invalidate_tokens(change, id, &tokens, "The service account was decommissioned.").await?;
                    details = details.note("invalidated_tokens", tokens.len());
                }
                invalidate_after(change, &after, &[]).await?;
                Ok(change.done(after.name.as_str(), &details, ()).with(after))
            })
        });
        self.service_account_view(set.await?).await
    }
}
