//! Service accounts: permissions, members, and decommissioning.

use mintkey_domain::{
    ErrorCode, FieldCode, Principal, ServiceAccountId, ServiceAccountStatus, TokenStatus,
    request::{NewServiceAccountDraft, ServiceAccountChangesDraft},
    wire::ServiceAccount,
};
use mintkey_service::{
    Actor, Credential, Error, LoginRequest, NewScope, Origin, Paging, ServiceAccountQuery, TokenInvalidation,
    TokenQuery, TokenRotation,
};

use super::world::{World, code, key, new_token, user_id};

fn draft(name: &str) -> NewServiceAccountDraft {
    NewServiceAccountDraft { name: name.to_owned(), ..NewServiceAccountDraft::default() }
}

async fn made(world: &World, by: &Actor, draft: NewServiceAccountDraft) -> Result<ServiceAccount, Error> {
    let new = draft.check()?;
    world.service.create_service_account(by, new).await
}

async fn account(world: &World, draft: NewServiceAccountDraft) -> ServiceAccountId {
    made(world, &world.admin, draft).await.unwrap().id
}

async fn edited(
    world: &World,
    by: &Actor,
    id: ServiceAccountId,
    draft: ServiceAccountChangesDraft,
) -> Result<ServiceAccount, Error> {
    let changes = draft.check()?;
    world.service.edit_service_account(by, id, changes).await
}

/// An API key for the account, created by the actor.
async fn key_of(world: &World, by: &Actor, id: ServiceAccountId, scopes: &[&str]) -> Result<String, Error> {
    let new = mintkey_domain::request::NewToken { owner_id: Some(id.uuid()), ..new_token(scopes) };
    world.service.create_token(by, new, None).await.map(|minted| key(&minted))
}

async fn add_scope(world: &World, name: &str) {
    let draft = NewScope { name: name.to_owned(), ..NewScope::default() };
    world.service.create_scope(&world.admin, draft).await.unwrap();
}

#[tokio::test]
async fn several_tokens_of_one_account_work_side_by_side_and_one_goes_without_the_others() {
    let world = World::new().await;
    let id = account(&world, draft("gateway")).await;
    let old = key_of(&world, &world.admin, id, &["mintkey:tokens.read"]).await.unwrap();
    let new = key_of(&world, &world.admin, id, &["mintkey:tokens.read"]).await.unwrap();
    let actor = world.use_key(&old).await.unwrap();
    assert_eq!((actor.name(), actor.principal()), ("gateway", Some(Principal::ServiceAccount(id))));
    let token = actor.token_id().unwrap();
    world.service.invalidate_token(&world.admin, token, TokenInvalidation::default()).await.unwrap();
    assert_eq!(world.use_key(&old).await.err(), Some(ErrorCode::InvalidCredential));
    assert!(world.use_key(&new).await.is_ok());
    let query = TokenQuery { owner_id: Some(id.uuid()), ..TokenQuery::default() };
    assert_eq!(world.service.list_tokens(&world.admin, query).await.unwrap().total, 2);
    assert_eq!(world.service.service_account(&world.admin, id).await.unwrap().tokens, 1);
}

#[tokio::test]
async fn a_suspended_account_gets_nothing_until_it_is_activated_and_its_access_tokens_stay_dead() {
    let world = World::new().await;
    let id = account(&world, draft("gateway")).await;
    let new = mintkey_domain::request::NewToken { owner_id: Some(id.uuid()), ..new_token(&["mintkey:tokens.read"]) };
    let minted = world.service.create_token(&world.admin, new, None).await.unwrap();
    let login = || LoginRequest::Client {
        client_id: minted.token.id.to_string(),
        client_secret: minted.client_secret.as_ref().unwrap().expose().to_owned(),
        scope: None,
    };
    let access = world.service.login(login(), Origin::default()).await.unwrap().access_token;
    assert!(world.use_key(&access).await.is_ok());
    world.clock.advance(1);
    world.service.suspend_service_account(&world.admin, id).await.unwrap();
    for credential in [&key(&minted), &access] {
        assert_eq!(world.use_key(credential).await.err(), Some(ErrorCode::InvalidCredential));
    }
    assert!(world.service.login(login(), Origin::default()).await.is_err());
    let refused = key_of(&world, &world.admin, id, &["mintkey:tokens.read"]).await.unwrap_err();
    assert_eq!(code(&refused), ErrorCode::ServiceAccountNotActive);
    let token = world.service.token(&world.admin, minted.token.id).await.unwrap();
    assert_eq!((token.status, token.owner.status.as_str()), (TokenStatus::Active, "suspended"));

    world.clock.advance(1);
    world.service.activate_service_account(&world.admin, id).await.unwrap();
    assert!(world.use_key(&key(&minted)).await.is_ok());
    assert!(world.use_key(&access).await.is_err());
    assert!(world.service.login(login(), Origin::default()).await.is_ok());
}

