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

/// The picker. What is held and can't be granted any more stays ticked until it is taken away.
pub(crate) fn picker(form: &TokenForm, grantable: &[Scope], problem: Option<&Problem>) -> impl IntoView + use<> {
    let ticked: BTreeSet<&str> = form.scopes.iter().map(String::as_str).collect();
    let mut groups: BTreeMap<Group, Vec<AnyView>> = BTreeMap::new();
    for scope in grantable {
        let view = tick(scope, ticked.contains(scope.name.as_str())).into_any();
        groups.entry(Group::of(&scope.name)).or_default().push(view);
    }
    let known: BTreeSet<&str> = grantable.iter().map(|scope| scope.name.as_str()).collect();
    let held = ticked.iter().filter(|name| !known.contains(*name)).map(|name| held_only(name).into_any());
    let held = held.collect::<Vec<_>>();
    let held = (!held.is_empty()).then(|| fieldset("Held now".to_owned(), held));
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
                <div class="list" id="scope-list" tabindex="0" role="group" aria-label="Available scopes">{held}{groups}</div>
                <div class="foot"><b>"selected"</b><span class="push">{format!("{count} to choose from")}</span></div>
            </div>
            <p class="hint" id="scopes-h">"Grant only what it needs. You can add scopes later."</p>
        </div>
    }
}

fn fieldset(name: String, ticks: Vec<AnyView>) -> impl IntoView {
    view! { <fieldset><legend>{name}</legend>{ticks}</fieldset> }
}

fn tick(scope: &Scope, checked: bool) -> impl IntoView + use<> {
    let Scope { name, description, admin_only, .. } = scope.clone();
    view! {
        <label>
            <input type="checkbox" name="scopes[]" value=name.clone() checked=checked/>
            <code>{name}</code>
            {admin_only.then(|| view! { <span class="badge copper">{icon("shield")}"Admin"</span> })}
            {(!description.is_empty()).then(|| view! { <small>{description}</small> })}
        </label>
    }
}

fn held_only(name: &str) -> impl IntoView + use<> {
    let name = name.to_owned();
    view! {
        <label>
            <input type="checkbox" name="scopes[]" value=name.clone() checked/>
            <code>{name}</code>
            <small>"Once taken away, you can't give it back."</small>
        </label>
    }
}
