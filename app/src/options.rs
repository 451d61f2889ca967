//! What the console needs to know to be built.

use std::{net::IpAddr, sync::Arc};

use http::request::Parts;
use mintkey_domain::SessionCookieName;
use mintkey_service::Service;

/// How a caller's address is found.
pub type ClientIp = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// The options of the console.
pub struct ConsoleOptions {
    /// The service.
    pub service: Service,
    /// The origin that people and devices use, such as `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Whether that is https: cookies are then sent over https only.
    pub secure: bool,
    /// The name of the session's cookie, after which the others are named.
    pub session_cookie: SessionCookieName,
    /// Where the browser's files are.
    pub assets: ConsoleAssets,
    /// Finds a caller's address, behind whatever proxies are trusted.
    pub client_ip: ClientIp,
}

/// The URL paths of the browser's files, such as `/assets/mintkey-0123456789ab.css`.
#[derive(Debug, Clone, Default)]
pub struct ConsoleAssets {
    /// The style sheet.
    pub stylesheet: String,
    /// The small script of every page.
    pub page_script: String,
    /// The sprite of icons.
    pub icons: String,
    /// The icon of the browser's tab.
    pub logo: String,
    /// The script of the islands without its ending: `STEM.js` and `STEM_bg.wasm` are in `/assets/`. `None` if they
    /// weren't built: the pages work without.
    pub wasm_stem: Option<String>,
}
