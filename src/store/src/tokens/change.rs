//! Changes to existing tokens.

use mintkey_domain::{OrganizationId, Principal, Timestamp, TokenId};
use uuid::Uuid;

use super::{CountChange, Token, TokenSecret, cursor::expires_key, insert};
use crate::{
    StoreError, Tx,
    sql::{or_placeholder, sql},
};

/// Tokens per statement.
const BATCH: usize = 512;

/// How a rotation affects the client's public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKeys {
    /// They expire together with the older secrets.
    EndWithSecrets,
    /// They stay valid.
    Keep,
}

impl Tx {
    /// Updates label, description, scopes, address ranges and expiry of a token that was `before`. Its row must be
    /// readable, because placeholders would be stored. [`StoreError::NothingChanged`] if there is no such token.
    pub async fn update_token(&mut self, before: &Token, token: &Token) -> Result<(), StoreError> {
        sql("UPDATE tokens SET label = $3, label_key = $4, description = $5, expires_at = $6, \
            updated_at = $7, expires_key = $8 WHERE organization_id = $1 AND id = $2")
        .bind(token.organization_id)
        .bind(token.id)
        .bind(&token.label)
        .bind(token.label.as_str().to_lowercase())
        .bind(token.description.as_ref())
        .bind(token.expires_at)
        .bind(token.updated_at)
        .bind(expires_key(token.expires_at))
        .change(self)
        .await?;
        insert::replace_parts(self, before, token).await
    }

    /// Stops a token permanently. [`StoreError::NothingChanged`] if there is no such token or it is stopped already.
    pub async fn invalidate_token(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        at: Timestamp,
        keep_access_tokens: bool,
    ) -> Result<(), StoreError> {
        let row = sql("UPDATE tokens SET invalidated_at = $3, keep_access_tokens = $4, updated_at = $3 \
            WHERE organization_id = $1 AND id = $2 AND invalidated_at IS NULL RETURNING owner_id")
        .bind(organization)
        .bind(id)
        .bind(at)
        .bind(keep_access_tokens)
        .row(self)
        .await?;
        let row = row.ok_or(StoreError::NothingChanged)?;
        let owner = or_placeholder(row.get("owner_id"), Uuid::nil(), &mut Vec::new())?;
        self.change_counts(CountChange::invalidated(organization, owner, at));
        Ok(())
    }

    /// Stops tokens of one owner permanently, with their access tokens; those that are stopped already stay as they are.
    pub async fn invalidate_tokens(
        &mut self,
        organization: OrganizationId,
        owner: Uuid,
        ids: &[TokenId],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for ids in ids.chunks(BATCH) {
            let mut statement = sql("UPDATE tokens SET invalidated_at = $1, keep_access_tokens = $2, updated_at = $1 \
                WHERE organization_id = $3 AND owner_id = $4 AND invalidated_at IS NULL AND id IN ")
            .bind(at)
            .bind(false)
            .bind(organization)
            .bind(owner);
            statement.push_list(ids);
            for _ in 0..statement.execute(self).await? {
                self.change_counts(CountChange::invalidated(organization, owner, at));
            }
        }
        Ok(())
    }

    /// Revokes the access tokens that an invalidated token kept. [`StoreError::NothingChanged`] if there is no such
    /// token.
    pub async fn end_access_tokens(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sql("UPDATE tokens SET keep_access_tokens = $4, updated_at = $3 \
            WHERE organization_id = $1 AND id = $2 AND invalidated_at IS NOT NULL")
        .bind(organization)
        .bind(id)
        .bind(at)
        .bind(false)
        .change(self)
        .await
    }

