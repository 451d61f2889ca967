//! The way from a token to the page of its owner.

use leptos::prelude::*;
use mintkey_domain::{PrincipalType, own, wire::Owner};
use mintkey_service::Actor;

/// The owner's name, as a link if the owner is a service account whose page this person may open.
pub(super) fn owner_link(actor: &Actor, owner: &Owner, class: &'static str, words: String) -> AnyView {
    if owner.kind == PrincipalType::ServiceAccount && actor.allows(own::SERVICE_ACCOUNTS_READ) {
        let href = format!("/settings/service-accounts/{}", owner.id);
        return view! { <a class=class href=href>{words}</a> }.into_any();
    }
    words.into_any()
}
