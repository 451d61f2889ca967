//! Fields shared by the forms to create and edit a token.

use leptos::prelude::*;
use mintkey_domain::{MAX_LABEL, Problem};

use super::draft::TokenForm;
use crate::frame::{Anchors, Field, Icon, TextArea, error_of};

/// The IDs of the controls.
pub(super) const ANCHORS: Anchors = &[
    ("kind", "kind"),
    ("password", "password"),
    ("password_again", "password_again"),
    ("pkcs12", "pkcs12"),
    ("csr", "csr"),
    ("cluster_id", "cluster_id"),
    ("namespace", "namespace"),
    ("method", "method"),
    ("label", "label"),
    ("owner_id", "owner"),
    ("description", "description"),
    ("scopes", "scopes"),
    ("expires_at", "expires"),
    ("ttl", "expires"),
    ("allowed_cidrs", "allowed_cidrs"),
];

#[component]
pub(super) fn LabelField(value: String, problem: Option<Problem>) -> impl IntoView {
    let (autofocus, error) = (problem.is_none(), error_of(problem.as_ref(), "label"));
    view! {
        <Field
            name="label" label="Label" value max_length=MAX_LABEL error autofocus
            hint="Shown in lists and the audit log."
        />
    }
}

#[component]
pub(super) fn DescriptionField(value: String, problem: Option<Problem>) -> impl IntoView {
    view! {
        <TextArea name="description" label="Description" value error=error_of(problem.as_ref(), "description")/>
    }
}

/// Rarely used fields, collapsed while they are empty.
#[component]
pub(super) fn AdvancedFields(form: TokenForm, problem: Option<Problem>) -> impl IntoView {
    let error = error_of(problem.as_ref(), "allowed_cidrs");
    let open = error.is_some() || !form.allowed_cidrs.is_empty() || !form.patterns.is_empty();
    view! {
        <details class="more" open=open>
            <summary><Icon name="next"/>"Advanced "<small>"IP allowlist, scope patterns"</small></summary>
            <div class="two-columns">
                <TextArea
                    name="allowed_cidrs" label="IP allowlist" value=form.allowed_cidrs error monospace=true
                    hint="One CIDR block per line. Empty allows any address."
                />
                <TextArea
                    name="patterns" label="Scope patterns" value=form.patterns error=None monospace=true
                    hint="One per line, such as telemetry:* or peers.*; * alone is everything you may do."
                />
            </div>
        </details>
    }
}
