//! Queries of service accounts.

use std::sync::Arc;

use deserr::Deserr;
use mintkey_domain::{
    FieldCode, FieldErrors, OwnerStatus, Principal, PrincipalType, SearchText, ServiceAccountId, ServiceAccountStatus,
    request::{Input, RequestErrors},
    scopes,
    wire::{self, Owner, PrincipalName, ServiceAccountCounts},
};
use mintkey_store::{ServiceAccount, ServiceAccountFilter, ServiceAccountPage};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{Actor, Error, Paging, Result, Service, identity_cache::OwnerRecord};

/// The maximum number of accounts that a form offers.
const MAX_CHOICES: u32 = 200;

/// Which service accounts, and which part of them; always by name.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
pub struct ServiceAccountQuery {
    /// Only accounts with this status.
    #[deserr(default)]
    #[param(inline)]
    pub status: Option<ServiceAccountStatus>,
    /// Words of the name and the description, each in any spelling of case and composition; or the id.
    #[deserr(default)]
    pub q: Option<String>,
    /// Which part; read apart.
    #[deserr(skip)]
    #[param(ignore)]
    pub paging: Paging,
}

impl Input for ServiceAccountQuery {}

impl Service {
    /// A page of service accounts, by name.
    pub async fn list_service_accounts(
        &self,
        actor: &Actor,
        query: ServiceAccountQuery,
    ) -> Result<wire::ListPage<wire::ServiceAccount>> {
        actor.require(scopes::SERVICE_ACCOUNTS_READ)?;
        let mut errors = FieldErrors::new();
        let q = SearchText::parse_query(query.q.as_deref(), &mut errors);
        errors.into_result()?;
        let filter = ServiceAccountFilter { status: query.status, q, managed_by: managing_user(actor) };
        let total = self.store.count_service_accounts(actor.organization, &filter).await?;
        let (part, page, limit) = match query.paging {
            Paging::Page { page, limit } => {
                let skip = i64::from(page - 1).saturating_mul(i64::from(limit));
                (ServiceAccountPage::Offset { skip, limit }, Some(page), limit)
            }
            Paging::Cursor { cursor, limit } => {
                let id = cursor.parse::<ServiceAccountId>().map_err(|_| {
                    FieldErrors::one("cursor", FieldCode::InvalidFormat, "Expected next_cursor of the page before.")
                })?;
                (ServiceAccountPage::After { id, limit }, None, limit)
            }
        };
        let (rows, last) = self.store.service_accounts(actor.organization, &filter, &part).await?;
        let next_cursor = last.map(|last| last.to_string());
        let mut data = Vec::with_capacity(rows.len());
        for row in rows {
            data.push(self.service_account_view(row).await?);
        }
        Ok(wire::ListPage { data, total, total_capped: false, page, limit, next_cursor })
    }

    /// The number of accounts by status.
    pub async fn service_account_counts(&self, actor: &Actor) -> Result<ServiceAccountCounts> {
        actor.require(scopes::SERVICE_ACCOUNTS_READ)?;
        let mut counts = ServiceAccountCounts::default();
        for (status, count) in self.store.service_account_counts(actor.organization).await? {
            match status {
                ServiceAccountStatus::Active => counts.active = count,
                ServiceAccountStatus::Suspended => counts.suspended = count,
                ServiceAccountStatus::Decommissioned => counts.decommissioned = count,
            }
        }
        Ok(counts)
    }

    /// The service account with this ID.
    pub async fn service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<wire::ServiceAccount> {
        actor.require(scopes::SERVICE_ACCOUNTS_READ)?;
        let account = self.store.service_account(actor.organization, id).await?;
        let account = account.filter(|account| actor.can_access(Principal::ServiceAccount(account.id)));
        self.service_account_view(account.ok_or_else(Error::not_found)?).await
    }

    /// Refuses actors without access to the service account, before its tokens are listed or created.
    pub async fn require_service_account(&self, actor: &Actor, id: ServiceAccountId) -> Result<()> {
        if !actor.allows(scopes::TOKENS_WRITE) {
            actor.require(scopes::TOKENS_READ)?;
        }
        let owner = Principal::ServiceAccount(id);
        let known = self.identities.owner(&self.store, actor.organization, owner).await?;
        if known.is_some() && actor.can_access(owner) { Ok(()) } else { Err(Error::not_found()) }
    }

