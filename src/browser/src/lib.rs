//! What a browser loads to make the islands of a page alive. The pages work without it.

// The islands are exports of this crate's wasm: the script on the page calls them by name.
use mintkey_app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script before any island.
#[wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    // From here on the page shows what only works with script.
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-live", "");
    }
}
