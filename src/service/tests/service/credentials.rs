//! Credentials are evaluated anew at each use.

use mintkey_domain::{ErrorCode, Expiry, HOUR, MINUTE, Ttl, Via, request::TokenChanges, wire::VerificationCode};
use mintkey_service::{Credential, LoginRequest, Origin, TokenInvalidation, TokenRotation, VerifyRequest};

use super::world::{World, code, key, new_token, of_session, password, ranges};

async fn exchange(world: &World, key_of: &mintkey_domain::wire::NewCredentials) -> String {
    let request = LoginRequest::Client {
        client_id: key_of.token.id.to_string(),
        client_secret: key_of.client_secret.as_ref().unwrap().expose().to_owned(),
        scope: None,
    };
    world.service.login(request, Origin::default()).await.unwrap().access_token
}

async fn exchange_password(world: &World) -> String {
    let request = LoginRequest::Password {
        username: "Member@Example.com".to_owned(),
        password: password(),
        organization_id: None,
        scope: None,
    };
    world.service.login(request, Origin::default()).await.unwrap().access_token
}

#[tokio::test]
async fn an_invalidated_key_and_its_access_tokens_are_refused_at_the_very_next_use() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let access = exchange(&world, &minted).await;
    assert!(world.use_key(&key(&minted)).await.is_ok() && world.use_key(&access).await.is_ok());
    world.service.invalidate_token(&world.member, minted.token.id, TokenInvalidation::default()).await.unwrap();
    assert_eq!(world.use_key(&key(&minted)).await.err(), Some(ErrorCode::InvalidCredential));
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::InvalidCredential));
}

#[tokio::test]
async fn access_tokens_outlive_their_token_only_when_that_was_asked_for() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let access = exchange(&world, &minted).await;
    let how = TokenInvalidation { keep_access_tokens: true, ..TokenInvalidation::default() };
    world.service.invalidate_token(&world.member, minted.token.id, how).await.unwrap();
    assert_eq!(world.use_key(&key(&minted)).await.err(), Some(ErrorCode::InvalidCredential));
    assert!(world.use_key(&access).await.is_ok());
    world.service.delete_token(&world.member, minted.token.id, false).await.unwrap();
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::InvalidCredential));
}

#[tokio::test]
async fn a_second_invalidation_takes_back_that_access_tokens_were_kept() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let access = exchange(&world, &minted).await;
    let keep = |keep_access_tokens| TokenInvalidation { keep_access_tokens, ..TokenInvalidation::default() };
    for (how, good) in [(keep(true), true), (keep(false), false), (keep(true), false)] {
        world.service.invalidate_token(&world.member, minted.token.id, how).await.unwrap();
        assert_eq!(world.use_key(&access).await.is_ok(), good);
    }
}

#[tokio::test]
async fn kept_access_tokens_do_not_outlive_the_end_that_their_token_had() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let access = exchange(&world, &minted).await;
    let expiry = Some(Expiry::In(Ttl::parse("1m").unwrap(), "expires_at"));
    let changes = TokenChanges { expiry, ..TokenChanges::default() };
    world.service.edit_token(&world.member, minted.token.id, changes).await.unwrap();
    world.clock.advance(MINUTE);
    let keep = TokenInvalidation { keep_access_tokens: true, ..TokenInvalidation::default() };
    world.service.invalidate_token(&world.member, minted.token.id, keep).await.unwrap();
    assert!(world.use_key(&access).await.is_err());
}

#[tokio::test]
async fn a_sign_in_with_the_old_password_does_not_survive_its_change() {
    let world = World::new().await;
    let signed_in = world.service.sign_in("other@example.com", password(), None, &Origin::default()).await.unwrap();
    assert!(of_session(&world.service, &signed_in).await.is_some());
    let new = "another good password".to_owned();
    world.service.reset_password(&world.system, "other@example.com", new).await.unwrap();
    assert!(of_session(&world.service, &signed_in).await.is_none());
}

#[tokio::test]
async fn an_expired_key_says_so_only_to_whoever_has_the_right_secret() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let access = exchange(&world, &minted).await;
    world.clock.advance(HOUR);
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::CredentialExpired));
    world.clock.advance(90 * 24 * HOUR);
    assert_eq!(world.use_key(&key(&minted)).await.err(), Some(ErrorCode::CredentialExpired));
    let id = minted.token.id.to_string();
    let other = world.create_token(&world.sign_in_again(&world.member).await, &["mintkey:tokens.read"]).await;
    let secret = other.client_secret.as_ref().unwrap().expose().to_owned();
    let wrong = Credential::Client { id: &id, secret: &secret };
    let error = world.service.authenticate(wrong, Origin::default()).await.err().unwrap();
    assert_eq!(code(&error), ErrorCode::InvalidCredential);
}

