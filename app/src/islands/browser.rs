//! The browser's functions that the islands use.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement};

/// The page.
pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The text of an element, without the margins that look like spaces.
pub(super) fn text_of(id: &str) -> String {
    document()
        .and_then(|page| page.get_element_by_id(id))
        .and_then(|element| element.text_content())
        .unwrap_or_default()
}

/// The text to copy or download: that of one element, or a line `NAME=text` for each.
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

/// Selects the text of an element, as if it had been marked by hand.
pub(super) fn select_text_of(id: &str) {
    let element = document().and_then(|page| page.get_element_by_id(id));
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    if let (Some(element), Some(selection)) = (element, selection) {
        // Without a selection the message beside the button still says what to do.
        let _ = selection.select_all_children(&element);
    }
}

/// Runs a closure at each such event, as long as the page lives.
pub(super) fn listen(target: &EventTarget, event: &str, run: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(run);
    // An event name that the browser doesn't know does nothing; there is nothing to handle.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// The nearest element around this one that matches.
pub(super) fn closest(element: &Element, selector: &str) -> Option<HtmlElement> {
    element.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// All elements within this one, in the order of the page.
pub(super) fn within(element: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = element.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}
