//! The list of members, and of invitations that weren't taken up yet.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    MAX_SEARCH, MembershipStatus, Principal, has_mixed_scripts, own,
    wire::{Invitation, Member},
};
use serde::Deserialize;
use uuid::Uuid;

use super::LIST;
use crate::{
    error::Result,
    frame::{Section, ago, clear, columns_and_actions, columns_and_button, counted, icon, nothing_found, role_name},
    web::{Screen, SignedIn},
};

/// From how many members on there is a search.
const MANY: usize = 10;

/// What the page shows.
pub(super) struct List {
    members: Vec<Member>,
    total: usize,
    invitations: Vec<Invitation>,
    organization: String,
    q: String,
    me: Uuid,
    can_edit: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Params {
    q: String,
}

/// `GET /settings/members`.
pub(super) async fn page(person: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params: Params = serde_urlencoded::from_str(query.as_deref().unwrap_or_default()).unwrap_or_default();
    let list = List::search(&person, params.q.chars().take(MAX_SEARCH).collect()).await?;
    Screen::new("Members", Section::Members).show(&person, move || (list.view(), None)).await
}

impl List {
    /// Reads it, with all members.
    pub(super) async fn load(person: &SignedIn) -> Result<Self> {
        Self::search(person, String::new()).await
    }

    /// Reads it, with the members that a search finds.
    async fn search(person: &SignedIn, q: String) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let (members, total) = service.search_members(actor, Some(&q)).await?;
        Ok(Self {
            members,
            total,
            invitations: service.invitations(actor).await?,
            organization: service.viewer(actor).await?.organization,
            q,
            me: actor.principal().map_or(Uuid::nil(), Principal::id),
            can_edit: actor.allows(own::MEMBERS_WRITE),
        })
    }

    /// Shows it.
    pub(super) fn view(self) -> AnyView {
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        let summary = format!("{} of {}.", counted(total, "member", "members"), self.organization);
        let new = self.can_edit.then(|| {
            view! {
                <a class="btn primary" href="/settings/members/invite" aria-haspopup="dialog">
                    {icon("plus")}"Invite member"
                </a>
            }
        });
        let search = (self.total > MANY || !self.q.is_empty()).then(|| search(self.q.clone()).into_any());
        let invitations = (!self.invitations.is_empty()).then(|| invitations(self.invitations, self.can_edit));
        let members = members(self.members, self.me, self.can_edit);
        view! {
            <header class="page-head"><div><h1>"Members"</h1><p class="whole">{summary}</p></div>{new}</header>
            {search}
            <div class="stack">{members}{invitations}</div>
        }
        .into_any()
    }
}

fn search(q: String) -> impl IntoView {
    let clear = clear(LIST, !q.trim().is_empty());
    view! {
        <form class="toolbar" role="search" method="get" action=LIST>
            <div class="search">
                {icon("search")}
                <label class="sr-only" for="q">"Search members"</label>
                <input class="input" id="q" name="q" type="search" value=q maxlength="200" placeholder="Search email"/>
            </div>
            <div class="apply"><button class="btn ghost">"Apply"</button>{clear}</div>
        </form>
    }
}