#[tokio::test]
async fn decommissioning_invalidates_every_token_for_good_and_keeps_the_record() {
    let world = World::new().await;
    let id = account(&world, draft("gateway")).await;
    let one = key_of(&world, &world.admin, id, &["mintkey:tokens.read"]).await.unwrap();
    let two = key_of(&world, &world.admin, id, &["mintkey:tokens.read"]).await.unwrap();
    world.use_key(&one).await.unwrap();
    for _ in 0..2 {
        world.service.decommission_service_account(&world.admin, id).await.unwrap();
    }
    for gone in [&one, &two] {
        assert_eq!(world.use_key(gone).await.err(), Some(ErrorCode::InvalidCredential));
    }
    let query = TokenQuery { owner_id: Some(id.uuid()), ..TokenQuery::default() };
    let page = world.service.list_tokens(&world.admin, query).await.unwrap();
    assert!(page.data.len() == 2 && page.data.iter().all(|token| token.status == TokenStatus::Invalidated));
    let kept = world.service.service_account(&world.admin, id).await.unwrap();
    assert_eq!((kept.status, kept.tokens), (ServiceAccountStatus::Decommissioned, 0));
    let activated = world.service.activate_service_account(&world.admin, id).await.unwrap_err();
    assert_eq!(code(&activated), ErrorCode::ServiceAccountDecommissioned);
    let renamed = edited(&world, &world.admin, id, ServiceAccountChangesDraft::default()).await.unwrap_err();
    assert_eq!(code(&renamed), ErrorCode::ServiceAccountDecommissioned);
    assert_eq!(code(&made(&world, &world.admin, draft("gateway")).await.unwrap_err()), ErrorCode::AlreadyExists);
}

#[tokio::test]
async fn what_an_account_is_held_to_bounds_its_tokens_at_each_use() {
    let world = World::new().await;
    for scope in ["plants.read", "plants.write"] {
        add_scope(&world, scope).await;
    }
    let held = |scopes: &[&str]| Some(scopes.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>());
    let id = account(&world, NewServiceAccountDraft { allowed_scopes: held(&["plants.read"]), ..draft("a") }).await;
    let refused = key_of(&world, &world.admin, id, &["plants.write"]).await.unwrap_err();
    assert_eq!(refused.problem().errors.get("scopes").unwrap().code, FieldCode::ExceedsOwner);
    let everything = key_of(&world, &world.admin, id, &["*"]).await.unwrap();
    let actor = world.use_key(&everything).await.unwrap();
    assert_eq!(actor.me().scopes, ["plants.read"]);
    assert!(!actor.allows("plants.write") && !actor.allows("mintkey:tokens.read"));

    let wider = ServiceAccountChangesDraft { allowed_scopes: Some(held(&["plants.*"])), ..Default::default() };
    edited(&world, &world.admin, id, wider).await.unwrap();
    assert!(world.use_key(&everything).await.unwrap().allows("plants.write"));
    let narrower = ServiceAccountChangesDraft { allowed_scopes: Some(held(&["plants.write"])), ..Default::default() };
    edited(&world, &world.admin, id, narrower).await.unwrap();
    assert_eq!(world.use_key(&everything).await.unwrap().me().scopes, ["plants.write"]);
}

