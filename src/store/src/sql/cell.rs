//! Reads columns of a row by name.

use mintkey_domain::{
    AuditEventId, CertificateAuthorityId, ClusterId, Email, Grant, KubeconfigMethod, Label, MembershipStatus,
    OneTimeCodeId, OneTimeCodePurpose, OrganizationId, Principal, PrincipalType, Role, ScopeId, ScopeName,
    ServiceAccountId, ServiceAccountStatus, SessionId, SigningKeyId, Timestamp, TokenId, TokenKind, UserId,
};
use sqlx::{Row as _, ValueRef, error::UnexpectedNullError, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use crate::StoreError;

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn get<T: Cell>(&self, column: &'static str) -> Result<T, StoreError> {
        T::read(self, column)
    }

    /// Reads a principal from its type and ID columns.
    pub(crate) fn principal(&self, kind: &'static str, id: &'static str) -> Result<Principal, StoreError> {
        Principal::new(self.get::<PrincipalType>(kind)?, self.get(id)?).ok_or(StoreError::Corrupt(kind))
    }

    /// Reads a principal, or `None` if the type column is null.
    pub(crate) fn optional_principal(
        &self,
        kind: &'static str,
        id: &'static str,
    ) -> Result<Option<Principal>, StoreError> {
        if self.is_null(kind)? { Ok(None) } else { self.principal(kind, id).map(Some) }
    }

    fn is_null(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
    }
}

/// The value; if it can't be read, adds its column to `unreadable` and returns the placeholder.
pub(crate) fn or_placeholder<T>(
    read: Result<T, StoreError>,
    placeholder: T,
    unreadable: &mut Vec<&'static str>,
) -> Result<T, StoreError> {
    match read {
        Err(StoreError::Corrupt(column)) => {
            unreadable.push(column);
            Ok(placeholder)
        }
        read => read,
    }
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

/// A type that a column can be read as.
pub(crate) trait Cell: Sized {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError>;
}

impl<T: Cell> Cell for Option<T> {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        if row.is_null(column)? { Ok(None) } else { T::read(row, column).map(Some) }
    }
}

impl Cell for [u8; 32] {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get::<Vec<u8>>(column)?.try_into().map_err(|_| StoreError::Corrupt(column))
    }
}

impl Cell for Email {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let typed: String = row.get(column)?;
        // An address that was invited before the current rules keeps its older form.
        Ok(Self::parse(&typed).unwrap_or_else(|_| {
            let lower = typed.to_lowercase();
            Self::from_stored(typed, lower)
        }))
    }
}

impl Cell for Grant {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Self::parse(&row.get::<String>(column)?).map_err(|_| StoreError::Corrupt(column))
    }
}

impl Cell for Label {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get(column).map(Self::from_stored)
    }
}

impl Cell for ScopeName {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Self::parse(&row.get::<String>(column)?).map_err(|_| StoreError::Corrupt(column))
    }
}

impl Cell for Timestamp {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let time = Self::from_millis(row.get(column)?);
        if (Self::EPOCH..=Self::MAX).contains(&time) { Ok(time) } else { Err(StoreError::Corrupt(column)) }
    }
}

macro_rules! impl_cell {
    ($($type:ty)+) => {$(
        impl Cell for $type {
            fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                let value = match row {
                    Row::Sqlite(row) => row.try_get(column),
                    Row::Postgres(row) => row.try_get(column),
                };
                value.map_err(|error| match error {
                    // Text that isn't UTF-8, or an ID that isn't 16 bytes long. An unexpected null is a bug in Mintkey.
                    sqlx::Error::ColumnDecode { source, .. } if !source.is::<UnexpectedNullError>() => {
                        StoreError::Corrupt(column)
                    }
                    error => error.into(),
                })
            }
        }
    )+};
}
impl_cell! { i64 bool String Vec<u8> Uuid }

macro_rules! impl_id_cell {
    ($($type:ty)+) => {$(
        impl Cell for $type {
            fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                row.get(column).map(Self::from_uuid)
            }
        }
    )+};
}
impl_id_cell! {
    OrganizationId UserId ServiceAccountId TokenId ScopeId SessionId AuditEventId SigningKeyId OneTimeCodeId
    CertificateAuthorityId ClusterId
}

macro_rules! impl_name_cell {
    ($($type:ty)+) => {$(
        impl Cell for $type {
            fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                row.get::<String>(column)?.parse().map_err(|_| StoreError::Corrupt(column))
            }
        }
    )+};
}
impl_name_cell! {
    Role MembershipStatus ServiceAccountStatus PrincipalType OneTimeCodePurpose TokenKind KubeconfigMethod
}
