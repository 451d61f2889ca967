//! Which actions a person sees at a token. The service decides again when one is asked for.

use mintkey_domain::{PrincipalType, TokenStatus, own, wire::Token};
use mintkey_service::Actor;

/// The actions that make sense for a token and its viewer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four actions, each there or not")]
pub(crate) struct Abilities {
    /// Change label, scopes, end.
    pub(crate) edit: bool,
    /// Replace the secret.
    pub(crate) rotate: bool,
    /// Stop it for good.
    pub(crate) invalidate: bool,
    /// Remove it.
    pub(crate) delete: bool,
}

impl Abilities {
    /// What this person may do with this token. The secret and the rights of somebody else's token are theirs alone.
    pub(crate) fn of(actor: &Actor, token: &Token) -> Self {
        let write = actor.allows(own::TOKENS_WRITE);
        let mine = actor.principal().is_some_and(|principal| principal.id() == token.owner.id);
        let offered = Self::at(write, mine || token.owner.kind == PrincipalType::ServiceAccount, token.status);
        // Of what can't be read an edit replaces scopes and ranges only, and a new secret would be refused.
        Self {
            edit: offered.edit && token.needs_attention_only_at(&["scopes", "allowed_cidrs"]),
            rotate: offered.rotate && token.needs_attention_only_at(&["allowed_cidrs"]),
            ..offered
        }
    }

    fn at(write: bool, entrusted: bool, status: TokenStatus) -> Self {
        let alive = status != TokenStatus::Invalidated;
        Self {
            edit: write && entrusted && alive,
            // Of an expired one the dialog says what has to be done first.
            rotate: write && entrusted && alive,
            invalidate: write && alive,
            delete: write,
        }
    }

    /// Whether there is anything to choose from.
    pub(crate) const fn any(self) -> bool {
        self.edit || self.rotate || self.invalidate || self.delete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalidated_token_can_only_be_deleted() {
        let abilities = Abilities::at(true, true, TokenStatus::Invalidated);
        assert_eq!(abilities, Abilities { delete: true, ..Abilities::default() });
    }

    #[test]
    fn somebody_elses_token_can_only_be_ended() {
        let abilities = Abilities::at(true, false, TokenStatus::Active);
        assert_eq!(abilities, Abilities { invalidate: true, delete: true, ..Abilities::default() });
    }

    #[test]
    fn an_auditor_sees_no_action() {
        assert!(!Abilities::at(false, true, TokenStatus::Active).any());
    }
}
