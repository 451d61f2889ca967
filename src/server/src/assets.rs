//! The browser's files, embedded in the executable.
//!
//! `cargo xtask` names each by its content and compresses it once, so an answer is a look-up, and a browser may keep
//! it for a year.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use mintkey_app::ConsoleAssets;

/// The islands' script in the manifest.
const SCRIPT: &str = "mintkey.js";
const ONE_DAY: &str = "public, max-age=86400";
const VARY: &str = "accept-encoding";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The output of `cargo xtask` in `target/site`.
#[derive(rust_embed::Embed)]
#[folder = "../../target/site"]
struct Site;

/// The names of the files. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Assets {
    /// Maps plain names to names with a hash.
    names: Arc<HashMap<String, String>>,
}

impl Assets {
    /// Loads the embedded manifest. It is empty in a build without `cargo xtask`.
    pub(crate) fn load() -> Self {
        let names = Site::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok());
        Self { names: Arc::new(names.unwrap_or_default()) }
    }

    /// The URL path of a file: `mintkey.css` is at `/assets/mintkey-0123456789ab.css`.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("/assets/{}", self.names.get(name).map_or(name, String::as_str))
    }

    /// The paths that the console's pages use.
    pub(crate) fn console(&self) -> ConsoleAssets {
        ConsoleAssets {
            stylesheet: self.path("mintkey.css"),
            page_script: self.path("page.js"),
            icons: self.path("icons.svg"),
            logo: self.path("logo.svg"),
            wasm_stem: self.script_stem(),
        }
    }

    /// The script's hashed name without its extension, which Leptos calls `output_name`. The wasm file has the same
    /// stem plus `_bg`.
    fn script_stem(&self) -> Option<String> {
        self.names.get(SCRIPT)?.strip_suffix(".js").map(str::to_owned)
    }
}

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(asset)).route("/favicon.ico", get(favicon))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    // Compressed copies have no URLs of their own.
    if matches!(name.rsplit_once('.'), Some((_, "br" | "gz"))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    serve(&name, file, &headers, IMMUTABLE)
}

/// Browsers request this path by default, although the pages link the icon.
async fn favicon(headers: HeaderMap) -> Response {
    let assets = Assets::load();
    let logo = assets.path("logo.svg");
    serve(logo.trim_start_matches("/assets/"), file, &headers, ONE_DAY)
}

fn serve(name: &str, file: impl Fn(&str) -> Option<Bytes>, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(plain) = file(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // `*` matches any stored copy of a file that exists (RFC 9110 section 13.1.2).
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == "*") {
        return (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, cache), (header::VARY, VARY)]).into_response();
    }
    let compressed = codings(headers).find_map(|(coding, end)| Some((coding, file(&format!("{name}.{end}"))?)));
    let (coding, body) = compressed.map_or((None, plain), |(coding, body)| (Some(coding), body));

    let media_type = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream");
    let head = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, cache), (header::VARY, VARY)];
    let mut response = (head, body).into_response();
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn file(name: &str) -> Option<Bytes> {
    Site::get(&format!("assets/{name}")).map(|file| match file.data {
        Cow::Borrowed(bytes) => bytes.into(),
        Cow::Owned(bytes) => bytes.into(),
    })
}

/// Returns the codings to respond with, the best first, each with its file suffix (RFC 9110 section 12.5.3).
///
/// `*` alone doesn't request a coding: the uncompressed file is also a valid response, unless it is refused.
fn codings(headers: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> {
    const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];
    let named = |coding| is_accepted(headers, coding);
    let or_any = move |coding| named(coding).or_else(|| named("*"));
    let by_name = CODINGS.into_iter().filter(move |(coding, _)| named(coding) == Some(true));
    let is_plain_refused = or_any("identity") == Some(false);
    let instead = CODINGS.into_iter().filter(move |(coding, _)| is_plain_refused && or_any(coding) != Some(false));
    by_name.chain(instead)
}

/// Whether `Accept-Encoding` accepts this coding; `None` if the header doesn't name it.
fn is_accepted(headers: &HeaderMap, coding: &str) -> Option<bool> {
    let lines = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).find_map(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next().filter(|name| name.eq_ignore_ascii_case(coding))?;
        let mut parameters = words.filter_map(|word| word.split_once('='));
        let is_zero =
            |(name, weight): (&str, &str)| name.trim().eq_ignore_ascii_case("q") && weight.trim().parse() == Ok(0.0);
        Some(!parameters.any(is_zero))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn every_file_of_the_manifest_is_there() {
        for name in Assets::load().names.values() {
            assert!(file(name).is_some(), "{name}");
        }
    }

    /// The status and the coding of an answer about a file that has both compressed copies.
    fn answered(name: HeaderName, value: &'static str) -> (StatusCode, Option<HeaderValue>) {
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        let mut response = serve("a.css", |_| Some("a{}".into()), &headers, IMMUTABLE);
        (response.status(), response.headers_mut().remove(header::CONTENT_ENCODING))
    }

    #[test]
    fn a_reader_who_has_any_copy_gets_none() {
        assert_eq!(answered(header::IF_NONE_MATCH, "*").0, StatusCode::NOT_MODIFIED);
        assert_eq!(answered(header::IF_NONE_MATCH, "\"a\"").0, StatusCode::OK);
    }

    #[test]
    fn the_coding_is_one_that_the_reader_takes() {
        for (accepted, coding) in [
            ("", None),
            ("identity", None),
            ("brotli", None),
            ("*", None),
            ("gzip, deflate, br, zstd", Some("br")),
            ("GZIP;q=0.5", Some("gzip")),
            ("br; q=0.000", None),
            ("br;q=0, gzip", Some("gzip")),
            ("identity;q=0", Some("br")),
            ("gzip, identity;q=0", Some("gzip")),
            ("*, identity;q=0", Some("br")),
            ("gzip, *;q=0", Some("gzip")),
            ("br;q=0, identity;q=0", Some("gzip")),
            // Nothing is left: better the file than none.
            ("*;q=0", None),
        ] {
            let expected = (StatusCode::OK, coding.map(HeaderValue::from_static));
            assert_eq!(answered(header::ACCEPT_ENCODING, accepted), expected, "{accepted}");
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
