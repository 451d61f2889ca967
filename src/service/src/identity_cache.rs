//! In-memory cache of the records that authorization decisions need. Decisions themselves are never cached.
//!
//! A change overwrites its record after COMMIT and before it is acknowledged, so that the next check sees it. A record
//! that was read from the database is inserted only if there is none, and only if nothing was removed since the read
//! began, so that a slow read can't undo a newer change.

use std::{
    collections::HashSet,
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use dashmap::{DashMap, Entry};
use foldhash::fast::RandomState;
use mintkey_domain::{
    AddressRanges, ImportedAlgorithm, ImportedKeyPattern, OrganizationId, OwnerStatus, Principal, Role, ScopeSet,
    SecretHash, ServiceAccountId, Timestamp, TokenId, TokenStatus, UserId,
};
use mintkey_store::{Membership, ServiceAccount, Store, StoredHash, Token, TokenCertificate, TokenSecret, User};
use smallvec::SmallVec;

use crate::{Result, catalogue::Catalogue};

/// The fields of a token that authorization needs.
#[derive(Clone)]
pub(crate) struct TokenRecord {
    pub(crate) organization: OrganizationId,
    pub(crate) owner: Principal,
    /// Newest first. Most tokens have one, which is stored inline, because every check reads it.
    pub(crate) secrets: SmallVec<[SecretRecord; 1]>,
    pub(crate) scopes: Arc<ScopeSet>,
    pub(crate) allowed: AddressRanges,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) invalidated_at: Option<Timestamp>,
    pub(crate) keep_access_tokens: bool,
    /// Whether the whole row can be read. If not, authentication fails.
    pub(crate) readable: bool,
    /// Whether it has an imported secret whose hash wasn't replaced by SHA-256 yet. `secrets` doesn't have that one.
    pub(crate) has_hash_to_upgrade: bool,
}

/// One secret of a token.
#[derive(Clone)]
pub(crate) struct SecretRecord {
    pub(crate) generation: i64,
    pub(crate) source: SecretSource,
    pub(crate) hash: SecretHash,
    /// The certificate that was issued with it. Boxed, because few tokens have one.
    pub(crate) certificate: Option<Box<TokenCertificate>>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// What a secret is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// The random bytes of a secret that Mintkey made.
    Mintkey,
    /// The text of an imported key.
    Imported,
}

/// The fields of an owner that authorization needs: a user's membership, or a service account.
pub(crate) struct OwnerRecord {
    pub(crate) name: Box<str>,
    pub(crate) role: Role,
    /// The allowed scopes of a service account; `None` for all of its role.
    pub(crate) allowed: Option<Arc<ScopeSet>>,
    /// The service accounts that a member manages.
    pub(crate) assigned: Box<[ServiceAccountId]>,
    pub(crate) status: OwnerStatus,
    /// The generation of the membership or service account; sessions and access tokens carry it.
    pub(crate) generation: i64,
    /// The generation of a user's password; 0 for a service account.
    pub(crate) password_generation: i64,
}

/// The fields of an organization that authorization needs.
pub(crate) struct OrganizationRecord {
    pub(crate) row: mintkey_store::Organization,
    pub(crate) catalogue: Arc<Catalogue>,
}

/// The cache.
#[derive(Default)]
pub(crate) struct IdentityCache {
    tokens: DashMap<TokenId, Arc<TokenRecord>, RandomState>,
    owners: DashMap<(OrganizationId, Principal), Arc<OwnerRecord>, RandomState>,
    organizations: DashMap<OrganizationId, Arc<OrganizationRecord>, RandomState>,
    scope_sets: Mutex<ScopeSets>,
    /// The tokens of imported keys that were used, by SHA-256 of the key.
    imported: DashMap<[u8; 32], TokenId, RandomState>,
    imported_patterns: RwLock<Arc<[ImportedKeyPattern]>>,
    /// Incremented with every removal, so that reads that began earlier aren't cached.
    removals: AtomicU64,
}

/// Scope sets shared between records. Unused ones are dropped once they may take as much memory as the used ones, so
/// that repeated edits of a token can't exhaust memory.
struct ScopeSets {
    sets: HashSet<Arc<ScopeSet>>,
    bytes: usize,
    purge_at: usize,
}

impl Default for ScopeSets {
    fn default() -> Self {
        Self { sets: HashSet::new(), bytes: 0, purge_at: Self::SMALL }
    }
}

