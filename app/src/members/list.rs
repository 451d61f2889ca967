//! The list of members and pending invitations.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    MAX_SEARCH, MembershipStatus, Principal, UserId, has_mixed_scripts, scopes,
    wire::{Invitation, Member},
};
use serde::Deserialize;
use uuid::Uuid;

use super::access::LIST;
use crate::{
    error::Result,
    frame::{
        Actions, Badge, Card, ClearFilters, Column, DataTable, DialogLink, Icon, MenuItem, NothingFound, RelativeTime,
        RowMenu, Rows, SearchField, Section, TableRegion, Tone, counted, role_name,
    },
    page::Page,
    web::SignedIn,
};

/// Lists with more members have a search field.
const MANY: usize = 10;

/// The data of the page.
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
pub(super) async fn page(user: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params: Params = serde_urlencoded::from_str(query.as_deref().unwrap_or_default()).unwrap_or_default();
    let list = List::search(&user, params.q.chars().take(MAX_SEARCH).collect()).await?;
    Page::new("Members", Section::Members).show(&user, move || view! { <MembersPage list/> }).await
}

impl List {
    /// Loads the list with all members.
    pub(super) async fn load(user: &SignedIn) -> Result<Self> {
        Self::search(user, String::new()).await
    }

    /// Loads the list with the members that match a search.
    async fn search(user: &SignedIn, q: String) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        let (members, total) = service.search_members(actor, Some(&q)).await?;
        Ok(Self {
            members,
            total,
            invitations: service.invitations(actor).await?,
            organization: service.viewer(actor).await?.organization,
            q,
            me: actor.principal().map_or(Uuid::nil(), Principal::id),
            can_edit: actor.allows(scopes::MEMBERS_WRITE),
        })
    }
}

#[component]
pub(super) fn MembersPage(list: List) -> impl IntoView {
    let List { members, total, invitations, organization, q, me, can_edit } = list;
    let count = counted(i64::try_from(total).unwrap_or(i64::MAX), "member", "members");
    let summary = format!("{count} of {organization}.");
    let new = can_edit.then(|| {
        view! { <DialogLink href="/settings/members/invite" icon="plus" label="Invite member" primary=true/> }
    });
    let search = (total > MANY || !q.is_empty()).then(|| view! { <MemberSearch q/> });
    let invitations = (!invitations.is_empty()).then(|| view! { <Invitations invitations can_edit/> });
    view! {
        <header class="page-head"><div><h1>"Members"</h1><p class="whole">{summary}</p></div>{new}</header>
        {search}
        <div class="stack"><Members members me can_edit/>{invitations}</div>
    }
}

#[component]
fn MemberSearch(q: String) -> impl IntoView {
    let narrowed = !q.trim().is_empty();
    view! {
        <form class="toolbar" role="search" method="get" action=LIST>
            <SearchField label="Search members" placeholder="Search email" value=q/>
            <div class="apply"><button class="btn ghost">"Apply"</button><ClearFilters href=LIST narrowed/></div>
        </form>
    }
}

#[component]
fn Members(members: Vec<Member>, me: Uuid, can_edit: bool) -> impl IntoView {
    if members.is_empty() {
        return view! { <NothingFound message="No member matches." href=LIST action="Show all"/> }.into_any();
    }
    let columns = [
        Column::new("Email", "col-name"),
        Column::new("Role", "col-role"),
        Column::new("Joined", "col-created"),
        Column::new("Status", "col-status"),
    ];
    let rows = members.into_iter().map(|member| view! { <MemberRow member me can_edit/> }).collect_view();
    view! {
        <TableRegion label="Members">
            <DataTable caption="Members" class="members" columns actions=Actions::Menu>
                <Rows>{rows}</Rows>
            </DataTable>
        </TableRegion>
    }
    .into_any()
}

