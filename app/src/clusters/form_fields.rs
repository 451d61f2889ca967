//! The fields of a cluster, in the dialogs to add and to edit one.

use leptos::prelude::*;
use mintkey_domain::{MAX_LABEL, Problem, wire::Scope};

use super::form::ClusterForm;
use crate::frame::{Anchors, Field, TextArea, error_of};

/// The IDs of the controls.
pub(super) const ANCHORS: Anchors = &[
    ("name", "name"),
    ("server", "server"),
    ("ca_pem", "ca_pem"),
    ("default_namespace", "default_namespace"),
    ("groups", "groups"),
];

/// How many scopes are named below the groups. The catalogue has the others.
const NAMED: usize = 12;

#[component]
pub(super) fn ClusterFields(
    form: ClusterForm,
    /// The scopes that the organization added.
    scopes: Vec<Scope>,
    problem: Option<Problem>,
) -> impl IntoView {
    const CERTIFICATES: &str = "In PEM: certificate-authority-data of a kubeconfig, decoded from base64, or the \
                                cluster's /etc/kubernetes/pki/ca.crt.";
    let autofocus = problem.is_none();
    let error = move |field| error_of(problem.as_ref(), field);
    view! {
        <Field
            name="name" label="Name" value=form.name max_length=MAX_LABEL error=error("name") autofocus
            hint="Such as plant-3. Shown in lists and the audit log."
        />
        <Field
            name="server" label="API server" value=form.server error=error("server")
            hint="Its URL as in a kubeconfig, such as https://10.4.0.1:6443."
        />
        <TextArea
            name="ca_pem" label="Certificates of the API server" value=form.ca_pem error=error("ca_pem")
            monospace=true required=true rows=6 hint=CERTIFICATES
        />
        <Field
            name="default_namespace" label="Default namespace" value=form.default_namespace
            error=error("default_namespace") hint="For kubeconfigs that are made without one. Usually default."
        />
        <div class="field">
            <TextArea
                name="groups" label="Groups" value=form.groups error=error("groups") monospace=true rows=4
                hint="One per line, such as operators = plants.write: tokens with this scope are in this group."
            />
            <ScopeNames scopes/>
        </div>
    }
}

/// The scopes to choose from. The link opens another tab, because this one would lose the input.
#[component]
fn ScopeNames(scopes: Vec<Scope>) -> impl IntoView {
    let (lead, link) = if scopes.is_empty() {
        ("The catalogue has only Mintkey's own scopes. ", "Add scopes")
    } else {
        ("Scopes: ", "What each scope allows")
    };
    let others = scopes.len().saturating_sub(NAMED);
    let others = (others > 0).then(|| view! { <span class="hint">{format!("and {others} more")}</span> });
    let named =
        scopes.into_iter().take(NAMED).map(|Scope { name, .. }| view! { <code class="chip whole">{name}</code> });
    view! {
        <div class="chips scope-names">
            <span class="hint">{lead}</span>
            {named.collect_view()}
            {others}
            <a class="link small" href="/settings/scopes" target="_blank">{link}</a>
        </div>
    }
}
