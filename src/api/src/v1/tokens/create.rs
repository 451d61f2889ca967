//! `POST /api/v1/tokens`.

use axum::extract::State;
use deserr::Deserr;
use mintkey_domain::{
    AddressRanges, AuditAction, ErrorCode, Expiry, FieldCode, FieldErrors, Label, ScopeSet, Timestamp, TokenKind, Ttl,
    wire,
};
use mintkey_service::{Actor, Idempotency};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::minted::{Minted, MintedToken};
use crate::{
    extract::{Caller, Idempotent},
    input::{Days, Description, Input, Mistakes},
    problem::ApiError,
    state::Api,
    v1::created::Created,
};

/// A request for a token.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What people call it.
    label: Label,
    /// What it is for. `null`: none.
    #[deserr(default)]
    description: Option<Description>,
    /// `api_key` if left out; the others are not available yet.
    #[deserr(default, from(TokenKind) = Some)]
    #[schema(nullable = false)]
    kind: Option<TokenKind>,
    /// Who will own it; you if left out.
    #[deserr(default, from(Uuid) = Some)]
    #[schema(nullable = false)]
    pub(crate) owner_id: Option<Uuid>,
    /// What it may do. `*` is everything that its owner may do.
    scopes: ScopeSet,
    /// Where it may be used from: `10.4.0.0/16`, `2001:db8::/32`. Any address if left out.
    #[deserr(default)]
    #[schema(required = false)]
    allowed_cidrs: AddressRanges,
    /// When it ends. `null`: never.
    #[deserr(default, from(Option<Timestamp>) = Some)]
    #[schema(value_type = Option<Timestamp>)]
    expires_at: Option<Option<Timestamp>>,
    /// Its lifetime: `10s`, `60m`, `10000h`, `90d`, `1h30m`.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    ttl: Option<Ttl>,
    /// Its lifetime in days.
    #[deserr(default, from(Days) = Some)]
    #[schema(nullable = false)]
    expiration_days: Option<Days>,
}

const WAYS_TO_EXPIRE: [&str; 3] = ["expires_at", "ttl", "expiration_days"];
/// The fields of kinds that aren't available yet: `kind_unavailable` is the error, not an unknown field.
const FIELDS_OF_OTHER_KINDS: [&str; 6] = ["password", "pkcs12", "csr", "cluster_id", "namespace", "method"];

impl Input for NewToken {
    fn check_fields(fields: &mut Map<String, Value>, errors: &mut FieldErrors) {
        let kind = fields.get("kind").and_then(Value::as_str).unwrap_or(TokenKind::ApiKey.as_str());
        if kind != TokenKind::ApiKey.as_str() && TokenKind::NAMES.contains(&kind) {
            fields.retain(|name, _| !FIELDS_OF_OTHER_KINDS.contains(&name.as_str()));
        }
        let ways: Vec<_> = WAYS_TO_EXPIRE.into_iter().filter(|name| fields.contains_key(*name)).collect();
        if ways.len() > 1 {
            for name in ways {
                errors.push(name, FieldCode::Conflict, "Give only one of expires_at, ttl and expiration_days.");
            }
        }
    }
}

impl NewToken {
    fn expiry(&self) -> Result<Expiry, FieldErrors> {
        Ok(match (self.expires_at, self.ttl, self.expiration_days) {
            (Some(None), ..) => Expiry::Never,
            (Some(Some(end)), ..) => Expiry::At(end),
            (_, Some(ttl), _) => Expiry::In(ttl, "ttl"),
            (.., Some(Days(days))) => {
                let ttl = Ttl::days(days).ok_or_else(|| {
                    let message = "The end must not lie beyond the year 9999.";
                    FieldErrors::one("expiration_days", FieldCode::ExceedsMaximum, message)
                })?;
                Expiry::In(ttl, "expiration_days")
            }
            (None, None, None) => Expiry::Default,
        })
    }

    fn check(self) -> Result<wire::NewToken, FieldErrors> {
        let expiry = self.expiry()?;
        Ok(wire::NewToken {
            label: self.label,
            description: self.description.and_then(|text| text.0),
            kind: self.kind.unwrap_or(TokenKind::ApiKey),
            owner_id: self.owner_id,
            scopes: self.scopes,
            allowed_cidrs: self.allowed_cidrs,
            expiry,
        })
    }

