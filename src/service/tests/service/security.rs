//! Attacks from inside the organization and from another one.

use mintkey_domain::{
    AuditAction, AuditOutcome, ErrorCode, FieldCode, Role, ServiceAccountId,
    request::{NewServiceAccountDraft, NewToken, OrganizationChangesDraft, TokenChanges},
    wire::NewCredentials,
};
use mintkey_service::{Actor, Error, LoginRequest, NewScope, Origin, TokenInvalidation, TokenRotation};
use mintkey_store::{AuditFilter, PageRequest};

use super::world::{
    World, code, give_role, new_token, ranges, service_account_administrator, service_account_key, session, user_id,
};

async fn add_scope(world: &World, name: &str, admin_only: bool) {
    let draft = NewScope { name: name.to_owned(), admin_only, ..NewScope::default() };
    world.service.create_scope(&world.admin, draft).await.unwrap();
}

/// The scope that is returned and signed: services that only verify the signature rely on it.
async fn signed_scope(world: &World, minted: &NewCredentials, scope: &str) -> Result<String, Error> {
    let request = LoginRequest::Client {
        client_id: minted.token.id.to_string(),
        client_secret: minted.client_secret.as_ref().unwrap().expose().to_owned(),
        scope: Some(scope.to_owned()),
    };
    Ok(world.service.login(request, Origin::default()).await?.scope)
}

async fn account(world: &World, draft: NewServiceAccountDraft) -> ServiceAccountId {
    world.service.create_service_account(&world.admin, draft.check().unwrap()).await.unwrap().id
}

/// The caller with a key of that service account, which may do everything.
async fn take_audience(world: &World, by: &Actor, audience: &str) -> Result<(), Error> {
    let draft = OrganizationChangesDraft { audience: Some(Some(audience.to_owned())), ..Default::default() };
    let changes = draft.check()?;
    world.service.edit_organization(by, changes).await.map(drop)
}

#[tokio::test]
async fn no_organization_issues_access_tokens_for_the_apis_of_another() {
    let world = World::new().await;
    let theirs = world.service.organization(&world.admin).await.unwrap().audience;
    let ours = world.service.organization(&world.other_tenant).await.unwrap().audience;
    take_audience(&world, &world.admin, "https://plants.example.com").await.unwrap();
    let (issuer, shouted) = ("http://127.0.0.1:8080", theirs.to_ascii_uppercase());
    for audience in ["https://plants.example.com", &theirs, &shouted, issuer, "http://127.0.0.1:8080/"] {
        let refused = take_audience(&world, &world.other_tenant, audience).await.unwrap_err();
        let error = refused.problem();
        assert_eq!(error.errors.get("audience").unwrap().code, FieldCode::Conflict, "{audience}");
    }
    // An organization can keep its own audience, also under another name; a released one is free.
    for audience in [&*ours, "http://127.0.0.1:80801", "https://next-door.example.org"] {
        take_audience(&world, &world.other_tenant, audience).await.unwrap();
    }
    take_audience(&world, &world.admin, "https://other.example.com").await.unwrap();
    take_audience(&world, &world.other_tenant, "https://plants.example.com").await.unwrap();
}

#[tokio::test]
async fn a_wildcard_that_is_asked_for_is_signed_as_what_its_owner_may_do() {
    let world = World::new().await;
    add_scope(&world, "plants.read", false).await;
    add_scope(&world, "plants.stop", true).await;
    let minted = world.create_token(&world.member, &["*"]).await;
    assert_eq!(signed_scope(&world, &minted, "plants.*").await.unwrap(), "plants.read");
    let all = "mintkey:clusters.read mintkey:scopes.read mintkey:tokens.read mintkey:tokens.write plants.read";
    assert_eq!(signed_scope(&world, &minted, "*").await.unwrap(), all);
    let nothing = signed_scope(&world, &minted, "mintkey:members.*").await.unwrap_err();
    assert!(nothing.problem().errors.has("scope"));

    let allowed_scopes = Some(vec!["plants.read".to_owned()]);
    let held = NewServiceAccountDraft {
        name: "held".to_owned(),
        role: Some("admin".to_owned()),
        allowed_scopes,
        ..NewServiceAccountDraft::default()
    };
    let owner_id = Some(account(&world, held).await.uuid());
    let new = NewToken { owner_id, ..new_token(&["*"]) };
    let minted = world.service.create_token(&world.admin, new, None).await.unwrap();
    assert_eq!(signed_scope(&world, &minted, "*").await.unwrap(), "plants.read");
    // An administrator's wildcard isn't expanded.
    let minted = world.create_token(&world.admin, &["*"]).await;
    assert_eq!(signed_scope(&world, &minted, "plants.*").await.unwrap(), "plants.*");
}

#[tokio::test]
async fn a_client_id_in_capitals_makes_no_access_token_that_cannot_be_revoked() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let request = LoginRequest::Client {
        client_id: minted.token.id.to_string().to_ascii_uppercase(),
        client_secret: minted.client_secret.as_ref().unwrap().expose().to_owned(),
        scope: None,
    };
    let access = world.service.login(request, Origin::default()).await.unwrap().access_token;
    let actor = world.use_key(&access).await.unwrap();
    world.service.revoke_access_token(&actor, &access).await.unwrap();
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::InvalidCredential));
}

