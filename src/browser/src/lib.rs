//! The browser's entry point, which starts a page's islands. Pages work without it.

// The islands are exports of this crate's wasm; the page's script calls them by name.
use mintkey_app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the islands. The page's script calls this first.
#[wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    // Shows elements that need JavaScript.
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-live", "");
    }
}