impl ScopeSets {
    /// The size in bytes below which unused sets are kept.
    const SMALL: usize = 8 * 1024 * 1024;

    fn intern(&mut self, set: &ScopeSet) -> Arc<ScopeSet> {
        if let Some(known) = self.sets.get(set) {
            return known.clone();
        }
        if self.bytes >= self.purge_at {
            self.purge();
        }
        let set = Arc::new(set.clone());
        self.bytes += heap_bytes(&set);
        self.sets.insert(set.clone());
        set
    }

    fn purge(&mut self) {
        self.sets.retain(|set| Arc::strong_count(set) > 1);
        self.bytes = self.sets.iter().map(|set| heap_bytes(set)).sum();
        self.purge_at = (2 * self.bytes).max(Self::SMALL);
    }
}

impl OwnerRecord {
    /// The record of an actor without a database record.
    pub(crate) fn of(name: &str, role: Role) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            role,
            allowed: None,
            assigned: Box::default(),
            status: OwnerStatus::Active,
            generation: 0,
            password_generation: 0,
        })
    }

    /// The record of a member, with the service accounts that they manage.
    pub(crate) fn of_member(membership: &Membership, user: &User, assigned: Vec<ServiceAccountId>) -> Self {
        Self {
            name: user.email.as_str().into(),
            role: membership.role,
            allowed: None,
            assigned: assigned.into(),
            status: membership.status.into(),
            generation: membership.generation,
            password_generation: user.password_generation,
        }
    }

    pub(crate) fn of_service_account(account: ServiceAccount) -> Self {
        Self {
            allowed: account.allowed_scopes.map(Arc::new),
            name: account.name.as_str().into(),
            role: account.role,
            assigned: Box::default(),
            status: account.status.into(),
            generation: account.generation,
            password_generation: 0,
        }
    }

    /// Whether the owner may use a scope: one of the catalogue, for its role, among its allowed scopes.
    pub(crate) fn may_use(&self, scope: &str, catalogue: &Catalogue) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.covers(scope))
            && catalogue.admin_only(scope).is_some_and(|admin_only| self.role.may_use_scope(scope, admin_only))
    }

    /// Whether the owner's credentials are accepted.
    pub(crate) fn is_active(&self) -> bool {
        self.status == OwnerStatus::Active
    }
}

impl SecretRecord {
    /// The record of a secret; `None` until its hash is SHA-256.
    fn of(secret: &TokenSecret) -> Option<Self> {
        let (source, hash) = match &secret.hash {
            StoredHash::Mintkey(hash) => (SecretSource::Mintkey, *hash),
            StoredHash::Imported(imported) if imported.algorithm == ImportedAlgorithm::Sha256 => {
                (SecretSource::Imported, imported.hash.as_slice().try_into().ok()?)
            }
            StoredHash::Imported(_) => return None,
        };
        let hash = SecretHash::from_bytes(hash);
        let certificate = secret.certificate.map(Box::new);
        Some(Self { generation: secret.generation, source, hash, certificate, expires_at: secret.expires_at })
    }
}

impl TokenRecord {
    pub(crate) fn status(&self, now: Timestamp) -> TokenStatus {
        TokenStatus::at(now, self.expires_at, self.invalidated_at)
    }
}

impl IdentityCache {
    /// Returns the token's record, reading it from the database if it isn't cached.
    pub(crate) async fn token(&self, store: &Store, id: TokenId) -> Result<Option<Arc<TokenRecord>>> {
        if let Some(known) = self.tokens.get(&id) {
            return Ok(Some(known.clone()));
        }
        Box::pin(self.read_token(store, id)).await
    }

    /// Boxed, so that checks that hit the cache don't carry the state of the queries.
    async fn read_token(&self, store: &Store, id: TokenId) -> Result<Option<Arc<TokenRecord>>> {
        let before = self.removals.load(Ordering::SeqCst);
        let Some(token) = store.token_any(id).await? else { return Ok(None) };
        let secrets = store.token_secrets(token.organization_id, id).await?;
        let record = self.token_record(&token, &secrets);
        Ok(Some(self.put_unless_removed(&self.tokens, id, record, before)))
    }

    /// Caches the record of a token after a committed change.
    pub(crate) fn insert_token(&self, token: &Token, secrets: &[TokenSecret]) {
        self.tokens.insert(token.id, Arc::new(self.token_record(token, secrets)));
    }