#[tokio::test]
async fn a_member_acts_for_the_accounts_given_to_them_and_for_no_others() {
    let world = World::new().await;
    let given = NewServiceAccountDraft { member_ids: vec![user_id(&world.member).to_string()], ..draft("given") };
    let (given, other) = (account(&world, given).await, account(&world, draft("other")).await);
    let member = super::world::session(&world, user_id(&world.member), world.organization).await.unwrap();
    let minted = key_of(&world, &member, given, &["mintkey:tokens.read"]).await.unwrap();
    let token = world.use_key(&minted).await.unwrap().token_id().unwrap();
    let rotated = world.service.rotate_token(&member, token, TokenRotation::default(), None).await.unwrap();
    assert!(world.use_key(&key(&rotated)).await.is_ok());
    let choices = world.service.service_accounts_to_choose(&member, None).await.unwrap().0;
    assert_eq!(choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["given"]);

    let refused = key_of(&world, &member, other, &["mintkey:tokens.read"]).await.unwrap_err();
    assert_eq!(refused.problem().errors.get("owner_id").unwrap().code, FieldCode::UnknownOwner);
    assert!(world.service.token(&world.other_member, token).await.is_err());
    let listed = world.service.list_tokens(&member, TokenQuery::default()).await.unwrap();
    assert!(listed.data.iter().any(|found| found.id == token));

    let withdrawn = ServiceAccountChangesDraft { member_ids: Some(Vec::new()), ..Default::default() };
    edited(&world, &world.admin, given, withdrawn).await.unwrap();
    let member = super::world::session(&world, user_id(&world.member), world.organization).await.unwrap();
    assert_eq!(code(&world.service.token(&member, token).await.unwrap_err()), ErrorCode::NotFound);
}

#[tokio::test]
async fn nobody_reaches_further_through_a_machine_than_they_do_themselves() {
    let world = World::new().await;
    add_scope(&world, "plants.read").await;
    // A member who manages an administrating account can't get its secrets.
    let mighty = NewServiceAccountDraft {
        role: Some("admin".to_owned()),
        member_ids: vec![user_id(&world.member).to_string()],
        ..draft("mighty")
    };
    let mighty = account(&world, mighty).await;
    let member = super::world::session(&world, user_id(&world.member), world.organization).await.unwrap();
    let refused = key_of(&world, &member, mighty, &["*"]).await.unwrap_err();
    assert_eq!(code(&refused), ErrorCode::Forbidden);
    // A credential of an administrator with few scopes can't promote a service account.
    let narrow = world.key_actor(&world.admin, &["mintkey:service-accounts.write", "mintkey:tokens.write"]).await;
    let raised = NewServiceAccountDraft { role: Some("admin".to_owned()), ..draft("raised") };
    assert_eq!(code(&made(&world, &narrow, raised).await.unwrap_err()), ErrorCode::Forbidden);
    let held = NewServiceAccountDraft { allowed_scopes: Some(vec!["mintkey:tokens.read".to_owned()]), ..draft("held") };
    let held = made(&world, &narrow, held).await.unwrap().id;
    for scopes in [None, Some(vec!["plants.read".to_owned()])] {
        let wider = ServiceAccountChangesDraft { allowed_scopes: Some(scopes), ..Default::default() };
        assert!(edited(&world, &narrow, held, wider).await.is_err());
    }
    let promoted = ServiceAccountChangesDraft { role: Some("auditor".to_owned()), ..Default::default() };
    assert_eq!(code(&edited(&world, &narrow, held, promoted).await.unwrap_err()), ErrorCode::Forbidden);
    assert_eq!(code(&key_of(&world, &narrow, held, &["*"]).await.unwrap_err()), ErrorCode::InsufficientScope);
    // A service account can't grant more than its allowed scopes, whatever its token's, nor extend its own.
    let scopes = ["mintkey:tokens.write", "mintkey:service-accounts.write"].map(str::to_owned).to_vec();
    let bound =
        NewServiceAccountDraft { role: Some("admin".to_owned()), allowed_scopes: Some(scopes), ..draft("bound") };
    let bound = account(&world, bound).await;
    let bound_key = key_of(&world, &world.admin, bound, &["*"]).await.unwrap();
    let service_account = world.use_key(&bound_key).await.unwrap();
    let free = account(&world, draft("free")).await;
    assert_eq!(code(&key_of(&world, &service_account, free, &["*"]).await.unwrap_err()), ErrorCode::InsufficientScope);
    for scopes in [None, Some(vec!["*".to_owned()]), Some(vec!["mintkey:*".to_owned()])] {
        let let_go = ServiceAccountChangesDraft { allowed_scopes: Some(scopes), ..Default::default() };
        assert!(edited(&world, &service_account, bound, let_go).await.is_err());
    }
    let ended = world.service.suspend_service_account(&service_account, bound).await.unwrap_err();
    assert_eq!(code(&ended), ErrorCode::CredentialInUse);
}

