//! A token's limits, its address ranges and its expiry, also apply to what it creates: a token for one address and one
//! hour can't create an unlimited one or remove its own limits.

use mintkey_domain::{AddressRanges, ErrorCode, FieldCode, FieldErrors, Timestamp};
use mintkey_store::Token;

use crate::{Actor, Error, Result};

const ADDRESSES: &str = "allowed_cidrs";
const EXPIRY: &str = "expires_at";

impl Actor {
    /// Adds an error at `allowed_cidrs` for ranges beyond the actor's own. Empty ranges allow any address.
    pub(crate) fn check_addresses(&self, ranges: &AddressRanges, errors: &mut FieldErrors) {
        if self.bounding_token.as_ref().is_some_and(|token| !token.allowed.contains(ranges)) {
            let message = "The request's credential is limited to addresses: name ranges within its own.";
            errors.push(ADDRESSES, FieldCode::BeyondOwnBounds, message);
        }
    }

    /// Adds an error at this field if the expiry is later than the actor's own.
    pub(crate) fn check_expiry(&self, end: Option<Timestamp>, field: &'static str, errors: &mut FieldErrors) {
        let Some(own) = self.own_expiry() else { return };
        if end.is_none_or(|end| end > own) {
            let message = "The request's credential expires sooner: choose an expiry that isn't after its own.";
            errors.push(field, FieldCode::BeyondOwnBounds, message);
        }
    }

    /// Refuses to reveal a secret of a token that has wider limits than the actor.
    pub(crate) fn require_within_bounds(&self, token: &Token) -> Result<()> {
        let mut errors = FieldErrors::new();
        self.check_addresses(&token.allowed_cidrs, &mut errors);
        self.check_expiry(token.expires_at, EXPIRY, &mut errors);
        Ok(errors.into_result()?)
    }

    /// Limits the expiry of a link that the actor creates to the actor's own. A link works from any address, so a token
    /// with address ranges can't create one.
    pub(crate) fn link_expiry(&self, end: Timestamp) -> Result<Timestamp> {
        if self.bounding_token.as_ref().is_some_and(|token| !token.allowed.is_any()) {
            let message = "The request's credential is limited to addresses, and a link works from any address.";
            return Err(Error::refused(ErrorCode::BeyondOwnBounds, message));
        }
        Ok(self.own_expiry().map_or(end, |own| own.min(end)))
    }

    /// The expiry of the token that the actor used or that issued its access token, not of the access token.
    pub(crate) fn own_expiry(&self) -> Option<Timestamp> {
        self.bounding_token.as_ref().and_then(|token| token.expires_at)
    }
}
