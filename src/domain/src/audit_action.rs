//! The actions and target types of the audit log. An action has one name, whatever its outcome and interface.

use crate::{principal::string_enum, scopes};

string_enum! {
    /// An action in the audit log. The names are hashed with their events and never change.
    AuditAction {
        /// A token was created.
        TokenCreate = "token.create"
        /// A token's label, scopes, addresses or expiry were changed.
        TokenEdit = "token.edit"
        /// A token got a new secret.
        TokenRotate = "token.rotate"
        /// A token's client keys were replaced.
        TokenClientKeys = "token.client_keys"
        /// A token was invalidated, permanently.
        TokenInvalidate = "token.invalidate"
        /// A token was deleted.
        TokenDelete = "token.delete"
        /// A token got another owner, because its owner left.
        TokenHandOver = "token.hand_over"
        /// The hash of an imported key was replaced with SHA-256, at its first use.
        TokenUpgradeHash = "token.upgrade_hash"
        /// Tokens were read.
        TokenRead = "token.read"
        /// A credential with a correct secret was refused.
        CredentialUse = "credential.use"
        /// A credential was checked for another service.
        CredentialVerify = "credential.verify"
        /// A password or a token's secret was exchanged for an access token.
        AccessTokenCreate = "access_token.create"
        /// An access token was revoked.
        AccessTokenRevoke = "access_token.revoke"
        /// A service account was created.
        ServiceAccountCreate = "service_account.create"
        /// A service account was changed.
        ServiceAccountEdit = "service_account.edit"
        /// A service account was suspended.
        ServiceAccountSuspend = "service_account.suspend"
        /// A service account was activated.
        ServiceAccountActivate = "service_account.activate"
        /// A service account was decommissioned.
        ServiceAccountDecommission = "service_account.decommission"
        /// Service accounts were read.
        ServiceAccountRead = "service_account.read"
        /// A scope was added to the catalogue.
        ScopeCreate = "scope.create"
        /// A scope was changed.
        ScopeEdit = "scope.edit"
        /// A scope was deleted from the catalogue.
        ScopeDelete = "scope.delete"
        /// The catalogue was read.
        ScopeRead = "scope.read"
        /// A user was invited.
        MemberInvite = "member.invite"
        /// An invitation was withdrawn.
        MemberWithdrawInvitation = "member.withdraw_invitation"
        /// A user accepted an invitation.
        MemberJoin = "member.join"
        /// A user who had an account became a member.
        MemberAdd = "member.add"
        /// A member got another role.
        MemberRole = "member.role"
        /// A member was deactivated.
        MemberDeactivate = "member.deactivate"
        /// A member was activated.
        MemberActivate = "member.activate"
        /// A member's tokens and service accounts were handed over.
        MemberHandOver = "member.hand_over"
        /// Members and invitations were read.
        MemberRead = "member.read"
        /// A user was created.
        UserCreate = "user.create"
        /// A user got another e-mail address.
        UserRename = "user.rename"
        /// A user changed their password.
        PasswordChange = "password.change"
        /// A password reset link was created.
        PasswordResetLink = "password.reset_link"
        /// A user got a new password.
        PasswordReset = "password.reset"
        /// A user signed in, or switched the organization.
        SessionCreate = "session.create"
        /// A session was ended.
        SessionEnd = "session.end"
        /// All of a user's sessions but one were ended.
        SessionEndOthers = "session.end_others"
        /// An organization was created.
        OrganizationCreate = "organization.create"
        /// An organization's settings were changed.
        OrganizationEdit = "organization.edit"
        /// An organization's settings were read.
        OrganizationRead = "organization.read"
        /// Tokens, service accounts, members or scopes were imported.
        OrganizationImport = "organization.import"
        /// The organization's tokens, or all of its data, were exported.
        OrganizationExport = "organization.export"
        /// The audit log was read.
        AuditRead = "audit.read"
        /// Events of the audit log were exported.
        AuditExport = "audit.export"
        /// Old events were deleted and replaced by a signed checkpoint.
        AuditCut = "audit.cut"
        /// The signing key was replaced.
        SigningKeyRotate = "signing_key.rotate"
        /// A certificate authority was made or brought.
        CertificateAuthorityCreate = "certificate_authority.create"
        /// Certificate authorities were read.
        CertificateAuthorityRead = "certificate_authority.read"
        /// A Kubernetes cluster was registered.
        ClusterCreate = "cluster.create"
        /// A Kubernetes cluster was changed.
        ClusterEdit = "cluster.edit"
        /// A Kubernetes cluster was deleted.
        ClusterDelete = "cluster.delete"
        /// Kubernetes clusters were read.
        ClusterRead = "cluster.read"
        /// The database was copied.
        BackupCreate = "backup.create"
        /// The database was replaced by a copy.
        BackupRestore = "backup.restore"
    }
    /// The types of targets of actions.
    AuditTargetType {
        /// A token.
        Token = "token"
        /// An access token.
        AccessToken = "access_token"
        /// A service account.
        ServiceAccount = "service_account"
        /// A scope of the catalogue.
        Scope = "scope"
        /// A user.
        User = "user"
        /// An invitation.
        Invitation = "invitation"
        /// A session of the console.
        Session = "session"
        /// An organization.
        Organization = "organization"
        /// An organization's audit log.
        AuditLog = "audit_log"
        /// A key that signs access tokens.
        SigningKey = "signing_key"
        /// An authority that issues certificates.
        CertificateAuthority = "certificate_authority"
        /// A Kubernetes cluster.
        Cluster = "cluster"
        /// A copy of the database.
        Backup = "backup"
    }
}

