//! Inserts new tokens with one statement per table.

use std::collections::BTreeSet;

use mintkey_domain::{OrganizationId, Principal, Timestamp, TokenId};

use super::{
    SCOPES_COLUMN, Token, TokenSecret,
    cursor::{expires_key, last_used_key},
    kubeconfig,
    words::words,
};
use crate::{
    StoreError,
    sql::{Runner, Value, insert_rows, sql, values},
};

/// Inserts tokens with their secrets, scopes, address ranges, kubeconfigs and search words.
pub(crate) async fn insert(on: &mut impl Runner, tokens: &[(Token, TokenSecret)]) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(tokens.len() * TOKEN_COLUMNS);
    for (token, _) in tokens {
        push_token(&mut rows, token);
    }
    insert_rows(on, TOKENS, TOKEN_COLUMNS, rows, "").await?;
    insert_secrets(on, tokens).await?;
    let tokens: Vec<&Token> = tokens.iter().map(|(token, _)| token).collect();
    insert_scopes(on, &tokens).await?;
    insert_cidrs(on, &tokens).await?;
    kubeconfig::insert(on, &tokens).await?;
    insert_words_of(on, &tokens).await
}

/// Inserts the search words of a token that has none.
pub(crate) async fn insert_words(
    on: &mut impl Runner,
    token: TokenId,
    organization: OrganizationId,
    updated_at: Timestamp,
    words: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for word in words {
        values!(rows; token, word, organization, updated_at);
    }
    insert_rows(on, WORDS, 4, rows, "").await.map(|_| ())
}

/// Adds a secret to an existing token.
pub(super) async fn insert_secret(on: &mut impl Runner, token: &Token, secret: &TokenSecret) -> Result<(), StoreError> {
    let mut row = Vec::with_capacity(SECRET_COLUMNS);
    push_secret(&mut row, token, secret);
    insert_rows(on, SECRETS, SECRET_COLUMNS, row, "").await.map(|_| ())
}

/// Adds a secret to each of these existing tokens.
pub(super) async fn insert_secrets(on: &mut impl Runner, tokens: &[(Token, TokenSecret)]) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(tokens.len() * SECRET_COLUMNS);
    for (token, secret) in tokens {
        push_secret(&mut rows, token, secret);
    }
    insert_rows(on, SECRETS, SECRET_COLUMNS, rows, "").await.map(|_| ())
}

/// Rewrites the scopes, address ranges and words that differ. Unreadable values stay until they are replaced.
pub(super) async fn replace_parts(on: &mut impl Runner, before: &Token, after: &Token) -> Result<(), StoreError> {
    let delete = |text| sql(text).bind(after.id);
    let unreadable = |token: &Token| token.unreadable.contains(&SCOPES_COLUMN);
    if before.scopes != after.scopes || unreadable(before) != unreadable(after) {
        delete("DELETE FROM token_scopes WHERE token_id = $1").execute(on).await?;
        insert_scopes(on, &[after]).await?;
    }
    if before.allowed_cidrs != after.allowed_cidrs {
        delete("DELETE FROM token_cidrs WHERE token_id = $1").execute(on).await?;
        insert_cidrs(on, &[after]).await?;
    }
    if before.label != after.label || before.description != after.description {
        delete("DELETE FROM token_words WHERE token_id = $1").execute(on).await?;
        insert_words_of(on, &[after]).await?;
    }
    Ok(())
}

async fn insert_scopes(on: &mut impl Runner, tokens: &[&Token]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for token in tokens {
        for (position, grant) in (0_i64..).zip(&token.scopes) {
            values!(rows; token.id, grant.as_str(), position, token.organization_id, token.updated_at);
        }
    }
    insert_rows(on, SCOPES, 5, rows, "").await.map(|_| ())
}

async fn insert_cidrs(on: &mut impl Runner, tokens: &[&Token]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for token in tokens {
        for (position, range) in (0_i64..).zip(token.allowed_cidrs.to_strings()) {
            values!(rows; token.id, range, position, token.organization_id, token.updated_at);
        }
    }
    insert_rows(on, CIDRS, 5, rows, "").await.map(|_| ())
}

async fn insert_words_of(on: &mut impl Runner, tokens: &[&Token]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for token in tokens {
        for word in words(token.label.as_str(), token.description.as_deref()) {
            values!(rows; token.id, word, token.organization_id, token.updated_at);
        }
    }
    insert_rows(on, WORDS, 4, rows, "").await.map(|_| ())
}

const TOKEN_COLUMNS: usize = 24;
const TOKENS: &str = "INSERT INTO tokens (id, organization_id, owner_type, owner_id, label, label_key, description, \
    kind, created_by_type, created_by_id, created_at, updated_at, expires_at, invalidated_at, keep_access_tokens, \
    rotated_at, rotated_by_type, rotated_by_id, \
    previous_secret_expires_at, last_used_at, last_used_ip, key_hint, expires_key, last_used_key)";
const SECRET_COLUMNS: usize = 16;
const SECRETS: &str = "INSERT INTO token_secrets (token_id, generation, organization_id, algorithm, hash, lookup, \
    key_prefix, key_length, certificate_fingerprint, certificate_expires_at, expires_at, last_used_at, last_used_ip, last_used_agent, created_at, updated_at)";
const SCOPES: &str = "INSERT INTO token_scopes (token_id, scope, position, organization_id, updated_at)";
const CIDRS: &str = "INSERT INTO token_cidrs (token_id, cidr, position, organization_id, updated_at)";
const WORDS: &str = "INSERT INTO token_words (token_id, word, organization_id, updated_at)";

fn push_token(rows: &mut Vec<Value>, token: &Token) {
    values!(rows;
        token.id, token.organization_id, token.owner.kind(), token.owner.id(), &token.label,
        token.label.as_str().to_lowercase(), token.description.as_ref(), token.kind, token.created_by.kind(),
        token.created_by.id(), token.created_at, token.updated_at, token.expires_at, token.invalidated_at,
        token.keep_access_tokens, token.rotated_at, token.rotated_by.map(Principal::kind),
        token.rotated_by.map(Principal::id),  token.previous_secret_expires_at, token.last_used_at,
        token.last_used_ip.as_ref(), &token.key_hint, expires_key(token.expires_at),
        last_used_key(token.last_used_at),
    );
}

fn push_secret(rows: &mut Vec<Value>, token: &Token, secret: &TokenSecret) {
    let imported = secret.hash.imported();
    values!(rows;
        token.id, secret.generation, token.organization_id, secret.hash.algorithm(), secret.hash.bytes(),
        imported.and_then(|hash| hash.lookup.as_ref()).map(ToString::to_string),
        imported.map(|hash| hash.prefix.as_str()), imported.and_then(|hash| hash.length),
        secret.certificate.as_ref().map(|certificate| &certificate.fingerprint),
        secret.certificate.map(|certificate| certificate.expires_at),
        secret.expires_at, secret.last_used_at, secret.last_used_ip.as_ref(), secret.last_used_agent.as_ref(),
        secret.created_at, secret.created_at,
    );
}