fn members(members: Vec<Member>, me: Uuid, can_edit: bool) -> AnyView {
    let rows = members.into_iter().map(|member| row(member, me, can_edit)).collect::<Vec<_>>();
    if rows.is_empty() {
        return nothing_found("No member matches.", LIST.to_owned(), "Show all").into_any();
    }
    view! {
        <div class="table-wrap" role="region" aria-label="Members" tabindex="0">
            <table class="table cards members" role="table">
                <caption class="sr-only">"Members"</caption>
                {columns_and_actions(&[
                    ("Email", "col-name"),
                    ("Role", "col-role"),
                    ("Joined", "col-created"),
                    ("Status", "col-status"),
                ])}
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(member: Member, me: Uuid, can_edit: bool) -> AnyView {
    let own = member.id.uuid() == me;
    let active = member.status == MembershipStatus::Active;
    let menu = can_edit.then(|| menu(&member, own, active).into_any());
    let email = member.email;
    view! {
        <tr role="row" class:spent=!active>
            <th role="rowheader" scope="row" class="col-name">
                <b title=email.clone()>{email.clone()}</b>" "{own.then(|| view! { <small>"You"</small> })}
            {mixed_scripts(&email)}
            </th>
            <td role="cell" class="col-role" data-label="Role"><span>{role_name(member.role)}</span></td>
            <td role="cell" class="col-created" data-label="Joined"><div>{ago(member.created_at)}</div></td>
            <td role="cell" class="col-status">{badge(member.status)}</td>
            <td role="cell" class="col-actions">{menu}</td>
        </tr>
    }
    .into_any()
}

/// Marks an address that may pose as another one.
fn mixed_scripts(email: &str) -> impl IntoView + use<> {
    has_mixed_scripts(email).then(|| {
        let reason = "Letters of several alphabets look alike here. Compare this address with care.";
        view! { <span class="badge warning" title=reason>{icon("warn")}"Mixed alphabets"</span> }
    })
}

fn badge(status: MembershipStatus) -> impl IntoView {
    let (class, name, word) = match status {
        MembershipStatus::Active => ("badge success", "ok", "Active"),
        MembershipStatus::Deactivated => ("badge warning", "lock", "Deactivated"),
    };
    view! { <span class=class>{icon(name)}{word}</span> }
}

fn menu(member: &Member, own: bool, active: bool) -> impl IntoView + use<> {
    let id = member.id;
    let target = format!("menu-{id}");
    let item = |name: &'static str, sign: &'static str, words: &'static str, class: &'static str| {
        let href = format!("{LIST}/{id}/{name}");
        view! { <a class=class href=href aria-haspopup="dialog">{icon(sign)}{words}</a> }
    };
    let end = if active {
        item("deactivate", "lock", "Deactivate", "danger").into_any()
    } else {
        item("activate", "ok", "Activate", "").into_any()
    };
    view! {
        <button
            class="icon-btn" type="button" popovertarget=target.clone() aria-label=format!("Actions for {}", member.email)
        >
            {icon("dots")}
        </button>
        <div class="menu" id=target popover>
            {item("role", "pencil", "Change role", "")}
            {(!own).then(|| item("reset", "key", "Reset link", ""))}
            {item("hand-over", "users", "Hand over", "")}
            <hr/>
            {end}
        </div>
    }
}

fn invitations(invitations: Vec<Invitation>, can_edit: bool) -> AnyView {
    let rows = invitations.into_iter().map(|invitation| {
        let href = format!("{LIST}/invitations/{}/withdraw", invitation.id);
        let label = format!("Withdraw the invitation of {}", invitation.email);
        let withdraw = can_edit
            .then(|| view! { <a class="btn sm" href=href aria-label=label aria-haspopup="dialog">"Withdraw"</a> });
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" class="col-name">
                    <b title=invitation.email.clone()>{invitation.email.clone()}</b>
                    {mixed_scripts(&invitation.email)}
                </th>
                <td role="cell" class="col-role" data-label="Role"><span>{role_name(invitation.role)}</span></td>
                <td role="cell" class="col-created" data-label="Invited"><div>{ago(invitation.created_at)}</div></td>
                <td role="cell" class="col-expires" data-label="Expires"><div>{ago(invitation.expires_at)}</div></td>
                <td role="cell" class="col-button">{withdraw}</td>
            </tr>
        }
    });
    let rows = rows.collect::<Vec<_>>();
    view! {
        <section class="card" aria-labelledby="invited-h">
            <header>
                <h2 id="invited-h">"Invitations"</h2>
                <span class="muted small">"Pending"</span>
            </header>
            <table class="table cards invitations" role="table">
                <caption class="sr-only">"Invitations"</caption>
                {columns_and_button(&[
                    ("Email", "col-name"),
                    ("Role", "col-role"),
                    ("Invited", "col-created"),
                    ("Expires", "col-expires"),
                ])}
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
