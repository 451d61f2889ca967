//! Transfers of tokens and service accounts from one owner to another.

use mintkey_domain::{OrganizationId, Principal, Timestamp, UserId};
use uuid::Uuid;

use super::{CountChange, Token, TokenSecret, find::fill_in, insert::insert_secrets};
use crate::{
    StoreError, Tx,
    sql::{insert_rows, sql, values},
};

/// Tokens whose scopes and address ranges are read together.
const BATCH: usize = 512;

impl Tx {
    /// The owner's tokens that aren't invalidated.
    pub async fn live_tokens_of(
        &mut self,
        organization: OrganizationId,
        owner: Uuid,
    ) -> Result<Vec<Token>, StoreError> {
        let mut tokens: Vec<Token> = sql(
            "SELECT * FROM tokens WHERE organization_id = $1 AND owner_id = $2 AND invalidated_at IS NULL ORDER BY id",
        )
        .bind(organization)
        .bind(owner)
        .all_readable(self)
        .await?;
        for batch in tokens.chunks_mut(BATCH) {
            fill_in(self, batch).await?;
        }
        Ok(tokens)
    }

    /// The owner's tokens that aren't invalidated, each with the generation of its newest secret.
    pub async fn tokens_to_hand_over(
        &mut self,
        organization: OrganizationId,
        owner: Uuid,
    ) -> Result<Vec<(Token, i64)>, StoreError> {
        let tokens = self.live_tokens_of(organization, owner).await?;
        let rows = sql("SELECT t.id, MAX(s.generation) AS newest FROM tokens t \
            JOIN token_secrets s ON s.token_id = t.id \
            WHERE t.organization_id = $1 AND t.owner_id = $2 AND t.invalidated_at IS NULL GROUP BY t.id ORDER BY t.id")
        .bind(organization)
        .bind(owner)
        .rows(self)
        .await?;
        let newest: Result<std::collections::HashMap<_, _>, StoreError> =
            rows.iter().map(|row| Ok((row.get::<Uuid>("id")?, row.get::<i64>("newest")?))).collect();
        let newest = newest?;
        let generation = |token: &Token| newest.get(&token.id.uuid()).copied().unwrap_or(0);
        Ok(tokens
            .into_iter()
            .map(|token| {
                let newest = generation(&token);
                (token, newest)
            })
            .collect())
    }

    /// Changes the owner of these tokens, all of one owner and none invalidated, and gives each the secret beside it.
    /// Deletes all older secrets and client keys.
    pub async fn hand_over_tokens(
        &mut self,
        organization: OrganizationId,
        from: Uuid,
        to: Principal,
        tokens: &[(Token, TokenSecret)],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sql("DELETE FROM token_secrets WHERE organization_id = $1 AND token_id IN (SELECT id FROM tokens \
            WHERE organization_id = $1 AND owner_id = $2 AND invalidated_at IS NULL)")
        .bind(organization)
        .bind(from)
        .execute(self)
        .await?;
        // The previous owner has the private keys for these.
        sql("DELETE FROM token_client_keys WHERE organization_id = $1 AND token_id IN (SELECT id FROM tokens \
            WHERE organization_id = $1 AND owner_id = $2 AND invalidated_at IS NULL)")
        .bind(organization)
        .bind(from)
        .execute(self)
        .await?;
        insert_secrets(self, tokens).await?;
        let mut rows = Vec::with_capacity(tokens.len() * 5);
        for (token, _) in tokens {
            values!(rows; token.id, to.kind(), to.id(), &token.key_hint, at);
        }
        insert_rows(
            self,
            "WITH new (token_id, owner_type, owner_id, key_hint, at) AS (",
            5,
            rows,
            ") UPDATE tokens SET owner_type = new.owner_type, owner_id = new.owner_id, key_hint = new.key_hint, \
            rotated_at = new.at, updated_at = new.at, previous_secret_expires_at = NULL, rotated_by_type = NULL, \
            rotated_by_id = NULL FROM new \
            WHERE tokens.id = new.token_id",
        )
        .await?;
        let count = i64::try_from(tokens.len()).unwrap_or(i64::MAX);
        self.change_counts(CountChange::moved(organization, from, -count, at));
        self.change_counts(CountChange::moved(organization, to.id(), count, at));
        Ok(())
    }

    /// Transfers the management of service accounts from one member to another, and returns their number.
    pub async fn hand_over_service_accounts(
        &mut self,
        organization: OrganizationId,
        from: UserId,
        to: UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        sql("INSERT INTO service_account_members (service_account_id, user_id, organization_id, updated_at) \
            SELECT service_account_id, $3, organization_id, $4 FROM service_account_members \
            WHERE organization_id = $1 AND user_id = $2 ON CONFLICT (service_account_id, user_id) DO NOTHING")
        .bind(organization)
        .bind(from)
        .bind(to)
        .bind(at)
        .execute(self)
        .await?;
        sql("DELETE FROM service_account_members WHERE organization_id = $1 AND user_id = $2")
            .bind(organization)
            .bind(from)
            .execute(self)
            .await
    }
}
