//! The scope picker: a tick for each scope that may be granted, grouped by the beginning of the name.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use mintkey_domain::{Problem, wire::Scope};

use super::draft::TokenForm;
use crate::{
    frame::{error_of, icon, icons_path},
    islands::ScopeSearch,
    scopes::Group,
};

/// The picker. What is ticked stands first, and stays ticked until it is taken away, even what can't be granted any more.
/// `owner` is the service account whose allowed scopes bound the choice.
pub(crate) fn picker(
    form: &TokenForm,
    grantable: &[Scope],
    owner: Option<&str>,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let mut held: BTreeSet<&str> = form.scopes.iter().map(String::as_str).collect();
    let (mut selected, mut groups) = (Vec::new(), BTreeMap::<Group, Vec<AnyView>>::new());
    for scope in grantable {
        if held.remove(scope.name.as_str()) {
            selected.push(tick(scope, true).into_any());
        } else {
            groups.entry(Group::of(&scope.name)).or_default().push(tick(scope, false).into_any());
        }
    }
    selected.extend(held.into_iter().map(|name| held_only(name).into_any()));
    let selected = (!selected.is_empty()).then(|| fieldset("Selected".to_owned(), selected));
    let bound = match owner {
        Some(name) => format!("Limited to what {name} may hold. "),
        None => String::new(),
    };
    let count = grantable.len();
    let error = error_of(problem, "scopes");
    let described = if error.is_some() { "scopes-e" } else { "scopes-h" };
    let groups = groups.into_iter().map(|(group, views)| fieldset(group.title(), views)).collect_view();
    view! {
        <div class="field grow" id="scopes" tabindex="-1">
            <div class="row">
                <span class="label" id="scopes-l">"Scopes"</span>
                <a class="link small" href="/settings/scopes" target="_blank">"What each scope allows"</a>
            </div>
            {error.map(|words| view! { <p class="err" id="scopes-e">{icon("warn")}{words}</p> })}
            <div class="picker" role="group" aria-labelledby="scopes-l" aria-describedby=described>
                <ScopeSearch count icons=icons_path()/>
                <div class="list" id="scope-list" tabindex="0" role="group" aria-label="Available scopes">{selected}{groups}</div>
                <div class="foot"><b>"selected"</b><span class="push" id="scope-count">{format!("{count} to choose from")}</span></div>
            </div>
            <p class="hint" id="scopes-h">{bound}"Grant only what it needs. You can add scopes later."</p>
        </div>
    }
}

fn fieldset(name: String, checkboxes: Vec<AnyView>) -> impl IntoView {
    view! { <fieldset><legend>{name}</legend>{checkboxes}</fieldset> }
}

fn tick(scope: &Scope, checked: bool) -> impl IntoView + use<> {
    let Scope { name, description, admin_only, .. } = scope.clone();
    view! {
        <label>
            <input type="checkbox" name="scopes[]" value=name.clone() checked=checked/>
            <code>{name}</code>" "
            {admin_only.then(|| view! { <span class="badge warning">{icon("shield")}"Admin"</span>" " })}
            {(!description.is_empty()).then(|| view! { <small>{description}</small> })}
        </label>
    }
}

fn held_only(name: &str) -> impl IntoView + use<> {
    let name = name.to_owned();
    view! {
        <label>
            <input type="checkbox" name="scopes[]" value=name.clone() checked/>
            <code>{name}</code>" "
            <small>"If you remove it, you can't add it again."</small>
        </label>
    }
}
