//! Changes to the catalogue.

use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::{Actor, NewScopeDraft, ScopeChangesDraft};

use super::{AREA, COLLECTION, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    v1::examples,
};

pub(super) static CREATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: COLLECTION,
    name: "createScope",
    title: "Add a scope",
    about: "One permission of your own APIs. The name never changes.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ScopeCreate),
    body: &[
        Field::new(
            "name",
            Kind::Text,
            "1 to 128 letters, digits and `._:/-`, the first a letter or digit: `plants.read`, `agents:write`. Names \
             that begin with `mintkey:` are Mintkey's own.",
        )
        .required(),
        Field::new("description", Kind::Text, "What it allows, for people."),
        Field::new("admin_only", Kind::Flag, "Whether only administrators' credentials can hold it."),
    ],
    example: r#"{
  "name": "plants.read",
  "description": "Read the meters of all plants"
}"#,
    answer: Answer::json::<wire::Scope>(201, "The scope; `Location` is its path.", examples::scope),
    refusals: &[ErrorCode::AlreadyExists],
    ..Endpoint::EMPTY
};

pub(super) static EDIT: Endpoint = Endpoint {
    method: Verb::Patch,
    path: ONE,
    name: "editScope",
    title: "Edit a scope",
    about: "What is left out stays as it is. Mintkey's own can't be changed.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ScopeEdit),
    body: &[
        Field::new("description", Kind::Text, "What it allows, for people."),
        Field::new("admin_only", Kind::Flag, "Whether only administrators' credentials can hold it."),
    ],
    example: r#"{
  "description": "Read the meters of all plants and alarms"
}"#,
    answer: Answer::json::<wire::Scope>(200, "The scope as it is now.", examples::scope),
    refusals: &[ErrorCode::NotFound, ErrorCode::ScopeBuiltIn],
    ..Endpoint::EMPTY
};

pub(super) static DELETE: Endpoint = Endpoint {
    method: Verb::Delete,
    path: ONE,
    name: "deleteScope",
    title: "Remove a scope",
    about: "Only one that no token holds. Mintkey's own can't be removed.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ScopeDelete),
    answer: Answer::nothing("It is gone."),
    refusals: &[ErrorCode::NotFound, ErrorCode::ScopeInUse, ErrorCode::ScopeBuiltIn],
    ..Endpoint::EMPTY
};

pub(super) async fn create(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let mut fields = call.fields().await?;
    let draft = NewScopeDraft {
        name: fields.required_text("name"),
        description: fields.text("description").unwrap_or_default(),
        admin_only: fields.flag("admin_only").unwrap_or_default(),
    };
    fields.take_errors().into_result()?;
    let scope = call.api.service.create_scope(&actor, draft).await?;
    let mut response = answer::json(StatusCode::CREATED, &scope)?;
    if let Ok(location) = HeaderValue::from_str(&format!("{COLLECTION}/{}", scope.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) async fn edit(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let mut fields = call.fields().await?;
    let draft = ScopeChangesDraft { description: fields.text("description"), admin_only: fields.flag("admin_only") };
    fields.take_errors().into_result()?;
    let scope = call.api.service.edit_scope(&actor, id, draft).await?;
    answer::json(StatusCode::OK, &scope)
}

pub(super) async fn delete(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    call.api.service.delete_scope(&actor, call.path_id()?).await?;
    Ok(answer::nothing())
}
