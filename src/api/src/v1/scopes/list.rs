//! `GET /api/v1/scopes`.

use http::StatusCode;
use mintkey_domain::{AuditAction, wire};
use mintkey_service::Actor;

use super::{AREA, COLLECTION};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs},
    v1::{
        examples,
        list::{CURSOR, LIMIT, PAGE, cut, paging},
    },
};

const Q: Field = Field::new(
    "q",
    Kind::Text,
    "Words of the name and the description, each in any spelling of case and composition; or the id.",
);

pub(super) static LIST: Endpoint = Endpoint {
    path: COLLECTION,
    name: "listScopes",
    title: "List the catalogue",
    about: "Every scope of the organization, Mintkey's own included, by name. A token may also be given `*`, or the \
            beginning of names: `plants.*`, `urn:acme:*`.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ScopeRead),
    query: &[Q, PAGE, LIMIT, CURSOR],
    answer: Answer::page::<wire::Scope>("One page of scopes.", examples::scopes),
    ..Endpoint::EMPTY
};

pub(super) async fn list(call: Call, actor: Actor) -> Outcome {
    let mut query = call.query();
    let paging = paging(&mut query);
    let q = query.text("q");
    query.finish()?;
    let (scopes, _) = call.api.service.search_scopes(&actor, q.as_deref()).await?;
    answer::json(StatusCode::OK, &cut(scopes, paging, |scope| scope.id.to_string())?)
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{FieldErrors, ScopeId};
    use mintkey_service::Paging;
    use uuid::Uuid;

    use super::*;

    fn page(scopes: Vec<wire::Scope>, paging: Paging) -> Result<wire::Page<wire::Scope>, FieldErrors> {
        cut(scopes, paging, |scope| scope.id.to_string())
    }

    fn catalogue(count: u128) -> Vec<wire::Scope> {
        let scope = |n| wire::Scope {
            id: ScopeId::from_uuid(Uuid::from_u128(n)),
            name: format!("s{n}"),
            description: String::new(),
            admin_only: false,
        };
        (0..count).map(scope).collect()
    }

    #[test]
    fn following_the_cursor_shows_every_scope_once() {
        let mut seen = Vec::new();
        let mut paging = Paging::Page { page: 1, limit: 4 };
        loop {
            let page = page(catalogue(10), paging).unwrap();
            seen.extend(page.data.into_iter().map(|scope| scope.name));
            let Some(cursor) = page.next_cursor else { break };
            paging = Paging::Cursor { cursor, limit: 4 };
        }
        assert_eq!(seen, catalogue(10).into_iter().map(|scope| scope.name).collect::<Vec<_>>());
    }

    #[test]
    fn pages_beyond_the_end_are_empty() {
        for number in [3, u32::MAX] {
            let page = page(catalogue(10), Paging::Page { page: number, limit: 5 }).unwrap();
            assert_eq!((page.data.len(), page.total, page.next_cursor), (0, 10, None));
        }
    }

    #[test]
    fn a_cursor_that_was_not_given_out_is_a_mistake() {
        let paging = Paging::Cursor { cursor: "x".to_owned(), limit: 5 };
        assert!(page(catalogue(3), paging).unwrap_err().has("cursor"));
    }
}
