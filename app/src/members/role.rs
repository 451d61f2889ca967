//! Giving a member another role.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{FieldCode, FieldErrors, Problem, Role};

use super::{LIST, done, list::List, require_editor, user_id};
use crate::{
    error::Result,
    frame::{Anchors, Dialog, Section, actions, below, error_of, error_summary, plain, role_name},
    web::{Screen, SignedIn, Submitted, caller, submit},
};

const ANCHORS: Anchors = &[("role", "role")];

/// Gives a member another role; says their address.
#[server(prefix = "/_fn", endpoint = "members/role")]
pub(crate) async fn change_role(#[server(default)] id: String, #[server(default)] role: String) -> Result<String> {
    let (service, actor) = caller()?;
    let role = parse(&role)?;
    Ok(service.change_member_role(&actor, user_id(&id)?, role).await?.email)
}

/// The role that a form names.
pub(super) fn parse(text: &str) -> Result<Role> {
    let unknown = |_| FieldErrors::one("role", FieldCode::InvalidFormat, "Choose one of the roles.").into();
    text.parse().map_err(unknown)
}

/// The three roles to choose from, each with what it lets a person do.
pub(super) fn choices(chosen: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let error = error_of(problem, "role");
    let described = error.is_some().then_some("role-e");
    let choice = |role: Role, words: &'static str| {
        let checked = role.as_str() == chosen;
        // Where a field stands before the roles, that one gets the focus.
        let first = checked && problem.is_none();
        view! {
            <label class="choice">
                <input type="radio" name="role" value=role.as_str() checked=checked autofocus=first/>
                <b>{role_name(role)}</b>" "
                <small>{words}</small>
            </label>
        }
    };
    view! {
        <fieldset class="field" id="role" tabindex="-1" aria-describedby=described>
            <legend>"Role"</legend>
            <div class="choices">
                {choice(Role::Member, "Manages own tokens, and the service accounts assigned to them")}
                {choice(Role::Auditor, "Sees everything, changes nothing")}
                {choice(Role::Admin, "Full access, including members")}
            </div>
            {below("role", None, error)}
        </fieldset>
    }
}

/// `GET /settings/members/{id}/role`.
pub(super) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(person, &id, None, None).await
}

/// `POST /settings/members/{id}/role`.
pub(super) async fn sent(person: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match submit::<ChangeRole>(&person.visitor, request, |call| call.id = named).await? {
        Submitted::Done(email) => {
            Ok(done(&person, &format!("{email} has the new role. Their other sessions have ended.")))
        }
        Submitted::Refused(typed, problem) => show(person, &id, Some(typed.role), Some(problem)).await,
    }
}

async fn show(person: SignedIn, id: &str, typed: Option<String>, problem: Option<Problem>) -> Result<Response> {
    require_editor(&person.actor)?;
    let member = person.visitor.service().member(&person.actor, user_id(id)?).await?;
    let beneath = List::load(&person).await?;
    let screen = Screen::new("Change role", Section::Members).answering(problem.as_ref());
    let dialog = move || {
        let chosen = typed.unwrap_or_else(|| member.role.to_string());
        let body = view! {
            <div class="body">
                {error_summary(problem.as_ref(), "the role can be changed", ANCHORS)}
                {choices(&chosen, problem.as_ref())}
                {plain("info", "Applies to each of their tokens at its next use, and ends their other sessions.")}
            </div>
        };
        let foot = view! {
            <span class="push"></span>
            {actions(LIST, view! { <button class="btn primary">"Change role"</button> })}
        };
        Dialog::new("Change role", LIST).lead(member.email).wide("mid").view(body, foot).into_any()
    };
    screen.show(&person, move || (beneath.view(), Some(dialog()))).await
}
