//! The actions on a token that the console offers a user. The service checks each request again.

use mintkey_domain::{PrincipalType, TokenStatus, scopes, wire::Token};
use mintkey_service::Actor;

/// The actions that are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four actions, each there or not")]
pub(crate) struct Abilities {
    pub(crate) edit: bool,
    pub(crate) rotate: bool,
    pub(crate) invalidate: bool,
    pub(crate) delete: bool,
}

impl Abilities {
    /// The actions that this user is offered on this token. Only its owner can edit and rotate a user's token.
    pub(crate) fn of(actor: &Actor, token: &Token) -> Self {
        let can_write = actor.allows(scopes::TOKENS_WRITE);
        let is_own = actor.principal().is_some_and(|principal| principal.id() == token.owner.id);
        let offered = Self::at(can_write, is_own || token.owner.kind == PrincipalType::ServiceAccount, token.status);
        // Of unreadable values, an edit can replace only scopes and ranges; only ranges don't block rotation.
        Self {
            edit: offered.edit && token.needs_attention_only_at(&["scopes", "allowed_cidrs"]),
            rotate: offered.rotate && token.needs_attention_only_at(&["allowed_cidrs"]),
            ..offered
        }
    }

    fn at(can_write: bool, can_edit: bool, status: TokenStatus) -> Self {
        let is_valid = status != TokenStatus::Invalidated;
        Self {
            edit: can_write && can_edit && is_valid,
            // For an expired token, the dialog says what to do first.
            rotate: can_write && can_edit && is_valid,
            invalidate: can_write && is_valid,
            delete: can_write,
        }
    }

    /// Whether any action is offered.
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
