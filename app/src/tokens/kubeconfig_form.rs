//! The fields of a kubeconfig, in the form for a new token.

use mintkey_domain::{
    DAY, ExpiryPolicy, FieldErrors, HOUR, KubeconfigMethod, MAX_KUBECONFIG_CERTIFICATE_TTL, TokenKind, Ttl,
    request::{KubeconfigDraft, KubeconfigFields},
    wire::TokenKubeconfig,
};
use serde::{Deserialize, Serialize};

/// The lifetimes of a certificate: value, name and milliseconds.
const LIFETIMES: [(&str, &str, i64); 5] = [
    ("1h", "1 hour", HOUR),
    ("8h", "8 hours", 8 * HOUR),
    ("1d", "24 hours", DAY),
    ("7d", "7 days", 7 * DAY),
    ("14d", "14 days", MAX_KUBECONFIG_CERTIFICATE_TTL),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct KubeconfigForm {
    /// The ID of the cluster.
    pub(crate) cluster_id: String,
    /// The namespace; that of the cluster if it is empty.
    pub(crate) namespace: String,
    /// How `kubectl` authenticates; `exec` if it is empty.
    pub(crate) method: String,
    /// The lifetime of a certificate, in place of the token's expiry.
    pub(crate) lifetime: String,
}

impl KubeconfigForm {
    /// The form filled in from a token.
    pub(super) fn of(kubeconfig: &TokenKubeconfig) -> Self {
        Self {
            cluster_id: kubeconfig.cluster_id.to_string(),
            namespace: kubeconfig.namespace.clone(),
            method: kubeconfig.method.to_string(),
            lifetime: String::new(),
        }
    }

    pub(super) fn is_certificate(&self) -> bool {
        self.method == KubeconfigMethod::Certificate.as_str()
    }

    /// Validates the fields.
    pub(super) fn check(self, errors: &mut FieldErrors) -> KubeconfigFields {
        let draft = KubeconfigDraft {
            cluster_id: self.cluster_id,
            namespace: self.namespace.trim().to_owned(),
            method: self.method,
        };
        draft.check(Some(TokenKind::Kubeconfig), errors)
    }
}

/// A lifetime of a certificate to choose.
pub(super) struct Lifetime {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) millis: i64,
}

/// The lifetimes of a certificate to choose from. The longest that the organization allows if that is shorter than all of them.
pub(super) fn lifetimes(policy: ExpiryPolicy) -> Vec<Lifetime> {
    let max = KubeconfigMethod::Certificate.expiry_policy(policy).max_ttl.unwrap_or(i64::MAX);
    let lifetime =
        |(value, name, millis): (&str, &str, i64)| Lifetime { value: value.into(), name: name.into(), millis };
    let allowed: Vec<_> = LIFETIMES.into_iter().filter(|(.., millis)| *millis <= max).map(lifetime).collect();
    if !allowed.is_empty() {
        return allowed;
    }
    let longest = Ttl::from_millis(max);
    longest.map(|ttl| lifetime((&ttl.to_string(), &ttl.to_string(), ttl.millis()))).into_iter().collect()
}

/// The lifetime that is chosen at first: the longest one within the default.
pub(super) fn default_lifetime(lifetimes: &[Lifetime], policy: ExpiryPolicy) -> String {
    let default = KubeconfigMethod::Certificate.expiry_policy(policy).default_ttl;
    let within = lifetimes.iter().rev().find(|lifetime| lifetime.millis <= default);
    within.or(lifetimes.first()).map(|lifetime| lifetime.value.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{DEFAULT_TTL, FieldCode, MINUTE};

    use super::*;

    #[test]
    fn the_offered_lifetimes_are_those_that_are_taken() {
        let policy = |max_ttl| ExpiryPolicy { default_ttl: DEFAULT_TTL, max_ttl };
        let offered = |max_ttl| -> Vec<String> {
            lifetimes(policy(max_ttl)).into_iter().map(|lifetime| lifetime.value).collect()
        };
        assert_eq!(offered(None), ["1h", "8h", "1d", "7d", "14d"]);
        assert_eq!(offered(Some(9 * HOUR)), ["1h", "8h"]);
        assert_eq!(offered(Some(30 * MINUTE)), ["30m"]);
        assert_eq!(default_lifetime(&lifetimes(policy(None)), policy(None)), "1d");
        assert_eq!(default_lifetime(&lifetimes(policy(Some(9 * HOUR))), policy(Some(9 * HOUR))), "8h");
    }

    #[test]
    fn a_kubeconfig_needs_a_cluster_and_the_rest_has_defaults() {
        let mut errors = FieldErrors::new();
        KubeconfigForm::default().check(&mut errors);
        assert_eq!(errors.get("cluster_id").map(|error| error.code), Some(FieldCode::Required));
        let mut errors = FieldErrors::new();
        let form = KubeconfigForm {
            cluster_id: "01998f6a-0007-7d30-8b1f-0c8a2f6e4d0a".into(),
            namespace: " plant ".into(),
            ..KubeconfigForm::default()
        };
        let fields = form.check(&mut errors);
        assert!(errors.is_empty() && fields.method.is_none());
        assert_eq!(fields.namespace.unwrap().as_str(), "plant");
    }
}
