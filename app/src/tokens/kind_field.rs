//! The choice of a token's kind.

use leptos::prelude::*;
use mintkey_domain::{Problem, TokenKind};

use crate::frame::{FieldHelp, Icon, error_of};

/// Each kind: value, icon, label and what it is for.
const KINDS: [(TokenKind, &str, &str, &str); 3] = [
    (TokenKind::ApiKey, "key", "API key", "Scripts, devices, services"),
    (TokenKind::ClientCertificate, "cert", "Client certificate", "Mutual TLS, gateways"),
    (TokenKind::Kubeconfig, "helm", "kubeconfig", "kubectl, for a cluster"),
];

/// One card for each kind. The fields of a kind appear below it.
#[component]
pub(super) fn KindField(
    /// The chosen kind. Anything else than a kind chooses the first one.
    chosen: String,
    problem: Option<Problem>,
) -> impl IntoView {
    let error = error_of(problem.as_ref(), "kind");
    let described = error.is_some().then_some("kind-e");
    let known = KINDS.iter().map(|(kind, ..)| *kind).find(|kind| kind.as_str() == chosen);
    let chosen = known.unwrap_or(TokenKind::ApiKey);
    let choices = KINDS.map(|(kind, icon, label, purpose)| {
        view! {
            <label class="choice">
                <Icon name=icon/>
                <b>{label}</b>" "
                <input type="radio" name="kind" value=kind.as_str() checked={kind == chosen}/>
                <small>{purpose}</small>
            </label>
        }
    });
    view! {
        <fieldset class="field kinds" id="kind" tabindex="-1" aria-describedby=described>
            <legend>"Kind"</legend>
            <div class="choices">{choices.collect_view()}</div>
            <FieldHelp id="kind" error hint=None/>
        </fieldset>
    }
}
