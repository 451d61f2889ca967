//! Principals, roles, and the enums that describe them.

use uuid::Uuid;

use crate::{ServiceAccountId, UserId};

/// The text is no name of the enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownName;

macro_rules! string_enum {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every variant, in the order of definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The names of all variants, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The name in the API and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownName> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err($crate::UnknownName) }
            }
        }

        /// By hand, because the derive macro doesn't see through this macro.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .enum_values(Some(Self::NAMES.iter().copied()))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}
pub(crate) use string_enum;

string_enum! {
    /// What a member of an organization may do.
    Role {
        /// Everything, over all objects of the organization.
        Admin = "admin"
        /// Every scope that isn't for administrators only, over the member's own objects.
        Member = "member"
        /// Mintkey's read scopes, over all objects.
        Auditor = "auditor"
    }
    /// The kinds of identity.
    PrincipalType {
        /// A user.
        User = "user"
        /// A service account.
        ServiceAccount = "service_account"
        /// Mintkey itself, or its command line.
        System = "system"
    }
    /// The status of a membership.
    MembershipStatus {
        /// The user's credentials are accepted in this organization.
        Active = "active"
        /// The user's credentials are refused in this organization.
        Deactivated = "deactivated"
    }
    /// The status of a service account.
    ServiceAccountStatus {
        /// Its credentials are accepted.
        Active = "active"
        /// Its credentials are refused until it is activated again.
        Suspended = "suspended"
        /// Permanently ended. The record is kept.
        Decommissioned = "decommissioned"
    }
    /// Whether an owner's credentials are accepted: a user's by the membership, a service account's by its status.
    OwnerStatus {
        /// Credentials are accepted.
        Active = "active"
        /// The user's membership is deactivated.
        Deactivated = "deactivated"
        /// The service account is suspended.
        Suspended = "suspended"
        /// The service account is decommissioned.
        Decommissioned = "decommissioned"
    }
    /// What a one-time code is for.
    OneTimeCodePurpose {
        /// Creating the first administrator.
        Setup = "setup"
        /// Joining an organization.
        Invitation = "invitation"
        /// Choosing a new password.
        PasswordReset = "password_reset"
    }
    /// The outcome of an action in the audit log.
    AuditOutcome {
        /// It was done.
        Done = "done"
        /// It was refused.
        Refused = "refused"
    }
    /// The authentication method of a caller.
    Via {
        /// The console's cookie.
        Session = "session"
        /// An API key.
        ApiKey = "api_key"
        /// Client ID and client secret.
        ClientSecret = "client_secret"
        /// A statement that the client signed with a key of its own.
        ClientAssertion = "client_assertion"
        /// A short-lived access token.
        AccessToken = "access_token"
        /// A password that was exchanged for an access token.
        Password = "password"
        /// A client certificate.
        Certificate = "certificate"
        /// The command line on the machine itself.
        CommandLine = "command_line"
        /// A link that works once: an invitation, a password reset.
        OneTimeLink = "one_time_link"
    }
}

/// A user or a service account: the owner of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A user.
    User(UserId),
    /// A service account.
    ServiceAccount(ServiceAccountId),
}

impl Principal {
    /// Creates a principal from a database row. `None` for [`PrincipalType::System`], which owns nothing.
    pub const fn new(kind: PrincipalType, id: Uuid) -> Option<Self> {
        match kind {
            PrincipalType::User => Some(Self::User(UserId::from_uuid(id))),
            PrincipalType::ServiceAccount => Some(Self::ServiceAccount(ServiceAccountId::from_uuid(id))),
            PrincipalType::System => None,
        }
    }

    /// The underlying UUID.
    pub const fn id(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::ServiceAccount(id) => id.uuid(),
        }
    }

    /// The type of the principal.
    pub const fn kind(self) -> PrincipalType {
        match self {
            Self::User(_) => PrincipalType::User,
            Self::ServiceAccount(_) => PrincipalType::ServiceAccount,
        }
    }
}

impl Role {
    /// Whether the role has access to objects of every owner in the organization.
    pub const fn can_access_all_owners(self) -> bool {
        matches!(self, Self::Admin | Self::Auditor)
    }
}

impl From<MembershipStatus> for OwnerStatus {
    fn from(status: MembershipStatus) -> Self {
        match status {
            MembershipStatus::Active => Self::Active,
            MembershipStatus::Deactivated => Self::Deactivated,
        }
    }
}

impl From<ServiceAccountStatus> for OwnerStatus {
    fn from(status: ServiceAccountStatus) -> Self {
        match status {
            ServiceAccountStatus::Active => Self::Active,
            ServiceAccountStatus::Suspended => Self::Suspended,
            ServiceAccountStatus::Decommissioned => Self::Decommissioned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TokenKind, TokenStatus};

    #[test]
    fn the_names_are_those_of_all_values() {
        assert_eq!(Role::NAMES, Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>());
        let statuses = ServiceAccountStatus::ALL.iter().map(|status| status.as_str());
        assert_eq!(ServiceAccountStatus::NAMES, statuses.collect::<Vec<_>>());
        assert_eq!(TokenStatus::NAMES, TokenStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>());
        assert_eq!(TokenKind::NAMES, TokenKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    }
}
