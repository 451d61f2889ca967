//! A token's owner, with a link to the owner's page.

use leptos::prelude::*;
use mintkey_domain::{PrincipalType, scopes, wire::Owner};
use mintkey_service::Actor;

/// Whether this user can open the owner's page. Only service accounts have one.
pub(super) fn can_open(actor: &Actor, owner: &Owner) -> bool {
    owner.kind == PrincipalType::ServiceAccount && actor.allows(scopes::SERVICE_ACCOUNTS_READ)
}

pub(super) const fn owner_icon(owner: &Owner) -> &'static str {
    match owner.kind {
        PrincipalType::User => "user",
        _ => "bot",
    }
}

/// The owner's name, as a link if the user can open the owner's page.
#[component]
pub(super) fn OwnerLink(
    owner: Owner,
    can_open: bool,
    /// The link's class.
    class: &'static str,
    /// The displayed name.
    name: String,
) -> impl IntoView {
    if can_open {
        let href = format!("/settings/service-accounts/{}", owner.id);
        return view! { <a class=class href=href>{name}</a> }.into_any();
    }
    name.into_any()
}
