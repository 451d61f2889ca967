//! Summarizes a form in one sentence.

use leptos::{html::P, prelude::*};

/// The token that the form would create.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Plan {
    label: String,
    kind: &'static str,
    owner: String,
    scopes: String,
    until: String,
    from: String,
}

/// Summarizes the surrounding form for a new token after each change.
#[island]
pub(crate) fn Summary() -> impl IntoView {
    let place = NodeRef::<P>::new();
    let plan = RwSignal::new(None::<Plan>);

    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let Some(form) = place.get().and_then(|place| super::browser::closest(&place, "form")) else { return };
        plan.set(read(&form));
        let source = form.clone();
        super::browser::listen(&form, "change", move |_| plan.set(read(&source)));
    });

    let sentence = move || {
        match plan.get() {
        None => view! { "The secret is shown once, right after." }.into_any(),
        Some(plan) => view! {
            <strong>{plan.label}</strong>": "{plan.kind}" for "<strong>{plan.owner}</strong>" with "<strong>{plan.scopes}</strong>", valid "
            <strong>{plan.until}</strong>", usable from "<strong>{plan.from}</strong>"."
        }
        .into_any(),
    }
    };
    view! { <p class="summary" aria-live="polite" node_ref=place>{sentence}</p> }
}

/// Reads the form; `None` while the label is empty.
#[cfg(feature = "hydrate")]
fn read(form: &web_sys::Element) -> Option<Plan> {
    use wasm_bindgen::JsCast;

    use crate::time_format::{DAY, date, end_of_day, moment};

    let form: &web_sys::HtmlFormElement = form.dyn_ref()?;
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let text = |name: &str| data.get(name).as_string().unwrap_or_default();
    let lines = |name: &str| text(name).lines().filter(|line| !line.trim().is_empty()).count();

    let label = text("label").trim().to_owned();
    let kind = match text("kind").as_str() {
        "client_certificate" => "a client certificate",
        "kubeconfig" => "a kubeconfig",
        _ => "an API key",
    };
    let owner = form.query_selector("#owner option:checked").ok().flatten().and_then(|option| option.text_content());
    let owner = owner.map_or_else(|| "you".to_owned(), |name| if name == "You" { "you".to_owned() } else { name });
    let count = usize::try_from(data.get_all("scopes[]").length()).ok()? + lines("patterns");
    let scopes = match count {
        0 => "no scope yet".to_owned(),
        1 => "1 scope".to_owned(),
        n => format!("{n} scopes"),
    };
    // The certificate of a kubeconfig has a choice of its own.
    let (expires, chosen) = if text("kind") == "kubeconfig" && text("method") == "certificate" {
        (text("lifetime"), "#lifetime option:checked")
    } else {
        (text("expires"), "input[name=expires]:checked")
    };
    let until = match expires.as_str() {
        "never" => "until someone invalidates it".to_owned(),
        "custom" => {
            end_of_day(&text("expires_on")).map_or("until a day".to_owned(), |end| format!("until {}", date(end)))
        }
        _ => {
            let checked = form.query_selector(chosen).ok()??;
            let millis: i64 = checked.get_attribute("data-millis")?.parse().ok()?;
            // A browser's time in milliseconds since 1970 always fits.
            #[expect(clippy::cast_possible_truncation, reason = "a whole number far below 2^53")]
            let now = js_sys::Date::now() as i64;
            let end = now.saturating_add(millis);
            format!("until {}", if millis < DAY { moment(end) } else { date(end) })
        }
    };
    let from = match lines("allowed_cidrs") {
        0 => "any address".to_owned(),
        1 => text("allowed_cidrs").trim().to_owned(),
        n => format!("{n} address ranges"),
    };
    (!label.is_empty()).then_some(Plan { label, kind, owner, scopes, until, from })
}
