//! `POST /api/v1/tokens/{id}/rotate`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, FieldErrors, InvalidTtl, Ttl};
use mintkey_service::{Actor, Rotation};

use super::{AREA, Minted, minted};
use crate::{
    answer::Outcome,
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    input::Fields,
    v1::examples,
};

pub(super) static ROTATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/tokens/{id}/rotate",
    name: "rotateToken",
    title: "Rotate a token's secret",
    about: "The same token with a new secret, shown this once. Without `overlap` every older proof of it ends at once, \
            secrets and client keys; with it, they work beside the new one and end together, never past the token's end. \
            `keep_client_keys` keeps the keys. Access tokens live on. With `Idempotency-Key` a repeat within 24 hours answers as before, but without secrets.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenRotate),
    body: &[
        Field::new("overlap", Kind::Length, "How long older proofs work too: `24h`. Not at all if left out."),
        Field::new("keep_client_keys", Kind::Flag, "Whether client keys stay. `false` if left out."),
    ],
    example: r#"{
  "overlap": "24h"
}"#,
    repeatable: true,
    answer: Answer::json::<Minted<'_>>(200, "The token and its new secrets.", examples::minted),
    refusals: &[
        ErrorCode::BeyondOwnBounds,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::TokenInvalidated,
        ErrorCode::TokenExpired,
        ErrorCode::RotationInProgress,
    ],
    ..Endpoint::EMPTY
};

pub(super) async fn rotate(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let mut fields = call.fields().await?;
    let mut errors = FieldErrors::new();
    let idempotency = call.idempotency(&fields, &mut errors);
    let rotation = read(&mut fields, &mut errors);
    errors.into_result()?;
    let token = call.api.service.rotate_token(&actor, id, rotation, idempotency).await?;
    minted::respond(StatusCode::OK, token)
}

fn read(fields: &mut Fields, errors: &mut FieldErrors) -> Rotation {
    let overlap = fields.text("overlap");
    let keep_client_keys = fields.flag("keep_client_keys").unwrap_or(false);
    errors.extend(fields.take_errors());
    let overlap = overlap.and_then(|text| match Ttl::parse(&text) {
        Ok(ttl) => Some(ttl),
        Err(InvalidTtl::Form) => {
            errors.push("overlap", FieldCode::InvalidFormat, "Expected a length of time such as 60m, 24h or 7d.");
            None
        }
        Err(InvalidTtl::TooLong) => {
            errors.push("overlap", FieldCode::ExceedsMaximum, "The end must not lie beyond the year 9999.");
            None
        }
    });
    Rotation { overlap, keep_client_keys }
}
