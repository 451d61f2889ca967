//! Reading a row by the names of its columns.

use mintkey_domain::{
    AuditEventId, MembershipStatus, OneTimeCodeId, OneTimePurpose, OrganizationId, PrincipalType, Role, ScopeId,
    ServiceAccountId, ServiceAccountStatus, SessionId, SigningKeyId, Timestamp, TokenId, TokenKind, UserId,
};
use sqlx::{Row as _, ValueRef, postgres::PgRow, sqlite::SqliteRow};
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

    fn is_null(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
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

/// What a column can be read as.
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

impl Cell for Timestamp {
    fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get(column).map(Self::from_millis)
    }
}

macro_rules! plain {
    ($($type:ty)+) => {$(
        impl Cell for $type {
            fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                Ok(match row {
                    Row::Sqlite(row) => row.try_get(column)?,
                    Row::Postgres(row) => row.try_get(column)?,
                })
            }
        }
    )+};
}
plain! { i64 bool String Vec<u8> Uuid }

macro_rules! ids {
    ($($type:ty)+) => {$(
        impl Cell for $type {
            fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                row.get(column).map(Self::from_uuid)
            }
        }
    )+};
}
ids! {
    OrganizationId UserId ServiceAccountId TokenId ScopeId SessionId AuditEventId SigningKeyId OneTimeCodeId
}

macro_rules! names {
    ($($type:ty)+) => {$(
        impl Cell for $type {
            fn read(row: &Row, column: &'static str) -> Result<Self, StoreError> {
                row.get::<String>(column)?.parse().map_err(|_| StoreError::Corrupt(column))
            }
        }
    )+};
}
names! { Role MembershipStatus ServiceAccountStatus PrincipalType OneTimePurpose TokenKind }
