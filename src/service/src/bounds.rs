//! A token's bounds, its addresses and its end, also bind what it hands on: a token that works from one address for an
//! hour can't make an unbounded one, nor lift its own bounds.

use mintkey_domain::{AddressRanges, ErrorCode, FieldCode, FieldErrors, Timestamp};
use mintkey_store::Token;

use crate::{Actor, Error, Result};

const ADDRESSES: &str = "allowed_cidrs";
const END: &str = "expires_at";

impl Actor {
    /// Notes at `allowed_cidrs` ranges that reach beyond the actor's own. None at all means any address.
    pub(crate) fn check_addresses(&self, ranges: &AddressRanges, errors: &mut FieldErrors) {
        if self.bound_by.as_ref().is_some_and(|token| !token.allowed.contains(ranges)) {
            let message = "The credential that asks is bound to addresses: name ranges within its own.";
            errors.push(ADDRESSES, FieldCode::BeyondOwnBounds, message);
        }
    }

    /// Notes at that field an end behind the actor's own.
    pub(crate) fn check_end(&self, end: Option<Timestamp>, field: &'static str, errors: &mut FieldErrors) {
        let Some(own) = self.own_end() else { return };
        if end.is_none_or(|end| end > own) {
            let message = "The credential that asks ends sooner: choose an end that isn't behind its own.";
            errors.push(field, FieldCode::BeyondOwnBounds, message);
        }
    }

    /// Refuses to give out a proof of a token that is bound to less than the actor.
    pub(crate) fn require_within_bounds(&self, token: &Token) -> Result<()> {
        let mut errors = FieldErrors::new();
        self.check_addresses(&token.allowed_cidrs, &mut errors);
        self.check_end(token.expires_at, END, &mut errors);
        Ok(errors.into_result()?)
    }

    /// The end of a link that the actor makes: a bounded token's own end at the latest. A link works from anywhere, so
    /// a token that is bound to addresses makes none.
    pub(crate) fn end_of_link(&self, end: Timestamp) -> Result<Timestamp> {
        if self.bound_by.as_ref().is_some_and(|token| !token.allowed.is_any()) {
            let message = "The credential that asks is bound to addresses, and a link works from anywhere.";
            return Err(Error::refused(ErrorCode::BeyondOwnBounds, message));
        }
        Ok(self.own_end().map_or(end, |own| own.min(end)))
    }

    /// The end of the token that the actor's credential is or came from. An access token's own hour is none.
    pub(crate) fn own_end(&self) -> Option<Timestamp> {
        self.bound_by.as_ref().and_then(|token| token.expires_at)
    }
}
