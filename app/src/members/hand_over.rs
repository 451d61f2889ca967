//! Giving what a member owns to somebody who stays.

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

use super::{LIST, done, list::List, require_editor, user_id};
use crate::{
    error::Result,
    frame::{Anchors, ChoiceSearch, Dialog, Section, actions, below, counted, error_of, error_summary, warning},
    web::{Screen, SignedIn, Submitted, caller, decode, run},
};

const ANCHORS: Anchors = &[("to_id", "to_id")];

/// The most machines that are offered.
const MOST_ACCOUNTS: u32 = 100;

/// Somebody who can have it: their id and name.
type Heir = (String, String);

/// How much was handed over.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Handed {
    tokens: i64,
    service_accounts: i64,
}

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct HandOverForm {
    /// The member.
    id: String,
    /// Who gets what they own.
    to_id: String,
    /// What service account is searched for, where not all are listed.
    choice_search: String,
    /// What the listed ones were found by.
    choice_searched: String,
}

/// Hands over what a member owns; says how much it was.
#[server(prefix = "/_fn", endpoint = "members/hand-over")]
pub(crate) async fn hand_over(#[server(flatten)] form: HandOverForm) -> Result<Handed> {
    let HandOverForm { id, to_id, .. } = form;
    let (service, actor) = caller()?;
    let to: Uuid = to_id.parse().map_err(|_| FieldErrors::one("to_id", FieldCode::Required, "Choose who gets it."))?;
    let handed = service.hand_over(&actor, user_id(&id)?, to).await?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(Handed { tokens: count(handed.tokens), service_accounts: count(handed.service_accounts) })
}

/// `GET /settings/members/{id}/hand-over`.
pub(super) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(person, HandOverForm { id, ..HandOverForm::default() }, None).await
}

/// `POST /settings/members/{id}/hand-over`.
pub(super) async fn sent(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let call: HandOver = decode(request, |call: &mut HandOver| call.form.id = id).await?;
    if call.form.search().is_new() {
        return show(person, call.form, None).await;
    }
    match run(&person.visitor, call).await {
        Submitted::Done(handed) => Ok(done(&person, &summary(handed))),
        Submitted::Refused(typed, problem) => show(person, typed.form, Some(problem)).await,
    }
}

impl HandOverForm {
    fn search(&self) -> ChoiceSearch {
        ChoiceSearch { typed: self.choice_search.clone(), answered: self.choice_searched.clone() }
    }
}

async fn show(person: SignedIn, form: HandOverForm, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let service = person.visitor.service();
    let member = service.member(&person.actor, user_id(&form.id)?).await?;
    let people = service.members(&person.actor).await?.into_iter();
    let people = people.filter(|one| one.id != member.id && one.status == MembershipStatus::Active);
    let people: Vec<Heir> = people.map(|one| (one.id.to_string(), one.email)).collect();
    let query = ServiceAccountQuery {
        status: Some(ServiceAccountStatus::Active),
        q: form.search().text(),
        paging: Paging::Page { page: 1, limit: MOST_ACCOUNTS },
    };
    let found = service.list_service_accounts(&person.actor, query).await?;
    let search = form.search().view(found.data.len(), found.total);
    let mut machines: Vec<Heir> = found.data.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    // What was chosen stays a choice, whatever is searched for since.
    if let Ok(id) = form.to_id.parse::<ServiceAccountId>()
        && !machines.iter().any(|(listed, _)| *listed == form.to_id)
        && let Ok(account) = service.service_account(&person.actor, id).await
    {
        machines.push((form.to_id.clone(), account.name));
    }
    let beneath = List::load(&person).await?;
    let screen = Screen::new("Hand over", Section::Members).answering(problem.as_ref());
    let dialog = move || dialog(&member, [people, machines], search, &form.to_id, problem.as_ref());
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}

fn dialog(
    member: &Member,
    [people, machines]: [Vec<Heir>; 2],
    search: Option<AnyView>,
    chosen: &str,
    problem: Option<&Problem>,
) -> AnyView {
    let error = error_of(problem, "to_id");
    let invalid = error.is_some().then_some("true");
    let group = |name: &'static str, heirs: Vec<Heir>| {
        let options = heirs.into_iter().map(|(id, words)| {
            let selected = id == chosen;
            view! { <option value=id selected=selected>{words}</option> }
        });
        let options = options.collect::<Vec<_>>();
        (!options.is_empty()).then(|| view! { <optgroup label=name>{options}</optgroup> })
    };
    let first = problem.is_none();
    let described = if error.is_some() { "to_id-e" } else { "to_id-h" };
    let body = view! {
        <div class="body">
            {error_summary(problem, "this can be handed over", ANCHORS)}
            <div class="field">
                <label for="to_id">"New owner"</label>
                <div class="select">
                    <select class="input" id="to_id" name="to_id" required autofocus=first aria-invalid=invalid aria-describedby=described>
                        <option value="">"Choose"</option>
                        {group("Members", people)}
                        {group("Service accounts", machines)}
                    </select>
                </div>
                {below("to_id", Some("A service account gets the tokens only. From now on its owner bounds what a token may do."), error)}
            </div>
            {search}
            {warning(view! {
                <strong>"Every token gets a new secret that nobody knows."</strong>
                " Its callers get "<code>"401"</code>" until its new owner rotates it and gives them the new one."
            })}
        </div>
    };
    let foot = view! {
        <span class="push"></span>
        {actions(LIST, view! { <button class="btn danger">"Hand over"</button> })}
    };
    let lead = format!("All tokens of {}, and the service accounts assigned to them.", member.email);
    Dialog::new("Hand over", LIST).lead(lead).view(body, foot).into_any()
}

/// What was handed over, and what the new owner does next.
fn summary(Handed { tokens, service_accounts }: Handed) -> String {
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
            [0, 1, 2].map(|n| summary(Handed { tokens: n, service_accounts: n })),
            [
                "0 tokens and 0 service accounts handed over.",
                "1 token and 1 service account handed over. Rotate the token to get its new secret.",
                "2 tokens and 2 service accounts handed over. Rotate the tokens to get their new secrets.",
            ]
        );
    }
}
