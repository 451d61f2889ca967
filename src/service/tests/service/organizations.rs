//! Several organizations, and users who belong to more than one.

use mintkey_domain::{
    DAY, ErrorCode, OrganizationId, Password, Role, UserId,
    request::{NewServiceAccountDraft, OrganizationChangesDraft},
    wire::IssuedInvitation,
};
use mintkey_service::{Actor, Credential, LoginRequest, Origin, TokenQuery};

use super::world::{PASSWORD, World, code, code_of, key, new_token, of_session, password, session, user_id};

async fn invite(world: &World, by: &Actor, email: &str, role: Role) -> IssuedInvitation {
    world.service.invite_member(by, email, role).await.unwrap()
}

/// The member of the first organization, also in the other one.
async fn member_of_other_tenant(world: &World, role: Role) -> Actor {
    let invited = invite(world, &world.other_tenant, "member@example.com", role).await;
    let own = session(world, user_id(&world.member), world.organization).await.unwrap();
    let joined = world.service.accept_invitation_as(&own, &code_of(&invited.url)).await.unwrap();
    of_session(&world.service, &joined).await.unwrap()
}

async fn accept(world: &World, invited: &IssuedInvitation) -> Result<(UserId, OrganizationId), ErrorCode> {
    let (code_of_it, words, origin) = (code_of(&invited.url), PASSWORD.to_owned(), Origin::default());
    let joined = world.service.accept_invitation(&code_of_it, words.clone(), words, &origin).await;
    joined.map(|joined| (joined.user_id, joined.organization_id)).map_err(|error| code(&error))
}

