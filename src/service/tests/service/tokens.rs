//! Changes to tokens: what is stored, returned and refused.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use mintkey_domain::{
    DAY, ErrorCode, Expiry, FieldCode, TokenId, TokenSort, TokenSortField, Ttl,
    request::{NewToken, TokenChanges},
};
use mintkey_service::{Idempotency, Paging, TokenInvalidation, TokenQuery, TokenRotation};

use super::world::{World, code, key, label, new_token, ranges};

#[tokio::test]
async fn unknown_scopes_are_named_and_past_ends_are_refused() {
    let world = World::new().await;
    let error = world
        .service
        .create_token(&world.member, new_token(&["peers.read", "mintkey:tokens.read"]), None)
        .await
        .err()
        .unwrap();
    let problem = error.problem();
    let field = problem.errors.get("scopes").unwrap();
    assert_eq!(field.code, FieldCode::UnknownScope);
    assert!(field.message.contains("peers.read") && !field.message.contains("mintkey:tokens.read"));
    let past =
        NewToken { expires_at: Some(Some(mintkey_domain::Timestamp::EPOCH)), ..new_token(&["mintkey:tokens.read"]) };
    let error = world.service.create_token(&world.member, past, None).await.err().unwrap();
    assert_eq!(error.problem().errors.get("expires_at").unwrap().code, FieldCode::InThePast);
}

#[tokio::test]
async fn a_repeated_create_makes_one_token_and_shows_its_secret_once() {
    let world = World::new().await;
    let idempotency =
        |body: u8| Some(Idempotency { key: "k1".to_owned(), route: "tokens.create".to_owned(), body_hash: [body; 32] });
    let new = || new_token(&["mintkey:tokens.read"]);
    let first = world.service.create_token(&world.member, new(), idempotency(1)).await.unwrap();
    let again = world.service.create_token(&world.member, new(), idempotency(1)).await.unwrap();
    assert_eq!(again.token, first.token);
    assert!(first.api_key.is_some() && again.api_key.is_none());
    let other = world.service.create_token(&world.member, new(), idempotency(2)).await;
    assert_eq!(other.map_err(|error| code(&error)).err(), Some(ErrorCode::IdempotencyKeyReused));
    let another_person = world.service.create_token(&world.other_member, new(), idempotency(1)).await.unwrap();
    assert_ne!(another_person.token.id, first.token.id);
    assert_eq!(world.service.token_counts(&world.member).await.unwrap().total, 1);
    world.clock.advance(DAY);
    let member = world.sign_in_again(&world.member).await;
    let next_day = world.service.create_token(&member, new(), idempotency(1)).await.unwrap();
    assert!(next_day.api_key.is_some());
}

#[tokio::test]
async fn an_invalidated_token_stays_as_it_is_for_good() {
    let world = World::new().await;
    let id = world.create_token(&world.member, &["mintkey:tokens.read"]).await.token.id;
    let stop = || world.service.invalidate_token(&world.member, id, TokenInvalidation::default());
    let first = stop().await.unwrap();
    world.clock.advance(1000);
    assert_eq!(stop().await.unwrap().invalidated_at, first.invalidated_at);
    let rotated = world.service.rotate_token(&world.member, id, TokenRotation::default(), None).await;
    assert_eq!(rotated.map_err(|error| code(&error)).err(), Some(ErrorCode::TokenInvalidated));
    let changes = TokenChanges { expiry: Some(Expiry::Never), ..TokenChanges::default() };
    let edited = world.service.edit_token(&world.member, id, changes).await;
    assert_eq!(edited.map_err(|error| code(&error)).err(), Some(ErrorCode::TokenInvalidated));
}

