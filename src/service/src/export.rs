//! Export of tokens, and of what they refer to, as lines that can be imported. By the command line only.

use std::collections::VecDeque;

use base64::{Engine, engine::general_purpose::STANDARD};
use mintkey_domain::{
    AuditAction, ImportedAlgorithm, KeyLookup, MembershipStatus, OrganizationId, PrincipalType, Role, ScopeSet,
    ServiceAccountId, ServiceAccountStatus, Timestamp, TokenId, TokenKind, TokenSort, TokenSortField,
};
use mintkey_store::{
    ImportedHash, PageRequest, ServiceAccountFilter, ServiceAccountPage, StoreError, StoredHash, Token, TokenFilter,
    TokenSecret,
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Actor, Result, Service, audit::Details, identity_cache::OrganizationRecord, imported_keys::Pbkdf2,
    people::require_system,
};

/// Rows that are read together.
const PART: u32 = 500;

/// What is exported.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExportOptions {
    /// Leave out the organization, scopes, members and service accounts.
    pub tokens_only: bool,
    /// With the hashes of keys and passwords, which an import needs.
    pub with_hashes: bool,
}

/// The lines of an export. They are read on demand.
pub struct Export {
    service: Service,
    actor: Actor,
    options: ExportOptions,
    /// Lines that were read but not returned yet.
    read: VecDeque<String>,
    position: Position,
    /// The tokens that can't be read, and were left out.
    pub unreadable: Vec<TokenId>,
}

/// What is read next.
enum Position {
    ServiceAccounts(Option<ServiceAccountId>),
    Tokens(Option<String>),
    Nothing,
}

/// A line of an export.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Organization {
        id: OrganizationId,
        name: &'a str,
        audience: Option<&'a str>,
        /// In milliseconds, as `max_token_ttl`.
        default_token_ttl: Option<i64>,
        max_token_ttl: Option<i64>,
    },
    Scope {
        name: &'a str,
        description: &'a str,
        admin_only: bool,
    },
    Member {
        email: &'a str,
        role: Role,
        status: MembershipStatus,
        #[serde(skip_serializing_if = "Option::is_none")]
        password_hash: Option<String>,
    },
    ServiceAccount {
        name: &'a str,
        description: Option<&'a str>,
        role: Role,
        status: ServiceAccountStatus,
        allowed_scopes: Option<Vec<String>>,
        members: Vec<String>,
    },
    Token(Box<TokenLine<'a>>),
}

#[derive(Serialize)]
struct TokenLine<'a> {
    id: TokenId,
    owner: String,
    owner_type: PrincipalType,
    label: &'a str,
    description: Option<&'a str>,
    kind: TokenKind,
    scopes: Vec<String>,
    allowed_cidrs: Vec<String>,
    expires_at: Option<Timestamp>,
    created_at: Timestamp,
    rotated_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    invalidated_at: Option<Timestamp>,
    keep_access_tokens: bool,
    key_hint: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    client_keys: Vec<ClientKeyLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<Vec<SecretLine>>,
}

#[derive(Serialize)]
struct ClientKeyLine {
    jwk: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

#[derive(Default, Serialize)]
struct SecretLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<&'static str>,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iterations: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt_encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup_at: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl Service {
    /// The lines of the actor's organization, each a JSON object that [`import`](Self::import) reads. Writes an event
    /// first.
    ///
    /// # Errors
    /// `forbidden` for all actors but the command line.
    pub async fn export(&self, actor: &Actor, options: ExportOptions) -> Result<Export> {
        require_system(actor)?;
        let tenant = self.tenant(actor.organization).await?;
        let name = tenant.row.name.to_string();
        self.change(actor, AuditAction::OrganizationExport, actor.organization.uuid())?
            .run(move |change| {
                Box::pin(async move {
                    let content = if options.tokens_only { "tokens" } else { "everything" };
                    let details = Details::default().note("content", content).note("hashes", options.with_hashes);
                    Ok(change.done(&name, &details, ()))
                })
            })
            .await?;
        let mut export = Export {
            service: self.clone(),
            actor: actor.clone(),
            options,
            read: VecDeque::new(),
            position: if options.tokens_only { Position::Tokens(None) } else { Position::ServiceAccounts(None) },
            unreadable: Vec::new(),
        };
        if !options.tokens_only {
            export.read_organization(&tenant).await?;
        }
        Ok(export)
    }
}

