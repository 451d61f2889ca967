//! Wire types of the audit log.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{AuditEventId, AuditOutcome, PrincipalType, Timestamp};

/// An action that was done or refused, with its position in the organization's hash chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// ID.
    pub id: AuditEventId,
    /// Its number in the organization, from 1 and without gaps.
    pub sequence: i64,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// How often it happened: more than once only where like events are counted together.
    pub count: i64,
    /// Who did it.
    pub actor: AuditActor,
    /// Authentication method.
    pub via: String,
    /// The token or console session that was used.
    pub credential_id: Option<Uuid>,
    /// IP address.
    pub ip: Option<String>,
    /// User agent.
    pub user_agent: Option<String>,
    /// The request; the server's log has it too.
    pub request_id: Option<Uuid>,
    /// What was done: a name of [`crate::AuditAction`], or in an event of an older version another one.
    #[cfg_attr(feature = "openapi", schema(schema_with = audit_action_schema))]
    pub action: String,
    /// The target.
    pub target: AuditTarget,
    /// Whether it was done or refused.
    pub outcome: AuditOutcome,
    /// Changes and details. Never a secret.
    pub details: AuditDetails,
    /// SHA-256 over the event and `previous_hash`, as 64 hexadecimal digits.
    pub hash: String,
    /// The hash of the event before it; zeros for the first.
    pub previous_hash: String,
}

/// Who acted, by the name that they had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditActor {
    /// A user, a service account, or Mintkey itself.
    #[serde(rename = "type")]
    pub kind: PrincipalType,
    /// ID; null for Mintkey itself.
    pub id: Option<Uuid>,
    /// E-mail address of a user, name of a service account.
    pub name: String,
}

/// What was acted on, by the name that it had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditTarget {
    /// Its kind: a name of [`crate::AuditTargetType`], or in an event of an older version another one.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(schema_with = audit_target_type_schema))]
    pub kind: String,
    /// ID.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: String,
}

/// What an action changed: only the fields that did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditDetails {
    /// The fields as they were.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub before: Map<String, Value>,
    /// The fields as they became.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub after: Map<String, Value>,
    /// Further details, such as a reason.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub notes: Map<String, Value>,
}

/// The schema of an action's name.
#[cfg(feature = "openapi")]
pub fn audit_action_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    open_enum::<crate::AuditAction>("What was done: `token.create`.")
}

/// The schema of a target type's name.
#[cfg(feature = "openapi")]
pub fn audit_target_type_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    open_enum::<crate::AuditTargetType>("What kind of thing it is: `token`.")
}

/// The names of the enum, or any other text: events are never rewritten, so old ones keep names that later versions
/// don't have.
#[cfg(feature = "openapi")]
fn open_enum<T: utoipa::ToSchema>(description: &str) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::{ObjectBuilder, Ref, Type, schema::AnyOfBuilder};

    AnyOfBuilder::new()
        .item(Ref::from_schema_name(T::name()))
        .item(ObjectBuilder::new().schema_type(Type::String))
        .description(Some(format!("{description} Events from older versions can have other names.")))
        .into()
}
