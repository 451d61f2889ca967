//! Handing over a member's tokens and service accounts.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    FieldCode, FieldErrors, MembershipStatus, Problem, ServiceAccountId, ServiceAccountStatus, wire::Member,
};
use mintkey_service::{Paging, ServiceAccountQuery};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    access::{LIST, done, require_editor},
    list::{List, MembersPage},
};
use crate::{
    error::Result,
    frame::{
        Anchors, ChoiceSearch, Dialog, DialogActions, ErrorSummary, FieldHelp, MoreChoices, Note, Section, Tone,
        counted, described_by, error_of,
    },
    page::Page,
    web::{SignedIn, Submitted, caller, decode_form, parse_id, run_action},
};

const ANCHORS: Anchors = &[("to_id", "to_id")];

/// Maximum number of listed service accounts.
const MOST_ACCOUNTS: u32 = 100;

/// A possible new owner: ID and name.
type Candidate = (String, String);

/// The number of objects that were handed over.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct HandOverCounts {
    tokens: i64,
    service_accounts: i64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct HandOverForm {
    /// The member's ID.
    id: String,
    /// The new owner's ID.
    to_id: String,
    /// The search text for service accounts.
    choice_search: String,
    /// The search text that the shown list matches.
    choice_searched: String,
}

/// Hands over a member's tokens and service accounts; returns their numbers.
#[server(prefix = "/_fn", endpoint = "members/hand-over")]
pub(crate) async fn hand_over(#[server(flatten)] form: HandOverForm) -> Result<HandOverCounts> {
    let HandOverForm { id, to_id, .. } = form;
    let (service, actor) = caller()?;
    let to: Uuid = to_id.parse().map_err(|_| FieldErrors::one("to_id", FieldCode::Required, "Choose who gets it."))?;
    let handed = service.hand_over(&actor, parse_id(&id)?, to).await?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(HandOverCounts { tokens: count(handed.tokens), service_accounts: count(handed.service_accounts) })
}

/// `GET /settings/members/{id}/hand-over`.
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, HandOverForm { id, ..HandOverForm::default() }, None).await
}

/// `POST /settings/members/{id}/hand-over`.
pub(super) async fn submit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let call: HandOver = decode_form(request, |call: &mut HandOver| call.form.id = id).await?;
    if call.form.search().is_new() {
        return show(user, call.form, None).await;
    }
    match run_action(&user.visitor, call).await {
        Submitted::Done(handed) => Ok(done(&user, &summary(handed))),
        Submitted::Refused(typed, problem) => show(user, typed.form, Some(problem)).await,
    }
}

impl HandOverForm {
    fn search(&self) -> ChoiceSearch {
        ChoiceSearch { typed: self.choice_search.clone(), answered: self.choice_searched.clone() }
    }
}

