//! Making a service account, and changing it.

use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{AuditAction, ErrorCode, Role, wire};
use mintkey_service::Actor;

use super::{AREA, COLLECTION, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    v1::examples,
};

const DESCRIPTION: Field =
    Field::new("description", Kind::Text, "What it is for: 1,000 characters at most.").or_null("none");
const ROLE: Field = Field::new(
    "role",
    Kind::Choice(Role::NAMES),
    "What it may do. A `member` reaches its own tokens only, and is the default. Another role takes a credential that \
     may do everything.",
);
const ALLOWED_SCOPES: Field = Field::new(
    "allowed_scopes",
    Kind::Texts,
    "What its credentials are held to, whatever scopes they were given: 1 to 1,000 scopes, or beginnings of names.",
)
.or_null("all that its role may do");
const MEMBER_IDS: Field =
    Field::new("member_ids", Kind::Texts, "The users who may make, edit and rotate its tokens: 200 at most.");

pub(super) static CREATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: COLLECTION,
    name: "createServiceAccount",
    title: "Create a service account",
    about: "An identity for a machine: a device, an agent, a pipeline. It has no tokens yet.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountCreate),
    body: &[
        Field::new("name", Kind::Text, "1 to 100 characters; no other account of the organization has it.").required(),
        DESCRIPTION,
        ROLE,
        ALLOWED_SCOPES,
        MEMBER_IDS,
    ],
    example: r#"{
  "name": "hall-b-gateway",
  "description": "Reads the meters of hall B.",
  "allowed_scopes": ["plants.*"]
}"#,
    answer: Answer::json::<wire::ServiceAccount>(
        201,
        "The service account; `Location` is its path.",
        examples::service_account,
    ),
    refusals: &[ErrorCode::Forbidden, ErrorCode::AlreadyExists],
    ..Endpoint::EMPTY
};

pub(super) static EDIT: Endpoint = Endpoint {
    method: Verb::Patch,
    path: ONE,
    name: "editServiceAccount",
    title: "Edit a service account",
    about: "What is left out stays as it is. What it may do from now on counts from the next request of each of its \
            credentials on. Nobody widens it beyond what they hold themselves. If that raises tokens that somebody \
            made, rotated or gave client keys to who could not grant as much, they have to be invalidated with it.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountEdit),
    body: &[
        Field::new("name", Kind::Text, "1 to 100 characters; no other account of the organization has it."),
        DESCRIPTION,
        ROLE,
        ALLOWED_SCOPES,
        MEMBER_IDS,
        Field::new(
            "invalidate_tokens",
            Kind::Flag,
            "Whether tokens that would gain what their makers could not grant are invalidated. `false` if left out.",
        ),
    ],
    example: r#"{
  "allowed_scopes": ["plants.read"]
}"#,
    answer: Answer::json::<wire::ServiceAccount>(200, "The service account as it is now.", examples::service_account),
    refusals: &[
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::AlreadyExists,
        ErrorCode::TokensWouldGain,
        ErrorCode::ServiceAccountDecommissioned,
    ],
    ..Endpoint::EMPTY
};

pub(super) async fn create(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let mut fields = call.fields().await?;
    let draft = wire::NewServiceAccountDraft {
        name: fields.required_text("name"),
        description: fields.text("description"),
        role: fields.text("role"),
        allowed_scopes: fields.texts_or_null("allowed_scopes").flatten(),
        member_ids: fields.texts("member_ids").unwrap_or_default(),
    };
    let new = fields.take_errors().and(draft.check())?;
    let account = call.api.service.create_service_account(&actor, new).await?;
    let mut response = answer::json(StatusCode::CREATED, &account)?;
    if let Ok(location) = HeaderValue::from_str(&format!("{COLLECTION}/{}", account.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) async fn edit(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let mut fields = call.fields().await?;
    let draft = wire::ServiceAccountChangesDraft {
        name: fields.text("name"),
        description: fields.text_or_null("description"),
        role: fields.text("role"),
        allowed_scopes: fields.texts_or_null("allowed_scopes"),
        member_ids: fields.texts("member_ids"),
        invalidate_tokens: fields.flag("invalidate_tokens").unwrap_or(false),
    };
    let changes = fields.take_errors().and(draft.check())?;
    let account = call.api.service.edit_service_account(&actor, id, changes).await?;
    answer::json(StatusCode::OK, &account)
}
