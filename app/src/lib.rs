//! The console: pages rendered on the server that work without JavaScript, and islands that run in the browser.
//!
//! Each feature's folder has its pages, forms and server functions. `web` handles requests, and `frame` has the shared
//! components. The feature `ssr` builds the server's side; `hydrate` builds only the islands.

#![recursion_limit = "512"]
#![cfg_attr(
    feature = "ssr",
    expect(
        unreachable_pub,
        clippy::needless_pass_by_value,
        reason = "`#[component]` makes the props a `pub` struct, and a component owns its props"
    )
)]

#[expect(
    unreachable_pub,
    clippy::needless_pass_by_value,
    reason = "what makes an island alive is a `pub` export of the wasm, and its values are read from the page"
)]
mod islands;
mod time_format;

#[cfg(feature = "ssr")]
mod audit;
#[cfg(feature = "ssr")]
mod background;
#[cfg(feature = "ssr")]
mod clock;
#[cfg(feature = "ssr")]
mod clusters;
#[cfg(feature = "ssr")]
mod console;
#[cfg(feature = "ssr")]
mod entry;
#[cfg(feature = "ssr")]
mod error;
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
mod help;
#[cfg(feature = "ssr")]
mod hidden;
#[cfg(feature = "ssr")]
mod idempotency;
#[cfg(feature = "ssr")]
mod members;
#[cfg(feature = "ssr")]
mod middleware;
#[cfg(feature = "ssr")]
mod options;
#[cfg(feature = "ssr")]
mod organization;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod profile;
#[cfg(feature = "ssr")]
mod return_to;
#[cfg(feature = "ssr")]
mod scopes;
#[cfg(feature = "ssr")]
mod service_accounts;
#[cfg(feature = "ssr")]
mod system;
#[cfg(feature = "ssr")]
mod tokens;
#[cfg(feature = "ssr")]
mod web;

#[cfg(feature = "ssr")]
pub use console::router;
#[cfg(feature = "ssr")]
pub use options::{ClientIp, ConsoleAssets, ConsoleOptions};
