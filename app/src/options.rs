//! Options to build the console.

use std::{net::IpAddr, sync::Arc};

use http::request::Parts;
use mintkey_domain::SessionCookieName;
use mintkey_service::Service;

/// Returns the client's IP address of a request.
pub type ClientIp = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// The options of the console.
pub struct ConsoleOptions {
    /// The service layer.
    pub service: Service,
    /// The public origin that browsers and clients use, such as `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Whether the public origin is https. Cookies are then `Secure`.
    pub secure: bool,
    /// The session cookie's name, from which the names of the other cookies are derived.
    pub session_cookie: SessionCookieName,
    /// Paths of the browser's files.
    pub assets: ConsoleAssets,
    /// Determines the client's IP address, behind trusted proxies.
    pub client_ip: ClientIp,
}

/// URL paths of the browser's files, such as `/assets/mintkey-0123456789ab.css`.
#[derive(Debug, Clone, Default)]
pub struct ConsoleAssets {
    /// The style sheet.
    pub stylesheet: String,
    /// The script of every page.
    pub page_script: String,
    /// The icon sprite.
    pub icons: String,
    /// The favicon.
    pub logo: String,
    /// Stem of the islands' script: `/assets/` has `STEM.js` and `STEM_bg.wasm`. `None` if they weren't built; pages
    /// work without them.
    pub wasm_stem: Option<String>,
}
