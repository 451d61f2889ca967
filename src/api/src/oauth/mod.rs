//! OAuth 2: the token endpoint, introspection, revocation, and what they say of themselves.

mod client;
mod error;
mod form;
mod introspect;
mod metadata;
mod revoke;
mod token;

pub(crate) use self::error::{OAuthError, respond};
use crate::{
    endpoint::{Field, Kind},
    routes::Routes,
};

const AREA: &str = "OAuth 2";
const ASSERTION_TYPE: Field = Field::new(
    "client_assertion_type",
    Kind::Text,
    "With an assertion: `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.",
);
const ASSERTION: Field = Field::new(
    "client_assertion",
    Kind::Text,
    "A JWT that the client signed with one of its keys (RFC 7523), instead of its secret. `iss` and `sub` are the client \
     ID, `aud` the issuer or the token endpoint, or a list of these two and nobody else, `exp` at most ten minutes ahead, and each `jti` works once.",
);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .open(&token::TOKEN, token::token)
        .open(&introspect::INTROSPECT, introspect::introspect)
        .open(&revoke::REVOKE, revoke::revoke)
        .open(&metadata::METADATA, metadata::metadata)
}
