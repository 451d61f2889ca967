//! The owner of a token, with the way to their page.

use leptos::prelude::*;
use mintkey_domain::{PrincipalType, scopes, wire::Owner};
use mintkey_service::Actor;

/// Whether this person can open the owner's page: only service accounts have one.
pub(super) fn can_open(actor: &Actor, owner: &Owner) -> bool {
    owner.kind == PrincipalType::ServiceAccount && actor.allows(scopes::SERVICE_ACCOUNTS_READ)
}

/// The icon of an owner.
pub(super) const fn owner_icon(owner: &Owner) -> &'static str {
    match owner.kind {
        PrincipalType::User => "user",
        _ => "bot",
    }
}

/// The owner's name, as a link if the person can open the owner's page.
#[component]
pub(super) fn OwnerLink(
    owner: Owner,
    can_open: bool,
    /// The class of the link.
    class: &'static str,
    /// What the owner is called here.
    name: String,
) -> impl IntoView {
    if can_open {
        let href = format!("/settings/service-accounts/{}", owner.id);
        return view! { <a class=class href=href>{name}</a> }.into_any();
    }
    name.into_any()
}
