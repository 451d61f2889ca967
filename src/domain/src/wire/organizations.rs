//! Organizations: their settings, and the ones that a person belongs to.

use serde::{Deserialize, Serialize};

use super::nullable;
use crate::{DAY, FieldCode, FieldErrors, InvalidTtl, Label, OrganizationId, Role, Timestamp, Ttl, parse_line};

/// The least that an audit log is kept, in milliseconds: 30 days.
pub const MIN_AUDIT_RETENTION: i64 = 30 * DAY;
/// The most characters of an audience.
pub const MAX_AUDIENCE: usize = 255;

/// An organization and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// How long a token lives if its end isn't said, such as `90d`.
    pub default_token_ttl: String,
    /// The longest that a token may live, such as `365d`; null for no limit.
    pub max_token_ttl: Option<String>,
    /// The `aud` of its access tokens (RFC 9068 section 2.2).
    pub audience: String,
    /// How long the audit log is kept, such as `400d`; null for ever.
    pub audit_retention: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// An organization that the person who asks belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// What the person may do there.
    pub role: Role,
    /// Whether it is the one that the person works in now.
    pub current: bool,
}

/// Changes to an organization, as they came: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChangesDraft {
    /// What people call it.
    pub name: Option<String>,
    /// How long a token lives if its end isn't said.
    pub default_token_ttl: Option<String>,
    /// The longest that a token may live; `Some(None)` for no limit.
    pub max_token_ttl: Option<Option<String>>,
    /// The `aud` of its access tokens; `Some(None)` for its own address.
    pub audience: Option<Option<String>>,
    /// How long the audit log is kept; `Some(None)` for ever.
    pub audit_retention: Option<Option<String>>,
}

/// Changes to an organization whose fields are well formed.
#[derive(Debug, Clone, Default)]
pub struct OrganizationChanges {
    /// 1 to 100 characters.
    pub name: Option<Label>,
    /// How long a token lives if its end isn't said.
    pub default_token_ttl: Option<Ttl>,
    /// `Some(None)` for no limit.
    pub max_token_ttl: Option<Option<Ttl>>,
    /// `Some(None)` for its own address.
    pub audience: Option<Option<String>>,
    /// 30 days or more; `Some(None)` for ever.
    pub audit_retention: Option<Option<Ttl>>,
}

impl OrganizationChangesDraft {
    /// The changes, if each field is well formed; else every mistake at its field.
    pub fn check(self) -> Result<OrganizationChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let changes = OrganizationChanges {
            name: self.name.and_then(|text| Label::parse(&text, "name", &mut errors)),
            default_token_ttl: self
                .default_token_ttl
                .and_then(|text| parse_ttl(&text, "default_token_ttl", &mut errors)),
            max_token_ttl: nullable(self.max_token_ttl, |text| parse_ttl(&text, "max_token_ttl", &mut errors)),
            audience: nullable(self.audience, |text| parse_audience(&text, &mut errors)),
            audit_retention: nullable(self.audit_retention, |text| parse_retention(&text, &mut errors)),
        };
        errors.finish(Some(changes))
    }
}

/// Reads a length of time into `field`'s mistakes.
pub fn parse_ttl(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Ttl> {
    let (code, message) = match Ttl::parse(text.trim()) {
        Ok(ttl) => return Some(ttl),
        Err(InvalidTtl::Form) => (FieldCode::InvalidFormat, "Expected a length of time such as 12h, 90d or 52w."),
        Err(InvalidTtl::TooLong) => (FieldCode::ExceedsMaximum, "This lasts beyond the year 9999."),
    };
    errors.push(field, code, message);
    None
}

/// Reads how long the audit log is kept: long enough that last month's events can still be looked up.
pub fn parse_retention(text: &str, errors: &mut FieldErrors) -> Option<Ttl> {
    const FIELD: &str = "audit_retention";
    let ttl = parse_ttl(text, FIELD, errors)?;
    if ttl.millis() < MIN_AUDIT_RETENTION {
        errors.push(FIELD, FieldCode::TooShort, "The audit log is kept for 30 days at least.");
        return None;
    }
    Some(ttl)
}

/// Reads an audience, a name or a URI, as others compare it: in one piece, and printable.
pub fn parse_audience(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let text = parse_line(text, "audience", MAX_AUDIENCE, errors)?;
    if text.chars().any(|c| !c.is_ascii_graphic()) {
        errors.push(
            "audience",
            FieldCode::InvalidFormat,
            "Expected a URI or a name of printable ASCII characters without spaces.",
        );
        return None;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_has_its_own_mistake() {
        let draft = OrganizationChangesDraft {
            name: Some(" ".to_owned()),
            default_token_ttl: Some("soon".to_owned()),
            max_token_ttl: Some(Some("9999999999999999999w".to_owned())),
            audience: Some(Some("two words".to_owned())),
            audit_retention: Some(Some("29d".to_owned())),
        };
        let errors = draft.check().unwrap_err();
        let codes: Vec<_> = errors.iter().map(|error| (error.field.as_ref(), error.code)).collect();
        assert_eq!(
            codes,
            [
                ("name", FieldCode::Required),
                ("default_token_ttl", FieldCode::InvalidFormat),
                ("max_token_ttl", FieldCode::ExceedsMaximum),
                ("audience", FieldCode::InvalidFormat),
                ("audit_retention", FieldCode::TooShort),
            ]
        );
    }
}
