//! Single tokens, and the API representation of tokens.

use std::collections::HashMap;

use mintkey_domain::{
    ExpiryPolicy, OwnerStatus, Principal, TokenId, TokenStatus, scopes,
    wire::{self, Owner, PrincipalName, SecretUse},
};

use super::visible;
use crate::{Actor, Result, Service, hex};

impl Service {
    /// The token with this ID.
    pub async fn token(&self, actor: &Actor, id: TokenId) -> Result<wire::Token> {
        let token = visible(&self.store, actor, id).await?;
        self.view(token).await
    }

    /// The unexpired secrets of a token, newest first, each with its last use.
    pub async fn token_secret_uses(&self, actor: &Actor, id: TokenId) -> Result<Vec<SecretUse>> {
        visible(&self.store, actor, id).await?;
        let now = self.environment.now();
        let unwritten = self.last_used.all_of(id);
        let secrets = self.store.token_secrets(actor.organization, id).await?;
        let working = secrets.into_iter().filter(|secret| secret.expires_at.is_none_or(|end| end > now));
        let uses = working.enumerate().map(|(age, secret)| {
            let fresh = unwritten.iter().find(|used| used.generation == Some(secret.generation));
            let (ip, agent) = (fresh.and_then(|used| used.ip), fresh.and_then(|used| used.agent.clone()));
            SecretUse {
                current: age == 0,
                expires_at: secret.expires_at,
                last_used_at: fresh.map(|used| used.at).or(secret.last_used_at),
                last_used_ip: ip.map(|ip| ip.to_string()).or(secret.last_used_ip),
                last_used_agent: agent.or(secret.last_used_agent),
            }
        });
        Ok(uses.collect())
    }

    /// The organization's policy for token expiry.
    pub async fn expiry_policy(&self, actor: &Actor) -> Result<ExpiryPolicy> {
        actor.require(scopes::TOKENS_READ)?;
        let tenant = self.tenant(actor.organization).await?;
        Ok(tenant.expiry_policy())
    }

    /// Whether the organization allows PKCS#12 bundles with weak encryption.
    pub async fn allows_compatible_pkcs12(&self, actor: &Actor) -> Result<bool> {
        actor.require(scopes::TOKENS_READ)?;
        Ok(self.tenant(actor.organization).await?.row.allow_compatible_pkcs12)
    }

    /// Converts a stored token to its API representation.
    pub(crate) async fn view(&self, token: mintkey_store::Token) -> Result<wire::Token> {
        let mut views = self.views(vec![token]).await?;
        views.pop().ok_or(crate::Error::Worker("a token has no view"))
    }

    /// Converts stored tokens to their API representation, with the cached names of their owners.
    pub(crate) async fn views(&self, tokens: Vec<mintkey_store::Token>) -> Result<Vec<wire::Token>> {
        let now = self.environment.now();
        let mut names: HashMap<Principal, (String, Option<OwnerStatus>)> = HashMap::new();
        for token in &tokens {
            for principal in [token.owner, token.created_by] {
                if let std::collections::hash_map::Entry::Vacant(free) = names.entry(principal) {
                    let known = self.identities.owner(&self.store, token.organization_id, principal).await?;
                    free.insert(
                        known.map_or_else(Default::default, |known| (known.name.to_string(), Some(known.status))),
                    );
                }
            }
        }
        let views = tokens.into_iter().map(|token| {
            let (owner_name, status) = names.get(&token.owner).cloned().unwrap_or_default();
            let (creator_name, _) = names.get(&token.created_by).cloned().unwrap_or_default();
            let fresh = self.last_used.latest(token.id);
            let needs_attention = needs_attention(&token);
            wire::Token {
                id: token.id,
                client_id: token.id,
                status: TokenStatus::at(now, token.expires_at, token.invalidated_at),
                owner: Owner {
                    kind: token.owner.kind(),
                    id: token.owner.id(),
                    name: owner_name,
                    status: status.unwrap_or(OwnerStatus::Deactivated).to_string(),
                },
                created_by: PrincipalName {
                    kind: token.created_by.kind(),
                    id: token.created_by.id(),
                    name: creator_name,
                },
                // An overlap that has ended isn't shown.
                previous_secret_expires_at: token.previous_secret_expires_at.filter(|end| *end > now),
                last_used_at: fresh.as_ref().map(|used| used.at).or(token.last_used_at),
                last_used_ip: fresh.and_then(|used| used.ip).map(|ip| ip.to_string()).or(token.last_used_ip),
                label: token.label.to_string(),
                description: token.description,
                kind: token.kind,
                organization_id: token.organization_id,
                scopes: token.scopes.to_strings(),
                allowed_cidrs: token.allowed_cidrs.to_strings(),
                created_at: token.created_at,
                updated_at: token.updated_at,
                expires_at: token.expires_at,
                invalidated_at: token.invalidated_at,
                rotated_at: token.rotated_at,
                key_hint: token.key_hint,
                certificate: token.certificate.map(|certificate| wire::TokenCertificate {
                    fingerprint_sha256: hex::encode(&certificate.fingerprint),
                    expires_at: certificate.expires_at,
                }),
                kubeconfig: token.kubeconfig.map(|kubeconfig| wire::TokenKubeconfig {
                    cluster_id: kubeconfig.cluster_id,
                    namespace: kubeconfig.namespace.to_string(),
                    method: kubeconfig.method,
                }),
                needs_attention,
            }
        });
        Ok(views.collect())
    }
}

/// The fields whose stored value can't be read.
fn needs_attention(token: &mintkey_store::Token) -> Vec<String> {
    let ranges = token.allowed_cidrs.has_unreadable().then_some("allowed_cidrs");
    let field = |column: &'static str| match column {
        "owner_type" | "owner_id" => "owner",
        "created_by_type" | "created_by_id" => "created_by",
        "rotated_by_type" | "rotated_by_id" => "rotated_by",
        column => column,
    };
    token.unreadable.iter().copied().map(field).chain(ranges).map(str::to_owned).collect()
}
