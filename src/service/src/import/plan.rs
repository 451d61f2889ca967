//! The rows to insert, decided in the transaction before anything is written.

use std::collections::{HashMap, HashSet};

use mintkey_domain::{
    Email, EmailLookup, FieldCode, FieldErrors, ImportedKeyPattern, MAX_FIELD_ERRORS, MembershipStatus, OrganizationId,
    Principal, Role, ScopeId, ScopeName, ServiceAccountId, TokenId, UserId,
};
use mintkey_store::{ImportedHash, Membership, Scope, ServiceAccount, StoredHash, Token, TokenSecret, User};
use uuid::Uuid;

use super::{
    ImportCounts, LineError,
    line::AccountLine,
    prepared::{Prepared, PreparedToken},
    secret::Secret,
};
use crate::{Result, catalogue::Catalogue, change::Change, people::NewUser};

/// The most patterns of imported keys of an organization: each text that looks like a key is compared with all of them.
const MAX_PATTERNS: usize = 32;

/// A token with all its secrets, the newest first.
pub(super) struct NewTokenRows {
    pub(super) token: Token,
    pub(super) secrets: Vec<TokenSecret>,
    pub(super) client_keys: Vec<String>,
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
    scopes: Vec<Scope>,
    catalogue: Catalogue,
    /// Members by normalized address.
    users: HashMap<String, UserId>,
    accounts: HashMap<String, ServiceAccountId>,
    patterns: HashSet<ImportedKeyPattern>,
    /// The tokens of this import.
    ids: HashSet<TokenId>,
    /// The hashes and look-ups of this import.
    keys: HashSet<Vec<u8>>,
    errors: Vec<LineError>,
    rows: Rows,
    known: ImportCounts,
}

impl<'c, 't> Plan<'c, 't> {
    pub(super) async fn new(change: &'c mut Change<'t>, unknown_password: String) -> Result<Self> {
        let organization = change.organization();
        let scopes = change.tx.scopes(organization).await?;
        let accounts = change.tx.service_account_names(organization).await?.into_iter().collect();
        let patterns = change.tx.imported_key_patterns(organization).await?.into_iter().collect();
        Ok(Self {
            change,
            organization,
            unknown_password,
            catalogue: Catalogue::new(&scopes),
            scopes,
            users: HashMap::new(),
            accounts,
            patterns,
            ids: HashSet::new(),
            keys: HashSet::new(),
            errors: Vec::new(),
            rows: Rows::default(),
            known: ImportCounts::default(),
        })
    }

    /// The mistakes, the rows to insert, and what exists already.
    pub(super) fn finish(self) -> (Vec<LineError>, Rows, ImportCounts) {
        (self.errors, self.rows, self.known)
    }

    pub(super) async fn add(&mut self, line: usize, entry: Prepared) -> Result<()> {
        if self.errors.len() >= MAX_FIELD_ERRORS {
            return Ok(());
        }
        let mut errors = FieldErrors::new();
        match entry {
            Prepared::Scope { name, description, admin_only } => self.add_scope(name, description, admin_only),
            Prepared::Member { email, role, status, password_hash } => {
                self.add_member(email, role, status, password_hash).await?;
            }
            Prepared::ServiceAccount(account) => self.add_account(*account, &mut errors).await?,
            Prepared::Token(token) => self.add_token(*token, &mut errors).await?,
        }
        self.errors.extend(errors.iter().map(|error| LineError::new(line, error)));
        Ok(())
    }