#[component]
fn MemberRow(member: Member, me: Uuid, can_edit: bool) -> impl IntoView {
    let is_own = member.id.uuid() == me;
    let is_active = member.status == MembershipStatus::Active;
    let Member { id, email, role, status, created_at, .. } = member;
    let own_mark = is_own.then(|| view! { <small>"You"</small> });
    let menu = can_edit.then(|| view! { <MemberMenu id email=email.clone() is_own is_active/> });
    view! {
        <tr role="row" class:spent=!is_active>
            <th role="rowheader" scope="row" class="col-name">
                <b title=email.clone()>{email.clone()}</b>" "{own_mark}
                <MixedScripts email/>
            </th>
            <td role="cell" class="col-role" data-label="Role"><span>{role_name(role)}</span></td>
            <td role="cell" class="col-created" data-label="Joined"><div><RelativeTime at=created_at/></div></td>
            <td role="cell" class="col-status"><StatusBadge status/></td>
            <td role="cell" class="col-actions">{menu}</td>
        </tr>
    }
}

/// Warns of an email address that may imitate another one.
#[component]
fn MixedScripts(email: String) -> impl IntoView {
    has_mixed_scripts(&email).then(|| {
        let reason = "Letters of several alphabets look alike here. Compare this address with care.";
        view! { <span class="badge warning" title=reason><Icon name="warn"/>"Mixed alphabets"</span> }
    })
}

#[component]
fn StatusBadge(status: MembershipStatus) -> impl IntoView {
    let (icon, tone, label) = match status {
        MembershipStatus::Active => ("ok", Tone::Success, "Active"),
        MembershipStatus::Deactivated => ("lock", Tone::Warning, "Deactivated"),
    };
    view! { <Badge icon tone>{label}</Badge> }
}

#[component]
fn MemberMenu(id: UserId, email: String, is_own: bool, is_active: bool) -> impl IntoView {
    let href = move |dialog: &str| format!("{LIST}/{id}/{dialog}");
    let reset = (!is_own).then(|| view! { <MenuItem href=href("reset") icon="key" label="Reset link"/> });
    let status = if is_active {
        view! { <MenuItem href=href("deactivate") icon="lock" label="Deactivate" tone=Tone::Danger/> }
    } else {
        view! { <MenuItem href=href("activate") icon="ok" label="Activate"/> }
    };
    view! {
        <RowMenu of=id.to_string() label=format!("Actions for {email}")>
            <MenuItem href=href("role") icon="pencil" label="Change role"/>
            {reset}
            <MenuItem href=href("hand-over") icon="users" label="Hand over"/>
            <hr/>
            {status}
        </RowMenu>
    }
}

#[component]
fn Invitations(invitations: Vec<Invitation>, can_edit: bool) -> impl IntoView {
    let columns = [
        Column::new("Email", "col-name"),
        Column::new("Role", "col-role"),
        Column::new("Invited", "col-created"),
        Column::new("Expires", "col-expires"),
    ];
    let row = |invitation| view! { <InvitationRow invitation can_edit/> };
    let rows = invitations.into_iter().map(row).collect_view();
    let aside = view! { <span class="muted small">"Pending"</span> }.into_any();
    view! {
        <Card id="invited-h" heading="Invitations" aside>
            <DataTable caption="Invitations" class="invitations" columns actions=Actions::Button>
                <Rows>{rows}</Rows>
            </DataTable>
        </Card>
    }
}

#[component]
fn InvitationRow(invitation: Invitation, can_edit: bool) -> impl IntoView {
    let Invitation { id, email, role, created_at, expires_at, .. } = invitation;
    let withdraw = can_edit.then(|| {
        let href = format!("{LIST}/invitations/{id}/withdraw");
        let label = format!("Withdraw the invitation of {email}");
        view! { <a class="btn sm" href=href aria-label=label aria-haspopup="dialog">"Withdraw"</a> }
    });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name">
                <b title=email.clone()>{email.clone()}</b>
                <MixedScripts email/>
            </th>
            <td role="cell" class="col-role" data-label="Role"><span>{role_name(role)}</span></td>
            <td role="cell" class="col-created" data-label="Invited"><div><RelativeTime at=created_at/></div></td>
            <td role="cell" class="col-expires" data-label="Expires"><div><RelativeTime at=expires_at/></div></td>
            <td role="cell" class="col-button">{withdraw}</td>
        </tr>
    }
}
