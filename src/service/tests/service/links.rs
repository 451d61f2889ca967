//! Single-use links end when their creator loses the right to create them, and never open later organizations.

use mintkey_domain::{ErrorCode, Role, wire::PasswordResetLink};
use mintkey_service::{Actor, Origin};

use super::world::{
    PASSWORD, World, code, code_of, give_role, password, service_account_administrator, service_account_key, session,
    user_id,
};

async fn reset_link(world: &World, of: &Actor) -> PasswordResetLink {
    world.service.create_password_reset(&world.admin, user_id(of)).await.unwrap()
}

async fn resets(world: &World, link: &PasswordResetLink) -> bool {
    let new = "a password that the attacker knows";
    let (code, origin) = (code_of(&link.url), Origin::default());
    world.service.complete_password_reset(&code, new.into(), new.into(), &origin).await.is_ok()
}

#[tokio::test]
async fn a_reset_link_opens_no_organization_that_its_person_joins_later() {
    let world = World::new().await;
    let link = reset_link(&world, &world.member).await;
    let invited = world.service.invite_member(&world.other_tenant, "member@example.com", Role::Admin).await.unwrap();
    world.service.accept_invitation_as(&world.member, &code_of(&invited.url)).await.unwrap();
    assert!(!resets(&world, &link).await);

    let link = reset_link(&world, &world.other_member).await;
    world.service.create_organization(&world.system, "Third", "other@example.com").await.unwrap();
    assert!(!resets(&world, &link).await);

    let link = reset_link(&world, &world.auditor).await;
    let there = world.service.administrator(Some(world.other_tenant.organization())).await.unwrap();
    assert!(world.service.add_known_user(&there, "auditor@example.com", Role::Member).await.unwrap());
    assert!(!resets(&world, &link).await);
}

#[tokio::test]
async fn the_reset_links_of_an_organization_end_when_an_administrator_goes() {
    let world = World::new().await;
    let (service, second) = (&world.service, user_id(&world.other_member));
    service.change_member_role(&world.admin, second, Role::Admin).await.unwrap();
    let former_admin = session(&world, second, world.organization).await.unwrap();
    let link = service.create_password_reset(&former_admin, user_id(&world.admin)).await.unwrap();
    service.deactivate_member(&world.admin, second).await.unwrap();
    assert!(!resets(&world, &link).await, "a former administrator came back as an administrator");

    service.activate_member(&world.admin, second).await.unwrap();
    let former_admin = world.sign_in_again(&former_admin).await;
    let link = service.create_password_reset(&former_admin, user_id(&world.admin)).await.unwrap();
    service.change_member_role(&world.admin, second, Role::Member).await.unwrap();
    assert!(!resets(&world, &link).await);

    let service_account = service_account_administrator(&world).await;
    let actor = service_account_key(&world, service_account).await;
    let link = || service.create_password_reset(&actor, user_id(&world.admin));
    let suspended = link().await.unwrap();
    service.suspend_service_account(&world.admin, service_account).await.unwrap();
    assert!(!resets(&world, &suspended).await);
    service.activate_service_account(&world.admin, service_account).await.unwrap();
    let again = link().await.unwrap();
    give_role(&world, &world.admin, service_account, "auditor").await.unwrap();
    assert!(!resets(&world, &again).await);
}

#[tokio::test]
async fn an_invitation_ends_when_its_maker_stops_administering() {
    let world = World::new().await;
    let (service, second) = (&world.service, user_id(&world.other_member));
    let others = service.invite_member(&world.admin, "new@example.com", Role::Member).await.unwrap();
    service.change_member_role(&world.admin, second, Role::Admin).await.unwrap();
    let former_admin = session(&world, second, world.organization).await.unwrap();
    let service_account = service_account_administrator(&world).await;
    let actor = service_account_key(&world, service_account).await;

    let own_way_back = "former_admin-at-home@example.com";
    let mut links = vec![service.invite_member(&former_admin, own_way_back, Role::Admin).await.unwrap()];
    service.deactivate_member(&world.admin, second).await.unwrap();
    service.activate_member(&world.admin, second).await.unwrap();
    let former_admin = world.sign_in_again(&former_admin).await;
    links.push(service.invite_member(&former_admin, own_way_back, Role::Admin).await.unwrap());
    service.change_member_role(&world.admin, second, Role::Auditor).await.unwrap();
    links.push(service.invite_member(&actor, own_way_back, Role::Admin).await.unwrap());
    service.suspend_service_account(&world.admin, service_account).await.unwrap();
    service.activate_service_account(&world.admin, service_account).await.unwrap();
    links.push(service.invite_member(&actor, own_way_back, Role::Admin).await.unwrap());
    give_role(&world, &world.admin, service_account, "auditor").await.unwrap();

    for link in &links {
        let (code_of_link, origin) = (code_of(&link.url), Origin::default());
        let taken = service.accept_invitation(&code_of_link, PASSWORD.into(), PASSWORD.into(), &origin).await;
        assert_eq!(taken.map_err(|error| code(&error)).err(), Some(ErrorCode::NotFound));
    }
    let listed = service.invitations(&world.admin).await.unwrap();
    assert_eq!(listed, [others.invitation]);
}

#[tokio::test]
async fn a_reset_link_ends_when_its_maker_stops_administering_another_organization_of_its_person() {
    let world = World::new().await;
    for (who, email) in [(&world.member, "member@example.com"), (&world.admin, "admin@example.com")] {
        let invited = world.service.invite_member(&world.other_tenant, email, Role::Admin).await.unwrap();
        world.service.accept_invitation_as(&world.sign_in_again(who).await, &code_of(&invited.url)).await.unwrap();
    }
    let link = reset_link(&world, &world.member).await;
    world.service.change_member_role(&world.other_tenant, user_id(&world.admin), Role::Member).await.unwrap();
    assert!(!resets(&world, &link).await);
}

#[tokio::test]
async fn a_reset_link_does_not_outlive_the_password_that_it_would_replace() {
    let world = World::new().await;
    let link = reset_link(&world, &world.member).await;
    let new = "another good password";
    world.service.change_password(&world.member, password(), new.into(), new.into()).await.unwrap();
    assert!(!resets(&world, &link).await);
    let link = reset_link(&world, &world.member).await;
    world.service.reset_password(&world.system, "member@example.com", PASSWORD.to_owned()).await.unwrap();
    assert!(!resets(&world, &link).await);
}

#[tokio::test]
async fn a_token_of_one_organization_makes_no_link_that_opens_another() {
    let world = World::new().await;
    let service = &world.service;
    for (who, email) in [(&world.member, "member@example.com"), (&world.admin, "admin@example.com")] {
        let invited = service.invite_member(&world.other_tenant, email, Role::Admin).await.unwrap();
        service.accept_invitation_as(&world.sign_in_again(who).await, &code_of(&invited.url)).await.unwrap();
    }
    let everything_here = world.key_actor(&world.admin, &["*"]).await;
    let refused = service.create_password_reset(&everything_here, user_id(&world.member)).await;
    assert_eq!(code(&refused.unwrap_err()), ErrorCode::Forbidden);
    // The same user, signed in, administers both organizations.
    service.create_password_reset(&world.admin, user_id(&world.member)).await.unwrap();
    service.create_password_reset(&everything_here, user_id(&world.other_member)).await.unwrap();
}
