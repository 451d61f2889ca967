//! Cursors: the order of a list, and the sort value and ID of a page's last row. Opaque to callers.

use mintkey_domain::{Timestamp, TokenId, TokenSort, TokenSortField};
use uuid::Uuid;

use crate::{
    StoreError,
    sql::{Row, ToValue, Value},
};

/// The sort key for the expiry; tokens without one sort as the far future.
pub(super) fn expires_key(expires_at: Option<Timestamp>) -> i64 {
    expires_at.map_or(i64::MAX, Timestamp::millis)
}

/// The sort key for the last use; unused tokens sort as the far past.
pub(super) fn last_used_key(last_used_at: Option<Timestamp>) -> i64 {
    last_used_at.map_or(-1, Timestamp::millis)
}

/// The value in the sort column.
#[derive(Clone)]
pub(super) enum CursorKey {
    Number(i64),
    Text(String),
}

/// The row after which a page starts.
pub(super) struct Cursor {
    pub(super) key: CursorKey,
    pub(super) id: TokenId,
}

impl ToValue for CursorKey {
    const NULL: Value = Value::Int(None);

    fn to_value(self) -> Value {
        match self {
            Self::Number(number) => number.to_value(),
            Self::Text(text) => text.to_value(),
        }
    }
}

impl Cursor {
    /// Encodes a cursor for the rows after this one. It takes the sort value from the row, because the token itself may
    /// be unreadable.
    pub(super) fn after(row: &Row, sort: TokenSort) -> Result<String, StoreError> {
        let mut bytes = vec![tag(sort)];
        bytes.extend_from_slice(row.get::<Uuid>("id")?.as_bytes());
        let column = column(sort.field);
        match sort.field {
            TokenSortField::Label => bytes.extend_from_slice(row.get::<String>(column)?.as_bytes()),
            TokenSortField::CreatedAt | TokenSortField::ExpiresAt | TokenSortField::LastUsedAt => {
                bytes.extend(row.get::<i64>(column)?.to_be_bytes());
            }
        }
        Ok(bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            text.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default()));
            text
        }))
    }

    pub(super) fn read(text: &str, sort: TokenSort) -> Result<Self, StoreError> {
        read(text, sort).ok_or(StoreError::InvalidCursor)
    }
}

fn read(text: &str, sort: TokenSort) -> Option<Cursor> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| digit.try_into().ok())).collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let (first, rest) = bytes.split_first()?;
    let (id, value) = rest.split_at_checked(16)?;
    if *first != tag(sort) {
        return None;
    }
    let key = match sort.field {
        TokenSortField::Label => {
            CursorKey::Text(String::from_utf8(value.to_vec()).ok().filter(|text| !text.contains('\0'))?)
        }
        _ => CursorKey::Number(i64::from_be_bytes(value.try_into().ok()?)),
    };
    Some(Cursor { key, id: TokenId::from_uuid(Uuid::from_slice(id).ok()?) })
}

/// The sort column of a list.
pub(super) const fn column(field: TokenSortField) -> &'static str {
    match field {
        TokenSortField::CreatedAt => "created_at",
        TokenSortField::Label => "label_key",
        TokenSortField::ExpiresAt => "expires_key",
        TokenSortField::LastUsedAt => "last_used_key",
    }
}

/// One byte per sort order.
fn tag(sort: TokenSort) -> u8 {
    let field = match sort.field {
        TokenSortField::CreatedAt => 0,
        TokenSortField::Label => 2,
        TokenSortField::ExpiresAt => 4,
        TokenSortField::LastUsedAt => 6,
    };
    field + u8::from(sort.descending)
}
