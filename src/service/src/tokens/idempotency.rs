//! Idempotency: a repeated create or rotate returns the first response, without secrets, and changes nothing.

use mintkey_domain::{DAY, ErrorCode, Principal, scopes, wire};
use mintkey_store::IdempotencyRecord;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Actor, Error, Result, change::Change};

/// How long a response is stored, in milliseconds.
const RETENTION: i64 = DAY;

/// The identity of a request that may be repeated.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// The caller's key; unique per principal and route for 24 hours.
    pub key: String,
    /// The route, without IDs.
    pub route: String,
    /// SHA-256 of the request's content.
    pub body_hash: [u8; 32],
}

/// A stored response.
#[derive(Serialize, Deserialize)]
struct StoredResponse {
    #[serde(flatten)]
    token: wire::Token,
    /// The credential that got the response; `None` in responses from earlier versions.
    #[serde(default)]
    credential: Option<Uuid>,
}

impl Idempotency {
    /// The stored response for this key, if any; an error if the key was used for another request.
    pub(super) async fn find(key: Option<&Self>, change: &mut Change<'_>) -> Result<Option<wire::Token>> {
        let Some(key) = key else { return Ok(None) };
        let (organization, principal) = (change.organization(), principal(&change.actor));
        let record = change.tx.idempotency(organization, principal, &key.route, &key.key_hash(), change.now).await?;
        let Some(record) = record else { return Ok(None) };
        if record.body_hash != key.body_hash {
            return Err(Error::refused(
                ErrorCode::IdempotencyKeyReused,
                "This idempotency key was used for another request within the last 24 hours.",
            ));
        }
        let StoredResponse { token, credential } =
            serde_json::from_str(&record.response).map_err(|_| Error::Worker("a stored answer is damaged"))?;
        // Another credential of the principal, for example one without read access, gets only what it may read.
        if credential.is_none() || credential != change.actor.credential_id() {
            change.actor.require(scopes::TOKENS_READ)?;
            let owner = Principal::new(token.owner.kind, token.owner.id);
            owner.filter(|owner| change.actor.can_access(*owner)).ok_or_else(Error::not_found)?;
        }
        Ok(Some(token))
    }

    /// Stores the response, without its secrets, in the transaction of the change.
    pub(super) async fn store(key: Option<&Self>, change: &mut Change<'_>, token: &wire::Token) -> Result<()> {
        let Some(key) = key else { return Ok(()) };
        let stored = StoredResponse { token: token.clone(), credential: change.actor.credential_id() };
        let response = serde_json::to_string(&stored).map_err(|_| Error::Worker("a token has no JSON"))?;
        let record = IdempotencyRecord {
            organization_id: change.organization(),
            principal: principal(&change.actor),
            route: key.route.clone(),
            key_hash: key.key_hash(),
            body_hash: key.body_hash,
            response,
            created_at: change.now,
            expires_at: change.now.saturating_add(RETENTION),
        };
        Ok(change.tx.insert_idempotency(&record).await?)
    }

    fn key_hash(&self) -> [u8; 32] {
        Sha256::digest(&self.key).into()
    }
}

fn principal(actor: &Actor) -> Uuid {
    actor.principal.map_or(Uuid::nil(), Principal::id)
}