    /// Returns the owner's record, reading it from the database if it isn't cached.
    pub(crate) async fn owner(
        &self,
        store: &Store,
        organization: OrganizationId,
        owner: Principal,
    ) -> Result<Option<Arc<OwnerRecord>>> {
        if let Some(known) = self.owners.get(&(organization, owner)) {
            return Ok(Some(known.clone()));
        }
        Box::pin(self.read_owner(store, organization, owner)).await
    }

    async fn read_owner(
        &self,
        store: &Store,
        organization: OrganizationId,
        owner: Principal,
    ) -> Result<Option<Arc<OwnerRecord>>> {
        let before = self.removals.load(Ordering::SeqCst);
        let record = match owner {
            Principal::User(user) => member(store, organization, user).await?,
            Principal::ServiceAccount(id) => {
                store.service_account(organization, id).await?.map(OwnerRecord::of_service_account)
            }
        };
        // Only existing owners are cached.
        Ok(record.map(|record| self.put_unless_removed(&self.owners, (organization, owner), record, before)))
    }

    /// Invalidates a user's records in all organizations after a committed change.
    pub(crate) fn invalidate_user(&self, user: UserId) {
        self.removals.fetch_add(1, Ordering::SeqCst);
        self.owners.retain(|(_, owner), _| *owner != Principal::User(user));
    }

    /// Invalidates a service account after a committed change.
    pub(crate) fn invalidate_service_account(&self, organization: OrganizationId, id: ServiceAccountId) {
        self.removals.fetch_add(1, Ordering::SeqCst);
        self.owners.remove(&(organization, Principal::ServiceAccount(id)));
    }

    /// Invalidates tokens that were invalidated together. Reads that began earlier aren't cached, because they could
    /// restore a valid token.
    pub(crate) fn invalidate_tokens(&self, ids: &[TokenId]) {
        self.removals.fetch_add(1, Ordering::SeqCst);
        for id in ids {
            self.tokens.remove(id);
        }
    }

    /// Returns the organization's record, reading it from the database if it isn't cached.
    pub(crate) async fn organization(
        &self,
        store: &Store,
        id: OrganizationId,
    ) -> Result<Option<Arc<OrganizationRecord>>> {
        if let Some(known) = self.organizations.get(&id) {
            return Ok(Some(known.clone()));
        }
        Box::pin(self.read_organization(store, id)).await
    }

    async fn read_organization(&self, store: &Store, id: OrganizationId) -> Result<Option<Arc<OrganizationRecord>>> {
        let before = self.removals.load(Ordering::SeqCst);
        let Some(row) = store.organization(id).await? else { return Ok(None) };
        let catalogue = Arc::new(Catalogue::new(&store.scopes(id).await?));
        let record = OrganizationRecord { row, catalogue };
        Ok(Some(self.put_unless_removed(&self.organizations, id, record, before)))
    }

    /// Caches an organization after a committed change of its settings or catalogue.
    pub(crate) fn insert_organization(&self, row: mintkey_store::Organization, scopes: &[mintkey_store::Scope]) {
        let catalogue = Arc::new(Catalogue::new(scopes));
        self.organizations.insert(row.id, Arc::new(OrganizationRecord { row, catalogue }));
    }

    /// Invalidates owners and organizations after another process changed any.
    pub(crate) fn invalidate_identities(&self) {
        self.removals.fetch_add(1, Ordering::SeqCst);
        self.owners.clear();
        self.organizations.clear();
        self.imported.clear();
    }

    /// Invalidates all records after another process wrote to the database.
    pub(crate) fn invalidate_all(&self) {
        self.invalidate_identities();
        self.tokens.clear();
    }

    /// The token's record, if it is cached.
    pub(crate) fn cached_token(&self, id: TokenId) -> Option<Arc<TokenRecord>> {
        self.tokens.get(&id).map(|record| record.clone())
    }

    /// The token of an imported key that was used before, by SHA-256 of its text.
    pub(crate) fn imported_token(&self, sha256: &[u8; 32]) -> Option<TokenId> {
        self.imported.get(sha256).map(|id| *id)
    }

    /// How much was removed so far, for [`insert_imported`](Self::insert_imported).
    pub(crate) fn removals(&self) -> u64 {
        self.removals.load(Ordering::SeqCst)
    }

