//! Changing a member's role.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{FieldCode, FieldErrors, Problem, Role};

use super::{
    access::{LIST, done, require_editor},
    list::{List, MembersPage},
};
use crate::{
    error::Result,
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, FieldHelp, Note, Section, Width, error_of, role_name},
    page::Page,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

const ANCHORS: Anchors = &[("role", "role")];

/// Changes a member's role; returns the member's email address.
#[server(prefix = "/_fn", endpoint = "members/role")]
pub(crate) async fn change_role(#[server(default)] id: String, #[server(default)] role: String) -> Result<String> {
    let (service, actor) = caller()?;
    let role = parse(&role)?;
    Ok(service.change_member_role(&actor, parse_id(&id)?, role).await?.email)
}

/// Parses the role of a form.
pub(super) fn parse(text: &str) -> Result<Role> {
    let unknown = |_| FieldErrors::one("role", FieldCode::InvalidFormat, "Choose one of the roles.").into();
    text.parse().map_err(unknown)
}

/// `GET /settings/members/{id}/role`.
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    show(user, &id, None, None).await
}

/// `POST /settings/members/{id}/role`.
pub(super) async fn submit(user: SignedIn, Path(id): Path<String>, request: Request) -> Result<Response> {
    let named = id.clone();
    match run_form::<ChangeRole>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(email) => {
            Ok(done(&user, &format!("{email} has the new role. Their other sessions have ended.")))
        }
        Submitted::Refused(typed, problem) => show(user, &id, Some(typed.role), Some(problem)).await,
    }
}

async fn show(user: SignedIn, id: &str, typed: Option<String>, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let member = user.visitor.service().member(&user.actor, parse_id(id)?).await?;
    let list = List::load(&user).await?;
    let chosen = typed.unwrap_or_else(|| member.role.to_string());
    let page = Page::new("Change role", Section::Members).answering(problem.as_ref());
    let background = move || view! { <MembersPage list/> };
    page.show_dialog(&user, background, move || view! { <RoleDialog email=member.email chosen problem/> }).await
}

#[component]
fn RoleDialog(email: String, chosen: String, problem: Option<Problem>) -> impl IntoView {
    view! {
        <Dialog title="Change role" return_to=LIST lead=email width=Width::Medium>
            <div class="body">
                <ErrorSummary problem=problem.clone() purpose="the role can be changed" anchors=ANCHORS/>
                <RoleChoices chosen autofocus=problem.is_none() error=error_of(problem.as_ref(), "role")/>
                <Note>"Applies to each of their tokens at its next use, and ends their other sessions."</Note>
            </div>
            <DialogActions return_to=LIST submit="Change role"/>
        </Dialog>
    }
}

/// The roles as radio buttons, each with a description.
#[component]
pub(super) fn RoleChoices(chosen: String, autofocus: bool, error: Option<String>) -> impl IntoView {
    let described = error.is_some().then_some("role-e");
    let choices = [
        (Role::Member, "Manages own tokens, and the service accounts assigned to them"),
        (Role::Auditor, "Sees everything, changes nothing"),
        (Role::Admin, "Full access, including members"),
    ];
    let choices = choices.map(|(role, description)| {
        let checked = role.as_str() == chosen;
        // If another field precedes the roles, that field gets the focus.
        let autofocus = autofocus && checked;
        view! {
            <label class="choice">
                <input type="radio" name="role" value=role.as_str() checked=checked autofocus=autofocus/>
                <b>{role_name(role)}</b>" "
                <small>{description}</small>
            </label>
        }
    });
    view! {
        <fieldset class="field" id="role" tabindex="-1" aria-describedby=described>
            <legend>"Role"</legend>
            <div class="choices">{choices.collect_view()}</div>
            <FieldHelp id="role" error/>
        </fieldset>
    }
}
