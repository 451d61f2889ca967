//! Single tokens and their secrets.

use std::collections::HashMap;

use mintkey_domain::{AddressRanges, Grant, OrganizationId, ScopeSet, TokenId, TokenKind};

use super::{SCOPES_COLUMN, Token, TokenCertificate, TokenSecret, kubeconfig};
use crate::{
    Store, StoreError, Tx,
    sql::{Row, Runner, Sql, or_placeholder, readable, sql},
};

impl Store {
    /// The token with this ID.
    pub async fn token(&self, organization: OrganizationId, id: TokenId) -> Result<Option<Token>, StoreError> {
        find(&mut self.reader().await?, organization, id).await
    }

    /// The token with this ID in any organization: a credential that is being verified names only its token.
    pub async fn token_any(&self, id: TokenId) -> Result<Option<Token>, StoreError> {
        one(&mut self.reader().await?, sql("SELECT * FROM tokens WHERE id = $1").bind(id)).await
    }

    /// The token's secrets, the newest first, including expired ones.
    pub async fn token_secrets(
        &self,
        organization: OrganizationId,
        id: TokenId,
    ) -> Result<Vec<TokenSecret>, StoreError> {
        secrets(&mut self.reader().await?, organization, id).await
    }

    /// The number of a token's secrets, including those that can't be read.
    pub async fn count_token_secrets(&self, organization: OrganizationId, id: TokenId) -> Result<i64, StoreError> {
        sql("SELECT COUNT(*) AS value FROM token_secrets WHERE organization_id = $1 AND token_id = $2")
            .bind(organization)
            .bind(id)
            .scalar(&mut self.reader().await?)
            .await
    }
}

impl Tx {
    /// The token with this ID.
    pub async fn token(&mut self, organization: OrganizationId, id: TokenId) -> Result<Option<Token>, StoreError> {
        find(self, organization, id).await
    }

    /// The token that a presented credential names, in any organization, with its secrets. It was committed before this
    /// transaction, so the buffered writes needn't be flushed.
    pub async fn committed_token(&mut self, id: TokenId) -> Result<Option<(Token, Vec<TokenSecret>)>, StoreError> {
        let on = self.unbuffered();
        let Some(token) = one(on, sql("SELECT * FROM tokens WHERE id = $1").bind(id)).await? else { return Ok(None) };
        let secrets = secrets(on, token.organization_id, id).await?;
        Ok(Some((token, secrets)))
    }

    /// The generation of the token's newest secret; 0 if it has none.
    pub async fn newest_secret(&mut self, organization: OrganizationId, id: TokenId) -> Result<i64, StoreError> {
        sql("SELECT COALESCE(MAX(generation), 0) AS value FROM token_secrets \
            WHERE organization_id = $1 AND token_id = $2")
        .bind(organization)
        .bind(id)
        .scalar(self)
        .await
    }

    /// The token's secrets, the newest first, including expired ones.
    pub async fn token_secrets(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
    ) -> Result<Vec<TokenSecret>, StoreError> {
        secrets(self, organization, id).await
    }
}

async fn find(on: &mut impl Runner, organization: OrganizationId, id: TokenId) -> Result<Option<Token>, StoreError> {
    one(on, sql("SELECT * FROM tokens WHERE organization_id = $1 AND id = $2").bind(organization).bind(id)).await
}

async fn one(on: &mut impl Runner, statement: Sql) -> Result<Option<Token>, StoreError> {
    let mut tokens: Vec<Token> = statement.all_readable(on).await?;
    fill_in(on, &mut tokens).await?;
    Ok(tokens.pop())
}

async fn secrets(
    on: &mut impl Runner,
    organization: OrganizationId,
    id: TokenId,
) -> Result<Vec<TokenSecret>, StoreError> {
    sql("SELECT * FROM token_secrets WHERE organization_id = $1 AND token_id = $2 ORDER BY generation DESC")
        .bind(organization)
        .bind(id)
        .all_readable(on)
        .await
}

/// The parts of a token that have their own tables, as stored.
#[derive(Default)]
struct Parts {
    grants: Vec<Grant>,
    unreadable_grants: Vec<&'static str>,
    ranges: Vec<String>,
}

/// Fills in the scopes, address ranges, certificates and kubeconfigs of these tokens.
pub(super) async fn fill_in(on: &mut impl Runner, tokens: &mut [Token]) -> Result<(), StoreError> {
    if tokens.is_empty() {
        return Ok(());
    }
    let ids: Vec<TokenId> = tokens.iter().map(|token| token.id).collect();
    let mut statement =
        sql("SELECT FALSE AS part, position, token_id, scope AS value FROM token_scopes WHERE token_id IN ");
    statement.push_list(&ids);
    statement
        .push(" UNION ALL SELECT TRUE AS part, position, token_id, cidr AS value FROM token_cidrs WHERE token_id IN ");
    statement.push_list(&ids);
    statement.push(" ORDER BY 1, 2");
    let mut parts: HashMap<TokenId, Parts> = HashMap::new();
    for row in statement.rows(on).await? {
        let parts = parts.entry(row.get("token_id")?).or_default();
        if row.get("part")? {
            // An empty string isn't a valid range, so it counts as unreadable.
            parts.ranges.push(or_placeholder(row.get("value"), String::new(), &mut Vec::new())?);
        } else {
            let grant = row.get("value").map(Some);
            parts.grants.extend(or_placeholder(grant, None, &mut parts.unreadable_grants)?);
        }
    }
    for token in &mut *tokens {
        let Some(Parts { grants, unreadable_grants, ranges }) = parts.remove(&token.id) else { continue };
        if !unreadable_grants.is_empty() {
            token.unreadable.push(SCOPES_COLUMN);
        }
        token.scopes = ScopeSet::new(grants);
        token.allowed_cidrs = AddressRanges::from_stored(ranges);
    }
    fill_in_certificates(on, tokens).await?;
    kubeconfig::fill_in(on, tokens).await
}

async fn fill_in_certificates(on: &mut impl Runner, tokens: &mut [Token]) -> Result<(), StoreError> {
    let may_have = |token: &&Token| token.kind != TokenKind::ApiKey;
    let ids: Vec<TokenId> = tokens.iter().filter(may_have).map(|token| token.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut statement = sql("SELECT token_id, certificate_fingerprint, certificate_expires_at FROM token_secrets \
        WHERE certificate_fingerprint IS NOT NULL AND token_id IN ");
    statement.push_list(&ids).push(" ORDER BY generation");
    let read = |row: &Row| Ok((row.get::<TokenId>("token_id")?, TokenCertificate::read(row)?));
    // The newest one is the last.
    let mut newest: HashMap<TokenId, Option<TokenCertificate>> =
        readable(&statement.rows(on).await?, read)?.into_iter().collect();
    for token in tokens {
        token.certificate = newest.remove(&token.id).flatten();
    }
    Ok(())
}
