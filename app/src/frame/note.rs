//! Notes within a page, and the error summary of a form.

use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldErrors, Problem};

use super::{icon::Icon, number::counted, role::who_may, tone::Tone};

/// A note. The tone selects the icon.
#[component]
pub(crate) fn Note(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let icon = if matches!(tone, Tone::Warning | Tone::Danger) { "warn" } else { "info" };
    view! { <p class=tone.class("note")><Icon name=icon/><span>{children()}</span></p> }
}

/// Lists the ignored query parameters with reasons, so that a list never seems more filtered than it is.
#[component]
pub(crate) fn IgnoredFilters(messages: Vec<&'static str>) -> impl IntoView {
    messages.into_iter().map(|message| view! { <Note tone=Tone::Warning>{message}</Note> }).collect_view()
}

/// Form fields, each with its control's ID.
pub(crate) type Anchors = &'static [(&'static str, &'static str)];

/// Lists what to fix before the form can be submitted. It takes the focus and links to each field.
#[component]
pub(crate) fn ErrorSummary(
    /// Why the form was refused, if it was.
    problem: Option<Problem>,
    /// Names the action in the heading: "1 thing to fix before `purpose`".
    purpose: &'static str,
    #[prop(optional)] anchors: Anchors,
) -> impl IntoView {
    problem.map(|problem| {
        let heading = match problem.errors.len() {
            0 => sentence(&problem),
            1 => format!("1 thing to fix before {purpose}"),
            n => format!("{n} things to fix before {purpose}"),
        };
        let list = (!problem.errors.is_empty()).then(|| view! { <ErrorList errors=problem.errors anchors/> });
        view! {
            <div class="note danger" role="group" aria-labelledby="error-summary" tabindex="-1" autofocus data-summary>
                <Icon name="warn"/>
                <div><strong id="error-summary">{heading}</strong>{list}</div>
            </div>
        }
    })
}

#[component]
fn ErrorList(errors: FieldErrors, anchors: Anchors) -> impl IntoView {
    let items = errors.iter().map(|error| {
        let id = anchors.iter().find(|(field, _)| *field == error.field).map(|(_, id)| *id);
        let message = error.message.to_string();
        match id {
            Some(id) => view! { <li><a href=format!("#{id}")>{message}</a></li> }.into_any(),
            None => view! { <li>{message}</li> }.into_any(),
        }
    });
    view! { <ul>{items.collect_view()}</ul> }
}

/// An error that concerns no single field, in one sentence.
pub(crate) fn sentence(problem: &Problem) -> String {
    match (problem.code, problem.retry_after) {
        (ErrorCode::RateLimited, Some(seconds)) if seconds > 90 => {
            format!("Too many failed attempts. Try again in {} minutes.", seconds.div_ceil(60))
        }
        (ErrorCode::RateLimited, Some(seconds)) => {
            let seconds = counted(i64::from(seconds), "second", "seconds");
            format!("Too many failed attempts. Try again in {seconds}.")
        }
        (ErrorCode::TokensWouldGain, _) => "Not saved yet: decide about the tokens below.".to_owned(),
        (ErrorCode::InsufficientScope, _) => who_may(problem).unwrap_or(&problem.detail).to_owned(),
        _ => problem.detail.to_string(),
    }
}

/// The title of an error page. Users have roles, not scopes, so `insufficient_scope` is shown as forbidden.
pub(crate) const fn refusal_title(problem: &Problem) -> &'static str {
    match problem.code {
        ErrorCode::InsufficientScope => ErrorCode::Forbidden.title(),
        code => code.title(),
    }
}
