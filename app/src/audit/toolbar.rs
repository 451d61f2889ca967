//! The search field and filters above the audit log.

use leptos::prelude::*;
use mintkey_domain::{AuditOutcome, scopes};
use mintkey_service::{Paging, ServiceAccountQuery};

use super::{
    action_names::{actions, target_types},
    query::{LOG, Params},
};
use crate::{
    error::Result,
    frame::{ClearFilters, Filter, SearchField},
    web::SignedIn,
};

/// Maximum number of members, and of service accounts, in the filter.
const MOST_ACTORS: u32 = 100;

/// The actors in the filter.
#[derive(Clone)]
pub(super) struct Actors {
    /// IDs and names.
    pub(super) listed: Vec<(String, String)>,
    /// Whether more actors exist.
    pub(super) truncated: bool,
}

/// Loads the members and service accounts that the user can see.
pub(super) async fn actors(user: &SignedIn) -> Result<Actors> {
    let (service, actor) = (user.visitor.service(), &user.actor);
    let mut listed = Vec::new();
    let mut truncated = false;
    if actor.allows(scopes::MEMBERS_READ) {
        let members = service.members(actor).await?;
        let most = usize::try_from(MOST_ACTORS).unwrap_or(usize::MAX);
        truncated = members.len() > most;
        listed.extend(members.into_iter().take(most).map(|member| (member.id.to_string(), member.email)));
    }
    if actor.allows(scopes::SERVICE_ACCOUNTS_READ) {
        let paging = Paging::Page { page: 1, limit: MOST_ACTORS };
        let accounts =
            service.list_service_accounts(actor, ServiceAccountQuery { paging, ..Default::default() }).await?;
        truncated |= accounts.next_cursor.is_some();
        listed.extend(accounts.data.into_iter().map(|account| (account.id.to_string(), account.name)));
    }
    Ok(Actors { listed, truncated })
}

#[component]
pub(super) fn Toolbar(params: Params, actors: Actors) -> impl IntoView {
    let outcomes = [(AuditOutcome::Done, "Done"), (AuditOutcome::Refused, "Refused")];
    let outcomes = outcomes.map(|(outcome, label)| (outcome.to_string(), label.to_owned())).into();
    let narrowed = params.is_narrowed();
    let Params { q, actor, action, target_type, target, outcome, since, until, .. } = params;
    let target = (!target.is_empty()).then(|| view! { <input type="hidden" name="target" value=target/> });
    view! {
        <form class="toolbar filters" role="search" method="get" action=LOG>
            {target}
            <SearchField label="Search events" placeholder="Search actor or target" value=q/>
            <Filter
                name="actor" label="Actor" any="Any actor" options=actors.listed chosen=actor truncated=actors.truncated
            />
            <Filter name="action" label="Action" any="Any action" options=actions() chosen=action/>
            <Filter
                name="target_type" label="Kind of target" any="Any target" options=target_types() chosen=target_type
            />
            <Filter name="outcome" label="Result" any="Any result" options=outcomes chosen=outcome/>
            <div class="dates">
                <DateField name="since" label="From" value=since/><DateField name="until" label="Until" value=until/>
            </div>
            <div class="apply"><button class="btn">"Apply"</button><ClearFilters href=LOG narrowed/></div>
        </form>
    }
}

#[component]
fn DateField(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    view! {
        <label class="date">
            <span class="small">{label}</span>
            <input class="input" type="date" name=name value=value min="1970-01-01" max="9999-12-31"/>
        </label>
    }
}