    /// For the documents.
    pub(crate) fn example() -> Value {
        json!({
            "label": "Plant 3 gateway",
            "description": "Reads the meters of hall B.",
            "scopes": ["plants.read"],
            "allowed_cidrs": ["10.4.0.0/16"],
            "ttl": "90d",
        })
    }
}

/// Create a token
///
/// The client secret and the API key are shown only in this answer; only a hash of them is stored. Give the end in one
/// way: `expires_at`, `ttl` or `expiration_days`; left out, the organization's default applies (90 days). No token gets
/// a scope that its creator doesn't hold.
#[utoipa::path(
    post, path = "/api/v1/tokens", operation_id = "createToken", tag = "Tokens",
    request_body(content = NewToken, example = json!(NewToken::example())),
    responses(
        (status = 201, description = "The token and its secrets; `Location` is its path.", body = MintedToken<'static>),
    ),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenCreate)),
        ("x-idempotent" = json!(true)),
        ("x-codes" = json!([
            ErrorCode::BeyondOwnBounds,
            ErrorCode::KindUnavailable,
            ErrorCode::Forbidden,
            ErrorCode::ServiceAccountNotActive,
        ])),
    ),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Caller(actor): Caller,
    Idempotent { body, idempotency }: Idempotent<NewToken>,
) -> Result<Created<Minted>, ApiError> {
    create_token(&api, &actor, body, idempotency).await
}

/// Creates a token, for this endpoint and that of a service account.
pub(crate) async fn create_token(
    api: &Api,
    actor: &Actor,
    new: NewToken,
    idempotency: Option<Idempotency>,
) -> Result<Created<Minted>, ApiError> {
    let minted = api.service.create_token(actor, new.check()?, idempotency).await?;
    Ok(Created { location: format!("/api/v1/tokens/{}", minted.token.id), body: Minted(minted) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::read_json;

    #[test]
    fn every_field_is_read() {
        let new = read_json::<NewToken>(&json!({
            "label": "a", "description": "b", "kind": "api_key", "owner_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
            "scopes": ["a.read"], "allowed_cidrs": ["10.0.0.0/8"], "ttl": "1d",
        }));
        let new = new.ok().unwrap().check().unwrap();
        assert!(new.description.is_some() && new.owner_id.is_some() && matches!(new.expiry, Expiry::In(_, "ttl")));
        assert_eq!(
            (new.scopes.to_strings(), new.allowed_cidrs.to_strings()),
            (vec!["a.read".to_owned()], vec!["10.0.0.0/8".to_owned()])
        );
    }

    #[test]
    fn an_empty_body_names_what_is_required() {
        let errors = read_json::<NewToken>(&json!({})).err().unwrap();
        assert_eq!(errors, ["label", "scopes"].map(|field| (field.to_owned(), FieldCode::Required)));
    }

    #[test]
    fn fields_of_another_kind_are_only_unknown_to_this_one() {
        let certificate = json!({"label": "a", "scopes": ["*"], "kind": "client_certificate", "password": "b"});
        assert_eq!(read_json::<NewToken>(&certificate).ok().unwrap().kind, Some(TokenKind::ClientCertificate));
        let errors = read_json::<NewToken>(&json!({"label": "a", "scopes": ["*"], "password": "b"})).err().unwrap();
        assert_eq!(errors, [("password".to_owned(), FieldCode::UnknownField)]);
    }

    #[test]
    fn the_end_is_given_in_one_way() {
        let two = json!({"label": "a", "scopes": ["*"], "ttl": "x", "expiration_days": 1});
        let errors = read_json::<NewToken>(&two).err().unwrap();
        assert_eq!(errors, ["expiration_days", "ttl"].map(|field| (field.to_owned(), FieldCode::Conflict)));
        let endless = json!({"label": "a", "scopes": ["*"], "expiration_days": u64::MAX});
        assert!(read_json::<NewToken>(&endless).ok().unwrap().check().unwrap_err().has("expiration_days"));
    }
}
