//! Public keys of clients, and the client assertions that were used.

use std::collections::HashMap;

use mintkey_domain::{OrganizationId, Principal, Timestamp, TokenId};

use crate::{
    Bookkeeping, Store, StoreError, Tx,
    sql::{Row, Runner, Sql, insert_rows, readable, sql, values},
};

impl Store {
    /// The public keys of a token's client that haven't expired, each as a JWK in JSON.
    pub async fn client_keys(
        &self,
        organization: OrganizationId,
        id: TokenId,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        find(&mut self.reader().await?, organization, id, now).await
    }

    /// The public keys of a token's client that haven't expired, each with its end. [`StoreError::Corrupt`] if one can't
    /// be read.
    pub async fn client_keys_with_ends(
        &self,
        organization: OrganizationId,
        id: TokenId,
        now: Timestamp,
    ) -> Result<Vec<(String, Option<Timestamp>)>, StoreError> {
        let rows = select(organization, id, now).rows(&mut self.reader().await?).await?;
        rows.iter().map(|row| Ok((row.get("jwk")?, row.get("expires_at")?))).collect()
    }
}

impl Bookkeeping {
    /// Deletes the assertions that have expired and returns their number.
    pub async fn delete_expired_assertions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("DELETE FROM client_assertions WHERE expires_at <= $1").bind(now).execute(tx).await
                })
            })
            .await
    }
}

impl Tx {
    /// The public keys of a token's client that haven't expired, each as a JWK in JSON.
    pub async fn client_keys(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        find(self, organization, id, now).await
    }

    /// Who set each client key of a token that hasn't expired; `None` where that isn't known.
    pub async fn client_key_setters(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        now: Timestamp,
    ) -> Result<Vec<Option<Principal>>, StoreError> {
        let rows = sql("SELECT set_by_type, set_by_id FROM token_client_keys WHERE organization_id = $1 \
            AND token_id = $2 AND (expires_at IS NULL OR expires_at > $3)")
        .bind(organization)
        .bind(id)
        .bind(now)
        .rows(self)
        .await?;
        rows.iter().map(|row| row.optional_principal("set_by_type", "set_by_id")).collect()
    }

    /// Replaces all of the token's keys. A key that was there before keeps its original setter.
    pub async fn set_client_keys(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        keys: &[String],
        by: Option<Principal>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql("UPDATE tokens SET updated_at = $3 WHERE organization_id = $1 AND id = $2")
            .bind(organization)
            .bind(id)
            .bind(now)
            .change(self)
            .await?;
        let before = sql("DELETE FROM token_client_keys WHERE organization_id = $1 AND token_id = $2 \
            RETURNING jwk, set_by_type, set_by_id")
        .bind(organization)
        .bind(id)
        .rows(self)
        .await?;
        let mut setters = HashMap::new();
        let setter = |row: &Row| Ok((row.get::<String>("jwk")?, row.optional_principal("set_by_type", "set_by_id")?));
        setters.extend(readable(&before, setter)?);
        let mut rows = Vec::with_capacity(keys.len() * 7);
        for (position, jwk) in (0_i64..).zip(keys) {
            let by = setters.get(jwk).copied().unwrap_or(by);
            values!(rows; id, position, organization, jwk, now, by.map(Principal::kind), by.map(Principal::id));
        }
        let head = "INSERT INTO token_client_keys \
            (token_id, position, organization_id, jwk, updated_at, set_by_type, set_by_id)";
        insert_rows(self, head, 7, rows, "").await.map(|_| ())
    }

    /// Adds client keys to a new token, each with its end.
    pub async fn insert_client_keys(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        keys: &[(String, Option<Timestamp>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(keys.len() * 6);
        for (position, (jwk, expires_at)) in (0_i64..).zip(keys) {
            values!(rows; id, position, organization, jwk, now, *expires_at);
        }
        let head = "INSERT INTO token_client_keys (token_id, position, organization_id, jwk, updated_at, expires_at)";
        insert_rows(self, head, 6, rows, "").await.map(|_| ())
    }

    /// Consumes an assertion. Returns `false` if it was used before.
    pub async fn use_client_assertion(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        jti_hash: &[u8; 32],
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sql("INSERT INTO client_assertions (token_id, jti_hash, organization_id, expires_at, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (token_id, jti_hash) DO NOTHING")
        .bind(id)
        .bind(jti_hash)
        .bind(organization)
        .bind(expires_at)
        .bind(now)
        .changes(self)
        .await
    }
}

async fn find(
    on: &mut impl Runner,
    organization: OrganizationId,
    id: TokenId,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let rows = select(organization, id, now).rows(on).await?;
    readable(&rows, |row| row.get("jwk"))
}

fn select(organization: OrganizationId, id: TokenId, now: Timestamp) -> Sql {
    sql("SELECT jwk, expires_at FROM token_client_keys WHERE organization_id = $1 AND token_id = $2 \
        AND (expires_at IS NULL OR expires_at > $3) ORDER BY position")
    .bind(organization)
    .bind(id)
    .bind(now)
}
