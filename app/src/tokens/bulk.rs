//! Invalidating or deleting the tokens that are selected in the list.

use std::collections::HashSet;

use axum::{
    extract::{RawQuery, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    BulkAction, BulkOutcome, ErrorCode, Problem, TokenId,
    wire::{BulkItem, MAX_BULK},
};
use mintkey_service::TokenBulk;
use serde::{Deserialize, Serialize};

use super::invalidate::{InvalidateForm, ReasonField};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{ConfirmDialog, Note, Section, Tone, counted},
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, Submitted, caller, run_form},
};

/// How many tokens the dialog names.
const NAMED: usize = 20;

/// What became of the tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BulkDone {
    /// How many it was done to.
    pub(crate) done: usize,
    /// The labels of those that were refused, each with the reason.
    pub(crate) refused: Vec<String>,
}

/// Invalidates or deletes tokens.
#[server(prefix = "/_fn", endpoint = "tokens/bulk")]
pub(crate) async fn bulk_tokens(
    #[server(default)] action: String,
    #[server(default)] ids: Vec<String>,
    #[server(flatten)] form: InvalidateForm,
) -> Result<BulkDone> {
    let (service, actor) = caller()?;
    let selection = Selection::new(&action, &ids)?;
    let reason = Some(form.reason).filter(|reason| !reason.is_empty());
    let result = service.bulk_tokens(&actor, selection.request(reason, false)).await?;
    let refused = |item: &BulkItem| {
        let label = item.label.clone().unwrap_or_else(|| item.id.to_string());
        format!("{label}: {}", item.detail.as_deref().unwrap_or_default())
    };
    let (done, others): (Vec<_>, Vec<_>) = result.data.iter().partition(|item| item.outcome == BulkOutcome::Done);
    Ok(BulkDone { done: done.len(), refused: others.into_iter().map(refused).collect() })
}

/// `GET /settings/tokens/bulk?action=invalidate&ids=…&ids=…`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, RawQuery(query): RawQuery) -> Result<Response> {
    show(user, return_to, &Selection::parse(query.as_deref())?, None).await
}

