//! A service account's managers: members who may create and rotate its tokens.

use std::collections::BTreeSet;

use leptos::prelude::*;
use mintkey_domain::{MembershipStatus, scopes, wire::Member};

use crate::{
    error::Result,
    frame::{FieldHelp, described_by, role_name},
    web::SignedIn,
};

/// The possible managers: active members and current managers. `None` if the user may not see members.
pub(super) async fn to_choose_from(user: &SignedIn, chosen: &[String]) -> Result<Option<Vec<Member>>> {
    if !user.actor.allows(scopes::MEMBERS_READ) {
        return Ok(None);
    }
    let members = user.visitor.service().members(&user.actor).await?.into_iter();
    let offered = members.filter(|member| {
        member.status == MembershipStatus::Active || chosen.iter().any(|id| *id == member.id.to_string())
    });
    Ok(Some(offered.collect()))
}

/// Checkboxes for the possible managers.
#[component]
pub(super) fn ManagersField(offered: Vec<Member>, chosen: Vec<String>, error: Option<String>) -> impl IntoView {
    const HINT: &str = "These members may make and rotate its tokens. Administrators always may.";
    let chosen: BTreeSet<String> = chosen.into_iter().collect();
    let checkboxes = offered.into_iter().map(|member| {
        let id = member.id.to_string();
        let checked = chosen.contains(&id);
        view! {
            <label>
                <input type="checkbox" name="member_ids[]" value=id checked=checked/>
                <span class="whole">{member.email}</span>" "
                <span class="small muted">{role_name(member.role)}</span>
            </label>
        }
    });
    let checkboxes = checkboxes.collect::<Vec<_>>();
    let described = described_by("member_ids", true, error.is_some());
    view! {
        <fieldset class="field" id="member_ids" tabindex="-1" aria-describedby=described>
            <legend>"Managed by "<span class="muted">"optional"</span></legend>
            <input type="hidden" name="offers_members" value="true"/>
            <div class="picker short">
                <div class="list" tabindex="0" role="group" aria-label="Members">{checkboxes}</div>
                <div class="foot"><b>"selected"</b></div>
            </div>
            <FieldHelp id="member_ids" hint=Some(HINT) error/>
        </fieldset>
    }
}
