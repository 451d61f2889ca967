//! A repeated create or rotate answers as before, without the secrets, and changes nothing.

use mintkey_domain::{DAY, ErrorCode, Principal, Timestamp, wire};
use mintkey_store::{IdempotencyRecord, Tx};
use sha2::{Digest, Sha256};

use crate::{Actor, Error, Result};

/// How long a key is remembered.
const REMEMBERED: i64 = DAY;

/// What makes a request recognizable when it is sent again.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// The caller's key; unique to the principal and the route for 24 hours.
    pub key: String,
    /// The route, without ids.
    pub route: &'static str,
    /// SHA-256 of all that the request asks for.
    pub body_hash: [u8; 32],
}

impl Idempotency {
    /// The answer that was given before; an error if the same key asked for something else.
    pub(super) async fn earlier(&self, tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Option<wire::Token>> {
        let found = tx.idempotency(actor.organization, principal(actor), self.route, &self.key_hash(), now).await?;
        let Some(found) = found else { return Ok(None) };
        if found.body_hash != self.body_hash {
            return Err(Error::refused(
                ErrorCode::IdempotencyKeyReused,
                "This idempotency key was used for another request within the last 24 hours.",
            ));
        }
        let token = serde_json::from_str(&found.response).map_err(|_| Error::Worker("a stored answer is damaged"))?;
        Ok(Some(token))
    }

    /// Remembers the answer, without its secrets, in the transaction of the change.
    pub(super) async fn remember(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        now: Timestamp,
        status: i64,
        token: &wire::Token,
    ) -> Result<()> {
        let response = serde_json::to_string(token).map_err(|_| Error::Worker("a token has no JSON"))?;
        tx.insert_idempotency(&IdempotencyRecord {
            organization_id: actor.organization,
            principal: principal(actor),
            route: self.route.to_owned(),
            key_hash: self.key_hash(),
            body_hash: self.body_hash,
            response,
            status,
            location: None,
            created_at: now,
            expires_at: now.saturating_add(REMEMBERED),
        })
        .await?;
        Ok(())
    }

    fn key_hash(&self) -> [u8; 32] {
        Sha256::digest(&self.key).into()
    }
}

fn principal(actor: &Actor) -> uuid::Uuid {
    actor.principal.map_or(uuid::Uuid::nil(), Principal::id)
}
