//! Fields of forms: a label, a control, a hint, the mistake at its place.

use leptos::prelude::*;
use mintkey_domain::{FieldErrors, Problem};

use super::icon::icon;
use crate::web::encode;

/// A labelled line of text, as it will be shown.
pub(crate) struct Field {
    /// The control's name in the form.
    pub(crate) name: &'static str,
    /// Its id in the document.
    pub(crate) id: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// What was typed before.
    pub(crate) value: String,
    /// What helps to fill it in.
    pub(crate) hint: Option<&'static str>,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// The control's type.
    pub(crate) kind: &'static str,
    /// What browsers fill in by themselves.
    pub(crate) autocomplete: &'static str,
    /// Whether it may be left empty.
    pub(crate) optional: bool,
    /// Whether the page begins here.
    pub(crate) autofocus: bool,
    /// The most characters that are taken.
    pub(crate) most: Option<usize>,
}

impl Field {
    /// A required line of text.
    pub(crate) fn new(name: &'static str, id: &'static str, label: &'static str) -> Self {
        Self {
            name,
            id,
            label,
            value: String::new(),
            hint: None,
            error: None,
            kind: "text",
            autocomplete: "off",
            optional: false,
            autofocus: false,
            most: None,
        }
    }

    /// Shows the line.
    pub(crate) fn view(self) -> impl IntoView {
        let described = described(self.id, self.hint.is_some(), self.error.is_some());
        let invalid = self.error.is_some().then_some("true");
        view! {
            <div class="field">
                <label for=self.id>{self.label}{optional(self.optional)}</label>
                <input
                    class="input"
                    id=self.id
                    name=self.name
                    type=self.kind
                    value=self.value
                    required=!self.optional
                    maxlength=self.most.map(|n| n.to_string())
                    autocomplete=self.autocomplete
                    autofocus=self.autofocus
                    aria-invalid=invalid
                    aria-describedby=described
                />
                {below(self.id, self.hint, self.error)}
            </div>
        }
    }

    /// Shows it below words of its own, taking only what matches.
    pub(crate) fn labelled(self, words: AnyView, pattern: &str) -> impl IntoView + use<> {
        let described = described(self.id, self.hint.is_some(), self.error.is_some());
        let invalid = self.error.is_some().then_some("true");
        view! {
            <div class="field">
                <label for=self.id>{words}</label>
                <input
                    class="input"
                    id=self.id
                    name=self.name
                    value=self.value
                    required
                    pattern=pattern.to_owned()
                    autocomplete="off"
                    spellcheck="false"
                    autofocus=self.autofocus
                    aria-invalid=invalid
                    aria-describedby=described
                />
                {below(self.id, self.hint, self.error)}
            </div>
        }
    }

    /// Shows it as several lines.
    pub(crate) fn area(self, mono: bool) -> impl IntoView {
        let described = described(self.id, self.hint.is_some(), self.error.is_some());
        let invalid = self.error.is_some().then_some("true");
        view! {
            <div class="field">
                <label for=self.id>{self.label}{optional(self.optional)}</label>
                <textarea
                    class=if mono { "input mono" } else { "input" }
                    id=self.id
                    name=self.name
                    rows="2"
                    required=!self.optional
                    autofocus=self.autofocus
                    spellcheck=if mono { Some("false") } else { None }
                    aria-invalid=invalid
                    aria-describedby=described
                >
                    {text_of_area(&self.value)}
                </textarea>
                {below(self.id, self.hint, self.error)}
            </div>
        }
    }
}

/// Leptos escapes what stands in an element, but not in a `textarea`, where it could end it and go on as markup. The
/// line feed is the one that a browser drops there.
fn text_of_area(text: &str) -> String {
    format!("\n{}", html_escape::encode_text(text))
}

/// A password, hidden unless the visitor asked to see it. What was typed is never sent back.
pub(crate) fn password(field: Field, shown: bool, reveal: Option<AnyView>) -> impl IntoView {
    let described = described(field.id, field.hint.is_some(), field.error.is_some());
    let invalid = field.error.is_some().then_some("true");
    view! {
        <div class="field secret">
            <label class="label" for=field.id>{field.label}</label>
            <input
                class="input"
                id=field.id
                name=field.name
                type=if shown { "text" } else { "password" }
                required
                autocomplete=field.autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=field.autofocus
                aria-invalid=invalid
                aria-describedby=described
                data-password
            />
            // After the field, so that a Tab leads from the field before it straight to what is typed next.
            {reveal}
            {below(field.id, field.hint, field.error)}
        </div>
    }
}

/// Whose a new password is, for password managers: people see the address elsewhere on the page.
pub(crate) fn username(email: &str) -> impl IntoView + use<> {
    let email = email.to_owned();
    view! {
        <input
            class="sr-only" type="text" name="username" autocomplete="username" value=email
            readonly tabindex="-1" aria-hidden="true"
        />
    }
}

/// The link that shows or hides what is typed; with script it does so without loading the page again.
pub(crate) fn reveal_link(path: &str, next: Option<&str>, shown: bool) -> AnyView {
    let pairs = [next.map(|next| format!("next={}", encode(next))), (!shown).then(|| "show=1".to_owned())];
    let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
    let href = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let words = if shown { "Hide password" } else { "Show password" };
    view! { <a class="link small" href=href data-reveal>{words}</a> }.into_any()
}

/// The mistake of a field, if the form came back with one.
pub(crate) fn error_of(problem: Option<&Problem>, field: &str) -> Option<String> {
    message(&problem?.errors, field)
}

fn message(errors: &FieldErrors, field: &str) -> Option<String> {
    errors.get(field).map(|error| error.message.to_string())
}

fn optional(is: bool) -> impl IntoView {
    is.then(|| view! { " "<span class="muted">"optional"</span> })
}

/// The ids of what explains a control.
pub(crate) fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (_, true) => Some(format!("{id}-e")),
        (true, false) => Some(format!("{id}-h")),
        (false, false) => None,
    }
}

/// The hint of a control, or its mistake instead.
pub(crate) fn below(id: &str, hint: Option<&'static str>, error: Option<String>) -> AnyView {
    match (error, hint) {
        (Some(words), _) => view! { <p class="err" id=format!("{id}-e")>{icon("warn")}{words}</p> }.into_any(),
        (None, Some(words)) => view! { <p class="hint" id=format!("{id}-h")>{words}</p> }.into_any(),
        (None, None) => ().into_any(),
    }
}