    /// The active service accounts that match a search and that the actor could create a token for: the first 200 by
    /// name, and their total number.
    pub async fn service_accounts_to_choose(&self, actor: &Actor, q: Option<&str>) -> Result<(Vec<Owner>, i64)> {
        actor.require(scopes::TOKENS_WRITE)?;
        let mut errors = FieldErrors::new();
        let q = SearchText::parse_query(q, &mut errors);
        errors.into_result()?;
        let status = Some(ServiceAccountStatus::Active);
        let filter = ServiceAccountFilter { status, q, managed_by: managing_user(actor) };
        let total = self.store.count_service_accounts(actor.organization, &filter).await?;
        let part = ServiceAccountPage::Offset { skip: 0, limit: MAX_CHOICES };
        let (accounts, _) = self.store.service_accounts(actor.organization, &filter, &part).await?;
        let choices = accounts.into_iter().map(|account| Owner {
            kind: PrincipalType::ServiceAccount,
            id: account.id.uuid(),
            name: account.name.to_string(),
            status: OwnerStatus::Active.to_string(),
        });
        Ok((choices.collect(), total))
    }

    /// An owner of tokens by ID, in the form of a list of choices: for an owner that the list doesn't include.
    ///
    /// # Errors
    /// `not_found` for an owner whose tokens the actor has no access to.
    pub async fn owner(&self, actor: &Actor, id: Uuid) -> Result<Owner> {
        let (kind, known) = self.known_owner(actor, id).await?;
        Ok(Owner { kind, id, name: known.name.to_string(), status: known.status.to_string() })
    }

    /// The record of an owner whose tokens the actor has access to.
    pub(crate) async fn owner_record(&self, actor: &Actor, id: Uuid) -> Result<Arc<OwnerRecord>> {
        Ok(self.known_owner(actor, id).await?.1)
    }

    async fn known_owner(&self, actor: &Actor, id: Uuid) -> Result<(PrincipalType, Arc<OwnerRecord>)> {
        actor.require(scopes::TOKENS_READ)?;
        for kind in [PrincipalType::ServiceAccount, PrincipalType::User] {
            let Some(owner) = Principal::new(kind, id).filter(|owner| actor.can_access(*owner)) else { continue };
            if let Some(known) = self.identities.owner(&self.store, actor.organization, owner).await? {
                return Ok((kind, known));
            }
        }
        Err(Error::not_found())
    }

    /// Converts a stored account to its API representation.
    pub(super) async fn service_account_view(&self, account: ServiceAccount) -> Result<wire::ServiceAccount> {
        let mut members = Vec::with_capacity(account.members.len());
        for user in &account.members {
            members.push(self.principal_name(account.organization_id, Principal::User(*user)).await?);
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(wire::ServiceAccount {
            tokens: self.store.count_live_tokens_of(account.organization_id, account.id.uuid()).await?,
            created_by: self.principal_name(account.organization_id, account.created_by).await?,
            members,
            id: account.id,
            organization_id: account.organization_id,
            name: account.name.to_string(),
            description: account.description,
            role: account.role,
            status: account.status,
            allowed_scopes: account.allowed_scopes.as_ref().map(mintkey_domain::ScopeSet::to_strings),
            created_at: account.created_at,
            updated_at: account.updated_at,
        })
    }

    async fn principal_name(
        &self,
        organization: mintkey_domain::OrganizationId,
        principal: Principal,
    ) -> Result<PrincipalName> {
        let known = self.identities.owner(&self.store, organization, principal).await?;
        let name = known.map(|known| known.name.to_string()).unwrap_or_default();
        Ok(PrincipalName { kind: principal.kind(), id: principal.id(), name })
    }
}

/// The member whose accounts a list is limited to; `None` for all. A nil ID, which has none, for others.
fn managing_user(actor: &Actor) -> Option<mintkey_domain::UserId> {
    match actor.principal {
        _ if actor.role().can_access_all_owners() => None,
        Some(Principal::User(user)) => Some(user),
        Some(Principal::ServiceAccount(_)) | None => Some(mintkey_domain::UserId::from_uuid(uuid::Uuid::nil())),
    }
}
