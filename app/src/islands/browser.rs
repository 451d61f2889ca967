//! Browser functions for the islands.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement};

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// An element's text, without CSS margins that look like spaces.
pub(super) fn text_of(id: &str) -> String {
    document()
        .and_then(|page| page.get_element_by_id(id))
        .and_then(|element| element.text_content())
        .unwrap_or_default()
}

/// The text to copy or download: one element's text, or a line `NAME=text` for each.
pub(super) fn gather(lines: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, id) in lines {
        if name.is_empty() {
            text.push_str(&text_of(id));
        } else {
            text.push_str(name);
            text.push('=');
            text.push_str(&text_of(id));
            text.push('\n');
        }
    }
    text
}

/// Selects an element's text, as the user would.
pub(super) fn select_text_of(id: &str) {
    let element = document().and_then(|page| page.get_element_by_id(id));
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    if let (Some(element), Some(selection)) = (element, selection) {
        // Without a selection, the message next to the button still says what to do.
        let _ = selection.select_all_children(&element);
    }
}

/// Calls a closure for each event, until the page is unloaded.
pub(super) fn listen(target: &EventTarget, event: &str, run: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(run);
    // Registering a listener can't fail in a way that needs handling.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// The nearest matching ancestor, or the element itself.
pub(super) fn closest(element: &Element, selector: &str) -> Option<HtmlElement> {
    element.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// All matching descendants, in document order.
pub(super) fn within(element: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = element.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}
