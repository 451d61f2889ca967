//! Public keys of clients, and the assertions that were made with them.

use mintkey_domain::{OrganizationId, Timestamp, TokenId};

use crate::{
    Store, StoreError, Tx,
    sql::{Connection, insert_rows, sql, values},
};

impl Store {
    /// The public keys of a token's client, each as a JWK in JSON.
    pub async fn client_keys(&self, organization: OrganizationId, id: TokenId) -> Result<Vec<String>, StoreError> {
        find(&mut self.reader().await?, organization, id).await
    }

    /// Forgets the assertions that have ended, and tells how many.
    pub async fn delete_expired_assertions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sql("DELETE FROM client_assertions WHERE expires_at <= $1").bind(now).execute(tx.changes().await?).await
            })
        })
        .await
    }
}

impl Tx {
    /// The public keys of a token's client, each as a JWK in JSON.
    pub async fn client_keys(&mut self, organization: OrganizationId, id: TokenId) -> Result<Vec<String>, StoreError> {
        find(self.reads(), organization, id).await
    }

    /// Puts these keys in the place of all that there are.
    pub async fn set_client_keys(
        &mut self,
        organization: OrganizationId,
        id: TokenId,
        keys: &[String],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let on = self.token_changes().await?;
        sql("DELETE FROM token_client_keys WHERE organization_id = $1 AND token_id = $2")
            .bind(organization)
            .bind(id)
            .execute(on)
            .await?;
        let mut rows = Vec::with_capacity(keys.len() * 5);
        for (position, jwk) in (0_i64..).zip(keys) {
            values!(rows; id, position, organization, jwk, now);
        }
        let head = "INSERT INTO token_client_keys (token_id, position, organization_id, jwk, updated_at)";
        insert_rows(on, head, 5, rows, "").await.map(|_| ())
    }

    /// Uses an assertion up. `false` if it was used before.
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
        .changes(self.token_changes().await?)
        .await
    }
}

async fn find(on: &mut Connection, organization: OrganizationId, id: TokenId) -> Result<Vec<String>, StoreError> {
    let rows = sql("SELECT jwk FROM token_client_keys WHERE organization_id = $1 AND token_id = $2 ORDER BY position")
        .bind(organization)
        .bind(id)
        .rows(on)
        .await?;
    rows.iter().map(|row| row.get("jwk")).collect()
}
