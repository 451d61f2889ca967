//! Filters a list while the user types, without a page load.

use leptos::{html::Span, prelude::*};

/// Watches the surrounding form. On each change it fetches the page that the form would load, replaces the tabs and
/// results, and updates the URL.
#[island]
pub(crate) fn LiveFilter() -> impl IntoView {
    let place = NodeRef::<Span>::new();
    let announcement = RwSignal::new(String::new());

    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(form) = place.get().and_then(|place| super::browser::closest(&place, "form")) {
            live::watch(form, announcement);
        }
    });

    view! { <span class="sr-only" role="status" node_ref=place>{announcement}</span> }
}

#[cfg(feature = "hydrate")]
mod live {
    use std::{cell::Cell, rc::Rc, time::Duration};

    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Document, DomParser, FormData, HtmlElement, HtmlFormElement, Response, SupportedType};

    use super::super::browser::{document, listen};

    /// Delay between the last input and the request.
    const PAUSE: Duration = Duration::from_millis(200);
    /// The form's fields, in URL order.
    const FIELDS: [&str; 5] = ["status", "q", "owner", "scope", "sort"];
    /// IDs of the elements to replace.
    const PARTS: [&str; 3] = ["tabs", "clear", "results"];

    pub(super) fn watch(form: HtmlElement, announcement: RwSignal<String>) {
        // Only the response to the latest request is used.
        let newest = Rc::new(Cell::new(0_u32));
        let target = form.clone();
        listen(&target, "input", move |_| {
            let number = newest.get().wrapping_add(1);
            newest.set(number);
            let (newest, form) = (newest.clone(), form.clone());
            set_timeout(
                move || {
                    if newest.get() == number {
                        leptos::task::spawn_local(async move {
                            let Some(url) = address(&form) else { return };
                            match fetch(&url).await {
                                Some(page) if newest.get() == number => show(&page, &url, announcement),
                                Some(_) => {}
                                // Signed out, or the server is unreachable: a page load shows which.
                                None => leave_for(&url),
                            }
                        });
                    }
                },
                PAUSE,
            );
        });
    }

    fn address(form: &HtmlElement) -> Option<String> {
        let form: &HtmlFormElement = form.dyn_ref()?;
        let data = FormData::new_with_form(form).ok()?;
        let mut url = String::from("/settings/tokens");
        let mut mark = '?';
        for name in FIELDS {
            let value = data.get(name).as_string().unwrap_or_default();
            if !value.is_empty() {
                url.push(mark);
                url.push_str(name);
                url.push('=');
                url.push_str(&String::from(js_sys::encode_uri_component(&value)));
                mark = '&';
            }
        }
        Some(url)
    }

    async fn fetch(url: &str) -> Option<Document> {
        let answer = JsFuture::from(web_sys::window()?.fetch_with_str(url)).await.ok()?;
        let answer: Response = answer.dyn_into().ok()?;
        if !answer.ok() || answer.redirected() {
            return None;
        }
        let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
        DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
    }

    fn show(page: &Document, url: &str, announcement: RwSignal<String>) {
        let Some(current) = document() else { return };
        for id in PARTS {
            if let (Some(new), Some(old)) = (page.get_element_by_id(id), current.get_element_by_id(id)) {
                old.set_inner_html(&new.inner_html());
            }
        }
        if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
            // If the browser refuses, the URL stays as it was. Nothing depends on it.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(url));
        }
        let count = current.query_selector("#results .table-foot b:last-of-type").ok().flatten();
        announcement.set(match count.and_then(|count| count.text_content()) {
            Some(count) if count == "1" => "1 token found".to_owned(),
            Some(count) => format!("{count} tokens found"),
            None => "No token found".to_owned(),
        });
    }

    fn leave_for(url: &str) {
        if let Some(window) = web_sys::window() {
            // If the navigation fails, there is nothing left to do.
            let _ = window.location().assign(url);
        }
    }
}