    fn add_scope(&mut self, name: ScopeName, description: String, admin_only: bool) {
        if self.scopes.iter().any(|scope| scope.name == name) {
            self.known.scopes += 1;
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
        self.scopes.push(scope.clone());
        self.catalogue = Catalogue::new(&self.scopes);
        self.rows.scopes.push(scope);
    }

    async fn add_member(
        &mut self,
        email: Email,
        role: Role,
        status: MembershipStatus,
        password_hash: Option<String>,
    ) -> Result<()> {
        if self.find_member(email.as_str()).await?.is_some() {
            self.known.members += 1;
            return Ok(());
        }
        let existing = self.change.tx.user_by_email(&EmailLookup::from(&email)).await?;
        let password_hash = password_hash.unwrap_or_else(|| self.unknown_password.clone());
        let new = NewUser { email: email.clone(), password_hash, role };
        let (user, membership) = self.change.service.rows(self.organization, new);
        // Whoever has an account keeps its password.
        let id = existing.as_ref().map_or(user.id, |known| known.id);
        self.users.insert(email.normalized().to_owned(), id);
        let membership = Membership { user_id: id, status, ..membership };
        self.rows.members.push((existing.is_none().then_some(user), membership, email));
        Ok(())
    }

    async fn add_account(&mut self, line: AccountLine, errors: &mut FieldErrors) -> Result<()> {
        if self.accounts.contains_key(line.name.as_str()) {
            self.known.service_accounts += 1;
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
        self.rows.accounts.push(ServiceAccount {
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
        });
        Ok(())
    }

    async fn add_token(&mut self, token: PreparedToken, errors: &mut FieldErrors) -> Result<()> {
        let id = token.id(self.organization);
        if let Some((known, _)) = self.change.tx.committed_token(id).await? {
            if known.organization_id == self.organization {
                self.known.tokens += 1;
            } else {
                errors.push("id", FieldCode::Taken, "A token of another organization has this ID.");
            }
            return Ok(());
        }
        if !self.ids.insert(id) {
            errors.push("id", FieldCode::Duplicate, "An earlier line of this import is the same token.");
            return Ok(());
        }
        let PreparedToken { line, secrets, client_keys } = token;
        let owner = self.find_owner(&line.owner).await?;
        if owner.is_none() {
            errors.push("owner", FieldCode::UnknownOwner, NO_OWNER);
        }
        self.catalogue.check(&line.scopes, "scopes", errors);
        for secret in &secrets {
            if let StoredHash::Imported(hash) = &secret.hash {
                self.require_new(hash, errors).await?;
            }
            if let Some(pattern) = &secret.pattern {
                self.add_pattern(pattern, errors);
            }
        }
        let now = self.change.now;
        let key_hint = line.key_hint.or_else(|| secrets.first().map(Secret::hint)).unwrap_or_default();
        let count = secrets.len();
        let overlap = secrets.iter().skip(1).filter_map(|secret| secret.expires_at).max();
        let secrets = (0i64..).zip(secrets).map(|(age, secret)| TokenSecret {
            token_id: id,
            generation: i64::try_from(count).unwrap_or(i64::MAX) - age,
            hash: secret.hash,
            expires_at: secret.expires_at,
            created_at: secret.created_at.or(line.created_at).unwrap_or(now),
            last_used_at: None,
            last_used_ip: None,
            last_used_agent: None,
        });
        let secrets = secrets.collect();
        let Some(owner) = owner else { return Ok(()) };
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
            unreadable: Vec::new(),
        };
        self.rows.tokens.push(NewTokenRows { token, secrets, client_keys, external_id: line.external_id });
        Ok(())
    }

    /// Refuses a key that another token has: it could not be told whose it is.
    async fn require_new(&mut self, hash: &ImportedHash, errors: &mut FieldErrors) -> Result<()> {
        let lookup = hash.lookup.as_ref().map(|lookup| lookup.to_string().into_bytes());
        if lookup.is_some_and(|lookup| !self.keys.insert(lookup)) {
            errors.push("lookup", FieldCode::Duplicate, "An earlier key of this import has the same lookup.");
        }
        if !self.keys.insert(hash.hash.clone()) {
            errors.push("hash", FieldCode::Duplicate, "An earlier token of this import has the same key.");
        }
        if self.change.tx.token_of_imported_secret(hash).await?.is_some() {
            errors.push("hash", FieldCode::Duplicate, "Another token has the same key or the same lookup.");
        }
        Ok(())
    }

    fn add_pattern(&mut self, pattern: &ImportedKeyPattern, errors: &mut FieldErrors) {
        if self.patterns.contains(pattern) {
            return;
        }
        if self.patterns.len() >= MAX_PATTERNS {
            let message = format!("At most {MAX_PATTERNS} combinations of prefix, length and length of lookup.");
            errors.push("prefix", FieldCode::ExceedsMaximum, message);
            return;
        }
        self.patterns.insert(pattern.clone());
        self.rows.patterns.push(pattern.clone());
    }

    /// The owner with this address, name or ID.
    async fn find_owner(&mut self, text: &str) -> Result<Option<Principal>> {
        if let Some(user) = self.find_member(text).await? {
            return Ok(Some(Principal::User(user)));
        }
        if let Some(account) = self.accounts.get(text) {
            return Ok(Some(Principal::ServiceAccount(*account)));
        }
        let Ok(id) = Uuid::try_parse(text) else { return Ok(None) };
        let user = UserId::from_uuid(id);
        if self.change.tx.membership(self.organization, user).await?.is_some() {
            return Ok(Some(Principal::User(user)));
        }
        let account = ServiceAccountId::from_uuid(id);
        let found = self.change.tx.service_account(self.organization, account).await?;
        Ok(found.map(|_| Principal::ServiceAccount(account)))
    }

    /// The member with this address, of this import or before.
    async fn find_member(&mut self, email: &str) -> Result<Option<UserId>> {
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

const NO_OWNER: &str =
    "Expected the address of a member, or the name of a service account. Import it in an earlier line.";
