//! Client certificates: tried with programs that we didn't write.

mod authorities;
mod bundles;
mod chromium;
mod console;
mod mutual_tls;
mod oauth;
mod proxies;
mod requests;
mod revocation_lists;
pub(crate) mod tools;
