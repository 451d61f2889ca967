//! Changes of a user's e-mail address, by the command line.

use mintkey_domain::{AuditAction, EmailLookup, ErrorCode, FieldErrors, UserId, wire};
use mintkey_store::{Constraint, StoreError, User};

use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    people::{check_email, require_system},
};

impl Service {
    /// Changes the address of a user of the actor's organization; `old` is their current address or their ID. Sessions
    /// and tokens stay valid.
    ///
    /// # Errors
    /// A validation problem at `email`; `not_found`; `already_exists`.
    pub async fn rename_user(&self, actor: &Actor, old: &str, new: &str) -> Result<()> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let email = check_email(new, &mut errors);
        let email = errors.finish(email)?;
        let user = self.find_user(old).await?.ok_or_else(Error::not_found)?;
        let act = self.change(actor, AuditAction::UserRename, user.id.uuid())?;
        let renamed = act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                let before = change.tx.member(organization, user.id).await?.ok_or_else(Error::not_found)?;
                if before.email == email {
                    return Ok(change.unchanged(()));
                }
                change.tx.set_email(user.id, &email, change.now).await?;
                change.identities_changed().await?;
                change.invalidate_user(user.id);
                let details = Details::default().field("email", before.email.as_str(), email.as_str());
                Ok(change.done(email.as_str(), &details, ()))
            })
        });
        match renamed.await {
            Err(Error::Store(StoreError::Unique(Constraint::UserEmail))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "Somebody with this e-mail address exists."))
            }
            renamed => renamed,
        }
    }

    /// The member of the actor's organization with this address or ID.
    ///
    /// # Errors
    /// `not_found` if there is none.
    pub async fn find_member(&self, actor: &Actor, address_or_id: &str) -> Result<wire::Member> {
        require_system(actor)?;
        let user = self.find_user(address_or_id).await?.ok_or_else(Error::not_found)?;
        self.member(actor, user.id).await
    }

    async fn find_user(&self, address_or_id: &str) -> Result<Option<User>> {
        if let Ok(id) = address_or_id.trim().parse::<UserId>() {
            return Ok(self.store.user(id).await?);
        }
        Ok(self.store.user_by_email(&EmailLookup::new(address_or_id)).await?)
    }
}
