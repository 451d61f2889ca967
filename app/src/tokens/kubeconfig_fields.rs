//! The fields of a kubeconfig: its cluster, and how `kubectl` authenticates.

use leptos::prelude::*;
use mintkey_domain::{ExpiryPolicy, KubeconfigMethod, Problem, wire::Cluster};

use super::kubeconfig_form::{KubeconfigForm, Lifetime, default_lifetime, lifetimes};
use crate::frame::{Field, FieldHelp, Note, described_by, error_of};

/// Each method, and what it means.
const METHODS: [(KubeconfigMethod, &str); 3] = [
    (KubeconfigMethod::Exec, "The command line fetches them with a key of its own. No secret is in the file."),
    (KubeconfigMethod::Token, "The file contains it. Invalidating the token ends its access to the cluster."),
    (KubeconfigMethod::Certificate, "The file contains it. The cluster can't revoke it."),
];

/// The display name of a method.
pub(super) const fn method_name(method: KubeconfigMethod) -> &'static str {
    match method {
        KubeconfigMethod::Exec => "Access tokens",
        KubeconfigMethod::Token => "API key",
        KubeconfigMethod::Certificate => "Certificate",
    }
}

/// The fields. Style sheets show the lifetime of a certificate in place of the token's expiry, so that it works without a
/// script.
#[component]
pub(super) fn KubeconfigFieldset(
    form: KubeconfigForm,
    /// The organization's clusters.
    clusters: Vec<Cluster>,
    /// Whether the user may add one.
    can_add: bool,
    /// The organization's policy for the expiry of tokens.
    policy: ExpiryPolicy,
    problem: Option<Problem>,
) -> impl IntoView {
    let error = move |field| error_of(problem.as_ref(), field);
    let none = clusters.is_empty().then(|| {
        let add = can_add.then(|| view! { " "<a class="link" href="/settings/clusters/new">"Add one"</a>"." });
        view! { <Note>"A kubeconfig needs a cluster, and none is registered yet."{add}</Note> }
    });
    let chosen = form.method.parse().unwrap_or(KubeconfigMethod::Exec);
    let method_error = error("method");
    let described = method_error.is_some().then_some("method-e");
    let methods = METHODS.map(|(method, description)| {
        view! {
            <label class="choice">
                <b>{method_name(method)}</b>" "
                <input type="radio" name="method" value=method.as_str() checked={method == chosen}/>
                <small>{description}</small>
            </label>
        }
    });
    view! {
        <fieldset class="field kubeconfig for-kubeconfig" id="kubeconfig">
            <legend class="sr-only">"kubeconfig"</legend>
            {none}
            <div class="two-columns">
                <ClusterField chosen=form.cluster_id clusters error=error("cluster_id")/>
                <Field
                    name="namespace" label="Namespace" value=form.namespace optional=true max_length=63
                    error=error("namespace")
                    hint="What kubectl uses by default. Leave empty for the cluster's default."
                />
            </div>
            <fieldset class="field" id="method" tabindex="-1" aria-describedby=described>
                <legend>"kubectl authenticates by"</legend>
                <div class="choices">{methods.collect_view()}</div>
                <FieldHelp id="method" error=method_error hint=None/>
            </fieldset>
            <LifetimeField chosen=form.lifetime policy/>
        </fieldset>
    }
}

#[component]
fn ClusterField(chosen: String, clusters: Vec<Cluster>, error: Option<String>) -> impl IntoView {
    let invalid = error.is_some().then_some("true");
    let described = described_by("cluster_id", false, error.is_some());
    let is_known = clusters.iter().any(|cluster| cluster.id.to_string() == chosen);
    // A choice that isn't there any more is said, and not replaced by the first one.
    let unknown = (!chosen.is_empty() && !is_known)
        .then(|| view! { <option value=chosen.clone() selected=true>"Not found"</option> });
    let options = clusters.into_iter().map(|cluster| {
        let id = cluster.id.to_string();
        let selected = id == chosen;
        view! { <option value=id selected=selected>{cluster.name}</option> }
    });
    view! {
        <div class="field">
            <label for="cluster_id">"Cluster"</label>
            <div class="select">
                <select
                    class="input" id="cluster_id" name="cluster_id" aria-invalid=invalid aria-describedby=described
                >
                    {unknown}
                    {options.collect_view()}
                </select>
            </div>
            <FieldHelp id="cluster_id" hint=None error/>
        </div>
    }
}

/// The lifetime of a certificate.
#[component]
fn LifetimeField(chosen: String, policy: ExpiryPolicy) -> impl IntoView {
    const HINT: &str = "Until then the file gives access to the cluster, even after the token is invalidated.";
    let lifetimes = lifetimes(policy);
    let is_offered = lifetimes.iter().any(|lifetime| lifetime.value == chosen);
    let chosen = if is_offered { chosen } else { default_lifetime(&lifetimes, policy) };
    let options = lifetimes.into_iter().map(|Lifetime { value, name, millis }| {
        let selected = value == chosen;
        view! { <option value=value selected=selected data-millis=millis>{name}</option> }
    });
    view! {
        <div class="field lifetime">
            <label for="lifetime">"Certificate expires after"</label>
            <div class="select">
                <select class="input" id="lifetime" name="lifetime" aria-describedby="lifetime-h">
                    {options.collect_view()}
                </select>
            </div>
            <FieldHelp id="lifetime" hint=Some(HINT) error=None/>
        </div>
    }
}
