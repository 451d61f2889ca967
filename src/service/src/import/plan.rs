//! The rows to insert, decided in the transaction before anything is written.

mod owners;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use mintkey_domain::{
    Email, EmailLookup, FieldCode, FieldErrors, ImportedKeyPattern, MAX_FIELD_ERRORS, MembershipStatus, OrganizationId,
    Principal, Role, ScopeId, ScopeName, ServiceAccountId, Timestamp, TokenId, UserId,
};
use mintkey_store::{Membership, Scope, ServiceAccount, Token, TokenSecret, User};

use super::{
    ImportCounts, LineError,
    line::{AccountLine, TokenLine},
    prepared::{Prepared, PreparedToken},
    secret::Secret,
};
use crate::{Result, catalogue::Catalogue, change::Change, identity_cache::OwnerRecord, people::NewUser};

/// The most patterns of imported keys of an organization: each text that looks like a key is compared with all of them.
const MAX_PATTERNS: usize = 32;

/// A token with all its secrets, the newest first.
pub(super) struct NewTokenRows {
    pub(super) token: Token,
    pub(super) secrets: Vec<TokenSecret>,
    pub(super) client_keys: Vec<(String, Option<Timestamp>)>,
    /// Those of its imported keys.
    pub(super) fingerprints: Vec<[u8; 32]>,
    pub(super) external_id: Option<String>,
}

/// What is inserted.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) scopes: Vec<Scope>,
    /// The user is `None` if they already have an account.
    pub(super) members: Vec<(Option<User>, Membership, Email)>,
    pub(super) accounts: Vec<ServiceAccount>,
    pub(super) tokens: Vec<NewTokenRows>,
    pub(super) patterns: Vec<ImportedKeyPattern>,
}

/// Collects rows and errors.
pub(super) struct Plan<'c, 't> {
    change: &'c mut Change<'t>,
    organization: OrganizationId,
    unknown_password: String,
    /// With the scopes of this import.
    catalogue: Catalogue,
    /// The owners that were looked at, and those of this import.
    owners: HashMap<Principal, Arc<OwnerRecord>>,
    /// Members by normalized address.
    users: HashMap<String, UserId>,
    accounts: HashMap<String, ServiceAccountId>,
    patterns: HashSet<ImportedKeyPattern>,
    /// The tokens of this import.
    ids: HashSet<TokenId>,
    /// The fingerprints of the keys of this import.
    keys: HashSet<[u8; 32]>,
    restore_deleted: bool,
    planned: Planned,
}

/// The decision.
#[derive(Default)]
pub(super) struct Planned {
    /// Mistakes. With any, nothing is written.
    pub(super) errors: Vec<LineError>,
    /// What is imported, but allows less than it seems to.
    pub(super) warnings: Vec<LineError>,
    pub(super) rows: Rows,
    /// What exists already.
    pub(super) known: ImportCounts,
    /// How many tokens were imported before and deleted here.
    pub(super) deleted: usize,
}

/// Whether a token is new here.
enum Earlier {
    New,
    Known,
    Deleted,
    /// The mistake is among the errors.
    Refused,
}

impl<'c, 't> Plan<'c, 't> {
    pub(super) async fn new(
        change: &'c mut Change<'t>,
        unknown_password: String,
        restore_deleted: bool,
    ) -> Result<Self> {
        let organization = change.organization();
        let catalogue = Catalogue::new(&change.tx.scopes(organization).await?);
        let accounts = change.tx.service_account_names(organization).await?.into_iter().collect();
        let patterns = change.tx.imported_key_patterns(organization).await?.into_iter().collect();
        Ok(Self {
            change,
            organization,
            unknown_password,
            catalogue,
            owners: HashMap::new(),
            users: HashMap::new(),
            accounts,
            patterns,
            ids: HashSet::new(),
            keys: HashSet::new(),
            restore_deleted,
            planned: Planned::default(),
        })
    }

    pub(super) fn finish(self) -> Planned {
        self.planned
    }

    pub(super) async fn add(&mut self, line: usize, entry: Prepared) -> Result<()> {
        if self.planned.errors.len() >= MAX_FIELD_ERRORS {
            return Ok(());
        }
        let mut errors = FieldErrors::new();
        match entry {
            Prepared::Scope { name, description, admin_only } => self.add_scope(name, description, admin_only),
            Prepared::Member { email, role, status, password_hash } => {
                self.add_member(email, role, status, password_hash).await?;
            }
            Prepared::ServiceAccount(account) => self.add_account(*account, &mut errors).await?,
            Prepared::Token(token) => self.add_token(line, *token, &mut errors).await?,
        }
        self.planned.errors.extend(errors.iter().map(|error| LineError::new(line, error)));
        Ok(())
    }

