//! Lines whose own fields are right. What they refer to is checked in the transaction.

use mintkey_domain::{
    Email, FieldCode, FieldErrors, MembershipStatus, OrganizationId, Role, ScopeName, Timestamp, TokenId, TokenKind,
};
use sha2::{Digest, Sha256};

use super::{
    line::{AccountLine, MemberLine, TokenLine},
    secret::Secret,
};
use crate::{
    NewScope,
    client::parse_client_keys,
    password,
    people::check_email,
    scopes::{check_description, check_name},
};

/// The longest hint of a key, in characters.
const MAX_HINT: usize = 64;
/// The longest ID of another system, in bytes.
const MAX_EXTERNAL_ID: usize = 200;

/// A line without mistakes of its own.
pub(super) enum Prepared {
    Scope { name: ScopeName, description: String, admin_only: bool },
    Member { email: Email, role: Role, status: MembershipStatus, password_hash: Option<String> },
    ServiceAccount(Box<AccountLine>),
    Token(Box<PreparedToken>),
}

pub(super) struct PreparedToken {
    /// Its secrets and client keys are moved out of it.
    pub(super) line: TokenLine,
    /// Newest first.
    pub(super) secrets: Vec<Secret>,
    pub(super) client_keys: Vec<(String, Option<Timestamp>)>,
}

impl Prepared {
    pub(super) fn scope(line: &NewScope) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = check_name(&line.name, &mut errors);
        let description = check_description(&line.description, &mut errors);
        let (name, description) = errors.finish(name.zip(description))?;
        Ok(Self::Scope { name, description, admin_only: line.admin_only })
    }

    pub(super) fn member(line: MemberLine) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = check_email(&line.email, &mut errors);
        if line.password_hash.as_deref().is_some_and(|hash| !password::is_hash(hash)) {
            let message = "Expected an argon2id hash as Mintkey exports it: $argon2id$v=19$…";
            errors.push("password_hash", FieldCode::InvalidFormat, message);
        }
        let email = errors.finish(email)?;
        Ok(Self::Member { email, role: line.role, status: line.status, password_hash: line.password_hash })
    }

    pub(super) fn token(mut line: TokenLine) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        if line.kind == TokenKind::Kubeconfig {
            errors.push(
                "kind",
                FieldCode::InvalidFormat,
                "Tokens of kind kubeconfig can't be imported: their cluster isn't.",
            );
        }
        if line.id.is_some_and(|id| id.is_nil()) {
            errors.push("id", FieldCode::InvalidFormat, "Expected a UUID other than the nil UUID.");
        }
        if !matches!(line.owner_type.as_deref(), None | Some("user" | "service_account")) {
            errors.push("owner_type", FieldCode::InvalidFormat, "Expected user or service_account.");
        }
        if line.secrets.is_empty() {
            errors.push("secrets", FieldCode::Required, "Give the hash of the key.");
        }
        let mut secrets = Vec::new();
        for secret in std::mem::take(&mut line.secrets) {
            match secret.check() {
                Ok(secret) => secrets.push(secret),
                Err(found) => errors.extend(found),
            }
        }
        if line.id.is_none() && secrets.iter().any(Secret::is_own) {
            errors.push("id", FieldCode::Required, "A key of Mintkey's own contains the ID of its token.");
        }
        if line.id.is_none() && secrets.iter().any(|secret| !secret.is_own() && secret.pattern().is_none()) {
            let message = "Give the part of the key that identifies it, or the id that is its client ID.";
            errors.push("lookup", FieldCode::Required, message);
        }
        if secrets.iter().skip(1).any(|secret| secret.expires_at.is_none()) {
            let message = "The newest secret is first. Each other one needs the end of its overlap.";
            errors.push("expires_at", FieldCode::Required, message);
        }
        let is_id = |id: &String| (1..=MAX_EXTERNAL_ID).contains(&id.len()) && !id.chars().any(char::is_control);
        if !line.external_id.as_ref().is_none_or(is_id) {
            let message = format!("Expected 1 to {MAX_EXTERNAL_ID} bytes without control characters.");
            errors.push("external_id", FieldCode::InvalidFormat, message);
        }
        let is_hint = |hint: &String| hint.chars().count() <= MAX_HINT && !hint.chars().any(char::is_control);
        if !line.key_hint.as_ref().is_none_or(is_hint) {
            errors.push("key_hint", FieldCode::InvalidFormat, format!("Expected at most {MAX_HINT} characters."));
        }
        let given = std::mem::take(&mut line.client_keys).into_iter().map(|key| (key.jwk, key.expires_at));
        let (jwks, ends): (Vec<_>, Vec<_>) = given.unzip();
        let client_keys = parse_client_keys(&jwks, "client_keys", &mut errors).into_iter().zip(ends).collect();
        errors.into_result()?;
        Ok(Self::Token(Box::new(PreparedToken { line, secrets, client_keys })))
    }

    pub(super) fn has_fast_hash(&self) -> bool {
        matches!(self, Self::Token(token) if token.secrets.iter().any(Secret::is_fast))
    }
}

impl PreparedToken {
    /// Its ID: as given, or derived from what identifies it, so that importing it again finds it.
    pub(super) fn id(&self, organization: OrganizationId) -> TokenId {
        if let Some(id) = self.line.id {
            return TokenId::from_uuid(id);
        }
        let mut digest = Sha256::new();
        digest.update(organization.uuid());
        match (&self.line.external_id, self.secrets.first().and_then(Secret::fingerprint)) {
            (Some(external), _) => digest.update(external),
            (None, Some(fingerprint)) => digest.update(fingerprint),
            (None, None) => {}
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        TokenId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}
