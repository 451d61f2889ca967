//! The fields of a request for a kubeconfig.

use serde::{Deserialize, Serialize};

use crate::{ClusterId, FieldCode, FieldErrors, KubeconfigMethod, Namespace, TokenKind};

/// The names of the fields.
pub const KUBECONFIG_FIELDS: [&str; 3] = ["cluster_id", "namespace", "method"];

/// The fields, parsed.
#[derive(Debug, Default)]
pub struct KubeconfigFields {
    /// The cluster.
    pub cluster_id: Option<ClusterId>,
    /// The namespace; the cluster's default if left out.
    pub namespace: Option<Namespace>,
    /// How `kubectl` authenticates; `exec` if left out.
    pub method: Option<KubeconfigMethod>,
}

/// The fields of a form, not validated. An empty text is a field that is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeconfigDraft {
    /// The cluster.
    pub cluster_id: String,
    /// The namespace.
    pub namespace: String,
    /// How `kubectl` authenticates.
    pub method: String,
}

/// Checks which of the fields a request has; `kind` is that of the token, if it is known.
pub fn check_kubeconfig_fields(kind: Option<TokenKind>, has: impl Fn(&str) -> bool, errors: &mut FieldErrors) {
    match kind {
        Some(TokenKind::Kubeconfig) if !has("cluster_id") => {
            errors.push("cluster_id", FieldCode::Required, "Say which cluster the kubeconfig is for.");
        }
        Some(TokenKind::ApiKey | TokenKind::ClientCertificate) => {
            for field in KUBECONFIG_FIELDS.into_iter().filter(|field| has(field)) {
                errors.push(field, FieldCode::Conflict, "Only a token of the kind kubeconfig has this.");
            }
        }
        Some(TokenKind::Kubeconfig) | None => {}
    }
}

impl KubeconfigDraft {
    /// Validates the form's fields for a token of this kind.
    pub fn check(self, kind: Option<TokenKind>, errors: &mut FieldErrors) -> KubeconfigFields {
        let Self { cluster_id, namespace, method } = self;
        let given = |text: &String| !text.is_empty();
        let has = [("cluster_id", given(&cluster_id)), ("namespace", given(&namespace)), ("method", given(&method))];
        check_kubeconfig_fields(kind, |field| has.contains(&(field, true)), errors);
        KubeconfigFields {
            cluster_id: Some(cluster_id).filter(given).and_then(|text| {
                let id = text.parse().ok();
                if id.is_none() {
                    errors.push("cluster_id", FieldCode::InvalidFormat, "Expected a UUID.");
                }
                id
            }),
            namespace: Some(namespace).filter(given).and_then(|text| Namespace::parse(&text, "namespace", errors)),
            method: Some(method).filter(given).and_then(|name| {
                let method = name.parse().ok();
                if method.is_none() {
                    let expected = "Expected \"exec\", \"token\" or \"certificate\".";
                    errors.push("method", FieldCode::InvalidFormat, expected);
                }
                method
            }),
        }
    }
}