impl Export {
    /// The next line; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<String>> {
        loop {
            if let Some(line) = self.read.pop_front() {
                return Ok(Some(line));
            }
            match std::mem::replace(&mut self.position, Position::Nothing) {
                Position::ServiceAccounts(after) => self.read_service_accounts(after).await?,
                Position::Tokens(after) => self.read_tokens(after).await?,
                Position::Nothing => return Ok(None),
            }
        }
    }

    fn push(&mut self, line: &Line<'_>) -> Result<()> {
        let line = serde_json::to_string(line).map_err(|_| crate::Error::Worker("a line can't be written"))?;
        self.read.push_back(line);
        Ok(())
    }

    async fn read_organization(&mut self, tenant: &OrganizationRecord) -> Result<()> {
        let (store, id) = (self.service.store.clone(), tenant.row.id);
        self.push(&Line::Organization {
            id,
            name: tenant.row.name.as_str(),
            audience: tenant.row.audience.as_deref(),
            default_token_ttl: tenant.row.default_token_ttl,
            max_token_ttl: tenant.row.max_token_ttl,
        })?;
        for scope in store.scopes(id).await?.iter().filter(|scope| !scope.built_in) {
            let (name, description) = (scope.name.as_str(), scope.description.as_str());
            self.push(&Line::Scope { name, description, admin_only: scope.admin_only })?;
        }
        for member in store.members(id).await? {
            let user = if self.options.with_hashes { store.user(member.membership.user_id).await? } else { None };
            self.push(&Line::Member {
                email: member.email.as_str(),
                role: member.membership.role,
                status: member.membership.status,
                password_hash: user.map(|user| user.password_hash),
            })?;
        }
        Ok(())
    }

    async fn read_service_accounts(&mut self, after: Option<ServiceAccountId>) -> Result<()> {
        let page = match after {
            None => ServiceAccountPage::Offset { skip: 0, limit: PART },
            Some(id) => ServiceAccountPage::After { id, limit: PART },
        };
        let (store, organization) = (self.service.store.clone(), self.actor.organization);
        let (accounts, more) = store.service_accounts(organization, &ServiceAccountFilter::default(), &page).await?;
        for account in accounts {
            let mut members = Vec::new();
            for user in &account.members {
                members.extend(store.member(organization, *user).await?.map(|member| member.email.to_string()));
            }
            self.push(&Line::ServiceAccount {
                name: account.name.as_str(),
                description: account.description.as_deref(),
                role: account.role,
                status: account.status,
                allowed_scopes: account.allowed_scopes.as_ref().map(ScopeSet::to_strings),
                members,
            })?;
        }
        self.position = more.map_or(Position::Tokens(None), |last| Position::ServiceAccounts(Some(last)));
        Ok(())
    }

    /// The tokens in the order of their creation.
    async fn read_tokens(&mut self, after: Option<String>) -> Result<()> {
        let now = self.service.environment.now();
        let page = match after {
            None => PageRequest::Number { page: 1, limit: PART },
            Some(cursor) => PageRequest::Cursor { cursor, limit: PART },
        };
        let sort = TokenSort { field: TokenSortField::CreatedAt, descending: false };
        let filter = TokenFilter::all(now);
        let found = self.service.store.tokens(self.actor.organization, &filter, sort, page).await?;
        for token in &found.tokens {
            match self.token_line(token, now).await? {
                Some(line) => self.push(&Line::Token(Box::new(line)))?,
                None => self.unreadable.push(token.id),
            }
        }
        self.position = found.next_cursor.map_or(Position::Nothing, |cursor| Position::Tokens(Some(cursor)));
        Ok(())
    }

    /// `None` if a part of the token can't be read.
    async fn token_line<'t>(&self, token: &'t Token, now: Timestamp) -> Result<Option<TokenLine<'t>>> {
        if !token.unreadable.is_empty() || token.allowed_cidrs.has_unreadable() {
            return Ok(None);
        }
        let (store, organization) = (&self.service.store, token.organization_id);
        let owner = self.service.identities.owner(store, organization, token.owner).await?;
        let secrets = if self.options.with_hashes {
            let Some(secrets) = self.read_secrets(token, now).await? else { return Ok(None) };
            Some(secrets)
        } else {
            None
        };
        let keys = match store.client_keys_with_ends(organization, token.id, now).await {
            Err(StoreError::Corrupt(_)) => return Ok(None),
            keys => keys?,
        };
        let keys = keys
            .into_iter()
            .map(|(jwk, expires_at)| serde_json::from_str(&jwk).map(|jwk| ClientKeyLine { jwk, expires_at }));
        let Ok(client_keys) = keys.collect() else { return Ok(None) };
        Ok(Some(TokenLine {
            id: token.id,
            owner: owner.map_or_else(|| token.owner.id().to_string(), |owner| owner.name.to_string()),
            owner_type: token.owner.kind(),
            label: token.label.as_str(),
            description: token.description.as_deref(),
            kind: token.kind,
            scopes: token.scopes.to_strings(),
            allowed_cidrs: token.allowed_cidrs.to_strings(),
            expires_at: token.expires_at,
            created_at: token.created_at,
            rotated_at: token.rotated_at,
            last_used_at: token.last_used_at,
            invalidated_at: token.invalidated_at,
            keep_access_tokens: token.keep_access_tokens,
            key_hint: &token.key_hint,
            client_keys,
            secrets,
        }))
    }

    /// The secrets that haven't expired; all of them if none works. `None` if one can't be read.
    async fn read_secrets(&self, token: &Token, now: Timestamp) -> Result<Option<Vec<SecretLine>>> {
        let store = &self.service.store;
        let mut secrets = store.token_secrets(token.organization_id, token.id).await?;
        let count = store.count_token_secrets(token.organization_id, token.id).await?;
        if secrets.is_empty() || i64::try_from(secrets.len()) != Ok(count) {
            return Ok(None);
        }
        let works = |secret: &TokenSecret| secret.expires_at.is_none_or(|end| end > now);
        if secrets.iter().any(works) {
            secrets.retain(works);
        }
        Ok(secrets.iter().map(secret).collect())
    }
}

