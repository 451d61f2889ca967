//! Requests about an organization.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    errors::{InvalidValue, RequestErrors},
    input::Input,
    values::{nullable, parse_ttl, parsed},
};
use crate::{
    FieldCode, FieldErrors, Label, Ttl, parse_line,
    wire::{MAX_AUDIENCE, MIN_AUDIT_RETENTION},
};

/// Changes to an organization: a field that is left out stays as it is.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct OrganizationChanges {
    /// Its name.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    pub name: Option<Label>,
    /// The default lifetime of tokens.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    pub default_token_ttl: Option<Ttl>,
    /// The maximum lifetime of a token; not less than the default. `null`: no limit.
    #[deserr(default, from(Option<Ttl>) = Some)]
    #[schema(value_type = Option<Ttl>)]
    pub max_token_ttl: Option<Option<Ttl>>,
    /// The `aud` of access tokens: a URI or a name, of printable ASCII characters without spaces. Never another
    /// organization's, nor an address of Mintkey itself. `null`: the organization's own address.
    #[deserr(default, try_from(Option<String>) = read_audience -> InvalidValue)]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub audience: Option<Option<String>>,
    /// Audit log retention: 30 days at least. Older events are deleted, under a signed checkpoint. Requires a
    /// credential that may do everything. `null`: for ever.
    #[deserr(default, try_from(Option<String>) = read_retention -> InvalidValue)]
    #[schema(value_type = Option<Ttl>)]
    pub audit_retention: Option<Option<Ttl>>,
    /// Whether `pkcs12: compatible` may be asked for: bundles with weak encryption, for programs that open no other.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    pub allow_compatible_pkcs12: Option<bool>,
}

/// An unvalidated form with changes to an organization: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChangesDraft {
    /// Display name.
    pub name: Option<String>,
    /// Default token lifetime.
    pub default_token_ttl: Option<String>,
    /// Maximum token lifetime; `Some(None)` for no limit.
    pub max_token_ttl: Option<Option<String>>,
    /// The `aud` of access tokens; `Some(None)` for the organization's own address.
    pub audience: Option<Option<String>>,
    /// Audit log retention; `Some(None)` keeps events forever.
    pub audit_retention: Option<Option<String>>,
    /// Whether bundles with weak encryption may be handed out.
    pub allow_compatible_pkcs12: Option<bool>,
}

impl Input for OrganizationChanges {}

fn read_audience(text: Option<String>) -> Result<Option<Option<String>>, InvalidValue> {
    text.map(|text| parsed(|errors| parse_audience(&text, errors))).transpose().map(Some)
}

fn read_retention(text: Option<String>) -> Result<Option<Option<Ttl>>, InvalidValue> {
    text.map(|text| parsed(|errors| parse_retention(&text, errors))).transpose().map(Some)
}

impl OrganizationChangesDraft {
    /// Validates the form. On failure, returns all mistakes by field.
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
            allow_compatible_pkcs12: self.allow_compatible_pkcs12,
        };
        errors.finish(Some(changes))
    }
}

/// Parses the audit log retention: long enough that last month's events can still be looked up.
fn parse_retention(text: &str, errors: &mut FieldErrors) -> Option<Ttl> {
    const FIELD: &str = "audit_retention";
    let ttl = parse_ttl(text, FIELD, errors)?;
    if ttl.millis() < MIN_AUDIT_RETENTION {
        errors.push(FIELD, FieldCode::TooShort, "The audit log is kept for 30 days at least.");
        return None;
    }
    Some(ttl)
}

/// Parses an audience. Verifiers compare it as a string, so it must be printable and without spaces.
fn parse_audience(text: &str, errors: &mut FieldErrors) -> Option<String> {
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
            allow_compatible_pkcs12: None,
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
