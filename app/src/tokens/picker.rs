//! The scope picker: a checkbox for each grantable scope, grouped by name prefix.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use mintkey_domain::{Problem, wire::Scope};

use crate::{
    frame::{Badge, Icon, Tone, described_by, error_of, icons_path},
    islands::ScopeSearch,
    scopes::Group,
};

/// The picker. Selected scopes come first, including those that can't be granted any more, until the user removes them.
#[component]
pub(super) fn ScopePicker(
    selected: Vec<String>,
    grantable: Vec<Scope>,
    /// The service account whose allowed scopes limit the choice.
    limited_to: Option<String>,
    problem: Option<Problem>,
) -> impl IntoView {
    let count = grantable.len();
    let mut held: BTreeSet<String> = selected.into_iter().collect();
    let (mut first, mut groups) = (Vec::new(), BTreeMap::<Group, Vec<AnyView>>::new());
    for scope in grantable {
        if held.remove(&scope.name) {
            first.push(view! { <ScopeCheckbox scope checked=true/> }.into_any());
        } else {
            let group = groups.entry(Group::of(&scope.name)).or_default();
            group.push(view! { <ScopeCheckbox scope checked=false/> }.into_any());
        }
    }
    first.extend(held.into_iter().map(|name| view! { <HeldScope name/> }.into_any()));
    let first = (!first.is_empty()).then(|| view! { <fieldset><legend>"Selected"</legend>{first}</fieldset> });
    let groups = groups.into_iter().map(|(group, checkboxes)| {
        view! { <fieldset><legend>{group.title()}</legend>{checkboxes}</fieldset> }
    });
    let groups = groups.collect_view();
    let limit = limited_to.map(|name| format!("Limited to what {name} may hold. "));
    let error = error_of(problem.as_ref(), "scopes");
    let described = described_by("scopes", true, error.is_some());
    view! {
        <div class="field grow" id="scopes" tabindex="-1">
            <div class="row">
                <span class="label" id="scopes-l">"Scopes"</span>
                <a class="link small" href="/settings/scopes" target="_blank">"What each scope allows"</a>
            </div>
            {error.map(|message| view! { <p class="field-error" id="scopes-e"><Icon name="warn"/>{message}</p> })}
            <div class="picker" role="group" aria-labelledby="scopes-l" aria-describedby=described>
                <ScopeSearch count icons=icons_path()/>
                <div class="list" id="scope-list" tabindex="0" role="group" aria-label="Available scopes">{first}{groups}</div>
                <div class="foot"><b>"selected"</b><span class="push" id="scope-count">{format!("{count} to choose from")}</span></div>
            </div>
            <p class="hint" id="scopes-h">{limit}"Grant only what it needs. You can add scopes later."</p>
        </div>
    }
}

#[component]
fn ScopeCheckbox(scope: Scope, checked: bool) -> impl IntoView {
    let Scope { name, description, admin_only, .. } = scope;
    view! {
        <label>
            <input type="checkbox" name="scopes[]" value=name.clone() checked=checked/>
            <code>{name}</code>" "
            {admin_only.then(|| view! { <Badge icon="shield" tone=Tone::Warning>"Admin"</Badge>" " })}
            {(!description.is_empty()).then(|| view! { <small>{description}</small> })}
        </label>
    }
}

/// A scope that the token has but that can't be granted any more.
#[component]
fn HeldScope(name: String) -> impl IntoView {
    view! {
        <label>
            <input type="checkbox" name="scopes[]" value=name.clone() checked/>
            <code>{name}</code>" "
            <small>"If you remove it, you can't add it again."</small>
        </label>
    }
}