#[tokio::test]
async fn rotation_with_an_overlap_keeps_the_old_secret_until_its_end_and_not_longer() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let access = exchange(&world, &minted).await;
    let rotation = TokenRotation { overlap: Ttl::parse("1h").ok(), ..TokenRotation::default() };
    let rotated = world.service.rotate_token(&world.member, minted.token.id, rotation.clone(), None).await.unwrap();
    assert_eq!(rotated.token.id, minted.token.id);
    assert_eq!(rotated.token.expires_at, minted.token.expires_at);
    assert!(world.use_key(&key(&minted)).await.is_ok() && world.use_key(&key(&rotated)).await.is_ok());
    let again = world.service.rotate_token(&world.member, minted.token.id, rotation, None).await;
    assert_eq!(again.map_err(|error| code(&error)).err(), Some(ErrorCode::RotationInProgress));
    assert!(world.use_key(&access).await.is_ok(), "rotation keeps access tokens");
    world.clock.advance(HOUR);
    assert_eq!(world.use_key(&key(&minted)).await.err(), Some(ErrorCode::InvalidCredential));
    assert!(world.use_key(&key(&rotated)).await.is_ok());
}

#[tokio::test]
async fn rotation_without_an_overlap_ends_every_older_secret_at_once() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let rotation = TokenRotation { overlap: Ttl::parse("1h").ok(), ..TokenRotation::default() };
    let second = world.service.rotate_token(&world.member, minted.token.id, rotation, None).await.unwrap();
    let third =
        world.service.rotate_token(&world.member, minted.token.id, TokenRotation::default(), None).await.unwrap();
    for old in [&minted, &second] {
        assert_eq!(world.use_key(&key(old)).await.err(), Some(ErrorCode::InvalidCredential));
    }
    assert!(world.use_key(&key(&third)).await.is_ok());
}

#[tokio::test]
async fn an_overlap_can_be_ended_and_extended_but_not_beyond_the_token() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let id = minted.token.id;
    let rotation = TokenRotation { overlap: Ttl::parse("1h").ok(), ..TokenRotation::default() };
    world.service.rotate_token(&world.member, id, rotation, None).await.unwrap();
    let end = |time| TokenChanges { previous_secret_expires_at: Some(time), ..TokenChanges::default() };
    let beyond = minted.token.expires_at.map(|end| end.saturating_add(1));
    assert!(world.service.edit_token(&world.member, id, end(beyond)).await.is_err());
    world.service.edit_token(&world.member, id, end(minted.token.expires_at)).await.unwrap();
    world.clock.advance(2 * HOUR);
    assert!(world.use_key(&key(&minted)).await.is_ok());
    world.service.edit_token(&world.member, id, end(None)).await.unwrap();
    assert_eq!(world.use_key(&key(&minted)).await.err(), Some(ErrorCode::InvalidCredential));
}

#[tokio::test]
async fn a_token_works_from_its_addresses_only() {
    let world = World::new().await;
    let new = mintkey_domain::request::NewToken {
        allowed_cidrs: ranges(&["10.4.0.0/16", "2001:db8::/32"]),
        ..new_token(&["mintkey:tokens.read"])
    };
    let minted = world.service.create_token(&world.member, new, None).await.unwrap();
    for (ip, good) in [("10.4.9.9", true), ("::ffff:10.4.9.9", true), ("2001:db8::7", true), ("10.5.0.1", false)] {
        assert_eq!(world.use_key_from(&key(&minted), ip).await.is_ok(), good, "{ip}");
    }
    assert!(world.use_key(&key(&minted)).await.is_err(), "an unknown address is no address");
}

#[tokio::test]
async fn a_credential_does_what_it_holds_and_its_owner_may_and_nothing_else() {
    let world = World::new().await;
    let all = world.key_actor(&world.member, &["*"]).await;
    assert!(all.allows("mintkey:tokens.write") && !all.allows("mintkey:scopes.write"));
    assert!(!all.allows("no.such.scope"));
    let some = world.key_actor(&world.admin, &["mintkey:tokens.*"]).await;
    assert!(some.allows("mintkey:tokens.write") && !some.allows("mintkey:audit.read"));
    let kept = world.service.create_token(&world.member, new_token(&["mintkey:audit.read"]), None).await;
    assert_eq!(kept.map_err(|error| code(&error)).err(), Some(ErrorCode::InsufficientScope));
    let narrow = world.key_actor(&world.admin, &["mintkey:tokens.write", "mintkey:tokens.read"]).await;
    let wider = world.service.create_token(&narrow, new_token(&["mintkey:scopes.read"]), None).await;
    assert_eq!(wider.map_err(|error| code(&error)).err(), Some(ErrorCode::InsufficientScope));
}

