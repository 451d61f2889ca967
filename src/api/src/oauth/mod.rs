//! OAuth 2: the token endpoint, introspection, revocation, and what they say of themselves.

mod client;
mod error;
mod form;
mod introspect;
mod metadata;
mod revoke;
mod token;

pub(crate) use self::error::OAuthError;
use crate::routes::Routes;

const AREA: &str = "OAuth 2";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(&token::TOKEN, token::token)
        .open(&introspect::INTROSPECT, introspect::introspect)
        .open(&revoke::REVOKE, revoke::revoke)
        .open(&metadata::METADATA, metadata::metadata)
}
