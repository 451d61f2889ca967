//! The rows to insert, decided in the transaction before anything is written.

use std::collections::{HashMap, HashSet};

use mintkey_domain::{
    Email, EmailLookup, FieldCode, FieldErrors, KeyForm, MembershipStatus, OrganizationId, Principal, Role, ScopeId,
    ScopeName, ServiceAccountId, Timestamp, TokenId, TokenKind, UserId,
};
use mintkey_store::{ImportedHash, Membership, Scope, ServiceAccount, StoredHash, Token, TokenSecret, User};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ImportCounts, LineError, MAX_ERRORS,
    line::{AccountLine, MemberLine, TokenLine},
    secret::Secret,
};
use crate::{
    NewScope, Result,
    catalogue::Catalogue,
    change::Change,
    client::parse_client_keys,
    people::{NewUser, check_email},
    scopes::{check_description, check_name},
};

/// The most forms of imported keys of an organization: each text that looks like a key is compared with all of them.
const MAX_FORMS: usize = 32;

/// A line without mistakes of its own.
pub(super) enum Prepared {
    Scope { name: ScopeName, description: String, admin_only: bool },
    Member { email: Email, role: Role, status: MembershipStatus, password_hash: Option<String> },
    ServiceAccount(Box<AccountLine>),
    Token(Box<PreparedToken>),
}

pub(super) struct PreparedToken {
    line: TokenLine,
    /// Newest first.
    secrets: Vec<(Secret, Option<Timestamp>, Option<Timestamp>)>,
    client_keys: Vec<String>,
}

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
    /// Users who have an account already have none here.
    pub(super) members: Vec<(Option<User>, Membership, Email)>,
    pub(super) accounts: Vec<ServiceAccount>,
    pub(super) tokens: Vec<NewTokenRows>,
    pub(super) forms: Vec<KeyForm>,
}

/// The state of the decision.
pub(super) struct Plan<'c, 't> {
    change: &'c mut Change<'t>,
    organization: OrganizationId,
    unknown_password: String,
    scopes: Vec<Scope>,
    catalogue: Catalogue,
    /// Members by normalized address.
    users: HashMap<String, UserId>,
    accounts: HashMap<String, ServiceAccountId>,
    forms: HashSet<KeyForm>,
    /// The tokens of this import.
    ids: HashSet<TokenId>,
    /// The hashes and look-ups of this import.
    keys: HashSet<Vec<u8>>,
    errors: Vec<LineError>,
    rows: Rows,
    known: ImportCounts,
}

impl Prepared {
    pub(super) fn scope(line: &NewScope) -> std::result::Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = check_name(&line.name, &mut errors);
        let description = check_description(&line.description, &mut errors);
        let (name, description) = errors.finish(name.zip(description))?;
        Ok(Self::Scope { name, description, admin_only: line.admin_only })
    }

    pub(super) fn member(line: MemberLine) -> std::result::Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = check_email(&line.email, &mut errors);
        if line.password_hash.as_deref().is_some_and(|hash| !crate::password::is_hash(hash)) {
            let message = "Expected an argon2id hash as Mintkey exports it: $argon2id$v=19$…";
            errors.push("password_hash", FieldCode::InvalidFormat, message);
        }
        let email = errors.finish(email)?;
        Ok(Self::Member { email, role: line.role, status: line.status, password_hash: line.password_hash })
    }

    pub(super) fn token(mut line: TokenLine) -> std::result::Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        if line.kind != TokenKind::ApiKey {
            errors.push("kind", FieldCode::InvalidFormat, "Only tokens of kind api_key can be imported.");
        }
        if line.secrets.is_empty() {
            errors.push("secrets", FieldCode::Required, "Give the hash of the key.");
        }
        let mut secrets = Vec::new();
        for secret in std::mem::take(&mut line.secrets) {
            let (ends, created) = (secret.expires_at, secret.created_at);
            match secret.check() {
                Ok(secret) => secrets.push((secret, ends, created)),
                Err(found) => errors.extend(found),
            }
        }
        let is_own = |secret: &Secret| matches!(secret.hash, StoredHash::Mintkey(_));
        if line.id.is_none() && secrets.iter().any(|(secret, ..)| is_own(secret)) {
            errors.push("id", FieldCode::Required, "A key of Mintkey's own contains the ID of its token.");
        }
        let is_found = |secret: &Secret| is_own(secret) || secret.form.is_some();
        if line.id.is_none() && secrets.iter().any(|(secret, ..)| !is_found(secret)) {
            let message = "Give the part of the key that identifies it, or the id that is its client ID.";
            errors.push("lookup", FieldCode::Required, message);
        }
        if line.external_id.as_ref().is_some_and(|id| id.is_empty() || id.len() > 200) {
            errors.push("external_id", FieldCode::InvalidFormat, "Expected 1 to 200 characters.");
        }
        let given: Vec<_> = std::mem::take(&mut line.client_keys).into_iter().map(|key| key.0).collect();
        let client_keys = parse_client_keys(&given, &mut errors);
        errors.into_result()?;
        Ok(Self::Token(Box::new(PreparedToken { line, secrets, client_keys })))
    }

    pub(super) fn has_fast_hash(&self) -> bool {
        matches!(self, Self::Token(token) if token.secrets.iter().any(|(secret, ..)| secret.is_fast()))
    }
}