#[tokio::test]
async fn a_write_that_waited_is_not_carried_out_for_an_actor_who_was_stopped_meanwhile() {
    let world = World::new().await;
    let (service, second) = (&world.service, user_id(&world.other_member));
    service.change_member_role(&world.admin, second, Role::Admin).await.unwrap();
    let late = session(&world, second, world.organization).await.unwrap();
    let service_account = service_account_administrator(&world).await;
    let stopped = service_account_key(&world, service_account).await;

    // Both were authenticated, and are revoked before they run.
    service.change_member_role(&world.admin, second, Role::Member).await.unwrap();
    service.invalidate_token(&world.admin, stopped.token_id().unwrap(), TokenInvalidation::default()).await.unwrap();
    for actor in [&late, &stopped] {
        let results = [
            service.invite_member(actor, "late@example.com", Role::Admin).await.map(drop),
            service.create_password_reset(actor, user_id(&world.admin)).await.map(drop),
            service.change_member_role(actor, second, Role::Admin).await.map(drop),
            service.create_token(actor, new_token(&["*"]), None).await.map(drop),
            give_role(&world, actor, service_account, "member").await,
        ];
        for (n, result) in results.into_iter().enumerate() {
            assert_eq!(result.map_err(|error| code(&error)), Err(ErrorCode::InvalidCredential), "{n}");
        }
    }
    assert!(service.invitations(&world.admin).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_stop_counts_for_what_comes_after_it_in_the_same_transaction() {
    let world = World::new().await;
    let service = &world.service;
    let create = || service.create_token(&world.member, new_token(&["mintkey:tokens.read"]), None);
    // The first runs in its own transaction; the others share the next one, in this order.
    let (_, before, stopped, after) =
        tokio::join!(create(), create(), service.deactivate_member(&world.admin, user_id(&world.member)), create(),);
    assert!(before.is_ok() && stopped.is_ok());
    assert_eq!(after.map_err(|error| code(&error)).err(), Some(ErrorCode::InvalidCredential));
}

#[tokio::test]
async fn a_narrow_credential_wakes_and_raises_no_service_account_above_a_members_role() {
    let world = World::new().await;
    let narrow = world.key_actor(&world.admin, &["mintkey:service-accounts.write"]).await;
    for role in ["admin", "auditor"] {
        let draft = NewServiceAccountDraft {
            name: format!("of role {role}"),
            role: Some(role.to_owned()),
            ..NewServiceAccountDraft::default()
        };
        let id = account(&world, draft).await;
        world.service.suspend_service_account(&narrow, id).await.unwrap();
        let woken = world.service.activate_service_account(&narrow, id).await;
        assert_eq!(code(&woken.unwrap_err()), ErrorCode::Forbidden, "{role}");
        world.service.activate_service_account(&world.admin, id).await.unwrap();
        // Only the permissions of an administrating account include those of a member.
        let lowered = give_role(&world, &narrow, id, "member").await.map_err(|error| code(&error));
        assert_eq!(lowered, if role == "admin" { Ok(()) } else { Err(ErrorCode::Forbidden) });
    }
    let draft = NewServiceAccountDraft { name: "plain".to_owned(), ..NewServiceAccountDraft::default() };
    let plain = account(&world, draft).await;
    world.service.suspend_service_account(&narrow, plain).await.unwrap();
    world.service.activate_service_account(&narrow, plain).await.unwrap();
}

#[tokio::test]
async fn a_flood_of_refusals_in_another_tenant_hides_none_of_ours() {
    let world = World::new().await;
    let (service, target) = (&world.service, uuid::Uuid::from_u128(7));
    let refusal = mintkey_domain::insufficient_scope("mintkey:tokens.write");
    let maintenance = service.start_maintenance();
    for number in 0..10_000 {
        // Different targets first, then as many different actions as there are.
        let act = AuditAction::ALL[number / 300];
        service.refused(&world.other_tenant, act, Some(uuid::Uuid::from_u128(number as u128)), &refusal);
    }
    service.refused(&world.member, AuditAction::TokenDelete, Some(target), &refusal);
    maintenance.stop(service).await.unwrap();
    let filter = AuditFilter { outcome: Some(AuditOutcome::Refused), ..AuditFilter::default() };
    let page =
        world.store.audit_page(world.organization, &filter, PageRequest::Number { page: 1, limit: 10 }).await.unwrap();
    let events: Vec<_> = page.events.iter().map(|event| (event.event.target_id, event.count)).collect();
    assert_eq!(events, [(Some(target), 1)]);
}

#[tokio::test]
async fn a_leaver_learns_nothing_more_from_what_was_handed_over() {
    let world = World::new().await;
    let (service, previous_owner) = (&world.service, user_id(&world.member));
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let rotation = TokenRotation { overlap: mintkey_domain::Ttl::parse("24h").ok(), ..TokenRotation::default() };
    let second = service.rotate_token(&world.member, minted.token.id, rotation, None).await.unwrap();
    service.hand_over(&world.admin, previous_owner, user_id(&world.other_member).uuid()).await.unwrap();
    for known in [&minted, &second] {
        let refused = world.use_key(&super::world::key(known)).await.err();
        assert_eq!(refused, Some(ErrorCode::InvalidCredential));
    }
    let rotated = service.rotate_token(&world.member, minted.token.id, TokenRotation::default(), None).await;
    assert_eq!(code(&rotated.unwrap_err()), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_raise_ends_every_proof_that_somebody_may_have_who_could_not_grant_as_much() {
    let world = World::new().await;
    let service = &world.service;
    let member = user_id(&world.member);
    for way in ["overlap", "access token", "client key", "kept access token"] {
        let draft = NewServiceAccountDraft {
            name: format!("service account of {way}"),
            member_ids: vec![member.to_string()],
            ..NewServiceAccountDraft::default()
        };
        let id = account(&world, draft).await;
        let given = world.sign_in_again(&world.member).await;
        let new = NewToken { owner_id: Some(id.uuid()), ..new_token(&["*"]) };
        let made = service.create_token(&world.admin, new, None).await.unwrap();
        let token = made.token.id;
        let theirs = service.rotate_token(&given, token, TokenRotation::default(), None).await.unwrap();
        let secret = theirs.client_secret.as_ref().unwrap().expose().to_owned();
        let request = LoginRequest::Client { client_id: token.to_string(), client_secret: secret, scope: None };
        let access = service.login(request, Origin::default()).await.unwrap().access_token;
        let rotation = match way {
            "overlap" => TokenRotation { overlap: mintkey_domain::Ttl::parse("24h").ok(), ..TokenRotation::default() },
            "client key" => TokenRotation { keep_client_keys: true, ..TokenRotation::default() },
            _ => TokenRotation::default(),
        };
        let (_, jwk) = super::client_assertions::pair();
        if way == "client key" {
            service.set_client_keys(&given, token, std::slice::from_ref(&jwk)).await.unwrap();
            let (_, mut own) = super::client_assertions::pair();
            own["kid"] = "two".into();
            service.set_client_keys(&world.admin, token, &[jwk, own]).await.unwrap();
        }
        if way == "kept access token" {
            let keep = TokenInvalidation { keep_access_tokens: true, ..TokenInvalidation::default() };
            service.invalidate_token(&given, token, keep).await.unwrap();
        } else {
            service.rotate_token(&world.admin, token, rotation, None).await.unwrap();
        }
        let raised = give_role(&world, &world.admin, id, "admin").await.map_err(|error| code(&error));
        match way {
            "overlap" | "client key" => assert_eq!(raised, Err(ErrorCode::TokensWouldGain), "{way}"),
            _ => {
                assert_eq!(raised, Ok(()), "{way}");
                assert!(world.use_key(&access).await.is_err(), "{way}");
            }
        }
    }
}

#[tokio::test]
async fn a_bounded_token_makes_no_link_and_no_wider_grant_that_outlives_its_bounds() {
    let world = World::new().await;
    let service = &world.service;
    let wide = service.create_token(&world.admin, NewToken { expires_at: Some(None), ..new_token(&["*"]) }, None);
    let wide = wide.await.unwrap().token.id;
    let bound_in_time = NewToken { ttl: mintkey_domain::Ttl::parse("1h").ok(), ..new_token(&["*"]) };
    let bound_to_home = NewToken { allowed_cidrs: ranges(&["192.0.2.0/24"]), ..bound_in_time.clone() };
    let actor = async |new: NewToken| {
        let minted = service.create_token(&world.admin, new, None).await.unwrap();
        world.use_key_from(&super::world::key(&minted), "192.0.2.1").await.unwrap()
    };
    let (hasty, local) = (actor(bound_in_time).await, actor(bound_to_home).await);
    let end = hasty.me().expires_at.unwrap();
    let invited = service.invite_member(&hasty, "new@example.com", Role::Admin).await.unwrap();
    assert_eq!(invited.invitation.expires_at, end);
    let link = service.create_password_reset(&hasty, user_id(&world.member)).await.unwrap();
    assert_eq!(link.expires_at, end);
    let refused = service.invite_member(&local, "new@example.com", Role::Admin).await.map(drop);
    assert_eq!(refused.map_err(|error| code(&error)), Err(ErrorCode::BeyondOwnBounds));
    let refused = service.create_password_reset(&local, user_id(&world.member)).await.map(drop);
    assert_eq!(refused.map_err(|error| code(&error)), Err(ErrorCode::BeyondOwnBounds));

    let narrow = TokenChanges { scopes: Some(new_token(&["mintkey:tokens.read"]).scopes), ..TokenChanges::default() };
    service.edit_token(&hasty, wide, narrow).await.unwrap();
    let widened = TokenChanges { scopes: Some(new_token(&["*"]).scopes), ..TokenChanges::default() };
    let refused = service.edit_token(&hasty, wide, widened).await.map(drop);
    assert_eq!(refused.map_err(|error| code(&error)), Err(ErrorCode::BeyondOwnBounds));
}