/// `None` if the hash can't be read.
fn secret(secret: &TokenSecret) -> Option<SecretLine> {
    let line = match &secret.hash {
        StoredHash::Mintkey(hash) => SecretLine {
            algorithm: Some("mintkey"),
            hash: STANDARD.encode(hash),
            encoding: Some("base64"),
            ..SecretLine::default()
        },
        StoredHash::Imported(imported) => self::imported(imported)?,
    };
    Some(SecretLine { created_at: Some(secret.created_at), expires_at: secret.expires_at, ..line })
}

fn imported(imported: &ImportedHash) -> Option<SecretLine> {
    let text = || String::from_utf8_lossy(&imported.hash).into_owned();
    let line = SecretLine {
        prefix: Some(imported.prefix.clone()).filter(|prefix| !prefix.is_empty()),
        length: imported.length,
        lookup: imported.lookup.as_ref().map(|lookup| lookup.text().to_owned()),
        lookup_at: imported.lookup.as_ref().map(|lookup| match lookup {
            KeyLookup::Start(_) => "start",
            KeyLookup::End(_) => "end",
        }),
        ..SecretLine::default()
    };
    let digest = |algorithm, line| SecretLine {
        algorithm: Some(algorithm),
        hash: STANDARD.encode(&imported.hash),
        encoding: Some("base64"),
        ..line
    };
    Some(match imported.algorithm {
        ImportedAlgorithm::Sha256 => digest("sha256", line),
        ImportedAlgorithm::Sha512 => digest("sha512", line),
        ImportedAlgorithm::Bcrypt => SecretLine { hash: text(), ..line },
        ImportedAlgorithm::Pbkdf2 => {
            let hash = Pbkdf2::from_stored(&text())?;
            SecretLine {
                algorithm: Some(hash.digest.algorithm()),
                hash: STANDARD.encode(&hash.hash),
                encoding: Some("base64"),
                iterations: Some(hash.iterations.get()),
                salt: Some(STANDARD.encode(&hash.salt)),
                salt_encoding: Some("base64"),
                ..line
            }
        }
    })
}
