//! Display names and permissions of roles.

use mintkey_domain::{ErrorCode, Problem, Role, insufficient_scope, scopes};

/// A role's display name.
pub(crate) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "Administrator",
        Role::Member => "Member",
        Role::Auditor => "Auditor",
    }
}

/// Names the roles that may perform the refused action; `None` unless one of Mintkey's own scopes was missing.
pub(crate) fn who_may(problem: &Problem) -> Option<&'static str> {
    if problem.code != ErrorCode::InsufficientScope {
        return None;
    }
    let names = |scope: &&(&str, &str)| insufficient_scope(scope.0).detail == problem.detail;
    SCOPES.iter().find(names).map(|(_, sentence)| *sentence)
}

/// The scopes that some roles lack.
const SCOPES: &[(&str, &str)] = &[
    (scopes::AUDIT_READ, "Only administrators and auditors can see the audit log."),
    (scopes::CLUSTERS_WRITE, "Only administrators can change clusters."),
    (scopes::MEMBERS_READ, "Only administrators and auditors can see members."),
    (scopes::MEMBERS_WRITE, "Only administrators can change members and the organization's settings."),
    (scopes::SCOPES_WRITE, "Only administrators can change scopes."),
    (scopes::SERVICE_ACCOUNTS_READ, "Only administrators and auditors can see service accounts."),
    (scopes::SERVICE_ACCOUNTS_WRITE, "Only administrators can change service accounts."),
    (scopes::TOKENS_WRITE, "Auditors can see tokens, but not change them."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_roles_instead_of_scopes() {
        let message = who_may(&insufficient_scope(scopes::MEMBERS_READ));
        assert_eq!(message, Some("Only administrators and auditors can see members."));
        assert_eq!(who_may(&insufficient_scope("telemetry:write")), None);
        assert_eq!(who_may(&Problem::new(ErrorCode::Forbidden, "No.")), None);
    }
}
