//! Wire types of members and invitations.

use serde::{Deserialize, Serialize};

use crate::{MembershipStatus, OneTimeCodeId, Role, SecretText, Timestamp, UserId};

/// A user's membership in the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The user's id.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// Role in the organization.
    pub role: Role,
    /// Status of the membership.
    pub status: MembershipStatus,
    /// When they joined.
    pub created_at: Timestamp,
    /// When the membership was last changed.
    pub updated_at: Timestamp,
}

/// A pending invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// ID.
    pub id: OneTimeCodeId,
    /// Who is invited.
    pub email: String,
    /// Role that the member will have.
    pub role: Role,
    /// When it was created.
    pub created_at: Timestamp,
    /// Expiry.
    pub expires_at: Timestamp,
}

/// A new invitation with its link, which is shown in this answer only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedInvitation {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// Where the invited person accepts it.
    #[serde(serialize_with = "SecretText::show")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub url: SecretText,
}

/// A link that works once; it is shown in this answer only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetLink {
    /// Where the person chooses a new password.
    #[serde(serialize_with = "SecretText::show")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub url: SecretText,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The offer of an invitation, shown to the holder of its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationOffer {
    /// The name of the organization.
    pub organization: String,
    /// The invited e-mail address.
    pub email: String,
    /// The role that the user would get.
    pub role: Role,
    /// Whether the invited user already has an account, and must sign in to it.
    pub has_account: bool,
}

/// What went from one owner to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandOver {
    /// Tokens that have a new owner, and a new, undisclosed secret.
    pub tokens: u64,
    /// Service accounts that are given to the new owner.
    pub service_accounts: u64,
}