#[tokio::test]
async fn a_new_end_renews_an_expired_token_which_cannot_be_rotated_before() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    world.clock.advance(91 * DAY);
    let member = world.sign_in_again(&world.member).await;
    let rotated = world.service.rotate_token(&member, minted.token.id, TokenRotation::default(), None).await;
    assert_eq!(rotated.map_err(|error| code(&error)).err(), Some(ErrorCode::TokenExpired));
    let expiry = Some(Expiry::In(Ttl::parse("30d").unwrap(), "expires_at"));
    let changes = TokenChanges { expiry, ..TokenChanges::default() };
    world.service.edit_token(&member, minted.token.id, changes).await.unwrap();
    assert!(world.use_key(&key(&minted)).await.is_ok());
}

#[tokio::test]
async fn a_key_cannot_add_to_its_token_or_lengthen_its_life_beyond_what_it_holds() {
    let world = World::new().await;
    let in_days = |text| Expiry::In(Ttl::parse(text).unwrap(), "ttl");
    let new = NewToken { ttl: Ttl::parse("1d").ok(), ..new_token(&["mintkey:tokens.read", "mintkey:scopes.read"]) };
    let minted = world.service.create_token(&world.member, new, None).await.unwrap();
    let writer = world.key_actor(&world.member, &["mintkey:tokens.write", "mintkey:tokens.read"]).await;
    let edit = |changes| world.service.edit_token(&writer, minted.token.id, changes);
    let never = TokenChanges { expiry: Some(Expiry::Never), ..TokenChanges::default() };
    assert_eq!(edit(never).await.map_err(|error| code(&error)).err(), Some(ErrorCode::BeyondOwnBounds));
    let longer = TokenChanges { expiry: Some(in_days("2d")), ..TokenChanges::default() };
    assert_eq!(edit(longer).await.map_err(|error| code(&error)).err(), Some(ErrorCode::InsufficientScope));
    let renamed = TokenChanges { label: Some(label("Renamed")), ..TokenChanges::default() };
    assert!(edit(renamed).await.is_ok());
    let rotated = world.service.rotate_token(&writer, minted.token.id, TokenRotation::default(), None).await;
    assert_eq!(rotated.map_err(|error| code(&error)).err(), Some(ErrorCode::InsufficientScope));
}

#[tokio::test]
async fn opening_a_token_to_more_addresses_needs_all_that_it_holds() {
    let world = World::new().await;
    let new = NewToken { allowed_cidrs: ranges(&["10.0.0.0/8"]), ..new_token(&["*"]) };
    let id = world.service.create_token(&world.member, new, None).await.unwrap().token.id;
    let writer = world.key_actor(&world.member, &["mintkey:tokens.write"]).await;
    for (texts, good) in [(&["10.4.0.0/16"][..], true), (&["10.4.0.0/16", "192.0.2.0/24"], false), (&[], false)] {
        let changes = TokenChanges { allowed_cidrs: Some(ranges(texts)), ..TokenChanges::default() };
        let edited = world.service.edit_token(&writer, id, changes).await;
        assert_eq!(edited.map_err(|error| code(&error)).err(), (!good).then_some(ErrorCode::InsufficientScope));
    }
}

#[tokio::test]
async fn a_search_of_a_thousand_words_is_refused_before_the_database_sees_it() {
    let world = World::new().await;
    let query = TokenQuery { q: Some("word ".repeat(1000)), ..TokenQuery::default() };
    let error = world.service.list_tokens(&world.member, query).await.unwrap_err();
    assert_eq!(error.problem().errors.get("q").unwrap().code, FieldCode::TooLong);
}

#[tokio::test]
async fn a_member_lists_their_own_tokens_and_an_administrator_all() {
    let world = World::new().await;
    for actor in [&world.member, &world.member, &world.other_member, &world.other_tenant] {
        world.create_token(actor, &["mintkey:tokens.read"]).await;
    }
    for (actor, expected) in [(&world.member, 2), (&world.other_member, 1), (&world.admin, 3), (&world.auditor, 3)] {
        let page = world.service.list_tokens(actor, TokenQuery::default()).await.unwrap();
        assert_eq!((page.total, page.data.len()), (expected, usize::try_from(expected).unwrap()));
        assert_eq!(world.service.token_counts(actor).await.unwrap().total, expected);
    }
    let of_another =
        TokenQuery { owner_id: world.member.principal().map(mintkey_domain::Principal::id), ..TokenQuery::default() };
    assert_eq!(world.service.list_tokens(&world.other_member, of_another).await.unwrap().total, 0);
    let bad =
        TokenQuery { paging: Paging::Cursor { cursor: "nonsense".to_owned(), limit: 20 }, ..TokenQuery::default() };
    let error = world.service.list_tokens(&world.member, bad).await.unwrap_err();
    assert!(error.problem().errors.has("cursor"));
}

