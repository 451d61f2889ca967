//! `POST /api/v1/tokens`.

use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, FieldErrors, TokenKind, wire};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{AREA, COLLECTION, Minted, minted};
use crate::{
    answer::Outcome,
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    input::Fields,
    v1::examples,
};

pub(super) static CREATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: COLLECTION,
    name: "createToken",
    title: "Create a token",
    about: "The answer shows client secret and API key this once; only a hash of them is kept. Say the end in one way: \
            `expires_at`, `ttl` or `expiration_days`; left out, the organization's default applies (90 days). No token \
            is given a scope that its creator doesn't hold. With `Idempotency-Key` a repeat within 24 hours answers as \
            before, but without secrets, and makes no second token.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenCreate),
    body: BODY,
    example: EXAMPLE,
    repeatable: true,
    answer: Answer::json::<Minted<'_>>(201, "The token and its secrets; `Location` is its path.", examples::minted),
    refusals: &[
        ErrorCode::BeyondOwnBounds,
        ErrorCode::KindUnavailable,
        ErrorCode::Forbidden,
        ErrorCode::ServiceAccountNotActive,
    ],
    ..Endpoint::EMPTY
};

/// What a request for a token holds.
pub(crate) const BODY: &[Field] = &[
    Field::new("label", Kind::Text, "What people call it: 1 to 100 characters.").required(),
    Field::new("description", Kind::Text, "What it is for: 1,000 characters at most.").or_null("none"),
    Field::new("kind", Kind::Choice(TokenKind::NAMES), "`api_key` if left out; the others are not available yet."),
    Field::new("owner_id", Kind::Id, "Whose it will be; yours if left out."),
    Field::new("scopes", Kind::Texts, "What it may do: 1 to 1,000 scopes. `*` is everything that its owner may do.")
        .required(),
    Field::new(
        "allowed_cidrs",
        Kind::Texts,
        "Where it may be used from: `10.4.0.0/16`, `2001:db8::/32`. Anywhere if left out.",
    ),
    Field::new("expires_at", Kind::Time, "When it ends.").or_null("never"),
    Field::new("ttl", Kind::Length, "How long it lives: `10s`, `60m`, `10000h`, `90d`, `1h30m`."),
    Field::new("expiration_days", Kind::Whole { min: 1, max: u32::MAX }, "How many days it lives."),
];

/// Such a request.
pub(crate) const EXAMPLE: &str = r#"{
  "label": "Plant 3 gateway",
  "description": "Reads the meters of hall B.",
  "scopes": ["plants.read"],
  "allowed_cidrs": ["10.4.0.0/16"],
  "ttl": "90d"
}"#;

/// What other kinds take. They aren't wrong, their kind is not there yet: so that is what gets said.
const OF_OTHER_KINDS: &[&str] = &["password", "csr", "cluster_id", "namespace"];

pub(super) async fn create(call: Call, actor: Actor) -> Outcome {
    respond(call, &actor, None).await
}

/// Makes a token, of that owner if the path names one.
pub(crate) async fn respond(mut call: Call, actor: &Actor, owner_id: Option<Uuid>) -> Outcome {
    call.query().finish()?;
    let mut fields = call.fields().await?;
    let mut errors = FieldErrors::new();
    let idempotency = call.idempotency(&fields, &mut errors);
    let new = read(&mut fields, owner_id, errors)?;
    let token = call.api.service.create_token(actor, new, idempotency).await?;
    let location = HeaderValue::from_str(&format!("{COLLECTION}/{}", token.token.id));
    let mut response = minted::respond(StatusCode::CREATED, token)?;
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn read(fields: &mut Fields, owner_id: Option<Uuid>, mut errors: FieldErrors) -> Result<wire::NewToken, FieldErrors> {
    let kind = fields.text("kind");
    let of_other_kind = kind.as_deref().is_some_and(|kind| kind != "api_key" && TokenKind::NAMES.contains(&kind));
    let draft = wire::NewTokenDraft {
        label: fields.text("label").unwrap_or_default(),
        description: fields.text("description"),
        kind,
        owner_id: fields.text("owner_id"),
        scopes: fields.texts("scopes").unwrap_or_default(),
        allowed_cidrs: fields.texts("allowed_cidrs").unwrap_or_default(),
        expires_at: fields.text_or_null("expires_at"),
        ttl: fields.text("ttl"),
        expiration_days: fields.whole("expiration_days"),
    };
    for error in &fields.take_errors() {
        if !(of_other_kind && OF_OTHER_KINDS.contains(&error.field.as_ref())) {
            errors.push(error.field.clone(), error.code, error.message.clone());
        }
    }
    let is_other = |id: &String| Uuid::try_parse(id).is_ok_and(|id| Some(id) != owner_id);
    if owner_id.is_some() && draft.owner_id.as_ref().is_some_and(is_other) {
        errors.push("owner_id", FieldCode::Conflict, "The path names another owner.");
    }
    let new = errors.and(draft.check())?;
    Ok(wire::NewToken { owner_id: owner_id.or(new.owner_id), ..new })
}

#[cfg(test)]
mod tests {
    use mintkey_domain::TokenKind;
    use serde_json::{Value, json};

    use super::*;

    fn read_json(value: Value) -> Result<wire::NewToken, Vec<(String, FieldCode)>> {
        let Value::Object(map) = value else { panic!("not an object") };
        let new = read(&mut Fields::read(CREATE.body, map.into_iter().collect()), None, FieldErrors::new());
        new.map_err(|errors| errors.iter().map(|error| (error.field.to_string(), error.code)).collect())
    }

    #[test]
    fn every_field_of_the_description_is_read() {
        let new = read_json(json!({
            "label": "a", "description": "b", "kind": "api_key", "owner_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
            "scopes": ["a.read"], "allowed_cidrs": ["10.0.0.0/8"], "ttl": "1d",
        }));
        let new = new.unwrap();
        assert!(new.description.is_some() && new.owner_id.is_some());
        assert_eq!(
            (new.scopes.to_strings(), new.allowed_cidrs.to_strings()),
            (vec!["a.read".to_owned()], vec!["10.0.0.0/8".to_owned()])
        );
    }

    #[test]
    fn an_empty_body_names_what_is_needed() {
        let errors = read_json(json!({})).unwrap_err();
        let needed = ["label", "scopes"].map(|field| (field.to_owned(), FieldCode::Required));
        assert_eq!(errors, needed);
    }

    #[test]
    fn fields_of_another_kind_are_only_unknown_to_this_one() {
        let certificate = json!({"label": "a", "scopes": ["*"], "kind": "client_certificate", "password": "b"});
        assert_eq!(read_json(certificate).unwrap().kind, TokenKind::ClientCertificate);
        let errors = read_json(json!({"label": "a", "scopes": ["*"], "password": "b"})).unwrap_err();
        assert_eq!(errors, [("password".to_owned(), FieldCode::UnknownField)]);
    }
}
