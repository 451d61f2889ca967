//! The owners of imported tokens.

use mintkey_domain::{EmailLookup, FieldCode, FieldErrors, Grant, Principal, ScopeSet, ServiceAccountId, UserId};
use uuid::Uuid;

use super::{LineError, Plan};
use crate::Result;

const NO_OWNER: &str =
    "Expected the address of a member, or the name of a service account. Import it in an earlier line.";

impl Plan<'_, '_> {
    /// The owner with this address, name or ID.
    pub(super) async fn find_owner(
        &mut self,
        text: &str,
        owner_type: Option<&str>,
        errors: &mut FieldErrors,
    ) -> Result<Option<Principal>> {
        let user = match owner_type {
            Some("service_account") => None,
            _ => self.find_member(text).await?.map(Principal::User),
        };
        let account = match owner_type {
            Some("user") => None,
            _ => self.accounts.get(text).copied().map(Principal::ServiceAccount),
        };
        match (user, account) {
            (Some(_), Some(_)) => {
                let message = "A member and a service account have this name: say which as owner_type.";
                errors.push("owner_type", FieldCode::Required, message);
                return Ok(None);
            }
            (None, None) => {}
            (user, account) => return Ok(user.or(account)),
        }
        let found = match Uuid::try_parse(text) {
            Ok(id) => self.find_owner_by_id(id).await?,
            Err(_) => None,
        };
        if found.is_none() {
            errors.push("owner", FieldCode::UnknownOwner, NO_OWNER);
        }
        Ok(found)
    }

    async fn find_owner_by_id(&mut self, id: Uuid) -> Result<Option<Principal>> {
        let user = UserId::from_uuid(id);
        if self.change.tx.membership(self.organization, user).await?.is_some() {
            return Ok(Some(Principal::User(user)));
        }
        let account = ServiceAccountId::from_uuid(id);
        let found = self.change.tx.service_account(self.organization, account).await?;
        Ok(found.map(|_| Principal::ServiceAccount(account)))
    }

    /// The member with this address, of this import or before.
    pub(super) async fn find_member(&mut self, email: &str) -> Result<Option<UserId>> {
        if !email.contains('@') {
            return Ok(None);
        }
        let address = EmailLookup::new(email);
        if let Some(known) = self.users.get(address.normalized()) {
            return Ok(Some(*known));
        }
        let Some(user) = self.change.tx.user_by_email(&address).await? else { return Ok(None) };
        if self.change.tx.membership(self.organization, user.id).await?.is_none() {
            return Ok(None);
        }
        self.users.insert(address.normalized().to_owned(), user.id);
        Ok(Some(user.id))
    }

    /// Warns of scopes that the owner may not use now, and of an owner whose tokens are refused.
    pub(super) async fn warn_of_limits(&mut self, line: usize, owner: Principal, scopes: &ScopeSet) -> Result<()> {
        let record = match self.owners.get(&owner) {
            Some(record) => record.clone(),
            None => match self.change.owner(owner).await? {
                Some(record) => record,
                None => return Ok(()),
            },
        };
        self.owners.insert(owner, record.clone());
        // A wildcard is limited at each use.
        let is_beyond = |grant: &&Grant| {
            self.catalogue.admin_only(grant.as_str()).is_some() && !record.may_use(grant.as_str(), &self.catalogue)
        };
        let beyond: Vec<_> = scopes.iter().filter(is_beyond).map(Grant::as_str).collect();
        let mut warn = |field: &str, message: String| {
            self.planned.warnings.push(LineError { line, field: Some(field.to_owned()), message });
        };
        if !beyond.is_empty() {
            warn("scopes", format!("The owner may not use {} now.", beyond.join(", ")));
        }
        if !record.is_active() {
            warn("owner", "The owner isn't active, so the token is refused.".to_owned());
        }
        Ok(())
    }
}