impl<'c, 't> Plan<'c, 't> {
    pub(super) async fn new(change: &'c mut Change<'t>, unknown_password: String) -> Result<Self> {
        let organization = change.organization();
        let scopes = change.tx.scopes(organization).await?;
        let accounts = change.tx.service_account_names(organization).await?.into_iter().collect();
        let forms = change.tx.imported_key_forms(organization).await?.into_iter().collect();
        Ok(Self {
            change,
            organization,
            unknown_password,
            catalogue: Catalogue::new(&scopes),
            scopes,
            users: HashMap::new(),
            accounts,
            forms,
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
        if self.errors.len() >= MAX_ERRORS {
            return Ok(());
        }
        let mut errors = FieldErrors::new();
        match entry {
            Prepared::Scope { name, description, admin_only } => self.scope(name, description, admin_only),
            Prepared::Member { email, role, status, password_hash } => {
                self.member(email, role, status, password_hash).await?;
            }
            Prepared::ServiceAccount(account) => self.account(*account, &mut errors).await?,
            Prepared::Token(token) => self.token(*token, &mut errors).await?,
        }
        self.errors.extend(errors.iter().map(|error| LineError::new(line, error)));
        Ok(())
    }

    fn scope(&mut self, name: ScopeName, description: String, admin_only: bool) {
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

    async fn member(
        &mut self,
        email: Email,
        role: Role,
        status: MembershipStatus,
        password_hash: Option<String>,
    ) -> Result<()> {
        if self.user(email.as_str()).await?.is_some() {
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

    async fn account(&mut self, line: AccountLine, errors: &mut FieldErrors) -> Result<()> {
        if self.accounts.contains_key(line.name.as_str()) {
            self.known.service_accounts += 1;
            return Ok(());
        }
        if let Some(scopes) = &line.allowed_scopes {
            self.catalogue.check(scopes, "allowed_scopes", errors);
        }
        let mut members = Vec::new();
        for (index, email) in line.members.iter().enumerate() {
            match self.user(email).await? {
                Some(user) => members.push(user),
                None => errors.push_entry("members", index, FieldCode::UnknownMember, NO_MEMBER),
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
            created_by: Principal::ServiceAccount(id),
            created_at: now,
            updated_at: now,
        });
        Ok(())
    }

    async fn token(&mut self, token: PreparedToken, errors: &mut FieldErrors) -> Result<()> {
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
        let owner = self.owner(&line.owner).await?;
        if owner.is_none() {
            errors.push("owner", FieldCode::UnknownOwner, NO_OWNER);
        }
        self.catalogue.check(&line.scopes, "scopes", errors);
        for (secret, ..) in &secrets {
            if let StoredHash::Imported(hash) = &secret.hash {
                self.require_new(hash, errors).await?;
            }
            if let Some(form) = &secret.form
                && self.forms.len() < MAX_FORMS
            {
                if self.forms.insert(form.clone()) {
                    self.rows.forms.push(form.clone());
                }
            } else if let Some(form) = &secret.form
                && !self.forms.contains(form)
            {
                let message = "The keys of an organization have at most 32 combinations of prefix, length and lookup.";
                errors.push("prefix", FieldCode::TooLong, message);
            }
        }
        let now = self.change.now;
        let key_hint =
            line.key_hint.filter(|hint| hint.chars().count() <= MAX_HINT && !hint.chars().any(char::is_control));
        let key_hint = key_hint.or_else(|| secrets.first().map(|(secret, ..)| secret.hint())).unwrap_or_default();
        let count = secrets.len();
        let overlap = secrets.iter().skip(1).filter_map(|(_, ends, _)| *ends).max();
        let secrets = (0i64..).zip(secrets).map(|(age, (secret, ends, created))| TokenSecret {
            token_id: id,
            generation: i64::try_from(count).unwrap_or(i64::MAX) - age,
            hash: secret.hash,
            expires_at: ends,
            created_at: created.or(line.created_at).unwrap_or(now),
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
        const MESSAGE: &str = "Another token has this key, or the same lookup.";
        let lookup = hash.lookup.as_ref().map(|lookup| lookup.to_string().into_bytes());
        let is_new = self.keys.insert(hash.hash.clone()) && lookup.is_none_or(|lookup| self.keys.insert(lookup));
        if !is_new || self.change.tx.token_of_imported_secret(hash).await?.is_some() {
            errors.push("hash", FieldCode::Duplicate, MESSAGE);
        }
        Ok(())
    }

    /// The owner with this address, name or ID.
    async fn owner(&mut self, text: &str) -> Result<Option<Principal>> {
        if let Some(user) = self.user(text).await? {
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
    async fn user(&mut self, email: &str) -> Result<Option<UserId>> {
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

impl PreparedToken {
    /// Its ID: as given, or derived from what identifies it, so that importing it again finds it.
    fn id(&self, organization: OrganizationId) -> TokenId {
        if let Some(id) = self.line.id {
            return TokenId::from_uuid(id);
        }
        let mut digest = Sha256::new();
        digest.update(organization.uuid());
        match (&self.line.external_id, self.secrets.first().map(|(secret, ..)| &secret.hash)) {
            (Some(external), _) => digest.update(format!("external_id {external}")),
            (None, Some(StoredHash::Imported(ImportedHash { lookup: Some(lookup), .. }))) => {
                digest.update(format!("lookup {lookup}"));
            }
            (None, Some(StoredHash::Imported(imported))) => {
                digest.update([b"hash ", imported.hash.as_slice()].concat());
            }
            (None, Some(StoredHash::Mintkey(_)) | None) => {}
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        TokenId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
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

const MAX_HINT: usize = 64;
const NO_MEMBER: &str = "No member of this organization has this address. Import the member in an earlier line.";
const NO_OWNER: &str =
    "Expected the address of a member, or the name of a service account. Import it in an earlier line.";
