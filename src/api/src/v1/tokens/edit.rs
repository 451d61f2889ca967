//! `PATCH /api/v1/tokens/{id}`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldErrors, wire};
use mintkey_service::Actor;

use super::{AREA, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    input::Fields,
    v1::examples,
};

pub(super) static EDIT: Endpoint = Endpoint {
    method: Verb::Patch,
    path: ONE,
    name: "editToken",
    title: "Edit a token",
    about: "What is left out stays as it is. A new end renews an expired token. An invalidated token can't be edited. \
            Changes count from the next request on.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenEdit),
    body: &[
        Field::new("label", Kind::Text, "What people call it: 1 to 100 characters."),
        Field::new("description", Kind::Text, "What it is for: 1,000 characters at most.").or_null("removes it"),
        Field::new("scopes", Kind::Texts, "What it may do from now on: 1 to 1,000 scopes."),
        Field::new("allowed_cidrs", Kind::Texts, "Where it may be used from now on; an empty list is anywhere."),
        Field::new("expires_at", Kind::Time, "When it ends.").or_null("never"),
        Field::new(
            "previous_secret_expires_at",
            Kind::Time,
            "Until when the secret before the last rotation works too, while it does.",
        )
        .or_null("no longer"),
    ],
    example: r#"{
  "label": "Plant 3 gateway (hall B)",
  "expires_at": "2027-06-30T22:00:00Z"
}"#,
    answer: Answer::json::<wire::Token>(200, "The token as it is now.", examples::token),
    refusals: &[ErrorCode::BeyondOwnBounds, ErrorCode::NotFound, ErrorCode::TokenInvalidated],
    ..Endpoint::EMPTY
};

pub(super) async fn edit(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let changes = read(&mut call.fields().await?)?;
    let token = call.api.service.edit_token(&actor, id, changes).await?;
    answer::json(StatusCode::OK, &token)
}

fn read(fields: &mut Fields) -> Result<wire::TokenChanges, FieldErrors> {
    let draft = wire::TokenChangesDraft {
        label: fields.text("label"),
        description: fields.text_or_null("description"),
        scopes: fields.texts("scopes"),
        allowed_cidrs: fields.texts("allowed_cidrs"),
        expires_at: fields.text_or_null("expires_at"),
        previous_secret_expires_at: fields.text_or_null("previous_secret_expires_at"),
    };
    fields.take_errors().and(draft.check())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read_json(value: Value) -> Result<wire::TokenChanges, FieldErrors> {
        let Value::Object(map) = value else { panic!("not an object") };
        read(&mut Fields::read(EDIT.body, map.into_iter().collect()))
    }

    #[test]
    fn null_means_something_for_three_fields_only() {
        let nulls = json!({"description": null, "expires_at": null, "previous_secret_expires_at": null});
        let changes = read_json(nulls).unwrap();
        assert_eq!(changes.description, Some(None));
        assert_eq!(changes.previous_secret_expires_at, Some(None));
        assert!(changes.expiry.is_some() && changes.label.is_none());
        let errors = read_json(json!({"label": null, "scopes": null, "allowed_cidrs": null})).unwrap_err();
        assert_eq!(errors.len(), 3);
    }

    #[test]
    fn an_empty_list_of_scopes_is_a_mistake_and_of_addresses_is_not() {
        assert!(read_json(json!({"scopes": []})).unwrap_err().has("scopes"));
        assert!(read_json(json!({"allowed_cidrs": []})).unwrap().allowed_cidrs.unwrap().is_any());
    }
}
