//! The steps of a plan.

use std::fmt;

use mintkey_client::{
    NewScope, NewServiceAccount, ScopeChanges, ScopeId, ServiceAccountChanges, ServiceAccountId, Token, TokenChanges,
    TokenId,
    wire::{self, ServiceAccount},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::state::SecretTarget;

/// One change.
#[derive(Debug)]
pub(super) enum Step {
    CreateScope(NewScope),
    EditScope { id: ScopeId, name: String, changes: ScopeChanges },
    DeleteScope { id: ScopeId, name: String },
    CreateAccount(NewServiceAccount),
    EditAccount { id: ServiceAccountId, name: String, changes: ServiceAccountChanges },
    DecommissionAccount { id: ServiceAccountId, name: String, tokens: i64 },
    CreateToken { label: String, owner: String, owner_id: OwnerId, token: Token, secret: SecretTarget },
    EditToken { id: TokenId, label: String, owner: String, changes: TokenChanges },
    InvalidateToken { id: TokenId, label: String, owner: String },
}

/// The owner of a new token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum OwnerId {
    /// The caller.
    Caller,
    Known(Uuid),
    /// A service account that an earlier step creates.
    NewAccount(String),
}

impl Step {
    /// Whether it removes something.
    pub(super) const fn is_removal(&self) -> bool {
        matches!(self, Self::DeleteScope { .. } | Self::DecommissionAccount { .. } | Self::InvalidateToken { .. })
    }

    /// Whether the service account isn't allowed the scope after this step.
    pub(super) fn frees_account(&self, account: &ServiceAccount, scope: &str) -> bool {
        match self {
            Self::DecommissionAccount { id, .. } => *id == account.id,
            Self::EditAccount { id, changes, .. } => {
                let allowed = changes.allowed_scopes.as_ref();
                *id == account.id && allowed.is_some_and(|allowed| !allowed.iter().flatten().any(|one| one == scope))
            }
            _ => false,
        }
    }

    /// Whether the token doesn't hold the scope after this step.
    pub(super) fn frees_token(&self, token: &wire::Token, scope: &str) -> bool {
        match self {
            Self::InvalidateToken { id, .. } => *id == token.id,
            Self::DecommissionAccount { id, .. } => id.uuid() == token.owner.id,
            Self::EditToken { id, changes, .. } => {
                *id == token.id
                    && changes.scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|held| held == scope))
            }
            _ => false,
        }
    }

    /// How many tokens it stops.
    pub(super) const fn stopped_tokens(&self) -> i64 {
        match self {
            Self::DecommissionAccount { tokens, .. } => *tokens,
            Self::InvalidateToken { .. } => 1,
            _ => 0,
        }
    }

    /// The step for programs.
    pub(super) fn description(&self) -> Value {
        let (action, kind, name, changes) = self.parts();
        json!({"action": action, "kind": kind, "name": name, "changes": changes})
    }

    fn parts(&self) -> (&'static str, &'static str, String, Value) {
        match self {
            Self::CreateScope(scope) => ("create", "scope", scope.name.clone(), fields(scope)),
            Self::EditScope { name, changes, .. } => ("edit", "scope", name.clone(), fields(changes)),
            Self::DeleteScope { name, .. } => ("delete", "scope", name.clone(), Value::Null),
            Self::CreateAccount(account) => ("create", "service account", account.name.clone(), fields(account)),
            Self::EditAccount { name, changes, .. } => {
                let mut changes = fields(changes);
                // It's how, not what.
                changes.as_object_mut().and_then(|changes| changes.remove("invalidate_tokens"));
                ("edit", "service account", name.clone(), changes)
            }
            Self::DecommissionAccount { name, tokens, .. } => {
                ("decommission", "service account", format!("{name} (tokens: {tokens})"), Value::Null)
            }
            Self::CreateToken { label, owner, token, .. } => {
                ("create", "token", format!("\"{label}\" of {owner}"), fields(token))
            }
            Self::EditToken { label, owner, changes, .. } => {
                ("edit", "token", format!("\"{label}\" of {owner}"), fields(changes))
            }
            Self::InvalidateToken { label, owner, .. } => {
                ("invalidate", "token", format!("\"{label}\" of {owner}"), Value::Null)
            }
        }
    }
}

fn fields(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (action, kind, name, changes) = self.parts();
        write!(f, "{action} the {kind} {name}")?;
        if let Self::CreateToken { secret, .. } = self {
            return write!(f, " – scopes: {}, secret: {secret}", changes["scopes"]);
        }
        let Some(changes) = changes.as_object().filter(|_| action == "edit") else { return Ok(()) };
        for (index, (field, value)) in changes.iter().enumerate() {
            write!(f, "{} {field}: {value}", if index == 0 { " –" } else { "," })?;
        }
        Ok(())
    }
}
