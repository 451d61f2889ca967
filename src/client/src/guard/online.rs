//! Checks by `POST /api/v1/verify`.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use mintkey_domain::{SecretText, wire::VerificationCode};
use sha2::{Digest as _, Sha256};

use super::{Caller, Refusal, cache::Cache};
use crate::{Check, Client};

pub(super) struct Online {
    client: Client,
    cache: Cache,
}

impl Online {
    pub(super) fn new(client: Client, staleness: Duration) -> Self {
        Self { client, cache: Cache::new(staleness) }
    }

    pub(super) async fn check(
        &self,
        credential: &SecretText,
        scopes: &[String],
        ip: Option<IpAddr>,
    ) -> Result<Caller, Refusal> {
        let key = Sha256::digest(format!("{ip:?} {scopes:?} {}", credential.expose())).into();
        // The time before the question, so that the answer isn't older than it seems.
        let asked_at = Instant::now();
        if let Some(caller) = self.cache.get(&key, asked_at) {
            return Ok(caller);
        }
        let mut check = scopes.iter().fold(Check::new(credential.expose()), Check::scope);
        if let Some(ip) = ip {
            check = check.ip(ip);
        }
        let answer = self.client.verify(&check).await.map_err(|error| {
            tracing::error!(%error, "a credential can't be checked");
            Refusal::Undecided
        })?;
        match (answer.code, answer.principal) {
            (VerificationCode::Valid, Some(principal)) => {
                let token_id = answer.token.map(|token| token.id);
                let caller = Caller { principal_id: principal.id, principal_type: principal.kind, token_id };
                self.cache.insert(key, asked_at, caller.clone());
                Ok(caller)
            }
            (VerificationCode::InsufficientScope, _) => {
                Err(Refusal::InsufficientScope(answer.missing_scopes.unwrap_or_default().join(" ")))
            }
            _ => Err(Refusal::InvalidCredential),
        }
    }
}
