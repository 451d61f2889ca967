//! The members who manage a service account: they may make and rotate its tokens.

use std::collections::BTreeSet;

use leptos::prelude::*;
use mintkey_domain::{MembershipStatus, Problem, own, wire::Member};

use crate::{
    error::Result,
    frame::{below, error_of, role_name},
    web::SignedIn,
};

/// The members to choose from: the active ones, and those who have it now. `None` if the visitor may not see them.
pub(super) async fn to_choose_from(person: &SignedIn, chosen: &[String]) -> Result<Option<Vec<Member>>> {
    if !person.actor.allows(own::MEMBERS_READ) {
        return Ok(None);
    }
    let members = person.visitor.service().members(&person.actor).await?.into_iter();
    let offered = members.filter(|member| {
        member.status == MembershipStatus::Active || chosen.iter().any(|id| *id == member.id.to_string())
    });
    Ok(Some(offered.collect()))
}

/// A tick for each.
pub(super) fn members(offered: Vec<Member>, chosen: &[String], problem: Option<&Problem>) -> impl IntoView + use<> {
    let chosen: BTreeSet<&str> = chosen.iter().map(String::as_str).collect();
    let checkboxes = offered.into_iter().map(|member| {
        let id = member.id.to_string();
        let checked = chosen.contains(id.as_str());
        view! {
            <label>
                <input type="checkbox" name="member_ids[]" value=id checked=checked/>
                <span class="whole">{member.email}</span>" "
                <span class="small muted">{role_name(member.role)}</span>
            </label>
        }
    });
    let checkboxes = checkboxes.collect::<Vec<_>>();
    let error = error_of(problem, "member_ids");
    let described = if error.is_some() { "member_ids-e" } else { "member_ids-h" };
    view! {
        <fieldset class="field" id="member_ids" tabindex="-1" aria-describedby=described>
            <legend>"Managed by "<span class="muted">"optional"</span></legend>
            <input type="hidden" name="offers_members" value="true"/>
            <div class="picker short">
                <div class="list" tabindex="0" role="group" aria-label="Members">{checkboxes}</div>
                <div class="foot"><b>"selected"</b></div>
            </div>
            {below("member_ids", Some("These members may make and rotate its tokens. Administrators always may."), error)}
        </fieldset>
    }
}
