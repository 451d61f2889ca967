//! Fields of forms: a label, a control, a hint, the mistake at its place.

use leptos::prelude::*;
use mintkey_domain::Problem;

use super::icon::Icon;
use crate::web::encode;

/// A labelled line of text. Its id is its name.
#[component]
pub(crate) fn Field(
    name: &'static str,
    label: &'static str,
    /// What was typed before.
    #[prop(optional, into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong with it.
    error: Option<String>,
    /// The control's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers fill in by themselves.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] autofocus: bool,
    /// The most characters that are taken.
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

/// A labelled field of several lines, which may be left empty. Its id is its name.
#[component]
pub(crate) fn TextArea(
    name: &'static str,
    label: &'static str,
    /// What was typed before.
    #[prop(into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong with it.
    error: Option<String>,
    /// Whether it holds names or code rather than prose.
    #[prop(optional)]
    monospace: bool,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=name>{label}<OptionalMark/></label>
            <textarea
                class=if monospace { "input mono" } else { "input" }
                id=name
                name=name
                rows="2"
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

/// Leptos escapes the text of an element, but not that of a `textarea`, where it could end the element and go on as
/// markup. Browsers drop the line feed in front.
fn escaped_lines(text: &str) -> String {
    format!("\n{}", html_escape::encode_text(text))
}

/// A password, hidden unless the visitor asked to see it. What was typed is never sent back. Its id is its name.
#[component]
pub(crate) fn PasswordField(
    name: &'static str,
    label: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong with it.
    error: Option<String>,
    /// What browsers fill in by themselves.
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
    /// Whether what is typed can be read.
    visible: bool,
    /// The link that changes that, below the first password of a form.
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
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                aria-invalid=invalid
                aria-describedby=described
                data-password
            />
            // After the field, so that a Tab leads from the field before it straight to what is typed next.
            {children.map(|children| children())}
            <FieldHelp id=name hint error/>
        </div>
    }
}

/// The link that shows or hides what is typed; with script it does so without loading the page again.
#[component]
pub(crate) fn RevealLink(
    /// The page of the form.
    path: &'static str,
    /// The page that the form leads to.
    #[prop(optional_no_strip)]
    next: Option<String>,
    /// Whether what is typed can be read now.
    visible: bool,
) -> impl IntoView {
    let pairs = [next.map(|next| format!("next={}", encode(&next))), (!visible).then(|| "show=1".to_owned())];
    let query = pairs.into_iter().flatten().collect::<Vec<_>>().join("&");
    let href = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let label = if visible { "Hide password" } else { "Show password" };
    view! { <a class="link small" href=href data-reveal>{label}</a> }
}

/// Whose a new password is, for password managers: people see the address elsewhere on the page.
#[component]
pub(crate) fn HiddenUsername(#[prop(into)] email: String) -> impl IntoView {
    view! {
        <input
            class="sr-only" type="text" name="username" autocomplete="username" value=email
            readonly tabindex="-1" aria-hidden="true"
        />
    }
}

/// The hint of a control, or its mistake instead.
#[component]
pub(crate) fn FieldHelp(
    /// The id of the control.
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

/// The id of the [`FieldHelp`] that explains a control.
pub(crate) fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (_, true) => Some(format!("{id}-e")),
        (true, false) => Some(format!("{id}-h")),
        (false, false) => None,
    }
}

/// The mistake of a field, if its form was refused for one.
pub(crate) fn error_of(problem: Option<&Problem>, field: &str) -> Option<String> {
    problem?.errors.get(field).map(|error| error.message.to_string())
}

/// Marks a field that may be left empty.
#[component]
fn OptionalMark() -> impl IntoView {
    view! { " "<span class="muted">"optional"</span> }
}
