//! The system view for administrators, and backups.

use std::os::unix::fs::PermissionsExt;

use mintkey_domain::{ErrorCode, Role};
use mintkey_service::{Actor, AuditQuery, DatabaseKind, KeyState, MAX_BACKUPS};

use super::world::{World, code};

async fn events(world: &World, actor: &Actor) -> Vec<(String, String)> {
    let query = AuditQuery { action: Some("backup.create".to_owned()), ..AuditQuery::default() };
    let events = world.service.audit_log(actor, query).await.unwrap().data;
    events.into_iter().map(|event| (event.actor.name, event.target.name)).collect()
}

#[tokio::test]
async fn the_system_is_told_with_its_size_and_keys() {
    let world = World::new().await;
    let system = world.service.system_view(&world.admin).await.unwrap();
    assert_eq!((system.version, system.database), (env!("CARGO_PKG_VERSION"), DatabaseKind::Sqlite));
    assert!(system.database_bytes > 4096 && system.last_backup.is_none() && system.backups.is_empty());
    assert_eq!(system.signing_keys.len(), 1);
    assert_eq!(system.signing_keys[0].state, KeyState::Signing);
}

#[tokio::test]
async fn a_backup_of_the_console_is_private_recorded_and_told_to_its_own_organization() {
    let world = World::new().await;
    let name = world.service.create_backup(&world.admin).await.unwrap();
    assert_eq!(name, "mintkey-2027-01-15T080000.000Z.db");
    let path = world.folder.path().join("mintkey.db-backups").join(&name);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let system = world.service.system_view(&world.other_tenant).await.unwrap();
    let last = system.last_backup.unwrap();
    assert_eq!((last.name.as_str(), last.at.millis()), (name.as_str(), 1_800_000_000_000));
    assert_eq!(system.backups[0].name, name);
    assert_eq!(events(&world, &world.admin).await, [("admin@example.com".to_owned(), name)]);
    assert_eq!(events(&world, &world.other_tenant).await, []);
}

#[tokio::test]
async fn a_backup_of_the_command_line_is_recorded_and_told_to_every_organization() {
    let world = World::new().await;
    world.service.backup(&world.system, &world.folder.path().join("copy.db")).await.unwrap();
    let last = world.service.system_view(&world.admin).await.unwrap().last_backup.unwrap();
    assert_eq!(last.name, "copy.db");
    for actor in [&world.admin, &world.other_tenant] {
        assert_eq!(events(&world, actor).await, [("mintkey admin".to_owned(), "copy.db".to_owned())]);
    }
}

#[tokio::test]
async fn backups_are_bounded_and_none_is_overwritten_or_removed() {
    let world = World::new().await;
    let first = world.service.create_backup(&world.admin).await.unwrap();
    let again = world.service.create_backup(&world.admin).await.unwrap_err();
    assert_eq!(code(&again), ErrorCode::AlreadyExists, "the same moment");
    for _ in 1..MAX_BACKUPS {
        world.clock.advance(1000);
        world.service.create_backup(&world.admin).await.unwrap();
    }
    world.clock.advance(1000);
    let full = world.service.create_backup(&world.admin).await.unwrap_err();
    assert_eq!(code(&full), ErrorCode::AlreadyExists);
    let backups = world.service.system_view(&world.admin).await.unwrap().backups;
    assert_eq!(backups.len(), MAX_BACKUPS);
    assert_eq!(backups.last().unwrap().name, first, "the newest comes first");
    assert_eq!(events(&world, &world.admin).await.len(), MAX_BACKUPS, "what wasn't made is not told as made");
    std::fs::remove_file(world.folder.path().join("mintkey.db-backups").join(&first)).unwrap();
    world.service.create_backup(&world.admin).await.unwrap();
}

#[tokio::test]
async fn who_administers_no_more_gets_no_backup() {
    let world = World::new().await;
    let id =
        world.service.create_user(&world.system, "ben@example.com", super::world::PASSWORD.to_owned(), Role::Admin);
    let id = id.await.unwrap();
    let ben = super::world::sign_in(&world.service, "ben@example.com").await.unwrap();
    world.service.create_backup(&ben).await.unwrap();
    world.clock.advance(1000);
    world.service.change_member_role(&world.admin, id, Role::Member).await.unwrap();
    // The actor was authenticated before, as for a request that waited.
    world.service.create_backup(&ben).await.unwrap_err();
    assert_eq!(world.service.system_view(&world.admin).await.unwrap().backups.len(), 1);
}