#[tokio::test]
async fn each_change_has_its_audit_event_and_no_event_has_a_secret() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let id = minted.token.id;
    let rotated = world.service.rotate_token(&world.member, id, TokenRotation::default(), None).await.unwrap();
    world.service.invalidate_token(&world.admin, id, TokenInvalidation::default()).await.unwrap();
    world.service.delete_token(&world.admin, id, false).await.unwrap();
    let events = world.store.audit_events(world.organization, 4).await.unwrap();
    let actions: Vec<_> = events.iter().map(|event| event.event.action.as_str()).collect();
    assert_eq!(actions, ["token.delete", "token.invalidate", "token.rotate", "token.create"]);
    assert!(events.iter().all(|event| event.event.target_id == Some(id.uuid())));
    let text = format!("{events:?}");
    for secret in [key(&minted), key(&rotated)] {
        assert!(!text.contains(&secret) && !text.contains(&secret[25..68]));
    }
}

#[tokio::test]
async fn a_last_use_is_seen_at_once_and_written_when_the_service_stops() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    world.use_key_from(&key(&minted), "192.0.2.7").await.unwrap();
    let seen = world.service.token(&world.member, minted.token.id).await.unwrap();
    assert_eq!(seen.last_used_ip.as_deref(), Some("192.0.2.7"));
    let maintenance = world.service.start_maintenance();
    maintenance.stop(&world.service).await.unwrap();
    let stored = world.store.token(world.organization, minted.token.id).await.unwrap().unwrap();
    assert_eq!(stored.last_used_ip.as_deref(), Some("192.0.2.7"));
}

#[tokio::test]
async fn a_list_in_the_order_of_use_knows_uses_that_are_not_written_yet() {
    let world = World::new().await;
    let mut used = Vec::new();
    for _ in 0..3 {
        used.push(world.create_token(&world.member, &["mintkey:tokens.read"]).await);
    }
    used.sort_by_key(|minted| minted.token.id);
    for at in [1, 0, 2] {
        world.clock.advance(1000);
        world.use_key(&key(&used[at])).await.unwrap();
    }
    assert_eq!(by_use(&world).await, [2, 0, 1].map(|at: usize| used[at].token.id));
}

#[tokio::test]
async fn reading_in_the_order_of_use_writes_once_a_second_at_most() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let stored = async || world.store.token(world.organization, minted.token.id).await.unwrap().unwrap().last_used_at;
    let use_and_read = async || {
        world.use_key(&key(&minted)).await.unwrap();
        by_use(&world).await;
        stored().await
    };
    let first = use_and_read().await;
    assert!(first.is_some());
    world.clock.advance(999);
    assert_eq!(use_and_read().await, first);
    world.clock.advance(1);
    assert!(use_and_read().await > first);
}

#[tokio::test]
async fn a_reader_who_goes_away_takes_no_use_along() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    world.use_key(&key(&minted)).await.unwrap();
    {
        let mut read = pin!(by_use(&world));
        assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    world.service.start_maintenance().stop(&world.service).await.unwrap();
    let stored = world.store.token(world.organization, minted.token.id).await.unwrap().unwrap();
    assert!(stored.last_used_at.is_some());
}

async fn by_use(world: &World) -> Vec<TokenId> {
    let sort = TokenSort { field: TokenSortField::LastUsedAt, descending: true };
    let query = TokenQuery { sort, ..TokenQuery::default() };
    let listed = world.service.list_tokens(&world.member, query).await.unwrap();
    listed.data.iter().map(|token| token.id).collect()
}
