//! Display names of audit actions and target types.

use mintkey_domain::{AuditAction, AuditOutcome, AuditTargetType, PrincipalType};

/// An action's icon, its name when it succeeded, and its name when it was refused.
type Names = (&'static str, &'static str, &'static str);

const fn names(action: AuditAction) -> Names {
    use AuditAction as A;
    match action {
        A::TokenCreate => ("plus", "Token created", "Create token"),
        A::TokenEdit => ("pencil", "Token edited", "Edit token"),
        A::TokenRotate => ("rotate", "Token rotated", "Rotate token"),
        A::TokenClientKeys => ("key", "Client keys replaced", "Replace client keys"),
        A::TokenInvalidate => ("ban", "Token invalidated", "Invalidate token"),
        A::TokenDelete => ("trash", "Token deleted", "Delete token"),
        A::TokenHandOver => ("users", "Token handed over", "Hand over token"),
        A::TokenUpgradeHash => ("key", "Key hash upgraded", "Upgrade key hash"),
        A::TokenRead => ("search", "Tokens read", "Read tokens"),
        A::CredentialUse => ("key", "Credential used", "Use credential"),
        A::CredentialVerify => ("ok", "Credential verified", "Verify credential"),
        A::AccessTokenCreate => ("plus", "Access token created", "Create access token"),
        A::AccessTokenRevoke => ("ban", "Access token revoked", "Revoke access token"),
        A::ServiceAccountCreate => ("plus", "Service account created", "Create service account"),
        A::ServiceAccountEdit => ("pencil", "Service account edited", "Edit service account"),
        A::ServiceAccountSuspend => ("lock", "Service account suspended", "Suspend service account"),
        A::ServiceAccountActivate => ("ok", "Service account activated", "Activate service account"),
        A::ServiceAccountDecommission => ("ban", "Service account decommissioned", "Decommission service account"),
        A::ServiceAccountRead => ("search", "Service accounts read", "Read service accounts"),
        A::ScopeCreate => ("scope", "Scope added", "Add scope"),
        A::ScopeEdit => ("pencil", "Scope edited", "Edit scope"),
        A::ScopeDelete => ("trash", "Scope deleted", "Delete scope"),
        A::ScopeRead => ("search", "Scopes read", "Read scopes"),
        A::MemberInvite => ("plus", "Member invited", "Invite member"),
        A::MemberWithdrawInvitation => ("x", "Invitation withdrawn", "Withdraw invitation"),
        A::MemberJoin => ("users", "Member joined", "Join as a member"),
        A::MemberAdd => ("users", "Member added", "Add member"),
        A::MemberRole => ("pencil", "Role changed", "Change role"),
        A::MemberDeactivate => ("lock", "Member deactivated", "Deactivate member"),
        A::MemberActivate => ("ok", "Member activated", "Activate member"),
        A::MemberHandOver => ("users", "Ownership handed over", "Hand over ownership"),
        A::MemberRead => ("search", "Members read", "Read members"),
        A::UserCreate => ("user", "User created", "Create user"),
        A::UserRename => ("pencil", "Email address changed", "Change email address"),
        A::PasswordChange => ("lock", "Password changed", "Change password"),
        A::PasswordResetLink => ("key", "Reset link created", "Create reset link"),
        A::PasswordReset => ("lock", "Password reset", "Reset password"),
        A::SessionCreate => ("out", "Signed in", "Sign in"),
        A::SessionEnd => ("out", "Session ended", "End session"),
        A::SessionEndOthers => ("out", "Other sessions ended", "End other sessions"),
        A::OrganizationCreate => ("org", "Organization created", "Create organization"),
        A::OrganizationEdit => ("pencil", "Organization edited", "Edit organization"),
        A::OrganizationRead => ("search", "Organization read", "Read organization"),
        A::OrganizationImport => ("plus", "Data imported", "Import data"),
        A::OrganizationExport => ("download", "Data exported", "Export data"),
        A::AuditRead => ("search", "Audit log read", "Read audit log"),
        A::AuditExport => ("download", "Audit log exported", "Export audit log"),
        A::AuditCut => ("log", "Audit log pruned", "Prune audit log"),
        A::SigningKeyRotate => ("rotate", "Signing key rotated", "Rotate signing key"),
        A::CertificateAuthorityCreate => ("shield", "Certificate authority added", "Add certificate authority"),
        A::CertificateAuthorityRead => ("search", "Certificate authorities read", "Read certificate authorities"),
        A::ClusterCreate => ("plus", "Cluster added", "Add cluster"),
        A::ClusterEdit => ("pencil", "Cluster edited", "Edit cluster"),
        A::ClusterDelete => ("trash", "Cluster deleted", "Delete cluster"),
        A::ClusterRead => ("search", "Clusters read", "Read clusters"),
        A::BackupCreate => ("copy", "Backup created", "Create backup"),
        A::BackupRestore => ("copy", "Backup restored", "Restore backup"),
    }
}

/// Whether the action changes no state. Only its refusals are logged.
const fn is_only_refused(action: AuditAction) -> bool {
    use AuditAction as A;
    matches!(
        action,
        A::CredentialUse
            | A::CredentialVerify
            | A::TokenRead
            | A::ServiceAccountRead
            | A::ScopeRead
            | A::MemberRead
            | A::OrganizationRead
            | A::CertificateAuthorityRead
            | A::ClusterRead
            | A::AuditRead
    )
}

const fn known_target_type_name(target_type: AuditTargetType) -> &'static str {
    match target_type {
        AuditTargetType::Token => "Token",
        AuditTargetType::AccessToken => "Access token",
        AuditTargetType::ServiceAccount => "Service account",
        AuditTargetType::Scope => "Scope",
        AuditTargetType::User => "User",
        AuditTargetType::Invitation => "Invitation",
        AuditTargetType::Session => "Session",
        AuditTargetType::Organization => "Organization",
        AuditTargetType::AuditLog => "Audit log",
        AuditTargetType::SigningKey => "Signing key",
        AuditTargetType::CertificateAuthority => "Certificate authority",
        AuditTargetType::Cluster => "Cluster",
        AuditTargetType::Backup => "Backup",
    }
}

