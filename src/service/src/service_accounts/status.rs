//! The life of a service account: suspended and active again, or gone for good.

use mintkey_domain::{ErrorCode, Principal, Role, ServiceAccountId, ServiceAccountStatus as Status, own, wire};
use mintkey_store::ServiceAccount;

use super::require_standing;
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
    one_time::withdraw_resets_in,
};

impl Service {
    /// Stops every credential of the account from its next check on, until it is activated. Doing it twice is fine.
    ///
    /// # Errors
    /// `service_account_decommissioned`; `credential_in_use` for the account that asks.
    pub async fn suspend_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<wire::ServiceAccount> {
        actor.require(own::SERVICE_ACCOUNTS_WRITE)?;
        self.set_status(actor, id, Status::Suspended, "service_account.suspend").await
    }

    /// Lets the account's credentials work again; access tokens from before stay dead. Doing it twice is fine.
    ///
    /// # Errors
    /// `service_account_decommissioned`; `forbidden` for a role above a member's unless the actor may do everything.
    pub async fn activate_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<wire::ServiceAccount> {
        actor.require(own::SERVICE_ACCOUNTS_WRITE)?;
        self.set_status(actor, id, Status::Active, "service_account.activate").await
    }

    /// Ends the account for good: all its tokens are invalidated with it, the record stays. Doing it twice is fine.
    ///
    /// # Errors
    /// `credential_in_use` for the account that asks.
    pub async fn decommission_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<()> {
        actor.require(own::SERVICE_ACCOUNTS_WRITE)?;
        self.set_status(actor, id, Status::Decommissioned, "service_account.decommission").await.map(drop)
    }

    async fn set_status(
        &self,
        actor: &Actor,
        id: ServiceAccountId,
        status: Status,
        action: &'static str,
    ) -> Result<wire::ServiceAccount> {
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        let changed = self.store.write(move |tx| {
            Box::pin(async move {
                actor.require_standing(tx).await?;
                if !actor.reaches(Principal::ServiceAccount(id)) {
                    return Err(Error::not_found());
                }
                let before = tx.service_account(actor.organization, id).await?.ok_or_else(Error::not_found)?;
                if before.status == status {
                    return Ok(before);
                }
                require_standing(&before)?;
                if status == Status::Active && before.role != Role::Member {
                    actor.require_everything()?;
                }
                if status != Status::Active && actor.principal == Some(Principal::ServiceAccount(id)) {
                    return Err(Error::refused(
                        ErrorCode::CredentialInUse,
                        "The request was made by this very service account, which can't end itself.",
                    ));
                }
                // Access tokens from before stay dead, those too that were on their way while it was suspended.
                let after = ServiceAccount { status, credentials_valid_from: now, updated_at: now, ..before.clone() };
                tx.update_service_account(&after).await?;
                if before.role == Role::Admin && before.status == Status::Active {
                    withdraw_resets_in(tx, actor.organization).await?;
                }
                let mut change = Change::default().field("status", before.status.as_str(), status.as_str());
                if status == Status::Decommissioned {
                    let stopped = tx.invalidate_tokens_of(actor.organization, id.uuid(), now).await?;
                    change = change.note("invalidated_tokens", stopped.len());
                    for (token, label) in &stopped {
                        let reason = Change::default().note("reason", "The service account was decommissioned.");
                        let target = Target::new("token", Some(token.uuid()), label);
                        tx.audit(service.event(&actor, now, "token.invalidate", target, &reason));
                    }
                    let (service, ids) = (service.clone(), stopped.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
                    tx.after_commit(move || service.memory.invalidate_tokens(&ids, now));
                }
                let target = Target::new("service_account", Some(id.uuid()), &after.name);
                tx.audit(service.event(&actor, now, action, target, &change));
                service.forget_after(tx, &after, &[], now).await?;
                Ok(after)
            })
        });
        self.service_account_view(changed.await?).await
    }
}
