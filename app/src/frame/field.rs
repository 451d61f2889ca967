//! Form fields: a label, a control, a hint and an error message.

use leptos::prelude::*;
use mintkey_domain::Problem;

use super::icon::Icon;
use crate::web::encode;

/// A text input with a label. Its ID is its name.
#[component]
pub(crate) fn Field(
    name: &'static str,
    label: &'static str,
    /// The submitted or stored value.
    #[prop(optional, into)]
    value: String,
    /// Help text for the field.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The error message.
    error: Option<String>,
    /// The input's `type` attribute.
    #[prop(default = "text")]
    kind: &'static str,
    /// The `autocomplete` attribute.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether the field may be empty.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] autofocus: bool,
    /// Maximum length in characters.
    #[prop(optional)]
    max_length: Option<usize>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=name>{label}{optional.then(|| view! { <OptionalMark/> })}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                value=value
                required=!optional
                maxlength=max_length.map(|most| most.to_string())
                autocomplete=autocomplete
                autofocus=autofocus
                aria-invalid=invalid
                aria-describedby=described
            />
            <FieldHelp id=name hint error/>
        </div>
    }
}

/// A multi-line input with a label. Its ID is its name.
#[component]
pub(crate) fn TextArea(
    name: &'static str,
    label: &'static str,
    /// The submitted or stored value.
    #[prop(into)]
    value: String,
    /// Help text for the field.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The error message.
    error: Option<String>,
    /// Whether to use a monospace font, for names and code.
    #[prop(optional)]
    monospace: bool,
    /// Whether the field must not be empty.
    #[prop(optional)]
    required: bool,
    /// Number of visible lines.
    #[prop(default = 2)]
    rows: u8,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=name>{label}{(!required).then(|| view! { <OptionalMark/> })}</label>
            <textarea
                class=if monospace { "input mono" } else { "input" }
                id=name
                name=name
                rows=rows.to_string()
                required=required
                autofocus=autofocus
                spellcheck=monospace.then_some("false")
                aria-invalid=invalid
                aria-describedby=described
            >
                {escaped_lines(&value)}
            </textarea>
            <FieldHelp id=name hint error/>
        </div>
    }
}

/// Escapes the content of a `textarea`, because Leptos doesn't: unescaped text could end the element and add markup.
/// Browsers drop the leading line feed.
fn escaped_lines(text: &str) -> String {
    format!("\n{}", html_escape::encode_text(text))
}

/// A password input, masked by default. The submitted value is never sent back. Its ID is its name.
#[component]
pub(crate) fn PasswordField(
    name: &'static str,
    label: &'static str,
    /// Help text for the field.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The error message.
    error: Option<String>,
    /// The `autocomplete` attribute.
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
    /// Whether the password is shown.
    visible: bool,
    /// Minimum and maximum length in characters.
    #[prop(optional)]
    length: Option<(usize, usize)>,
    /// The [`RevealLink`] or [`RevealButton`], below the first password of a form.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field secret">
            <label class="label" for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type=if visible { "text" } else { "password" }
                required
                minlength=length.map(|(least, _)| least.to_string())
                maxlength=length.map(|(_, most)| most.to_string())
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                aria-invalid=invalid
                aria-describedby=described
                data-password
            />
            // Placed after the input, so that Tab moves from the previous field straight to the input.
            {children.map(|children| children())}
            <FieldHelp id=name hint error/>
        </div>
    }
}

/// The link that shows or hides passwords. With JavaScript, it works without a page load.
#[component]
pub(crate) fn RevealLink(
    /// The path of the form's page.
    path: &'static str,
    /// The page to open after the form.
    #[prop(optional_no_strip)]
    next: Option<String>,
    /// Whether the passwords are shown.
    visible: bool,
) -> impl IntoView {
    let pairs = [next.map(|next| format!("next={}", encode(&next))), (!visible).then(|| "show=1".to_owned())];
    let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
    let href = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let label = if visible { "Hide password" } else { "Show password" };
    view! { <a class="link small" href=href data-reveal>{label}</a> }
}

/// The button that shows or hides passwords, for forms whose input a page load would lose. It needs JavaScript.
#[component]
pub(crate) fn RevealButton() -> impl IntoView {
    view! { <button class="link small live-only" type="button" data-reveal>"Show password"</button> }
}

/// The account of a new password, for password managers. The page shows the email address elsewhere.
#[component]
pub(crate) fn HiddenUsername(#[prop(into)] email: String) -> impl IntoView {
    view! {
        <input
            class="sr-only" type="text" name="username" autocomplete="username" value=email
            readonly tabindex="-1" aria-hidden="true"
        />
    }
}

/// The error message of a control, or else its hint.
#[component]
pub(crate) fn FieldHelp(
    /// The control's ID.
    id: &'static str,
    #[prop(optional_no_strip)] hint: Option<&'static str>,
    error: Option<String>,
) -> impl IntoView {
    match (error, hint) {
        (Some(message), _) => {
            Some(view! { <p class="field-error" id=format!("{id}-e")><Icon name="warn"/>{message}</p> }.into_any())
        }
        (None, Some(hint)) => Some(view! { <p class="hint" id=format!("{id}-h")>{hint}</p> }.into_any()),
        (None, None) => None,
    }
}

/// The ID of the [`FieldHelp`] that describes a control.
pub(crate) fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (_, true) => Some(format!("{id}-e")),
        (true, false) => Some(format!("{id}-h")),
        (false, false) => None,
    }
}

/// A field's error message, if it has one.
pub(crate) fn error_of(problem: Option<&Problem>, field: &str) -> Option<String> {
    problem?.errors.get(field).map(|error| error.message.to_string())
}

/// Marks an optional field.
#[component]
fn OptionalMark() -> impl IntoView {
    view! { " "<span class="muted">"optional"</span> }
}
