//! Describes the chosen date while the user picks it.

use leptos::{html::P, prelude::*};

use crate::time_format::{end_of_day, moment};

/// Describes the date in a date input. `field` is the input's ID, `value` its initial value.
#[island]
pub(crate) fn DateInWords(field: String, value: String) -> impl IntoView {
    let place = NodeRef::<P>::new();
    let text = RwSignal::new(sentence(&value));

    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use wasm_bindgen::JsCast;

        let input = super::browser::document().and_then(|page| page.get_element_by_id(&field));
        let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        // After a reload, the browser may restore the user's choice.
        text.set(sentence(&input.value()));
        let source = input.clone();
        super::browser::listen(&input, "input", move |_| text.set(sentence(&source.value())));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = field;

    view! { <p class="small" node_ref=place aria-live="polite">{text}</p> }
}

fn sentence(value: &str) -> String {
    end_of_day(value).map_or_else(
        || "Works until the end of the day that you pick, UTC.".to_owned(),
        |end| format!("Expires {}", moment(end)),
    )
}
