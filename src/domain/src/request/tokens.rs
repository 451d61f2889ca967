//! Requests about tokens.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    certificate::{SigningRequestText, check_certificate_fields},
    errors::{InvalidValue, RequestErrors},
    input::Input,
    kubeconfig::check_kubeconfig_fields,
    values::{Days, Description, nullable, parse_ttl},
};
use crate::{
    AddressRanges, BundlePassword, ClusterId, Expiry, FieldCode, FieldErrors, KubeconfigMethod, Label, Namespace,
    Pkcs12Format, ScopeSet, Timestamp, TokenKind, Ttl, parse_description, parse_grants, parse_label,
};

/// A request for a token.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Display name.
    pub label: Label,
    /// What it is for. `null`: none.
    #[deserr(default, from(Option<Description>) = Description::of_new)]
    #[schema(value_type = Option<Description>)]
    pub description: Option<String>,
    /// `api_key` if left out.
    #[deserr(default = TokenKind::ApiKey)]
    #[schema(required = false)]
    pub kind: TokenKind,
    /// Owner; the caller if left out.
    #[deserr(default, from(Uuid) = Some)]
    #[schema(nullable = false)]
    pub owner_id: Option<Uuid>,
    /// What it may do. `*` is everything that its owner may do.
    pub scopes: ScopeSet,
    /// Where it may be used from: `10.4.0.0/16`, `2001:db8::/32`. Any address if left out.
    #[deserr(default)]
    #[schema(required = false)]
    pub allowed_cidrs: AddressRanges,
    /// Expiry. `null`: never.
    #[deserr(default, from(Option<Timestamp>) = Some)]
    #[schema(value_type = Option<Timestamp>)]
    pub expires_at: Option<Option<Timestamp>>,
    /// Its lifetime: `10s`, `60m`, `10000h`, `90d`, `1h30m`.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    pub ttl: Option<Ttl>,
    /// Its lifetime in days.
    #[deserr(default, try_from(Days) = Days::lifetime -> InvalidValue)]
    #[schema(nullable = false, value_type = Option<Days>)]
    pub expiration_days: Option<Ttl>,
    /// The password of a `client_certificate`'s PKCS#12 bundle: 12 to 128 printable ASCII characters. Used once, not stored.
    #[deserr(default, from(BundlePassword) = Some)]
    #[schema(nullable = false, value_type = Option<String>, min_length = 12, max_length = 128)]
    pub password: Option<BundlePassword>,
    /// How the bundle is encrypted. `modern` if left out.
    #[deserr(default, from(Pkcs12Format) = Some)]
    #[schema(nullable = false)]
    pub pkcs12: Option<Pkcs12Format>,
    /// Instead of `password`: a certificate signing request in PEM. Only its public key counts.
    #[deserr(default, from(SigningRequestText) = Some)]
    #[schema(nullable = false)]
    pub csr: Option<SigningRequestText>,
    /// The cluster of a `kubeconfig`.
    #[deserr(default, from(ClusterId) = Some)]
    #[schema(nullable = false)]
    pub cluster_id: Option<ClusterId>,
    /// The namespace of a `kubeconfig`. The cluster's default if left out.
    #[deserr(default, from(Namespace) = Some)]
    #[schema(nullable = false)]
    pub namespace: Option<Namespace>,
    /// How `kubectl` authenticates with a `kubeconfig`. `exec` if left out. With `certificate` the token ends after 24
    /// hours, or 14 days at most.
    #[deserr(default, from(KubeconfigMethod) = Some)]
    #[schema(nullable = false)]
    pub method: Option<KubeconfigMethod>,
}

/// Changes to a token: a field that is left out stays as it is.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct TokenChanges {
    /// Display name.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    pub label: Option<Label>,
    /// What it is for. `null`: removes it.
    #[deserr(default, from(Option<Description>) = Description::of_change)]
    #[schema(value_type = Option<Description>)]
    pub description: Option<Option<String>>,
    /// What it may do from now on.
    #[deserr(default, from(ScopeSet) = Some)]
    #[schema(nullable = false)]
    pub scopes: Option<ScopeSet>,
    /// Where it may be used from; an empty list is any address.
    #[deserr(default, from(AddressRanges) = Some)]
    #[schema(nullable = false)]
    pub allowed_cidrs: Option<AddressRanges>,
    /// Expiry. `null`: never.
    #[deserr(default, rename = "expires_at", from(Option<Timestamp>) = new_end)]
    #[schema(rename = "expires_at", value_type = Option<Timestamp>)]
    pub expiry: Option<Expiry>,
    /// End of a running rotation overlap, until which the previous secret works too. `null`: ends it at once.
    #[deserr(default, from(Option<Timestamp>) = Some)]
    #[schema(value_type = Option<Timestamp>)]
    pub previous_secret_expires_at: Option<Option<Timestamp>>,
}

/// An unvalidated form for a new token. The fields of single kinds have forms of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTokenDraft {
    /// Display name.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// Kind of credential; an API key if left out.
    pub kind: Option<String>,
    /// Owner; the caller if left out.
    pub owner_id: Option<String>,
    /// Granted scopes.
    pub scopes: Vec<String>,
    /// The address ranges from which it can be used.
    pub allowed_cidrs: Vec<String>,
    /// When it expires; `Some(None)` is an explicit "never".
    pub expires_at: Option<Option<String>>,
    /// Its lifetime.
    pub ttl: Option<String>,
}

/// An unvalidated form with changes to a token: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenChangesDraft {
    /// Display name.
    pub label: Option<String>,
    /// What it is for; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// The new scopes.
    pub scopes: Option<Vec<String>>,
    /// The new address ranges from which it can be used.
    pub allowed_cidrs: Option<Vec<String>>,
    /// The new expiry; `Some(None)` is an explicit "never".
    pub expires_at: Option<Option<String>>,
    /// The new end of a running overlap; `Some(None)` ends it at once.
    pub previous_secret_expires_at: Option<Option<String>>,
}