async fn show(user: SignedIn, form: HandOverForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let service = user.visitor.service();
    let member = service.member(&user.actor, parse_id(&form.id)?).await?;
    let people = service.members(&user.actor).await?.into_iter();
    let people = people.filter(|other| other.id != member.id && other.status == MembershipStatus::Active);
    let people: Vec<Candidate> = people.map(|member| (member.id.to_string(), member.email)).collect();
    let query = ServiceAccountQuery {
        status: Some(ServiceAccountStatus::Active),
        q: form.search().text(),
        paging: Paging::Page { page: 1, limit: MOST_ACCOUNTS },
    };
    let accounts = service.list_service_accounts(&user.actor, query).await?;
    let (listed, total) = (accounts.data.len(), accounts.total);
    let mut accounts: Vec<Candidate> =
        accounts.data.into_iter().map(|account| (account.id.to_string(), account.name)).collect();
    // The chosen account stays an option after another search.
    if let Ok(id) = form.to_id.parse::<ServiceAccountId>()
        && !accounts.iter().any(|(listed, _)| *listed == form.to_id)
        && let Ok(account) = service.service_account(&user.actor, id).await
    {
        accounts.push((form.to_id.clone(), account.name));
    }
    let list = List::load(&user).await?;
    let page = Page::new("Hand over", Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    let dialog = move || view! { <HandOverDialog member people accounts listed total form problem/> };
    page.show_dialog(&user, background, dialog).await
}

#[component]
fn HandOverDialog(
    member: Member,
    /// Members who can become the owner.
    people: Vec<Candidate>,
    /// Service accounts that can become the owner.
    accounts: Vec<Candidate>,
    /// Number of listed service accounts.
    listed: usize,
    /// Number of matching service accounts.
    total: i64,
    form: HandOverForm,
    problem: Option<Problem>,
) -> impl IntoView {
    let lead = format!("All tokens of {}, and the service accounts assigned to them.", member.email);
    let error = error_of(problem.as_ref(), "to_id");
    let autofocus = problem.is_none();
    let search = form.search();
    view! {
        <Dialog title="Hand over" return_to=LIST lead>
            <div class="body">
                <ErrorSummary problem purpose="this can be handed over" anchors=ANCHORS/>
                <NewOwner people accounts chosen=form.to_id autofocus error/>
                <MoreChoices search listed total/>
                <Note tone=Tone::Warning>
                    <strong>"Every token gets a new, undisclosed secret."</strong>
                    " Its callers get "<code>"401"</code>" until its new owner rotates it and gives them the new one."
                </Note>
            </div>
            <DialogActions return_to=LIST submit="Hand over" tone=Tone::Danger/>
        </Dialog>
    }
}

#[component]
fn NewOwner(
    people: Vec<Candidate>,
    accounts: Vec<Candidate>,
    chosen: String,
    autofocus: bool,
    error: Option<String>,
) -> impl IntoView {
    const HINT: &str = "A service account gets the tokens only. From now on its owner bounds what a token may do.";
    let invalid = error.is_some().then_some("true");
    let described = described_by("to_id", true, error.is_some());
    view! {
        <div class="field">
            <label for="to_id">"New owner"</label>
            <div class="select">
                <select
                    class="input" id="to_id" name="to_id" required autofocus=autofocus aria-invalid=invalid
                    aria-describedby=described
                >
                    <option value="">"Choose"</option>
                    <Candidates label="Members" candidates=people chosen=chosen.clone()/>
                    <Candidates label="Service accounts" candidates=accounts chosen/>
                </select>
            </div>
            <FieldHelp id="to_id" hint=Some(HINT) error/>
        </div>
    }
}

#[component]
fn Candidates(label: &'static str, candidates: Vec<Candidate>, chosen: String) -> impl IntoView {
    let options = candidates.into_iter().map(|(id, name)| {
        let selected = id == chosen;
        view! { <option value=id selected=selected>{name}</option> }
    });
    let options = options.collect::<Vec<_>>();
    (!options.is_empty()).then(|| view! { <optgroup label=label>{options}</optgroup> })
}

/// Says what was handed over, and what the new owner must do next.
fn summary(HandOverCounts { tokens, service_accounts }: HandOverCounts) -> String {
    let next = match tokens {
        0 => "",
        1 => " Rotate the token to get its new secret.",
        _ => " Rotate the tokens to get their new secrets.",
    };
    let tokens = counted(tokens, "token", "tokens");
    let accounts = counted(service_accounts, "service account", "service accounts");
    format!("{tokens} and {accounts} handed over.{next}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_one_and_several_have_words_of_their_own() {
        assert_eq!(
            [0, 1, 2].map(|n| summary(HandOverCounts { tokens: n, service_accounts: n })),
            [
                "0 tokens and 0 service accounts handed over.",
                "1 token and 1 service account handed over. Rotate the token to get its new secret.",
                "2 tokens and 2 service accounts handed over. Rotate the tokens to get their new secrets.",
            ]
        );
    }
}
