//! Sources of the records that a credential is validated with: the cache for requests, the rows of the transaction for
//! a change. The same function validates with both.

use std::{collections::HashMap, sync::Arc};

use mintkey_domain::{OrganizationId, Principal, SessionId, Timestamp, TokenId};
use mintkey_store::{LockedRow, SessionRow, Tx};
use uuid::Uuid;

use crate::{
    Result, Service,
    catalogue::Catalogue,
    identity_cache::{OrganizationRecord, OwnerRecord, TokenRecord},
};

/// A source of records. A missing record grants nothing.
pub(crate) trait Records: Send {
    /// The token with this ID, in any organization.
    fn token(&mut self, id: TokenId) -> impl Future<Output = Result<Option<Arc<TokenRecord>>>> + Send;

    /// The membership of a user, or a service account.
    fn owner(
        &mut self,
        organization: OrganizationId,
        owner: Principal,
    ) -> impl Future<Output = Result<Option<Arc<OwnerRecord>>>> + Send;

    /// An organization with its catalogue.
    fn organization(
        &mut self,
        id: OrganizationId,
    ) -> impl Future<Output = Result<Option<Arc<OrganizationRecord>>>> + Send;

    /// A console session that hasn't expired.
    fn session(&mut self, id: SessionId, now: Timestamp) -> impl Future<Output = Result<Option<SessionRow>>> + Send;

    /// The public keys of a token's client that haven't expired, each as a JWK in JSON.
    fn client_keys(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// Whether the access token with this `jti` was revoked, or its signing key was deleted.
    fn is_withdrawn(&mut self, jti: Uuid, key: Uuid) -> impl Future<Output = Result<bool>> + Send;
}

/// Cached records, read from the database on a miss. Reads that always use the database are boxed, so that the future
/// of a check doesn't contain those of the queries.
pub(crate) struct InMemory<'s>(pub(crate) &'s Service);

/// The rows as of a transaction, locked until it ends. Rows that were read are cached for later jobs of the transaction
/// until a change, so that a group of many creates reads them once.
pub(crate) struct InTransaction<'t> {
    service: Service,
    tx: &'t mut Tx,
    rows: Rows,
}

#[derive(Default)]
struct Rows {
    tokens: HashMap<TokenId, Option<Arc<TokenRecord>>>,
    owners: HashMap<(OrganizationId, Principal), Option<Arc<OwnerRecord>>>,
    organizations: HashMap<OrganizationId, Option<Arc<OrganizationRecord>>>,
    sessions: HashMap<SessionId, Option<SessionRow>>,
    withdrawn: HashMap<(Uuid, Uuid), bool>,
}

impl Records for InMemory<'_> {
    async fn token(&mut self, id: TokenId) -> Result<Option<Arc<TokenRecord>>> {
        self.0.identities.token(&self.0.store, id).await
    }

    async fn owner(&mut self, organization: OrganizationId, owner: Principal) -> Result<Option<Arc<OwnerRecord>>> {
        self.0.identities.owner(&self.0.store, organization, owner).await
    }

    async fn organization(&mut self, id: OrganizationId) -> Result<Option<Arc<OrganizationRecord>>> {
        self.0.identities.organization(&self.0.store, id).await
    }

    async fn session(&mut self, id: SessionId, now: Timestamp) -> Result<Option<SessionRow>> {
        Ok(Box::pin(self.0.store.session_by_id(id, now)).await?)
    }

    async fn client_keys(&mut self, organization: OrganizationId, id: TokenId, now: Timestamp) -> Result<Vec<String>> {
        Ok(Box::pin(self.0.store.client_keys(organization, id, now)).await?)
    }

    /// The key existed when the signature was verified.
    async fn is_withdrawn(&mut self, jti: Uuid, _: Uuid) -> Result<bool> {
        Ok(self.0.revoked.contains_key(&jti))
    }
}