    fn add_scope(&mut self, name: ScopeName, description: String, admin_only: bool) {
        if self.catalogue.admin_only(name.as_str()).is_some() {
            self.planned.known.scopes += 1;
            return;
        }
        let now = self.change.now;
        let scope = Scope {
            id: ScopeId::new(now, self.change.service.environment.random()),
            organization_id: self.organization,
            name,
            description,
            admin_only,
            built_in: false,
            created_at: now,
            updated_at: now,
        };
        self.catalogue.insert(&scope);
        self.planned.rows.scopes.push(scope);
    }

    async fn add_member(
        &mut self,
        email: Email,
        role: Role,
        status: MembershipStatus,
        password_hash: Option<String>,
    ) -> Result<()> {
        let existing = self.change.tx.user_by_email(&EmailLookup::from(&email)).await?;
        let is_member = match &existing {
            Some(user) => self.change.tx.membership(self.organization, user.id).await?.is_some(),
            None => false,
        };
        if is_member || self.users.contains_key(email.normalized()) {
            self.planned.known.members += 1;
            return Ok(());
        }
        let password_hash = password_hash.unwrap_or_else(|| self.unknown_password.clone());
        let new = NewUser { email: email.clone(), password_hash, role };
        let (user, membership) = self.change.service.rows(self.organization, new);
        // A user who has an account keeps the password.
        let is_new = existing.is_none();
        let user = existing.unwrap_or(user);
        let membership = Membership { user_id: user.id, status, ..membership };
        self.users.insert(email.normalized().to_owned(), user.id);
        let record = OwnerRecord::of_member(&membership, &user, Vec::new());
        self.owners.insert(Principal::User(user.id), Arc::new(record));
        self.planned.rows.members.push((is_new.then_some(user), membership, email));
        Ok(())
    }

    async fn add_account(&mut self, line: AccountLine, errors: &mut FieldErrors) -> Result<()> {
        if self.accounts.contains_key(line.name.as_str()) {
            self.planned.known.service_accounts += 1;
            return Ok(());
        }
        if let Some(scopes) = &line.allowed_scopes {
            self.catalogue.check(scopes, "allowed_scopes", errors);
        }
        let mut members = Vec::new();
        for (index, email) in line.members.iter().enumerate() {
            if let Some(user) = self.find_member(email).await? {
                members.push(user);
            } else {
                let number = index + 1;
                let message = format!("Number {number} is no member of this organization, nor in an earlier line.");
                errors.push_entry("members", index, FieldCode::UnknownMember, message);
            }
        }
        members.sort_unstable();
        members.dedup();
        let now = self.change.now;
        let id = ServiceAccountId::new(now, self.change.service.environment.random());
        self.accounts.insert(line.name.to_string(), id);
        let account = ServiceAccount {
            id,
            organization_id: self.organization,
            name: line.name,
            description: line.description,
            role: line.role,
            status: line.status,
            allowed_scopes: line.allowed_scopes,
            members,
            generation: 1,
            // As for an account that the command line creates.
            created_by: Principal::ServiceAccount(id),
            created_at: now,
            updated_at: now,
        };
        let record = OwnerRecord::of_service_account(account.clone());
        self.owners.insert(Principal::ServiceAccount(id), Arc::new(record));
        self.planned.rows.accounts.push(account);
        Ok(())
    }

