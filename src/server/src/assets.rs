//! The browser's files, inside the executable.
//!
//! `cargo xtask` names each by its content and compresses it once, so an answer is a look-up, and a browser may keep
//! it for good.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use mintkey_app::ConsoleAssets;

/// The name of the islands' script in the manifest.
const SCRIPT: &str = "mintkey.js";
const ONE_DAY: &str = "public, max-age=86400";
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// What `cargo xtask` has written to `target/site`.
#[derive(rust_embed::Embed)]
#[folder = "../../target/site"]
struct Site;

/// Where each file is served. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Assets {
    /// From the plain name to the one that carries the hash.
    names: Arc<HashMap<String, String>>,
}

impl Assets {
    /// Reads the embedded manifest. It is empty in a build without `cargo xtask`.
    pub(crate) fn load() -> Self {
        let names = Site::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok());
        Self { names: Arc::new(names.unwrap_or_default()) }
    }

    /// The URL path of a file: `mintkey.css` is at `/assets/mintkey-0123456789ab.css`.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("/assets/{}", self.names.get(name).map_or(name, String::as_str))
    }

    /// What the pages refer to.
    pub(crate) fn console(&self) -> ConsoleAssets {
        ConsoleAssets {
            stylesheet: self.path("mintkey.css"),
            page_script: self.path("page.js"),
            icons: self.path("icons.svg"),
            logo: self.path("logo.svg"),
            wasm_stem: self.script_stem(),
        }
    }

    /// What Leptos calls `output_name`: the hashed name of the script without its ending. The wasm's is the same
    /// with `_bg`.
    fn script_stem(&self) -> Option<String> {
        self.names.get(SCRIPT)?.strip_suffix(".js").map(str::to_owned)
    }
}

/// The routes of the files.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(asset)).route("/favicon.ico", get(favicon))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    // The compressed copies have no URL of their own.
    if matches!(name.rsplit_once('.'), Some((_, "br" | "gz"))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    serve(&name, &headers, FOR_GOOD)
}

/// Browsers ask for this path unbidden; the pages themselves name the icon.
async fn favicon(headers: HeaderMap) -> Response {
    let assets = Assets::load();
    let logo = assets.path("logo.svg");
    serve(logo.trim_start_matches("/assets/"), &headers, ONE_DAY)
}

fn serve(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(plain) = file(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers.get_all(header::ACCEPT_ENCODING);
    let compressed = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| accepted.iter().any(|value| accepts(value, coding)))
        .find_map(|(coding, end)| Some((coding, file(&format!("{name}.{end}"))?)));
    let (coding, body) = compressed.map_or((None, plain), |(coding, body)| (Some(coding), body));

    let media_type = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream");
    let head = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ];
    let mut response = (head, body).into_response();
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn file(name: &str) -> Option<axum::body::Bytes> {
    Site::get(&format!("assets/{name}")).map(|file| match file.data {
        Cow::Borrowed(bytes) => bytes.into(),
        Cow::Owned(bytes) => bytes.into(),
    })
}

/// Whether an `Accept-Encoding` value (RFC 9110, section 12.5.3) takes this coding. `*` isn't looked at: without
/// a coding's name the plain file is right as well.
fn accepts(value: &HeaderValue, coding: &str) -> bool {
    value.to_str().unwrap_or_default().split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = words
            .filter_map(|word| word.split_once('='))
            .any(|(name, weight)| name.trim().eq_ignore_ascii_case("q") && weight.trim().parse() == Ok(0.0));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts_text(value: &'static str, coding: &str) -> bool {
        accepts(&HeaderValue::from_static(value), coding)
    }

    #[test]
    fn a_coding_is_taken_when_named_and_not_refused() {
        assert!(accepts_text("gzip, deflate, br, zstd", "br"));
        assert!(accepts_text("GZIP;q=0.5", "gzip"));
        assert!(!accepts_text("gzip", "br"));
        assert!(!accepts_text("br;q=0, gzip", "br"));
        assert!(!accepts_text("br; q=0.000", "br"));
        assert!(!accepts_text("brotli", "br"));
        assert!(!accepts_text("", "gzip"));
    }

    #[test]
    fn every_file_of_the_manifest_is_there() {
        for name in Assets::load().names.values() {
            assert!(file(name).is_some(), "{name}");
        }
    }

    #[tokio::test]
    async fn unknown_files_and_compressed_copies_are_not_found() {
        for name in ["nothing.css", "../manifest.json", "manifest.json", "mintkey.css.br"] {
            let response = asset(Path(name.to_owned()), HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn names_without_a_manifest_stay_plain() {
        let assets = Assets::default();
        assert_eq!(assets.path("mintkey.css"), "/assets/mintkey.css");
        assert_eq!(assets.script_stem(), None);
    }
}
