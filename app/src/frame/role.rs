//! Roles as people read them.

use mintkey_domain::{ErrorCode, Problem, Role, insufficient_scope, own};

/// The name of a role, for people.
pub(crate) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "Administrator",
        Role::Member => "Member",
        Role::Auditor => "Auditor",
    }
}

/// Which roles may do what was refused; `None` unless it was refused for one of Mintkey's own scopes.
pub(crate) fn who_may(problem: &Problem) -> Option<&'static str> {
    if problem.code != ErrorCode::InsufficientScope {
        return None;
    }
    let names = |scope: &&(&str, &str)| insufficient_scope(scope.0).detail == problem.detail;
    SCOPES.iter().find(names).map(|(_, sentence)| *sentence)
}

/// The scopes that not every role has.
const SCOPES: &[(&str, &str)] = &[
    (own::AUDIT_READ, "Only administrators and auditors can see the audit log."),
    (own::MEMBERS_READ, "Only administrators and auditors can see members."),
    (own::MEMBERS_WRITE, "Only administrators can change members and the organization's settings."),
    (own::SCOPES_WRITE, "Only administrators can change scopes."),
    (own::SERVICE_ACCOUNTS_READ, "Only administrators and auditors can see service accounts."),
    (own::SERVICE_ACCOUNTS_WRITE, "Only administrators can change service accounts."),
    (own::TOKENS_WRITE, "Auditors can see tokens, but not change them."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_roles_instead_of_scopes() {
        let message = who_may(&insufficient_scope(own::MEMBERS_READ));
        assert_eq!(message, Some("Only administrators and auditors can see members."));
        assert_eq!(who_may(&insufficient_scope("telemetry:write")), None);
        assert_eq!(who_may(&Problem::new(ErrorCode::Forbidden, "No.")), None);
    }
}