    /// Adds a new secret to a token, and stores its `rotated_at`, `rotated_by`, `previous_secret_expires_at`,
    /// `key_hint` and `updated_at`. Older secrets, and client keys unless kept, are deleted, or expire at
    /// `previous_expires_at` at the latest. [`StoreError::NothingChanged`] if there is no such token or it is
    /// invalidated.
    pub async fn rotate_token(
        &mut self,
        token: &Token,
        secret: &TokenSecret,
        previous_expires_at: Option<Timestamp>,
        client_keys: ClientKeys,
    ) -> Result<(), StoreError> {
        sql("UPDATE tokens SET rotated_at = $3, previous_secret_expires_at = $4, key_hint = $5, \
            updated_at = $6, rotated_by_type = $7, rotated_by_id = $8 \
            WHERE organization_id = $1 AND id = $2 AND invalidated_at IS NULL")
        .bind(token.organization_id)
        .bind(token.id)
        .bind(token.rotated_at)
        .bind(token.previous_secret_expires_at)
        .bind(&token.key_hint)
        .bind(token.updated_at)
        .bind(token.rotated_by.map(Principal::kind))
        .bind(token.rotated_by.map(Principal::id))
        .change(self)
        .await?;
        let older = |delete: &'static str, end_at: &'static str| match previous_expires_at {
            None => sql(delete).bind(token.id),
            Some(end) => sql(end_at).bind(token.id).bind(end).bind(token.updated_at),
        };
        older(
            "DELETE FROM token_secrets WHERE token_id = $1",
            "UPDATE token_secrets SET expires_at = $2, updated_at = $3 \
            WHERE token_id = $1 AND (expires_at IS NULL OR expires_at > $2)",
        )
        .execute(self)
        .await?;
        if client_keys == ClientKeys::Keep {
            // Includes the keys that were to expire with the secrets of an earlier rotation.
            sql("UPDATE token_client_keys SET expires_at = NULL WHERE token_id = $1 AND expires_at > $2")
                .bind(token.id)
                .bind(token.updated_at)
                .execute(self)
                .await?;
        } else {
            older(
                "DELETE FROM token_client_keys WHERE token_id = $1",
                "UPDATE token_client_keys SET expires_at = $2, updated_at = $3 \
                WHERE token_id = $1 AND (expires_at IS NULL OR expires_at > $2)",
            )
            .execute(self)
            .await?;
        }
        insert::insert_secret(self, token, secret).await
    }

    /// Moves the end of an overlap, or ends it now, for older secrets and client keys that expire with them.
    /// [`StoreError::NothingChanged`] if there is no such token, or no unexpired older secret: an expired one stays
    /// expired.
    pub async fn set_previous_secret_end(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        end: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let moved = match end {
            None => {
                sql("DELETE FROM token_secrets WHERE organization_id = $1 AND token_id = $2 AND generation < \
                    (SELECT MAX(generation) FROM token_secrets WHERE token_id = $2)")
                .bind(organization)
                .bind(id)
                .execute(self)
                .await?;
                sql("DELETE FROM token_client_keys WHERE organization_id = $1 AND token_id = $2 \
                    AND expires_at IS NOT NULL")
                .bind(organization)
                .bind(id)
                .execute(self)
                .await?;
                true
            }
            Some(end) => {
                sql("UPDATE token_client_keys SET expires_at = $3, updated_at = $4 \
                    WHERE organization_id = $1 AND token_id = $2 AND expires_at > $4")
                .bind(organization)
                .bind(id)
                .bind(end)
                .bind(now)
                .execute(self)
                .await?;
                sql("UPDATE token_secrets SET expires_at = $3, updated_at = $4 \
                    WHERE organization_id = $1 AND token_id = $2 AND (expires_at IS NULL OR expires_at > $4) \
                    AND generation < (SELECT MAX(generation) FROM token_secrets WHERE token_id = $2)")
                .bind(organization)
                .bind(id)
                .bind(end)
                .bind(now)
                .changes(self)
                .await?
            }
        };
        let token = sql("UPDATE tokens SET previous_secret_expires_at = $3, updated_at = $4 \
            WHERE organization_id = $1 AND id = $2")
        .bind(organization)
        .bind(id)
        .bind(end)
        .bind(now);
        if moved { token.change(self).await } else { Err(StoreError::NothingChanged) }
    }

    /// Deletes a token with all its parts, but not its audit events. [`StoreError::NothingChanged`] if there is none.
    pub async fn delete_token(&mut self, organization: OrganizationId, id: TokenId) -> Result<(), StoreError> {
        let row = sql("DELETE FROM tokens WHERE organization_id = $1 AND id = $2 \
            RETURNING owner_id, invalidated_at, updated_at")
        .bind(organization)
        .bind(id)
        .row(self)
        .await?;
        let row = row.ok_or(StoreError::NothingChanged)?;
        let owner = or_placeholder(row.get("owner_id"), Uuid::nil(), &mut Vec::new())?;
        let at = or_placeholder(row.get("updated_at"), Timestamp::EPOCH, &mut Vec::new())?;
        let was_invalidated = row.get::<Option<i64>>("invalidated_at")?.is_some();
        self.change_counts(CountChange::deleted(organization, owner, was_invalidated, at));
        Ok(())
    }
}
