//! A copy button.

use leptos::{html::Button, prelude::*};

/// How long the button says "Copied".
#[cfg(feature = "hydrate")]
const SHOWN: std::time::Duration = std::time::Duration::from_secs(2);

/// A button that copies elements' texts. `lines` are names and element IDs. Text without a name is copied as it is;
/// named texts become `NAME=text`, one on each line.
#[island]
pub(crate) fn CopyButton(
    lines: Vec<(String, String)>,
    /// The button's label; empty for an icon only.
    label: String,
    /// What is copied, for the announcement.
    what: String,
    /// The sprite's path.
    icons: String,
) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let copied = RwSignal::new(None::<bool>);
    let class = if label.is_empty() { "icon-btn live-only" } else { "btn live-only" };
    let aria_label = match label.as_str() {
        "Copy" | "" => Some(format!("Copy {what}")),
        _ => None,
    };
    let is_one = lines.len() == 1;
    let announced = move || match copied.get() {
        Some(true) => format!("{what} copied"),
        Some(false) if is_one => "Copying failed. The value is selected: press Ctrl+C or ⌘C.".to_owned(),
        Some(false) => "Copying failed. Select each value and copy it.".to_owned(),
        None => String::new(),
    };
    let text = move || match (label.is_empty(), copied.get()) {
        (true, _) => String::new(),
        (_, Some(true)) => "Copied".to_owned(),
        _ => label.clone(),
    };
    let icon = move || format!("{icons}#i-{}", if copied.get() == Some(true) { "check" } else { "copy" });

    #[cfg(feature = "hydrate")]
    let press = move |_| {
        let text = super::browser::gather(&lines);
        let Some(button) = button.get_untracked() else { return };
        let lines = lines.clone();
        leptos::task::spawn_local(async move {
            let done = write(&text, &button).await;
            copied.set(Some(done));
            if done {
                set_timeout(move || copied.set(None), SHOWN);
            } else if let [(_, id)] = lines.as_slice() {
                super::browser::select_text_of(id);
            }
        });
    };
    #[cfg(not(feature = "hydrate"))]
    let press = {
        let _ = lines;
        |_| {}
    };

    view! {
        <button class=class type="button" aria-label=aria_label node_ref=button on:click=press>
            <svg class="i" aria-hidden="true"><use href=icon></use></svg>
            {text}
        </button>
        <span class=move || if copied.get() == Some(false) { "copy-failed" } else { "sr-only" } role="status">
            {announced}
        </span>
    }
}

/// Copies the text. Over http, where browsers offer no clipboard API, it copies a selection instead.
#[cfg(feature = "hydrate")]
async fn write(text: &str, near: &web_sys::Element) -> bool {
    let Some(window) = web_sys::window() else { return false };
    if window.is_secure_context() {
        let done = wasm_bindgen_futures::JsFuture::from(window.navigator().clipboard().write_text(text)).await;
        if done.is_ok() {
            return true;
        }
    }
    copy_selection(text, near).is_some_and(|done| done)
}

#[cfg(feature = "hydrate")]
fn copy_selection(text: &str, near: &web_sys::Element) -> Option<bool> {
    use wasm_bindgen::JsCast;

    let page: web_sys::HtmlDocument = super::browser::document()?.dyn_into().ok()?;
    let area: web_sys::HtmlTextAreaElement = page.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_class_name("offscreen");
    // Inside the dialog: nothing outside an open dialog can be selected.
    near.parent_element()?.append_child(&area).ok()?;
    area.select();
    let done = page.exec_command("copy").ok();
    area.remove();
    if let Some(button) = near.dyn_ref::<web_sys::HtmlElement>() {
        button.focus().ok()?;
    }
    done
}