/// `POST` to the same address. The selection is in the address.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response> {
    let selection = Selection::parse(query.as_deref())?;
    let (action, ids) = (selection.action.to_string(), selection.ids.iter().map(ToString::to_string).collect());
    let complete = |call: &mut BulkTokens| (call.action, call.ids) = (action, ids);
    let problem = match run_form::<BulkTokens>(&user.visitor, request, complete).await? {
        Submitted::Done(BulkDone { done, refused }) if refused.is_empty() => {
            let tokens = counted(i64::try_from(done).unwrap_or(i64::MAX), "token", "tokens");
            let message = match selection.action {
                BulkAction::Invalidate => format!("{tokens} invalidated. Their callers get 401 from now on."),
                BulkAction::Delete => format!("{tokens} deleted. Their audit log entries are kept."),
            };
            return Ok(return_to.redirect(&user, &message));
        }
        Submitted::Done(BulkDone { done, refused }) => {
            let of = done + refused.len();
            Problem::new(
                ErrorCode::Forbidden,
                format!("{done} of {of} tokens were changed. Refused: {}", refused.join(" ")),
            )
        }
        Submitted::Refused(_, problem) => problem,
    };
    show(user, return_to, &selection, Some(problem)).await
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    selection: &Selection,
    problem: Option<Problem>,
) -> Result<Response> {
    let service = user.visitor.service();
    let selected = service.bulk_tokens(&user.actor, selection.request(None, true)).await?.data;
    // Those that are gone meanwhile, or were never the user's to see, aren't named.
    let labels: Vec<String> = selected.into_iter().filter_map(|item| item.label).collect();
    if labels.is_empty() {
        return Err(AppError::new(ErrorCode::NotFound, "None of the selected tokens exists any more."));
    }
    let background = Background::load(&user, &return_to).await?;
    let action = selection.action;
    let title = match action {
        BulkAction::Invalidate => "Invalidate tokens",
        BulkAction::Delete => "Delete tokens",
    };
    let page = Page::new(title, Section::Tokens).answering(problem.as_ref());
    let dialog = move || view! { <BulkDialog return_to action labels problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

/// The tokens that the form in the list names, and what to do with them.
struct Selection {
    action: BulkAction,
    ids: Vec<TokenId>,
}

impl Selection {
    fn parse(query: Option<&str>) -> Result<Self> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default();
        let (mut action, mut ids) = (String::new(), Vec::new());
        for (name, value) in pairs {
            match name.as_str() {
                "action" => action = value,
                "ids" => ids.push(value),
                _ => {}
            }
        }
        Self::new(&action, &ids)
    }

    fn new(action: &str, ids: &[String]) -> Result<Self> {
        let refused = |detail: &'static str| AppError::new(ErrorCode::InvalidRequest, detail);
        let action = action.parse().map_err(|_| refused("Choose whether to invalidate or to delete."))?;
        let (mut parsed, mut known) = (Vec::new(), HashSet::new());
        for id in ids {
            let id: TokenId = id.parse().map_err(|_| refused("A selected token has an invalid id."))?;
            if known.insert(id) {
                parsed.push(id);
            }
        }
        match parsed.len() {
            0 => Err(refused("Select at least one token in the list first.")),
            1..=MAX_BULK => Ok(Self { action, ids: parsed }),
            _ => Err(refused("At most 1,000 tokens can be selected.")),
        }
    }

    fn request(&self, reason: Option<String>, dry_run: bool) -> TokenBulk {
        TokenBulk {
            action: self.action,
            ids: Some(self.ids.clone()),
            filter: None,
            reason,
            keep_access_tokens: false,
            force: false,
            dry_run,
        }
    }
}

#[component]
fn BulkDialog(return_to: ReturnTo, action: BulkAction, labels: Vec<String>, problem: Option<Problem>) -> impl IntoView {
    let tokens = counted(i64::try_from(labels.len()).unwrap_or(i64::MAX), "token", "tokens");
    let more = labels.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| view! { <li>{format!("and {more} more")}</li> });
    let names = labels.into_iter().take(NAMED).map(|label| view! { <li>{label}</li> }).collect_view();
    let (title, lead, icon, button, purpose, reason) = match action {
        BulkAction::Invalidate => (
            format!("Invalidate {tokens}?"),
            "They stop working and stay in the list. This cannot be undone.",
            "ban",
            "Invalidate tokens",
            "the tokens can be invalidated",
            Some(view! { <ReasonField/> }),
        ),
        BulkAction::Delete => (
            format!("Delete {tokens}?"),
            "They are removed permanently. Their audit log entries are kept.",
            "trash",
            "Delete tokens",
            "the tokens can be deleted",
            None,
        ),
    };
    view! {
        <ConfirmDialog
            title
            return_to=return_to.href()
            lead
            icon
            tone=Tone::Danger
            action=button
            problem
            purpose
            anchors=&[("reason", "reason")]
        >
            <ul class="selected">{names}{more}</ul>
            <Note tone=Tone::Danger><strong>"Their callers get 401 at once."</strong></Note>
            {reason}
        </ConfirmDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01a200c9-49e3-705e-8481-64f856f37e23";

    #[test]
    fn a_selection_is_read_from_the_address_without_repeats() {
        let query = format!("back=%2Fsettings%2Ftokens&action=delete&ids={ID}&ids={ID}");
        let selection = Selection::parse(Some(&query)).ok().unwrap();
        assert_eq!((selection.action, selection.ids.len()), (BulkAction::Delete, 1));
        for query in ["", "action=delete", "action=rotate&ids=a", "action=delete&ids=a", &format!("ids={ID}")] {
            assert!(Selection::parse(Some(query)).is_err(), "{query}");
        }
    }
}