/// The actions in the filter, as value and label. Actions that change state come first; actions that are logged only
/// when refused follow.
pub(super) fn actions() -> Vec<(String, String)> {
    let (refused, done): (Vec<_>, Vec<_>) = AuditAction::ALL.iter().partition(|action| is_only_refused(**action));
    let option = |action: &AuditAction| {
        let outcome = if is_only_refused(*action) { AuditOutcome::Refused } else { AuditOutcome::Done };
        (action.to_string(), action_name(action.as_str(), outcome).1)
    };
    done.into_iter().chain(refused).map(option).collect()
}

/// The target types in the filter, as value and label.
pub(super) fn target_types() -> Vec<(String, String)> {
    AuditTargetType::ALL.iter().map(|kind| (kind.to_string(), known_target_type_name(*kind).to_owned())).collect()
}

/// An event's icon and display name: `Scope added`, or `Add scope` if it was refused. An unknown action from another
/// version falls back to its own name.
pub(super) fn action_name(action: &str, outcome: AuditOutcome) -> (&'static str, String) {
    let Ok(action) = action.parse() else { return ("shield", humanize(action)) };
    let (icon, done, attempt) = names(action);
    let name = match outcome {
        AuditOutcome::Done => done,
        AuditOutcome::Refused => attempt,
    };
    (icon, name.to_owned())
}

/// The display name of a target type.
pub(super) fn target_type_name(name: &str) -> String {
    name.parse().map_or_else(|_| humanize(name), |known| known_target_type_name(known).to_owned())
}

/// The display name of the actor's authentication method.
pub(super) fn method_name(name: &str) -> String {
    match name {
        "session" => "Console".to_owned(),
        "api_key" => "API key".to_owned(),
        "one_time_link" => "One-time link".to_owned(),
        "command_line" => "Command line".to_owned(),
        other => humanize(other),
    }
}

pub(super) const fn actor_icon(kind: PrincipalType) -> &'static str {
    match kind {
        PrincipalType::User => "user",
        PrincipalType::ServiceAccount => "bot",
        PrincipalType::System => "clock",
    }
}

/// Makes an identifier readable: `allowed_scopes` becomes `Allowed scopes`.
pub(super) fn humanize(name: &str) -> String {
    let text = name.replace(['_', '.'], " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_action_that_was_refused_is_named_as_an_attempt() {
        assert_eq!(action_name("scope.create", AuditOutcome::Done), ("scope", "Scope added".to_owned()));
        assert_eq!(action_name("scope.create", AuditOutcome::Refused), ("scope", "Add scope".to_owned()));
        assert_eq!(action_name("member.read", AuditOutcome::Refused).1, "Read members");
        assert_eq!(target_type_name("service_account"), "Service account");
    }

    #[test]
    fn a_name_of_an_older_version_is_shown_as_it_is() {
        for (name, label) in [
            ("overmember.hand", "Overmember hand"),
            ("serviceaccount.edit", "Serviceaccount edit"),
            ("auditevents.list", "Auditevents list"),
        ] {
            assert_eq!(action_name(name, AuditOutcome::Refused), ("shield", label.to_owned()));
        }
        assert_eq!(target_type_name("auditevents"), "Auditevents");
        assert_eq!(humanize(""), "");
    }

    #[test]
    fn the_filter_offers_each_action_and_target_type_with_a_label_of_its_own() {
        for (offered, all) in [(actions(), AuditAction::NAMES), (target_types(), AuditTargetType::NAMES)] {
            let names: BTreeSet<_> = offered.iter().map(|(name, _)| name.as_str()).collect();
            let labels: BTreeSet<_> = offered.iter().map(|(_, label)| label).collect();
            assert_eq!(names, all.iter().copied().collect());
            assert_eq!(labels.len(), all.len());
        }
    }
}
