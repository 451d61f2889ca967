//! What a person sees of a token.

use mintkey_client::wire::Token;

use super::print::{Facts, end, optional, time};

/// What a command that stops a token says of a certificate that a cluster can't revoke.
pub(crate) fn outlived_by(token: &Token) -> Option<String> {
    let end = time(Some(token.outliving_certificate()?.expires_at));
    let cluster = token.kubeconfig.as_ref()?.cluster_id;
    Some(format!("The cluster {cluster} accepts the certificate of the kubeconfig until {end}."))
}

/// The facts about a token, without any secret.
pub(crate) fn token_facts(token: &Token) -> Facts {
    let mut facts = vec![("ID", token.id.to_string()), ("Label", token.label.clone())];
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    add("Description", token.description.clone());
    add("Kind", Some(token.kind.to_string()));
    add("Status", Some(token.status.to_string()));
    add("Owner", Some(format!("{} ({}, {})", token.owner.name, token.owner.kind, token.owner.id)));
    add("Scopes", Some(token.scopes.join(" ")));
    let addresses = if token.allowed_cidrs.is_empty() { "any".to_owned() } else { token.allowed_cidrs.join(" ") };
    add("Addresses", Some(addresses));
    add("Expires", Some(end(token.expires_at)));
    add("Created", Some(format!("{} by {}", time(Some(token.created_at)), token.created_by.name)));
    add("Rotated", token.rotated_at.map(|at| time(Some(at))));
    add("Invalidated", token.invalidated_at.map(|at| time(Some(at))));
    add("Previous secret until", token.previous_secret_expires_at.map(|at| time(Some(at))));
    let from = token.last_used_ip.as_deref().map(|ip| format!(" from {ip}")).unwrap_or_default();
    add(
        "Last used",
        Some(format!("{}{from}", token.last_used_at.map_or_else(|| "never".to_owned(), |at| time(Some(at))))),
    );
    add("Key", Some(token.key_hint.clone()));
    if let Some(certificate) = &token.certificate {
        let until = time(Some(certificate.expires_at));
        add("Certificate", Some(format!("SHA-256 {}, until {until}", certificate.fingerprint_sha256)));
    }
    if let Some(kubeconfig) = &token.kubeconfig {
        let (cluster, namespace, method) = (kubeconfig.cluster_id, &kubeconfig.namespace, kubeconfig.method);
        add("Kubeconfig", Some(format!("cluster {cluster}, namespace {namespace}, by {method}")));
    }
    if !token.needs_attention.is_empty() {
        add("Unreadable", Some(optional(Some(&token.needs_attention.join(" ")))));
    }
    facts
}
