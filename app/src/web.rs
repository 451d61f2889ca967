//! How the console speaks HTTP: sessions, cookies, headers, forms, pages.

mod cookie;
mod form;
mod guard;
mod headers;
mod opened;
mod own_cookies;
mod page;
mod pasted_secret;
mod path;
mod query;
mod session;
mod visitor;

pub(crate) use cookie::{Theme, cookie_value, encoded_length, flash, forget, remember, remember_while_open};
pub(crate) use form::{Submitted, decode, run, submit};
pub(crate) use guard::{call_server_function, cross_origin, identify_visitor};
pub(crate) use headers::{compression, security_headers};
pub(crate) use opened::{from_another_site, host, over_plain_http};
pub(crate) use own_cookies::{OwnCookies, own_cookies};
pub(crate) use page::{Screen, unframed};
pub(crate) use path::{encode, redirect, same_origin};
pub(crate) use query::{NAMED_TWICE, mistakes, searchable};
pub(crate) use session::{begin, forget as forget_session, layer};
pub(crate) use visitor::{Console, SignedIn, Visitor, caller, visitor};