#[tokio::test]
async fn a_new_password_ends_access_tokens_that_came_from_the_old_one() {
    let world = World::new().await;
    let access = exchange_password(&world).await;
    let actor = world.use_key(&access).await.unwrap();
    assert_eq!((actor.via(), actor.token_id()), (Via::AccessToken, None));
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    world.clock.advance(1);
    let new = "another good password".to_owned();
    world.service.change_password(&world.member, password(), new.clone(), new).await.unwrap();
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::InvalidCredential));
    assert!(world.use_key(&key(&minted)).await.is_ok(), "a token doesn't hang on the password");
}

#[tokio::test]
async fn login_narrows_to_scopes_that_are_held_and_refuses_others() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read", "mintkey:tokens.write"]).await;
    let request = |scope: &str| LoginRequest::Client {
        client_id: minted.token.id.to_string(),
        client_secret: minted.client_secret.as_ref().unwrap().expose().to_owned(),
        scope: Some(scope.to_owned()),
    };
    let narrowed = world.service.login(request("mintkey:tokens.read"), Origin::default()).await.unwrap();
    assert_eq!((narrowed.scope.as_str(), narrowed.expires_in), ("mintkey:tokens.read", 3600));
    let actor = world.use_key(&narrowed.access_token).await.unwrap();
    assert!(actor.allows("mintkey:tokens.read") && !actor.allows("mintkey:tokens.write"));
    let error = world.service.login(request("mintkey:audit.read"), Origin::default()).await.err().unwrap();
    assert!(error.problem().errors.has("scope"));
}

#[tokio::test]
async fn an_access_token_never_outlives_its_token() {
    let world = World::new().await;
    let new = mintkey_domain::request::NewToken { ttl: Ttl::parse("10m").ok(), ..new_token(&["mintkey:tokens.read"]) };
    let minted = world.service.create_token(&world.member, new, None).await.unwrap();
    let access = exchange(&world, &minted).await;
    let actor = world.use_key(&access).await.unwrap();
    assert_eq!(actor.me().expires_at, minted.token.expires_at);
    let changes = TokenChanges { expiry: Some(Expiry::Never), ..TokenChanges::default() };
    world.service.edit_token(&world.member, minted.token.id, changes).await.unwrap();
    world.clock.advance(10 * MINUTE);
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::CredentialExpired));
}

#[tokio::test]
async fn verify_tells_causes_apart_for_its_own_organization_only() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let ask = async |actor: &mintkey_service::Actor, scopes: &[&str]| {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let request = VerifyRequest { credential: key(&minted), scopes, ip: None };
        world.service.verify(actor, request).await.unwrap()
    };
    assert_eq!(ask(&world.admin, &["mintkey:tokens.read"]).await.code, VerificationCode::Valid);
    let missing = ask(&world.admin, &["mintkey:tokens.write"]).await;
    assert_eq!(missing.code, VerificationCode::InsufficientScope);
    assert_eq!(missing.missing_scopes, Some(vec!["mintkey:tokens.write".to_owned()]));
    let in_other_tenant = ask(&world.other_tenant, &[]).await;
    assert_eq!((in_other_tenant.code, in_other_tenant.token), (VerificationCode::Invalid, None));
    world.service.invalidate_token(&world.member, minted.token.id, TokenInvalidation::default()).await.unwrap();
    assert_eq!(ask(&world.admin, &[]).await.code, VerificationCode::Invalidated);
}

#[tokio::test]
async fn the_sixth_wrong_password_waits_and_other_accounts_do_not() {
    let world = World::new().await;
    let wrong = || mintkey_domain::Password::typed("wrong".to_owned());
    for _ in 0..5 {
        let error = world.service.sign_in("member@example.com", wrong(), None, &Origin::default()).await.unwrap_err();
        assert_eq!(code(&error), ErrorCode::InvalidCredential);
    }
    let error = world.service.sign_in("member@example.com", password(), None, &Origin::default()).await.unwrap_err();
    assert_eq!(code(&error), ErrorCode::RateLimited);
    assert!(world.service.sign_in("other@example.com", password(), None, &Origin::default()).await.is_ok());
    world.clock.advance(15 * MINUTE);
    assert!(world.service.sign_in("member@example.com", password(), None, &Origin::default()).await.is_ok());
}
