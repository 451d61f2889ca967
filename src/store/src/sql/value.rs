//! Values that can be bound to a statement.

use mintkey_domain::{
    AuditEventId, CertificateAuthorityId, ClusterId, ImportedAlgorithm, KubeconfigMethod, Label, MembershipStatus,
    OneTimeCodeId, OneTimeCodePurpose, OrganizationId, PrincipalType, Role, ScopeId, ServiceAccountId,
    ServiceAccountStatus, SessionId, SigningKeyId, Timestamp, TokenId, TokenKind, UserId,
};
use uuid::Uuid;

/// A typed value: `PostgreSQL` needs the type of a null too.
#[derive(Clone)]
pub(crate) enum Value {
    Uuid(Option<Uuid>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A type that can be bound to a statement.
pub(crate) trait ToValue {
    /// The null of this type.
    const NULL: Value;

    fn to_value(self) -> Value;
}

impl<T: ToValue> ToValue for Option<T> {
    const NULL: Value = T::NULL;

    fn to_value(self) -> Value {
        self.map_or(T::NULL, T::to_value)
    }
}

macro_rules! to_value {
    ($($type:ty => $variant:ident, $self:ident $value:expr;)+) => {$(
        impl ToValue for $type {
            const NULL: Value = Value::$variant(None);

            fn to_value($self) -> Value {
                Value::$variant(Some($value))
            }
        }
    )+};
}
to_value! {
    Uuid => Uuid, self self;
    OrganizationId => Uuid, self self.uuid();
    UserId => Uuid, self self.uuid();
    CertificateAuthorityId => Uuid, self self.uuid();
    ClusterId => Uuid, self self.uuid();
    ServiceAccountId => Uuid, self self.uuid();
    TokenId => Uuid, self self.uuid();
    ScopeId => Uuid, self self.uuid();
    SessionId => Uuid, self self.uuid();
    AuditEventId => Uuid, self self.uuid();
    SigningKeyId => Uuid, self self.uuid();
    OneTimeCodeId => Uuid, self self.uuid();
    i64 => Int, self self;
    usize => Int, self i64::try_from(self).unwrap_or(i64::MAX);
    Timestamp => Int, self self.millis();
    bool => Bool, self self;
    &str => Text, self self.to_owned();
    String => Text, self self;
    &String => Text, self self.clone();
    &Label => Text, self self.as_str().to_owned();
    Role => Text, self self.as_str().to_owned();
    MembershipStatus => Text, self self.as_str().to_owned();
    ServiceAccountStatus => Text, self self.as_str().to_owned();
    PrincipalType => Text, self self.as_str().to_owned();
    OneTimeCodePurpose => Text, self self.as_str().to_owned();
    ImportedAlgorithm => Text, self self.as_str().to_owned();
    TokenKind => Text, self self.as_str().to_owned();
    KubeconfigMethod => Text, self self.as_str().to_owned();
    &[u8; 32] => Bytes, self self.to_vec();
    &[u8] => Bytes, self self.to_vec();
}

/// Appends a row's values, in the order of the columns.
macro_rules! values {
    ($into:expr; $($value:expr),+ $(,)?) => {
        $into.extend([$($crate::sql::ToValue::to_value($value)),+])
    };
}
pub(crate) use values;
