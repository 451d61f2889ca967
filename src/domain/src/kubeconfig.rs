//! Authentication methods of kubeconfigs, and names of Kubernetes namespaces.

use std::fmt;

use crate::{ClusterId, DAY, ExpiryPolicy, FieldCode, FieldErrors, HOUR, principal::string_enum};

/// The default lifetime of a kubeconfig's certificate, in milliseconds: 24 hours.
pub const DEFAULT_KUBECONFIG_CERTIFICATE_TTL: i64 = 24 * HOUR;
/// The maximum lifetime of a kubeconfig's certificate, in milliseconds: 14 days, because a cluster can't revoke it.
pub const MAX_KUBECONFIG_CERTIFICATE_TTL: i64 = 14 * DAY;

/// The path that the API server of a cluster sends its token reviews to.
pub fn token_review_path(cluster: ClusterId) -> String {
    format!("/k8s/{cluster}/tokenreview")
}

string_enum! {
    /// How `kubectl` authenticates with a kubeconfig.
    KubeconfigMethod {
        /// By short-lived access tokens that the command line fetches. The file has no secret.
        Exec = "exec"
        /// By the API key, which is in the file.
        Token = "token"
        /// By a certificate, which is in the file with its private key. A cluster can't revoke it.
        Certificate = "certificate"
    }
}

impl KubeconfigMethod {
    /// The organization's expiry policy, limited to what this method allows.
    pub fn expiry_policy(self, organization_policy: ExpiryPolicy) -> ExpiryPolicy {
        if self != Self::Certificate {
            return organization_policy;
        }
        let max_ttl = organization_policy
            .max_ttl
            .map_or(MAX_KUBECONFIG_CERTIFICATE_TTL, |max| max.min(MAX_KUBECONFIG_CERTIFICATE_TTL));
        ExpiryPolicy {
            default_ttl: organization_policy.default_ttl.min(DEFAULT_KUBECONFIG_CERTIFICATE_TTL),
            max_ttl: Some(max_ttl),
        }
    }
}

/// The name of a Kubernetes namespace: a DNS label (RFC 1123 section 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(value_type = String, min_length = 1, max_length = 63, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
)]
pub struct Namespace(String);

impl Namespace {
    /// The one that every cluster has.
    pub fn default_of_clusters() -> Self {
        Self("default".to_owned())
    }

    /// Parses a name.
    pub fn parse(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        let is_label = (1..=63).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !is_label {
            let expected =
                "Expected 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.";
            errors.push(field, FieldCode::InvalidFormat, expected);
            return None;
        }
        Some(Self(text.to_owned()))
    }

    /// A name from the database, which was checked before it was stored.
    pub const fn from_stored(name: String) -> Self {
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_a_dns_label() {
        let is_name = |text: &str| Namespace::parse(text, "namespace", &mut FieldErrors::new()).is_some();
        for name in ["default", "plant-3", "3", "n", &"a".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "Plant", "a_b", "-a", "a-", "a.b", "ä", "a b", &"a".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn the_certificate_of_a_kubeconfig_ends_within_two_weeks_whatever_the_organization_allows() {
        let wide = ExpiryPolicy { default_ttl: 90 * DAY, max_ttl: None };
        assert_eq!(
            KubeconfigMethod::Certificate.expiry_policy(wide),
            ExpiryPolicy { default_ttl: DAY, max_ttl: Some(14 * DAY) }
        );
        let tight = ExpiryPolicy { default_ttl: HOUR, max_ttl: Some(2 * HOUR) };
        assert_eq!(KubeconfigMethod::Certificate.expiry_policy(tight), tight);
        assert_eq!(KubeconfigMethod::Exec.expiry_policy(wide), wide);
        assert_eq!(KubeconfigMethod::Token.expiry_policy(wide), wide);
    }
}
