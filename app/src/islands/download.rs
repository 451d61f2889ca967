//! A button that downloads texts of the page as a file.

use leptos::prelude::*;

/// Downloads elements' texts as a file of `NAME=text` lines. The browser creates the file, without a request.
#[island]
pub(crate) fn DownloadEnv(
    /// Names and element IDs.
    lines: Vec<(String, String)>,
    /// The file's name.
    file: String,
    /// The sprite's path.
    icons: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    let press = move |_| save(&file, &super::browser::gather(&lines)).unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    let press = {
        let _ = (lines, file);
        |_| {}
    };
    view! {
        <button class="btn live-only" type="button" on:click=press>
            <svg class="i" aria-hidden="true"><use href=format!("{icons}#i-download")></use></svg>
            "Download .env"
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn save(file: &str, text: &str) -> Option<()> {
    use wasm_bindgen::JsCast;

    let link: web_sys::HtmlElement = super::browser::document()?.create_element("a").ok()?.dyn_into().ok()?;
    let data = String::from(js_sys::encode_uri_component(text));
    link.set_attribute("href", &format!("data:text/plain;charset=utf-8,{data}")).ok()?;
    link.set_attribute("download", file).ok()?;
    link.click();
    Some(())
}
