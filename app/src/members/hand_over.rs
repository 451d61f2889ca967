//! Giving what a member owns to somebody who stays.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{FieldCode, FieldErrors, MembershipStatus, Problem, ServiceAccountStatus, wire::Member};
use mintkey_service::{Paging, ServiceAccountQuery};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{LIST, done, list::List, require_keeper, user_id};
use crate::{
    error::Result,
    frame::{Anchors, Dialog, Section, actions, below, copper, counted, error_of, error_summary},
    http::{Person, Screen, Sent, caller, submit},
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

/// Hands over what a member owns; says how much it was.
#[server(prefix = "/_fn", endpoint = "members/hand-over")]
pub(crate) async fn hand_over(#[server(default)] id: String, #[server(default)] to_id: String) -> Result<Handed> {
    let (service, actor) = caller()?;
    let to: Uuid = to_id.parse().map_err(|_| FieldErrors::one("to_id", FieldCode::Required, "Choose who gets it."))?;
    let handed = service.hand_over(&actor, user_id(&id)?, to).await?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(Handed { tokens: count(handed.tokens), service_accounts: count(handed.service_accounts) })
}

/// `GET /settings/members/{id}/hand-over`.
pub(super) async fn page(person: Person, Path(id): Path<String>) -> Result<Response> {
    show(person, &id, String::new(), None).await
}

/// `POST /settings/members/{id}/hand-over`.
pub(super) async fn sent(person: Person, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<HandOver>(&person.visitor, request, |call| call.id = named).await? {
        Sent::Done(Handed { tokens, service_accounts }) => {
            let tokens = counted(tokens, "token", "tokens");
            let accounts = counted(service_accounts, "service account", "service accounts");
            Ok(done(
                &person,
                &format!("{tokens} and {accounts} handed over. Rotate the tokens to get their new secrets."),
            ))
        }
        Sent::Refused(typed, problem) => show(person, &id, typed.to_id, Some(problem)).await,
    }
}

async fn show(person: Person, id: &str, chosen: String, problem: Option<Problem>) -> Result<Response> {
    require_keeper(&person.actor)?;
    let service = person.visitor.service();
    let member = service.member(&person.actor, user_id(id)?).await?;
    let people = service.members(&person.actor).await?.into_iter();
    let people = people.filter(|one| one.id != member.id && one.status == MembershipStatus::Active);
    let people: Vec<Heir> = people.map(|one| (one.id.to_string(), one.email)).collect();
    let query = ServiceAccountQuery {
        status: Some(ServiceAccountStatus::Active),
        q: None,
        paging: Paging::Page { page: 1, limit: MOST_ACCOUNTS },
    };
    let machines = service.list_service_accounts(&person.actor, query).await?.data.into_iter();
    let machines: Vec<Heir> = machines.map(|one| (one.id.to_string(), one.name)).collect();
    let beneath = List::load(&person).await?;
    let screen = Screen::new("Hand over", Section::Members).answering(problem.as_ref());
    let dialog = move || dialog(&member, people, machines, &chosen, problem.as_ref());
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}

fn dialog(member: &Member, people: Vec<Heir>, machines: Vec<Heir>, chosen: &str, problem: Option<&Problem>) -> AnyView {
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
            {copper(view! {
                <strong>"Every token gets a new secret that nobody knows."</strong>
                " Its callers get "<code>"401"</code>" until its new owner rotates it and gives them the new one."
            })}
        </div>
    };
    let foot = view! {
        <span class="push"></span>
        {actions(LIST, view! { <button class="btn danger">"Hand over"</button> })}
    };
    let lead = format!("All tokens of {}, and the service accounts given to them.", member.email);
    Dialog::new("Hand over", LIST).lead(lead).view(body, foot).into_any()
}