impl<'t> InTransaction<'t> {
    pub(crate) fn new(service: &Service, tx: &'t mut Tx) -> Self {
        let rows = tx.take_cached().unwrap_or_default();
        Self { service: service.clone(), tx, rows }
    }
}

/// Caches the rows for the next reader.
impl Drop for InTransaction<'_> {
    fn drop(&mut self) {
        self.tx.cache_value(std::mem::take(&mut self.rows));
    }
}

impl Records for InTransaction<'_> {
    async fn token(&mut self, id: TokenId) -> Result<Option<Arc<TokenRecord>>> {
        if let Some(known) = self.rows.tokens.get(&id) {
            return Ok(known.clone());
        }
        self.tx.lock_shared(LockedRow::Token(id)).await?;
        let stored = self.tx.committed_token(id).await?;
        let record = stored.map(|(token, secrets)| Arc::new(self.service.identities.token_record(&token, &secrets)));
        self.rows.tokens.insert(id, record.clone());
        Ok(record)
    }

    async fn owner(&mut self, organization: OrganizationId, owner: Principal) -> Result<Option<Arc<OwnerRecord>>> {
        if let Some(known) = self.rows.owners.get(&(organization, owner)) {
            return Ok(known.clone());
        }
        let record = match owner {
            Principal::User(id) => {
                self.tx.lock_shared(LockedRow::User(id)).await?;
                self.tx.lock_shared(LockedRow::Membership(organization, id)).await?;
                match (self.tx.membership(organization, id).await?, self.tx.user(id).await?) {
                    (Some(membership), Some(user)) => {
                        let assigned = self.tx.service_accounts_assigned_to(organization, id).await?;
                        Some(OwnerRecord::of_member(&membership, &user, assigned))
                    }
                    _ => None,
                }
            }
            Principal::ServiceAccount(id) => {
                self.tx.lock_shared(LockedRow::ServiceAccount(id)).await?;
                self.tx.service_account(organization, id).await?.map(OwnerRecord::of_service_account)
            }
        };
        let record = record.map(Arc::new);
        self.rows.owners.insert((organization, owner), record.clone());
        Ok(record)
    }

    async fn organization(&mut self, id: OrganizationId) -> Result<Option<Arc<OrganizationRecord>>> {
        if let Some(known) = self.rows.organizations.get(&id) {
            return Ok(known.clone());
        }
        self.tx.lock_shared(LockedRow::Organization(id)).await?;
        let record = match self.tx.organization(id).await? {
            Some(row) => {
                let catalogue = Arc::new(Catalogue::new(&self.tx.scopes(id).await?));
                Some(Arc::new(OrganizationRecord { row, catalogue }))
            }
            None => None,
        };
        self.rows.organizations.insert(id, record.clone());
        Ok(record)
    }

    async fn session(&mut self, id: SessionId, now: Timestamp) -> Result<Option<SessionRow>> {
        if let Some(known) = self.rows.sessions.get(&id) {
            return Ok(known.clone().filter(|session| session.expires_at > now));
        }
        self.tx.lock_shared(LockedRow::Session(id)).await?;
        let session = self.tx.session_by_id(id, now).await?;
        self.rows.sessions.insert(id, session.clone());
        Ok(session)
    }

    async fn client_keys(&mut self, organization: OrganizationId, id: TokenId, now: Timestamp) -> Result<Vec<String>> {
        Ok(self.tx.client_keys(organization, id, now).await?)
    }

    async fn is_withdrawn(&mut self, jti: Uuid, key: Uuid) -> Result<bool> {
        if let Some(known) = self.rows.withdrawn.get(&(jti, key)) {
            return Ok(*known);
        }
        self.tx.lock_shared(LockedRow::SigningKey(key)).await?;
        let signs = self.tx.signing_keys().await?.iter().any(|row| row.id.uuid() == key);
        let withdrawn = !signs || self.tx.is_access_token_revoked(jti).await?;
        self.rows.withdrawn.insert((jti, key), withdrawn);
        Ok(withdrawn)
    }
}