#[tokio::test]
async fn an_invitation_makes_one_member_of_the_invited_role() {
    let world = World::new().await;
    let invited = invite(&world, &world.admin, "new@example.com", Role::Auditor).await;
    let offer = world.service.invitation(&code_of(&invited.url)).await.unwrap();
    assert_eq!(
        (offer.organization.as_str(), offer.role, offer.has_account),
        ("Northfield Works", Role::Auditor, false)
    );
    // If it is opened twice at once, one of the two succeeds.
    let (one, other) = tokio::join!(accept(&world, &invited), accept(&world, &invited));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let (user, organization) = one.or(other).unwrap();
    assert_eq!(organization, world.organization);
    assert_eq!(session(&world, user, organization).await.unwrap().role(), Role::Auditor);
    assert_eq!(accept(&world, &invited).await, Err(ErrorCode::NotFound));
    assert!(world.service.invitations(&world.admin).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_invitation_ends_after_a_week_when_withdrawn_and_when_replaced() {
    let world = World::new().await;
    let replaced = invite(&world, &world.admin, "new@example.com", Role::Member).await;
    let withdrawn = invite(&world, &world.admin, "NEW@example.com", Role::Member).await;
    assert_eq!(accept(&world, &replaced).await, Err(ErrorCode::NotFound));
    world.service.withdraw_invitation(&world.admin, withdrawn.invitation.id).await.unwrap();
    assert_eq!(accept(&world, &withdrawn).await, Err(ErrorCode::NotFound));
    let late = invite(&world, &world.admin, "new@example.com", Role::Member).await;
    world.clock.advance(7 * DAY);
    assert_eq!(accept(&world, &late).await, Err(ErrorCode::NotFound));
}

#[tokio::test]
async fn an_existing_account_joins_by_its_own_sign_in_only() {
    let world = World::new().await;
    let invited = invite(&world, &world.other_tenant, "Member@Example.com", Role::Member).await;
    assert!(world.service.invitation(&code_of(&invited.url)).await.unwrap().has_account);
    assert_eq!(accept(&world, &invited).await, Err(ErrorCode::AlreadyExists));
    let other = world.service.accept_invitation_as(&world.other_member, &code_of(&invited.url)).await;
    assert_eq!(code(&other.unwrap_err()), ErrorCode::Forbidden);
    // The refusal didn't consume the invitation.
    let joined = world.service.accept_invitation_as(&world.member, &code_of(&invited.url)).await.unwrap();
    assert_eq!(joined.organization_id, world.other_tenant.organization());
    let own = world.service.my_organizations(&world.member).await.unwrap();
    assert_eq!(
        own.iter().map(|one| (one.name.as_str(), one.current)).collect::<Vec<_>>(),
        [("Next door", false), ("Northfield Works", true)]
    );
}

#[tokio::test]
async fn members_are_not_invited_again_and_only_everything_invites_administrators() {
    let world = World::new().await;
    let again = world.service.invite_member(&world.admin, "member@example.com", Role::Member).await;
    assert_eq!(code(&again.unwrap_err()), ErrorCode::AlreadyExists);
    world.service.deactivate_member(&world.admin, user_id(&world.member)).await.unwrap();
    let again = world.service.invite_member(&world.admin, "member@example.com", Role::Member).await;
    assert_eq!(code(&again.unwrap_err()), ErrorCode::AlreadyExists);
    let narrow = world.key_actor(&world.admin, &["mintkey:members.write"]).await;
    world.service.invite_member(&narrow, "one@example.com", Role::Member).await.unwrap();
    for role in [Role::Admin, Role::Auditor] {
        let refused = world.service.invite_member(&narrow, "two@example.com", role).await;
        assert_eq!(code(&refused.unwrap_err()), ErrorCode::Forbidden);
    }
}

#[tokio::test]
async fn a_person_of_two_organizations_is_separate_in_each() {
    let world = World::new().await;
    let in_other_tenant = member_of_other_tenant(&world, Role::Admin).await;
    let here = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let there = world.create_token(&in_other_tenant, &["mintkey:members.read"]).await;
    assert_eq!(world.service.list_tokens(&world.member, TokenQuery::default()).await.unwrap().total, 1);
    assert_eq!(code(&world.service.token(&world.member, there.token.id).await.unwrap_err()), ErrorCode::NotFound);
    assert_eq!(code(&world.service.token(&in_other_tenant, here.token.id).await.unwrap_err()), ErrorCode::NotFound);
    // An administrator there is still a member here.
    assert_eq!(code(&world.service.members(&world.member).await.unwrap_err()), ErrorCode::InsufficientScope);

    world.service.deactivate_member(&world.admin, user_id(&world.member)).await.unwrap();
    assert_eq!(world.use_key(&key(&here)).await.err(), Some(ErrorCode::InvalidCredential));
    world.use_key(&key(&there)).await.unwrap();
    assert!(session(&world, user_id(&in_other_tenant), in_other_tenant.organization()).await.is_some());
}

#[tokio::test]
async fn a_login_with_a_password_says_for_which_of_several_organizations() {
    let world = World::new().await;
    let in_other_tenant = member_of_other_tenant(&world, Role::Member).await;
    let login = |organization_id| {
        let request = LoginRequest::Password {
            username: "member@example.com".to_owned(),
            password: Password::typed(PASSWORD.to_owned()),
            organization_id,
            scope: None,
        };
        world.service.login(request, Origin::default())
    };
    assert!(login(None).await.err().unwrap().problem().errors.has("organization_id"));
    for organization in [world.organization, in_other_tenant.organization()] {
        let token = login(Some(organization)).await.unwrap().access_token;
        let actor = world.service.authenticate(Credential::Bearer(&token), Origin::default()).await.unwrap();
        assert_eq!(actor.organization(), organization);
    }
    let nowhere = login(Some(OrganizationId::from_uuid(uuid::Uuid::nil()))).await;
    assert_eq!(code(&nowhere.err().unwrap()), ErrorCode::InvalidCredential);
}

#[tokio::test]
async fn switching_leads_only_to_where_the_person_is_active() {
    let world = World::new().await;
    let in_other_tenant = member_of_other_tenant(&world, Role::Member).await;
    let own = || session(&world, user_id(&world.member), world.organization);
    let stays = world.service.switch_organization(&world.member, world.organization).await.unwrap();
    assert!(stays.is_none(), "a switch to where one is changes nothing");
    let switched =
        world.service.switch_organization(&world.member, in_other_tenant.organization()).await.unwrap().unwrap();
    assert_eq!(switched.organization_id, in_other_tenant.organization());
    let again = world.service.switch_organization(&world.member, in_other_tenant.organization()).await;
    assert_eq!(code(&again.unwrap_err()), ErrorCode::InvalidCredential, "its row was given up");
    world.service.deactivate_member(&world.other_tenant, user_id(&world.member)).await.unwrap();
    let refused = world.service.switch_organization(&own().await.unwrap(), in_other_tenant.organization()).await;
    assert_eq!(code(&refused.unwrap_err()), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_reset_link_is_made_only_by_who_administers_all_of_the_persons_organizations() {
    let world = World::new().await;
    let (service, member) = (&world.service, user_id(&world.member));
    service.create_password_reset(&world.admin, member).await.unwrap();
    let in_other_tenant = member_of_other_tenant(&world, Role::Member).await;
    for actor in [&world.admin, &world.other_tenant] {
        let refused = service.create_password_reset(actor, member).await;
        assert_eq!(code(&refused.unwrap_err()), ErrorCode::Forbidden);
    }
    // A deactivated membership still counts, because it can be reactivated.
    service.deactivate_member(&world.other_tenant, member).await.unwrap();
    assert_eq!(code(&service.create_password_reset(&world.admin, member).await.unwrap_err()), ErrorCode::Forbidden);
    let invited = invite(&world, &world.other_tenant, "admin@example.com", Role::Admin).await;
    service.accept_invitation_as(&world.sign_in_again(&world.admin).await, &code_of(&invited.url)).await.unwrap();
    service.create_password_reset(&world.admin, member).await.unwrap();
    let own = service.create_password_reset(&world.admin, user_id(&world.admin)).await;
    assert_eq!(code(&own.unwrap_err()), ErrorCode::Forbidden);
    drop(in_other_tenant);
}

#[tokio::test]
async fn a_reset_link_sets_the_password_once_and_ends_what_came_of_the_old_one() {
    let world = World::new().await;
    let (service, origin) = (&world.service, Origin::default());
    let request = LoginRequest::Password {
        username: "member@example.com".to_owned(),
        password: password(),
        organization_id: None,
        scope: None,
    };
    let access = service.login(request, Origin::default()).await.unwrap().access_token;
    let first = service.create_password_reset(&world.admin, user_id(&world.member)).await.unwrap();
    let link = service.create_password_reset(&world.admin, user_id(&world.member)).await.unwrap();
    assert_eq!(code(&service.password_reset(&code_of(&first.url)).await.unwrap_err()), ErrorCode::NotFound);
    let reset = code_of(&link.url);
    assert_eq!(service.password_reset(&reset).await.unwrap(), "member@example.com");
    let differs = service.complete_password_reset(&reset, "twelve letters".into(), "thirteen letters".into(), &origin);
    assert!(differs.await.unwrap_err().problem().errors.has("repeat_password"));
    world.clock.advance(1);
    let new = "another good password";
    service.complete_password_reset(&reset, new.to_owned(), new.to_owned(), &origin).await.unwrap();
    let again = service.complete_password_reset(&reset, new.to_owned(), new.to_owned(), &origin).await;
    assert_eq!(code(&again.unwrap_err()), ErrorCode::NotFound);
    assert!(service.authenticate(Credential::Bearer(&access), Origin::default()).await.is_err());
    assert!(service.sign_in("member@example.com", password(), None, &origin).await.is_err());
    service.sign_in("member@example.com", Password::typed(new.to_owned()), None, &origin).await.unwrap();

    let late = service.create_password_reset(&world.admin, user_id(&world.member)).await.unwrap();
    world.clock.advance(DAY);
    assert_eq!(code(&service.password_reset(&code_of(&late.url)).await.unwrap_err()), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_is_handed_over_has_a_new_owner_and_no_secret_that_anybody_knows() {
    let world = World::new().await;
    let (service, member) = (&world.service, user_id(&world.member));
    let draft = NewServiceAccountDraft {
        name: "gateway".to_owned(),
        member_ids: vec![member.to_string()],
        ..NewServiceAccountDraft::default()
    };
    service.create_service_account(&world.admin, draft.check().unwrap()).await.unwrap();
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let stopped = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    service
        .invalidate_token(&world.member, stopped.token.id, mintkey_service::TokenInvalidation::default())
        .await
        .unwrap();
    let secret = minted.client_secret.as_ref().unwrap().expose().to_owned();
    let request = LoginRequest::Client { client_id: minted.token.id.to_string(), client_secret: secret, scope: None };
    let access = service.login(request, Origin::default()).await.unwrap().access_token;

    let new_owner = user_id(&world.other_member);
    let handed = service.hand_over(&world.admin, member, new_owner.uuid()).await.unwrap();
    assert_eq!((handed.tokens, handed.service_accounts), (1, 1));
    assert_eq!(world.use_key(&key(&minted)).await.err(), Some(ErrorCode::InvalidCredential));
    assert!(service.authenticate(Credential::Bearer(&access), Origin::default()).await.is_err());
    let other = session(&world, new_owner, world.organization).await.unwrap();
    let seen = service.token(&other, minted.token.id).await.unwrap();
    assert_eq!(seen.owner.id, new_owner.uuid());
    assert_ne!(seen.key_hint, minted.token.key_hint);
    assert_eq!(service.service_accounts_to_choose(&other, None).await.unwrap().0.len(), 1);
    let counts = service.token_counts(&other).await.unwrap();
    // The tokens of the service account count for both members; it has none.
    assert_eq!((counts.total, counts.active), (1, 1));
    let left = session(&world, member, world.organization).await.unwrap();
    assert_eq!(service.token_counts(&left).await.unwrap().total, 1, "what is invalidated stays where it was");
    // Only its owner can use it again, by rotation.
    let rotated = service.rotate_token(&other, minted.token.id, mintkey_service::TokenRotation::default(), None).await;
    world.use_key(&key(&rotated.unwrap())).await.unwrap();
}

#[tokio::test]
async fn nothing_is_handed_to_whoever_is_not_active_here() {
    let world = World::new().await;
    let (service, member) = (&world.service, user_id(&world.member));
    world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    service.deactivate_member(&world.admin, user_id(&world.other_member)).await.unwrap();
    for to in [user_id(&world.other_member), user_id(&world.other_tenant), member] {
        let refused = service.hand_over(&world.admin, member, to.uuid()).await;
        assert!(refused.unwrap_err().problem().errors.has("to_id"));
    }
}

#[tokio::test]
async fn the_organizations_limits_count_from_the_next_token_on() {
    let world = World::new().await;
    let before = world.create_token(&world.admin, &["mintkey:tokens.read"]).await;
    let edit = |draft: OrganizationChangesDraft| world.service.edit_organization(&world.admin, draft.check().unwrap());
    let too_tight = OrganizationChangesDraft { max_token_ttl: Some(Some("30d".into())), ..Default::default() };
    assert!(edit(too_tight.clone()).await.unwrap_err().problem().errors.has("max_token_ttl"));
    let tight = OrganizationChangesDraft { default_token_ttl: Some("7d".into()), ..too_tight };
    let edited = edit(tight).await.unwrap();
    assert_eq!((edited.default_token_ttl.as_str(), edited.max_token_ttl.as_deref()), ("7d", Some("30d")));
    let minted = world.create_token(&world.admin, &["mintkey:tokens.read"]).await;
    assert_eq!(minted.token.expires_at.unwrap().since(minted.token.created_at), 7 * DAY);
    let forever = mintkey_domain::request::NewToken { expires_at: Some(None), ..new_token(&["*"]) };
    assert!(
        world.service.create_token(&world.admin, forever, None).await.unwrap_err().problem().errors.has("expires_at")
    );
    assert_eq!(
        world.service.token(&world.admin, before.token.id).await.unwrap().expires_at,
        before.token.expires_at,
        "ends that were given stay"
    );
}

#[tokio::test]
async fn a_new_audience_ends_the_access_tokens_of_the_old_one() {
    let world = World::new().await;
    let minted = world.create_token(&world.admin, &["mintkey:tokens.read"]).await;
    let login = || {
        let secret = minted.client_secret.as_ref().unwrap().expose().to_owned();
        let client_id = minted.token.id.to_string();
        world.service.login(LoginRequest::Client { client_id, client_secret: secret, scope: None }, Origin::default())
    };
    let old = login().await.unwrap().access_token;
    let draft =
        OrganizationChangesDraft { audience: Some(Some("https://api.example.com".into())), ..Default::default() };
    world.service.edit_organization(&world.admin, draft.check().unwrap()).await.unwrap();
    assert!(world.service.authenticate(Credential::Bearer(&old), Origin::default()).await.is_err());
    let new = login().await.unwrap().access_token;
    world.service.authenticate(Credential::Bearer(&new), Origin::default()).await.unwrap();
}
