//! `POST /api/v1/verify`.

use http::StatusCode;
use mintkey_domain::{AuditAction, FieldCode, FieldErrors, parse_grants, wire};
use mintkey_service::{Actor, VerifyRequest};

use super::examples;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    input::Fields,
    refusal_floor,
    routes::Routes,
};

static VERIFY: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/verify",
    name: "verify",
    title: "May this credential do that?",
    about: "For a service that was called with a Mintkey credential. Always 200: `valid` and `code` have the answer, \
            decided at this moment. Credentials of other organizations are `invalid`. It counts as a use only if \
            `valid`.",
    area: "Credentials",
    needs: Needs::Credential,
    action: Some(AuditAction::CredentialVerify),
    body: &[
        Field::new(
            "credential",
            Kind::Password,
            "The API key or access token that was sent to you. White space around it is dropped, and so is the scheme, \
             `Bearer`, `APIToken` or `ApiKey` in any case, if you hand on the whole value of an `Authorization` header.",
        )
        .required(),
        Field::new("scopes", Kind::Texts, "What it has to be allowed to do; all of them."),
        Field::new("ip", Kind::Address, "The address that it was sent from; held against the token's `allowed_cidrs`."),
    ],
    example: r#"{
  "credential": "mk_…",
  "scopes": ["plants.read"],
  "ip": "10.4.1.7"
}"#,
    answer: Answer::json::<wire::Verification>(200, "Whether it may, and why not.", examples::verification),
    ..Endpoint::EMPTY
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.guarded(&VERIFY, verify)
}

async fn verify(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let request = read(call.fields().await?)?;
    let verification = call.api.service.verify(&actor, request).await?;
    let mut response = answer::json(StatusCode::OK, &verification)?;
    if !verification.valid {
        refusal_floor::mark(&mut response);
    }
    Ok(response)
}

fn read(mut fields: Fields) -> Result<VerifyRequest, FieldErrors> {
    let credential = fields.required_text("credential");
    let scopes = fields.texts("scopes").unwrap_or_default();
    let address = fields.text("ip");
    let mut errors = fields.take_errors();
    if !scopes.is_empty() {
        parse_grants(&scopes, "scopes", &mut errors);
    }
    let ip = address.and_then(|text| {
        let ip = text.parse().ok();
        if ip.is_none() {
            errors.push("ip", FieldCode::InvalidFormat, "Expected an address such as 10.4.1.7 or 2001:db8::7.");
        }
        ip
    });
    errors.into_result()?;
    Ok(VerifyRequest { credential, scopes, ip })
}