    async fn add_token(&mut self, number: usize, token: PreparedToken, errors: &mut FieldErrors) -> Result<()> {
        let id = token.id(self.organization);
        let fingerprints: Vec<_> = token.secrets.iter().filter_map(Secret::fingerprint).collect();
        match self.find_earlier(id, &fingerprints, errors).await? {
            Earlier::New => {}
            Earlier::Known => {
                self.planned.known.tokens += 1;
                return Ok(());
            }
            Earlier::Deleted => {
                self.planned.deleted += 1;
                return Ok(());
            }
            Earlier::Refused => return Ok(()),
        }
        let PreparedToken { line, secrets, client_keys } = token;
        let owner = self.find_owner(&line.owner, line.owner_type.as_deref(), errors).await?;
        self.catalogue.check(&line.scopes, "scopes", errors);
        for pattern in secrets.iter().filter_map(Secret::pattern) {
            self.add_pattern(pattern, errors);
        }
        self.require_past(&line, &secrets, errors);
        let now = self.change.now;
        let key_hint = line.key_hint.or_else(|| secrets.first().map(|secret| secret.hint.clone())).unwrap_or_default();
        let count = secrets.len();
        let overlap = secrets.iter().skip(1).filter_map(|secret| secret.expires_at).max();
        let secrets = (0i64..).zip(secrets).map(|(age, secret)| TokenSecret {
            token_id: id,
            generation: i64::try_from(count).unwrap_or(i64::MAX) - age,
            hash: secret.hash,
            certificate: None,
            expires_at: secret.expires_at,
            created_at: secret.created_at.or(line.created_at).unwrap_or(now),
            last_used_at: None,
            last_used_ip: None,
            last_used_agent: None,
        });
        let secrets = secrets.collect();
        let Some(owner) = owner else { return Ok(()) };
        self.warn_of_limits(number, owner, &line.scopes).await?;
        let token = Token {
            id,
            organization_id: self.organization,
            owner,
            label: line.label,
            description: line.description,
            kind: line.kind,
            scopes: line.scopes,
            allowed_cidrs: line.allowed_cidrs,
            created_at: line.created_at.unwrap_or(now),
            updated_at: now,
            created_by: owner,
            expires_at: line.expires_at.0,
            invalidated_at: line.invalidated_at,
            keep_access_tokens: line.keep_access_tokens,
            rotated_at: line.rotated_at,
            rotated_by: None,
            previous_secret_expires_at: overlap,
            last_used_at: line.last_used_at,
            last_used_ip: None,
            key_hint,
            certificate: None,
            kubeconfig: None,
            unreadable: Vec::new(),
        };
        self.planned.rows.tokens.push(NewTokenRows {
            token,
            secrets,
            client_keys,
            fingerprints,
            external_id: line.external_id,
        });
        Ok(())
    }

    /// Finds out whether a token, or its key, was imported before.
    async fn find_earlier(
        &mut self,
        id: TokenId,
        fingerprints: &[[u8; 32]],
        errors: &mut FieldErrors,
    ) -> Result<Earlier> {
        let mut refuse = |field: &'static str, code, message: &'static str| {
            errors.push(field, code, message);
            Ok(Earlier::Refused)
        };
        let stored = self.change.tx.committed_token(id).await?;
        let mut was_imported = false;
        for fingerprint in fingerprints {
            if !self.keys.insert(*fingerprint) {
                let message = "An earlier line of this import has the same key, or the same lookup.";
                return refuse("hash", FieldCode::Duplicate, message);
            }
            let Some(owner) = self.change.tx.token_of_imported_key(fingerprint).await? else { continue };
            was_imported |= owner == id;
            if owner != id && self.change.tx.committed_token(owner).await?.is_some() {
                let message = "Another token has this key, or the same lookup, or had it before its rotation.";
                return refuse("hash", FieldCode::Duplicate, message);
            }
            if owner != id && !self.restore_deleted {
                return Ok(Earlier::Deleted);
            }
        }
        match stored {
            Some((token, _)) if token.organization_id != self.organization => {
                refuse("id", FieldCode::Taken, "A token of another organization has this ID.")
            }
            Some(_) if !fingerprints.is_empty() && !was_imported => {
                let message = "The token with this ID has another key. Give each token its own external_id or id.";
                refuse("external_id", FieldCode::Duplicate, message)
            }
            Some(_) => Ok(Earlier::Known),
            None if was_imported && !self.restore_deleted => Ok(Earlier::Deleted),
            None if !self.ids.insert(id) => {
                refuse("id", FieldCode::Duplicate, "An earlier line of this import is the same token.")
            }
            None => Ok(Earlier::New),
        }
    }

    /// Refuses times that haven't come yet.
    fn require_past(&self, line: &TokenLine, secrets: &[Secret], errors: &mut FieldErrors) {
        let times = [
            ("created_at", line.created_at),
            ("rotated_at", line.rotated_at),
            ("last_used_at", line.last_used_at),
            ("invalidated_at", line.invalidated_at),
        ];
        let created = secrets.iter().map(|secret| ("created_at", secret.created_at));
        for (field, time) in times.into_iter().chain(created) {
            if time.is_some_and(|time| time > self.change.now) {
                errors.push(field, FieldCode::ExceedsMaximum, "This time hasn't come yet.");
            }
        }
    }

    fn add_pattern(&mut self, pattern: ImportedKeyPattern, errors: &mut FieldErrors) {
        if self.patterns.contains(&pattern) {
            return;
        }
        if self.patterns.len() >= MAX_PATTERNS {
            let message = format!("At most {MAX_PATTERNS} combinations of prefix, length and length of lookup.");
            errors.push("prefix", FieldCode::ExceedsMaximum, message);
            return;
        }
        self.patterns.insert(pattern.clone());
        self.planned.rows.patterns.push(pattern);
    }
}

impl Rows {
    pub(super) fn counts(&self) -> ImportCounts {
        ImportCounts {
            scopes: self.scopes.len(),
            members: self.members.len(),
            service_accounts: self.accounts.len(),
            tokens: self.tokens.len(),
        }
    }
}
