//! The console's HTTP layer: sessions, cookies, headers and forms.

mod cookie;
mod form;
mod headers;
mod opened;
mod own_cookies;
mod pasted_secret;
mod path;
mod query;
mod session;
mod visitor;

pub(crate) use cookie::{
    Theme, cookie_value, delete_cookie, delete_flash, encoded_length, flash, set_cookie, set_transient_cookie,
};
pub(crate) use form::{Submitted, decode_form, run_action, run_form};
pub(crate) use headers::{ShowsSecret, accept_uncompressed, compression, policy, security_headers};
pub(crate) use opened::{from_another_site, host, over_plain_http};
pub(crate) use own_cookies::{OwnCookies, own_cookies};
pub(crate) use pasted_secret::refuse_secret;
pub(crate) use path::{encode, parse_id, redirect, same_origin};
pub(crate) use query::{DUPLICATE_PARAMETER, searchable, validation_messages, without_empty};
pub(crate) use session::{begin, forget as forget_session, layer};
pub(crate) use visitor::{Console, SignInFirst, SignedIn, Visitor, caller, request_id, visitor};