impl AuditAction {
    /// The scope that the action requires; `None` if none is needed, as for one's own password and sessions.
    pub const fn scope(self) -> Option<&'static str> {
        Some(match self {
            Self::TokenCreate
            | Self::TokenEdit
            | Self::TokenRotate
            | Self::TokenClientKeys
            | Self::TokenInvalidate
            | Self::TokenDelete => scopes::TOKENS_WRITE,
            Self::TokenRead => scopes::TOKENS_READ,
            Self::CredentialVerify => scopes::VERIFY,
            Self::ServiceAccountCreate
            | Self::ServiceAccountEdit
            | Self::ServiceAccountSuspend
            | Self::ServiceAccountActivate
            | Self::ServiceAccountDecommission => scopes::SERVICE_ACCOUNTS_WRITE,
            Self::ServiceAccountRead => scopes::SERVICE_ACCOUNTS_READ,
            Self::ScopeCreate | Self::ScopeEdit | Self::ScopeDelete => scopes::SCOPES_WRITE,
            Self::ScopeRead => scopes::SCOPES_READ,
            Self::ClusterCreate | Self::ClusterEdit | Self::ClusterDelete => scopes::CLUSTERS_WRITE,
            Self::ClusterRead => scopes::CLUSTERS_READ,
            Self::MemberInvite
            | Self::MemberWithdrawInvitation
            | Self::MemberRole
            | Self::MemberDeactivate
            | Self::MemberActivate
            | Self::MemberHandOver
            | Self::PasswordResetLink
            | Self::CertificateAuthorityCreate
            | Self::OrganizationEdit => scopes::MEMBERS_WRITE,
            Self::MemberRead | Self::CertificateAuthorityRead | Self::OrganizationRead => scopes::MEMBERS_READ,
            Self::AuditRead | Self::AuditExport | Self::AuditCut => scopes::AUDIT_READ,
            Self::TokenHandOver
            | Self::TokenUpgradeHash
            | Self::CredentialUse
            | Self::AccessTokenCreate
            | Self::AccessTokenRevoke
            | Self::MemberJoin
            | Self::MemberAdd
            | Self::UserCreate
            | Self::UserRename
            | Self::PasswordChange
            | Self::PasswordReset
            | Self::SessionCreate
            | Self::SessionEnd
            | Self::SessionEndOthers
            | Self::OrganizationCreate
            | Self::OrganizationImport
            | Self::OrganizationExport
            | Self::SigningKeyRotate
            | Self::BackupCreate
            | Self::BackupRestore => return None,
        })
    }

    /// The type of the action's target.
    pub const fn target_type(self) -> AuditTargetType {
        match self {
            Self::TokenCreate
            | Self::TokenEdit
            | Self::TokenRotate
            | Self::TokenClientKeys
            | Self::TokenInvalidate
            | Self::TokenDelete
            | Self::TokenHandOver
            | Self::TokenUpgradeHash
            | Self::TokenRead
            | Self::CredentialUse
            | Self::CredentialVerify => AuditTargetType::Token,
            Self::AccessTokenCreate | Self::AccessTokenRevoke => AuditTargetType::AccessToken,
            Self::ServiceAccountCreate
            | Self::ServiceAccountEdit
            | Self::ServiceAccountSuspend
            | Self::ServiceAccountActivate
            | Self::ServiceAccountDecommission
            | Self::ServiceAccountRead => AuditTargetType::ServiceAccount,
            Self::ScopeCreate | Self::ScopeEdit | Self::ScopeDelete | Self::ScopeRead => AuditTargetType::Scope,
            Self::MemberInvite | Self::MemberWithdrawInvitation => AuditTargetType::Invitation,
            Self::MemberJoin
            | Self::MemberAdd
            | Self::MemberRole
            | Self::MemberDeactivate
            | Self::MemberActivate
            | Self::MemberHandOver
            | Self::MemberRead
            | Self::UserCreate
            | Self::UserRename
            | Self::PasswordChange
            | Self::PasswordResetLink
            | Self::PasswordReset
            | Self::SessionEndOthers => AuditTargetType::User,
            Self::SessionCreate | Self::SessionEnd => AuditTargetType::Session,
            Self::OrganizationCreate
            | Self::OrganizationEdit
            | Self::OrganizationImport
            | Self::OrganizationExport
            | Self::OrganizationRead => AuditTargetType::Organization,
            Self::AuditRead | Self::AuditExport | Self::AuditCut => AuditTargetType::AuditLog,
            Self::SigningKeyRotate => AuditTargetType::SigningKey,
            Self::CertificateAuthorityCreate | Self::CertificateAuthorityRead => AuditTargetType::CertificateAuthority,
            Self::ClusterCreate | Self::ClusterEdit | Self::ClusterDelete | Self::ClusterRead => {
                AuditTargetType::Cluster
            }
            Self::BackupCreate | Self::BackupRestore => AuditTargetType::Backup,
        }
    }
}