const WAYS_TO_EXPIRE: [&str; 3] = ["expires_at", "ttl", "expiration_days"];

impl Input for NewToken {
    const UNSTORED: &[&str] = &["password"];

    fn check_fields(fields: &mut Map<String, Value>, errors: &mut FieldErrors) {
        let kind = match fields.get("kind") {
            None => Some(TokenKind::ApiKey),
            Some(kind) => kind.as_str().and_then(|name| name.parse().ok()),
        };
        check_certificate_fields(kind, |name| fields.contains_key(name), errors);
        check_kubeconfig_fields(kind, |name| fields.contains_key(name), errors);
        let ways: Vec<_> = WAYS_TO_EXPIRE.into_iter().filter(|name| fields.contains_key(*name)).collect();
        if ways.len() > 1 {
            for name in ways {
                errors.push(name, FieldCode::Conflict, "Give only one of expires_at, ttl and expiration_days.");
            }
        }
    }
}

impl Input for TokenChanges {}

impl NewToken {
    /// The requested expiry, with the name of the field if it is a duration.
    pub fn expiry(&self) -> Expiry {
        match (self.expires_at, self.ttl, self.expiration_days) {
            (Some(None), ..) => Expiry::Never,
            (Some(Some(end)), ..) => Expiry::At(end),
            (_, Some(ttl), _) => Expiry::In(ttl, "ttl"),
            (.., Some(days)) => Expiry::In(days, "expiration_days"),
            (None, None, None) => Expiry::Default,
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
fn new_end(end: Option<Timestamp>) -> Option<Expiry> {
    Some(end.map_or(Expiry::Never, Expiry::At))
}

impl NewTokenDraft {
    /// Validates the form. On failure, returns all mistakes by field.
    pub fn check(self) -> Result<NewToken, FieldErrors> {
        let mut errors = FieldErrors::new();
        let label = parse_label(&self.label, &mut errors);
        let description = parse_description("description", self.description.as_deref(), &mut errors);
        let kind = self.kind.as_deref().map_or(Ok(TokenKind::ApiKey), str::parse).ok();
        if kind.is_none() {
            let message = "Expected \"api_key\", \"client_certificate\" or \"kubeconfig\".";
            errors.push("kind", FieldCode::InvalidFormat, message);
        }
        let owner_id = self.owner_id.as_deref().and_then(|text| {
            let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
            if id.is_none() {
                errors.push("owner_id", FieldCode::InvalidFormat, "Expected a UUID.");
            }
            id
        });
        let scopes = parse_grants(&self.scopes, "scopes", &mut errors);
        let allowed_cidrs = AddressRanges::parse(&self.allowed_cidrs, &mut errors);
        let expires_at = nullable(self.expires_at, |text| parse_end("expires_at", "for never", &text, &mut errors));
        let ttl = self.ttl.and_then(|text| parse_ttl(&text, "ttl", &mut errors));
        let new = label.zip(kind).zip(scopes.zip(allowed_cidrs));
        let new = new.map(|((label, kind), (scopes, allowed_cidrs))| NewToken {
            label,
            description,
            kind,
            owner_id,
            scopes,
            allowed_cidrs,
            expires_at,
            ttl,
            expiration_days: None,
            password: None,
            pkcs12: None,
            csr: None,
            cluster_id: None,
            namespace: None,
            method: None,
        });
        errors.finish(new)
    }
}

impl TokenChangesDraft {
    /// Validates the form. On failure, returns all mistakes by field.
    pub fn check(self) -> Result<TokenChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let changes = TokenChanges {
            label: self.label.and_then(|text| parse_label(&text, &mut errors)),
            description: self.description.map(|text| parse_description("description", text.as_deref(), &mut errors)),
            scopes: self.scopes.and_then(|texts| parse_grants(&texts, "scopes", &mut errors)),
            allowed_cidrs: self.allowed_cidrs.and_then(|texts| AddressRanges::parse(&texts, &mut errors)),
            expiry: nullable(self.expires_at, |text| parse_end("expires_at", "for never", &text, &mut errors))
                .and_then(new_end),
            previous_secret_expires_at: nullable(self.previous_secret_expires_at, |text| {
                parse_end("previous_secret_expires_at", "to end the overlap now", &text, &mut errors)
            }),
        };
        errors.finish(Some(changes))
    }
}

fn parse_end(field: &'static str, null: &str, text: &str, errors: &mut FieldErrors) -> Option<Timestamp> {
    let end = text.parse().ok();
    if end.is_none() {
        let message = format!("Expected a time such as 2027-01-31T12:00:00Z, or null {null}.");
        errors.push(field, FieldCode::InvalidFormat, message);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_with_mistakes_is_no_request_and_names_them_all() {
        let draft = NewTokenDraft {
            label: " ".to_owned(),
            kind: Some("cookie".to_owned()),
            owner_id: Some("me".to_owned()),
            scopes: vec!["a b".to_owned()],
            allowed_cidrs: vec!["office".to_owned()],
            ttl: Some("soon".to_owned()),
            ..NewTokenDraft::default()
        };
        let errors = draft.check().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["label", "kind", "owner_id", "scopes", "allowed_cidrs", "ttl"]);
    }

    #[test]
    fn changes_with_a_mistake_are_none() {
        let draft = TokenChangesDraft { scopes: Some(Vec::new()), ..TokenChangesDraft::default() };
        assert!(draft.check().unwrap_err().has("scopes"));
        assert!(TokenChangesDraft::default().check().is_ok());
    }
}