#[tokio::test]
async fn machines_of_another_organization_do_not_exist() {
    let world = World::new().await;
    let id = account(&world, draft("gateway")).await;
    assert_eq!(code(&world.service.service_account(&world.other_tenant, id).await.unwrap_err()), ErrorCode::NotFound);
    assert!(world.service.suspend_service_account(&world.other_tenant, id).await.is_err());
    let refused = key_of(&world, &world.other_tenant, id, &["mintkey:tokens.read"]).await.unwrap_err();
    assert_eq!(refused.problem().errors.get("owner_id").unwrap().code, FieldCode::UnknownOwner);
    let theirs = NewServiceAccountDraft { member_ids: vec![user_id(&world.member).to_string()], ..draft("theirs") };
    let refused = made(&world, &world.other_tenant, theirs).await.unwrap_err();
    assert_eq!(refused.problem().errors.get("member_ids").unwrap().code, FieldCode::UnknownMember);
    assert!(made(&world, &world.other_tenant, draft("gateway")).await.is_ok());
}

#[tokio::test]
async fn following_the_cursor_shows_every_account_once() {
    let world = World::new().await;
    for n in 0..7 {
        account(&world, draft(&format!("pump_{n}"))).await;
    }
    account(&world, draft("pumpx0")).await;
    let service = &world.service;
    let mut seen = Vec::new();
    let mut paging = Paging::Page { page: 1, limit: 3 };
    loop {
        let query = ServiceAccountQuery { q: Some("PUMP_".to_owned()), paging, ..ServiceAccountQuery::default() };
        let page = service.list_service_accounts(&world.auditor, query).await.unwrap();
        assert_eq!(page.total, 7);
        seen.extend(page.data.into_iter().map(|account| account.name));
        let Some(cursor) = page.next_cursor else { break };
        paging = Paging::Cursor { cursor, limit: 3 };
    }
    assert_eq!(seen, (0..7).map(|n| format!("pump_{n}")).collect::<Vec<_>>());
    let counts = service.service_account_counts(&world.admin).await.unwrap();
    assert_eq!((counts.active, counts.suspended, counts.decommissioned), (8, 0, 0));
}

#[tokio::test]
async fn another_process_sees_a_suspension_by_the_mark_of_identities() {
    let world = World::new().await;
    let id = account(&world, draft("gateway")).await;
    let before = world.store.setting("identities").await.unwrap();
    world.service.suspend_service_account(&world.admin, id).await.unwrap();
    assert_ne!(world.store.setting("identities").await.unwrap(), before);
}

#[tokio::test]
async fn a_client_secret_of_a_decommissioned_account_is_refused_as_any_wrong_one() {
    let world = World::new().await;
    let id = account(&world, draft("gateway")).await;
    let new = mintkey_domain::request::NewToken { owner_id: Some(id.uuid()), ..new_token(&["mintkey:tokens.read"]) };
    let minted = world.service.create_token(&world.admin, new, None).await.unwrap();
    world.service.decommission_service_account(&world.admin, id).await.unwrap();
    let (id, secret) = (minted.token.id.to_string(), minted.client_secret.as_ref().unwrap().expose());
    let credential = Credential::Client { id: &id, secret };
    let refused = world.service.authenticate(credential, Origin::default()).await.err().unwrap();
    assert_eq!(code(&refused), ErrorCode::InvalidCredential);
}
