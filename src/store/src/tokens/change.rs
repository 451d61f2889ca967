//! What happens to a token after it was made.

use mintkey_domain::{OrganizationId, Timestamp, TokenId};
use uuid::Uuid;

use super::{CountChange, Token, TokenSecret, cursor::expires_key, insert};
use crate::{StoreError, Tx, sql::sql};

impl Tx {
    /// Changes label, description, scopes, address ranges and end. `false` if there is no such token.
    pub async fn update_token(&mut self, token: &Token) -> Result<bool, StoreError> {
        let on = self.token_changes().await?;
        let found = sql("UPDATE tokens SET label = $3, label_key = $4, description = $5, expires_at = $6, \
            updated_at = $7, expires_key = $8 WHERE organization_id = $1 AND id = $2")
        .bind(token.organization_id)
        .bind(token.id)
        .bind(&token.label)
        .bind(token.label.to_lowercase())
        .bind(token.description.as_ref())
        .bind(token.expires_at)
        .bind(token.updated_at)
        .bind(expires_key(token.expires_at))
        .changes(on)
        .await?;
        if found {
            insert::replace_parts(on, token).await?;
        }
        Ok(found)
    }

    /// Stops a token for good. `false` if there is no such token or it is stopped already.
    pub async fn invalidate_token(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        at: Timestamp,
        keep_access_tokens: bool,
    ) -> Result<bool, StoreError> {
        let row = sql("UPDATE tokens SET invalidated_at = $3, keep_access_tokens = $4, updated_at = $3 \
            WHERE organization_id = $1 AND id = $2 AND invalidated_at IS NULL RETURNING owner_id")
        .bind(organization)
        .bind(id)
        .bind(at)
        .bind(keep_access_tokens)
        .row(self.token_changes().await?)
        .await?;
        let Some(row) = row else { return Ok(false) };
        self.change_counts(CountChange::invalidated(organization, row.get("owner_id")?, at));
        Ok(true)
    }

    /// Takes back that an invalidated token's access tokens were kept. `false` if there is no such token.
    pub async fn end_access_tokens(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        sql("UPDATE tokens SET keep_access_tokens = $4, updated_at = $3 \
            WHERE organization_id = $1 AND id = $2 AND invalidated_at IS NOT NULL")
        .bind(organization)
        .bind(id)
        .bind(at)
        .bind(false)
        .changes(self.token_changes().await?)
        .await
    }

    /// Gives a token a new secret, and takes over `rotated_at`, `previous_secret_expires_at`, `key_hint` and
    /// `updated_at`. Older secrets die at once, or end at `previous_expires_at` if not before. `false` if there
    /// is no such token or it is invalidated.
    pub async fn rotate_token(
        &mut self,
        token: &Token,
        secret: &TokenSecret,
        previous_expires_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let on = self.token_changes().await?;
        let found = sql("UPDATE tokens SET rotated_at = $3, previous_secret_expires_at = $4, key_hint = $5, \
            updated_at = $6 WHERE organization_id = $1 AND id = $2 AND invalidated_at IS NULL")
        .bind(token.organization_id)
        .bind(token.id)
        .bind(token.rotated_at)
        .bind(token.previous_secret_expires_at)
        .bind(&token.key_hint)
        .bind(token.updated_at)
        .changes(on)
        .await?;
        if !found {
            return Ok(false);
        }
        let older = match previous_expires_at {
            None => sql("DELETE FROM token_secrets WHERE token_id = $1").bind(token.id),
            Some(end) => sql("UPDATE token_secrets SET expires_at = $2, updated_at = $3 \
                WHERE token_id = $1 AND (expires_at IS NULL OR expires_at > $2)")
            .bind(token.id)
            .bind(end)
            .bind(token.updated_at),
        };
        older.execute(on).await?;
        insert::insert_secret(on, token, secret).await?;
        Ok(true)
    }

    /// Moves the end of an overlap, or ends it at once. `false` if there is no such token, or no older secret
    /// that still works and could be given another end: a dead one stays dead.
    pub async fn set_previous_secret_end(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        end: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let on = self.token_changes().await?;
        let moved = match end {
            None => {
                sql("DELETE FROM token_secrets WHERE organization_id = $1 AND token_id = $2 AND generation < \
                    (SELECT MAX(generation) FROM token_secrets WHERE token_id = $2)")
                .bind(organization)
                .bind(id)
                .execute(on)
                .await?;
                true
            }
            Some(end) => {
                sql("UPDATE token_secrets SET expires_at = $3, updated_at = $4 \
                    WHERE organization_id = $1 AND token_id = $2 AND (expires_at IS NULL OR expires_at > $4) \
                    AND generation < (SELECT MAX(generation) FROM token_secrets WHERE token_id = $2)")
                .bind(organization)
                .bind(id)
                .bind(end)
                .bind(now)
                .changes(on)
                .await?
            }
        };
        let token = sql("UPDATE tokens SET previous_secret_expires_at = $3, updated_at = $4 \
            WHERE organization_id = $1 AND id = $2")
        .bind(organization)
        .bind(id)
        .bind(end)
        .bind(now);
        Ok(moved && token.changes(on).await?)
    }

    /// Removes a token with everything that belongs to it; its audit events stay. `false` if there is none.
    pub async fn delete_token(&mut self, organization: OrganizationId, id: TokenId) -> Result<bool, StoreError> {
        let row = sql("DELETE FROM tokens WHERE organization_id = $1 AND id = $2 \
            RETURNING owner_id, invalidated_at, updated_at")
        .bind(organization)
        .bind(id)
        .row(self.token_changes().await?)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let (owner, at) = (row.get::<Uuid>("owner_id")?, row.get("updated_at")?);
        let was_invalidated = row.get::<Option<Timestamp>>("invalidated_at")?.is_some();
        self.change_counts(CountChange::deleted(organization, owner, was_invalidated, at));
        Ok(true)
    }
}
