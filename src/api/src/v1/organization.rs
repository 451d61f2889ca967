//! `/api/v1/organization`: the organization that the caller acts in.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::Actor;

use super::examples;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    routes::Routes,
};

const AREA: &str = "Organization";
const PATH: &str = "/api/v1/organization";

static GET: Endpoint = Endpoint {
    path: PATH,
    name: "getOrganization",
    title: "Get the organization",
    about: "The organization of the credential, and its settings.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::OrganizationRead),
    answer: Answer::json::<wire::Organization>(200, "The organization.", examples::organization_settings),
    ..Endpoint::EMPTY
};

static EDIT: Endpoint = Endpoint {
    method: Verb::Patch,
    path: PATH,
    name: "editOrganization",
    title: "Change the organization's settings",
    about: "What is left out stays as it is. A new maximum holds tokens that are made or get a new end from now on; \
            ends that were given before stay. A new audience ends the access tokens that have the old one at once.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::OrganizationEdit),
    body: &[
        Field::new("name", Kind::Text, "1 to 100 characters."),
        Field::new("default_token_ttl", Kind::Length, "How long a token lives if its end isn't said."),
        Field::new("max_token_ttl", Kind::Length, "The longest that a token may live; not less than the default.")
            .or_null("no limit"),
        Field::new(
            "audience",
            Kind::Text,
            "The `aud` of access tokens: a URI or a name, at most 255 printable ASCII characters without spaces. \
             Never another organization's, nor an address of Mintkey itself.",
        )
        .or_null("the organization's own address"),
        Field::new(
            "audit_retention",
            Kind::Length,
            "How long the audit log is kept: 30 days at least. What is older is removed, under a signed checkpoint. \
             Takes a credential that may do everything.",
        )
        .or_null("for ever"),
    ],
    example: r#"{
  "max_token_ttl": "365d"
}"#,
    answer: Answer::json::<wire::Organization>(200, "The organization as it is now.", examples::organization_settings),
    refusals: &[ErrorCode::Forbidden],
    ..Endpoint::EMPTY
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.guarded(&GET, get).guarded(&EDIT, edit)
}

async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    answer::json(StatusCode::OK, &call.api.service.organization(&actor).await?)
}

async fn edit(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let mut fields = call.fields().await?;
    let draft = wire::OrganizationChangesDraft {
        name: fields.text("name"),
        default_token_ttl: fields.text("default_token_ttl"),
        max_token_ttl: fields.text_or_null("max_token_ttl"),
        audience: fields.text_or_null("audience"),
        audit_retention: fields.text_or_null("audit_retention"),
    };
    let changes = fields.take_errors().and(draft.check())?;
    answer::json(StatusCode::OK, &call.api.service.edit_organization(&actor, changes).await?)
}
