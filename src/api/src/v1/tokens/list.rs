//! `GET /api/v1/tokens`.

use http::StatusCode;
use mintkey_domain::{AuditAction, FieldCode, Grant, TokenKind, TokenSort, TokenSortField, TokenStatus, Ttl, wire};
use mintkey_service::{Actor, TokenQuery};
use uuid::Uuid;

use super::{AREA, COLLECTION};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs},
    input::Query,
    v1::{
        examples,
        list::{CURSOR, LIMIT, PAGE, paging},
    },
};

pub(super) static LIST: Endpoint = Endpoint {
    path: COLLECTION,
    name: "listTokens",
    title: "List tokens",
    about: "Your own; all of the organization's for administrators and auditors. Expired and invalidated ones are \
            listed too. A filtered `total` counts to 10,000 at most and then says `total_capped`. No answer to a list \
            ever has a secret.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenRead),
    query: QUERY,
    answer: Answer::page::<wire::Token>("One page of tokens.", examples::tokens),
    ..Endpoint::EMPTY
};

/// What a list of tokens can be narrowed to.
pub(crate) const QUERY: &[Field] = &[
    Field::new("status", Kind::Choice(TokenStatus::NAMES), "Those that are this now."),
    Field::new("expiring_within", Kind::Length, "Active ones that end within this time: `7d`."),
    Field::new("owner_id", Kind::Id, "Those of this user or service account."),
    Field::new("kind", Kind::Choice(TokenKind::NAMES), "Those of this kind."),
    Field::new("scope", Kind::Text, "Those that were given exactly this: `plants.read`, `plants.*`, `*`."),
    Field::new(
        "q",
        Kind::Text,
        "The beginnings of words of label and description, or words of the owner's name, in any spelling of case and \
         composition; or the whole id, key hint (also its last four characters alone) or address of the last use.",
    ),
    Field::new("sort", Kind::Choice(SORTS), "By this; with `-` descending. `-created_at` if left out."),
    PAGE,
    LIMIT,
    CURSOR,
];

const SORTS: &[&str] = &[
    TokenSortField::CreatedAt.as_str(),
    "-created_at",
    TokenSortField::Label.as_str(),
    "-label",
    TokenSortField::ExpiresAt.as_str(),
    "-expires_at",
    TokenSortField::LastUsedAt.as_str(),
    "-last_used_at",
];

pub(super) async fn list(call: Call, actor: Actor) -> Outcome {
    respond(call, &actor, None).await
}

/// Lists tokens, of that owner only if the path names one.
pub(crate) async fn respond(call: Call, actor: &Actor, owner: Option<Uuid>) -> Outcome {
    let mut query = call.query();
    let mut wanted = read(&mut query);
    if owner.is_some() {
        if wanted.owner_id.is_some_and(|said| owner != Some(said)) {
            query.mistake("owner_id", FieldCode::Conflict, "The path names another owner.");
        }
        wanted.owner_id = owner;
    }
    query.finish()?;
    let page = call.api.service.list_tokens(actor, wanted).await?;
    answer::json(StatusCode::OK, &page)
}

fn read(query: &mut Query) -> TokenQuery {
    TokenQuery {
        status: query.parsed::<TokenStatus>("status"),
        expiring_within: query.read_by("expiring_within", |text| Ttl::parse(text).ok()),
        owner_id: query.read_by("owner_id", |text| Uuid::try_parse(text).ok().filter(|_| text.len() == 36)),
        kind: query.parsed::<TokenKind>("kind"),
        scope: query.read_by("scope", |text| Grant::parse(text).ok().map(|grant| grant.as_str().to_owned())),
        q: query.text("q").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        sort: query.parsed::<TokenSort>("sort").unwrap_or_default(),
        paging: paging(query),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orders_are_all_that_there_are() {
        assert_eq!(SORTS.len(), 2 * TokenSortField::ALL.len());
        for sort in SORTS {
            assert_eq!(sort.parse::<TokenSort>().unwrap().to_string(), *sort);
        }
    }

    #[test]
    fn every_parameter_of_the_description_is_read() {
        let text = "status=active&expiring_within=7d&owner_id=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01&kind=api_key\
                    &scope=plants.*&q=plant&sort=-label&page=2&limit=50";
        let mut query = Query::read(LIST.query, text);
        let wanted = read(&mut query);
        assert!(query.finish().is_ok());
        assert!(wanted.status.is_some() && wanted.expiring_within.is_some() && wanted.owner_id.is_some());
        assert!(wanted.kind.is_some() && wanted.scope.is_some() && wanted.q.is_some());
        assert!(wanted.sort.descending);
    }

    #[test]
    fn every_parameter_of_the_wrong_form_is_named() {
        let text = "status=a&expiring_within=7&owner_id=b&kind=c&scope=a%20b&sort=name&page=0&limit=0";
        let mut query = Query::read(LIST.query, text);
        read(&mut query);
        let errors = query.finish().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["status", "expiring_within", "owner_id", "kind", "scope", "sort", "limit", "page"]);
    }
}
