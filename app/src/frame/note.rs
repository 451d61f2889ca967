//! Notes: plain, warning for "mind this", danger for what was refused or destroys.

use leptos::prelude::*;
use mintkey_domain::{ErrorCode, FieldErrors, Problem};

use super::{icon::icon, number::counted, role::who_may};

/// A plain note.
pub(crate) fn plain(name: &'static str, words: impl IntoView) -> impl IntoView {
    view! { <p class="note">{icon(name)}<span>{words}</span></p> }
}

/// A note to be minded.
pub(crate) fn warning(words: impl IntoView) -> impl IntoView {
    view! { <p class="note warning">{icon("warn")}<span>{words}</span></p> }
}

/// What of an address' filters wasn't understood: nothing may look narrower, or wider, than it is without a word.
pub(crate) fn ignored_filters(mistakes: Vec<&'static str>) -> impl IntoView {
    mistakes.into_iter().map(warning).collect_view()
}

/// A note about what was refused, or what destroys.
pub(crate) fn danger(words: impl IntoView) -> impl IntoView {
    view! { <p class="note danger">{icon("warn")}<span>{words}</span></p> }
}

/// Where each field of a form is, and what it is called in the summary.
pub(crate) type Anchors = &'static [(&'static str, &'static str)];

/// What has to be put right before the form can be carried out: it takes the focus, and leads to each field.
pub(crate) fn error_summary(
    problem: Option<&Problem>,
    purpose: &'static str,
    anchors: Anchors,
) -> impl IntoView + use<> {
    problem.map(|problem| {
        let heading = match problem.errors.len() {
            0 => sentence(problem),
            1 => format!("1 thing to fix before {purpose}"),
            n => format!("{n} things to fix before {purpose}"),
        };
        let list = (!problem.errors.is_empty()).then(|| links(&problem.errors, anchors));
        view! {
            <div class="note danger" role="group" aria-labelledby="error-summary" tabindex="-1" autofocus data-summary>
                {icon("warn")}
                <div><strong id="error-summary">{heading}</strong>{list}</div>
            </div>
        }
    })
}

fn links(errors: &FieldErrors, anchors: Anchors) -> impl IntoView + use<> {
    let items = errors.iter().map(|error| {
        let id = anchors.iter().find(|(field, _)| *field == error.field).map(|(_, id)| *id);
        let words = error.message.to_string();
        match id {
            Some(id) => view! { <li><a href=format!("#{id}")>{words}</a></li> }.into_any(),
            None => view! { <li>{words}</li> }.into_any(),
        }
    });
    view! { <ul>{items.collect_view()}</ul> }
}

/// A refusal that concerns no single field, in one sentence.
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

/// The title of a refusal. People have roles: it is a program's credential that lacks a scope.
pub(crate) const fn refusal_title(problem: &Problem) -> &'static str {
    match problem.code {
        ErrorCode::InsufficientScope => ErrorCode::Forbidden.title(),
        code => code.title(),
    }
}