    /// Caches the token of an imported key, unless something was removed since the read began.
    pub(crate) fn insert_imported(&self, sha256: [u8; 32], id: TokenId, before: u64) {
        // Checked under the entry's lock, because a removal is counted before the map is cleared.
        if let Entry::Vacant(free) = self.imported.entry(sha256)
            && self.removals() == before
        {
            free.insert(id);
        }
    }

    /// What imported keys look like.
    pub(crate) fn imported_patterns(&self) -> Arc<[ImportedKeyPattern]> {
        self.imported_patterns.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add_imported_patterns(&self, mut patterns: Vec<ImportedKeyPattern>) {
        let mut known = self.imported_patterns.write().unwrap_or_else(PoisonError::into_inner);
        patterns.retain(|pattern| !known.contains(pattern));
        *known = known.iter().cloned().chain(patterns).collect();
    }

    pub(crate) fn set_imported_patterns(&self, patterns: Vec<ImportedKeyPattern>) {
        *self.imported_patterns.write().unwrap_or_else(PoisonError::into_inner) = patterns.into();
    }

    /// The names of the cached organizations; all are cached at the start.
    pub(crate) fn organization_names(&self) -> Vec<String> {
        self.organizations.iter().map(|entry| entry.row.name.to_string()).collect()
    }

    /// Returns the shared copy of a set: a million tokens use a handful of different sets.
    pub(crate) fn intern(&self, set: &ScopeSet) -> Arc<ScopeSet> {
        self.lock_scope_sets().intern(set)
    }

    /// Drops the unused scope sets.
    pub(crate) fn purge(&self) {
        self.lock_scope_sets().purge();
    }

    fn lock_scope_sets(&self) -> MutexGuard<'_, ScopeSets> {
        self.scope_sets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_unless_removed<K: Eq + Hash, V>(
        &self,
        map: &DashMap<K, Arc<V>, RandomState>,
        key: K,
        record: V,
        before: u64,
    ) -> Arc<V> {
        match map.entry(key) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(_) if self.removals.load(Ordering::SeqCst) != before => Arc::new(record),
            Entry::Vacant(free) => free.insert(Arc::new(record)).clone(),
        }
    }

    /// The cached record of a token's rows.
    pub(crate) fn token_record(&self, token: &Token, secrets: &[TokenSecret]) -> TokenRecord {
        TokenRecord {
            organization: token.organization_id,
            owner: token.owner,
            secrets: secrets.iter().filter_map(SecretRecord::of).collect(),
            has_hash_to_upgrade: secrets.iter().any(|secret| SecretRecord::of(secret).is_none()),
            readable: token.unreadable.is_empty(),
            scopes: self.intern(&token.scopes),
            allowed: token.allowed_cidrs.clone(),
            expires_at: token.expires_at,
            invalidated_at: token.invalidated_at,
            keep_access_tokens: token.keep_access_tokens,
        }
    }
}

async fn member(store: &Store, organization: OrganizationId, id: UserId) -> Result<Option<OwnerRecord>> {
    let Some(membership) = store.membership(organization, id).await? else { return Ok(None) };
    let Some(user) = store.user(id).await? else { return Ok(None) };
    let assigned = store.service_accounts_assigned_to(organization, id).await?;
    Ok(Some(OwnerRecord::of_member(&membership, &user, assigned)))
}

/// The approximate memory of a set.
pub(crate) fn heap_bytes(set: &ScopeSet) -> usize {
    set.iter().map(|grant| size_of_val(grant) + grant.as_str().len()).sum()
}

#[cfg(test)]
mod tests {
    use mintkey_domain::Grant;

    use super::*;

    #[test]
    fn sets_that_no_record_has_take_a_bounded_number_of_bytes() {
        let memory = IdentityCache::default();
        let set = |n: usize| {
            let grants = (0..1000).map(|k| Grant::parse(&format!("{n}.{k:0>120}")).unwrap());
            ScopeSet::new(grants.collect())
        };
        let kept = memory.intern(&set(0));
        for n in 1..200 {
            drop(memory.intern(&set(n)));
        }
        let bytes = memory.lock_scope_sets().bytes;
        assert!(bytes <= ScopeSets::SMALL + heap_bytes(&kept), "{bytes}");
        assert!(Arc::ptr_eq(&kept, &memory.intern(&set(0))), "what a record has stays");
    }
}
