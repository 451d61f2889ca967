//! Revocation applies to every write, for every kind of revocation and every kind of credential.
//!
//! A credential is authenticated, then a revocation is committed, and only then the write runs, as if it had waited.
//! The table lists which kinds a revocation affects; their writes are refused without effect, others pass.

#[path = "revocation/kinds.rs"]
mod kinds;

use std::{collections::BTreeSet, fs, path::Path};

use mintkey_domain::{
    AuditOutcome, ErrorCode, Password, Principal,
    request::{NewServiceAccountDraft, NewToken, ServiceAccountChangesDraft},
};
use mintkey_service::{Actor, LoginRequest, Origin, SignedIn};
use mintkey_store::{AuditFilter, PageRequest};

use self::kinds::{
    Caller, KINDS, Kind, OWNER_REVOCATIONS, Revocation, SIGN_IN_REVOCATIONS, TOKEN_REVOCATIONS, affects_others, caller,
    is_narrowing, revoke,
};
use super::{
    actors::{self, fresh_scope},
    world::{World, code, key, new_token, of_session, password, session},
};

/// Writes that only a user in the console can request.
const CONSOLE_ONLY: &[&str] = &[
    "accept_invitation_as",
    "change_password",
    "create_backup",
    "end_other_sessions",
    "end_session",
    "sign_out",
    "switch_organization",
];
/// Writes of `mintkey admin`, which has no revocable credential.
const SYSTEM_ONLY: &[&str] = &[
    "add_known_user",
    "create_organization",
    "create_user",
    "prune_audit_log",
    "rename_user",
    "export",
    "import",
    "record_audit_export",
    "record_restore",
    "reset_password",
    "rotate_signing_key",
];

#[tokio::test]
async fn a_write_that_waited_is_refused_when_what_was_signed_in_has_ended_and_passes_when_not() {
    every_write_after_each(SIGN_IN_REVOCATIONS).await;
}

#[tokio::test]
async fn a_write_that_waited_is_refused_when_its_token_has_ended_and_passes_when_not() {
    every_write_after_each(TOKEN_REVOCATIONS).await;
}

#[tokio::test]
async fn a_write_that_waited_is_refused_when_its_owners_right_has_ended_and_passes_when_not() {
    every_write_after_each(OWNER_REVOCATIONS).await;
}

async fn every_write_after_each(revocations: &[Revocation]) {
    let writes = writes();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (revocation, affected) in revocations {
        let world = World::new().await;
        let mut callers = Vec::new();
        for kind in KINDS {
            callers.push(caller(&world, kind).await);
        }
        for (kind, caller) in KINDS.iter().zip(&callers) {
            revoke(&world, revocation, caller).await;
            // A revocation of one kind may also affect another: those are checked where the table lists them.
            if !affected.contains(kind) {
                let passed = world.service.create_token(&caller.actor, named(caller), None).await;
                if let Err(error) = passed
                    && !affects_others(revocation)
                {
                    wrong.push(format!("{revocation}: {kind:?} is refused: {error}"));
                }
                continue;
            }
            for write in &writes {
                count += 1;
                let before = done(&world, caller).await;
                let result = call(&world, write, caller, 1000 + count).await;
                let events = done(&world, caller).await - before;
                let refused = result.as_ref().err().map(code);
                let demoted = revocation.ends_with("demoted");
                let is_right = match refused {
                    Some(ErrorCode::InvalidCredential) => true,
                    Some(ErrorCode::InsufficientScope) => is_narrowing(revocation),
                    // Refused before the transaction.
                    // A backup needs an administrator's session.
                    Some(ErrorCode::Forbidden) if write == "create_backup" => *kind != Kind::Session || demoted,
                    Some(ErrorCode::Forbidden) => CONSOLE_ONLY.contains(&write.as_str()) && *kind != Kind::Session,
                    // A member may still change tokens, but has no access to those of others.
                    Some(ErrorCode::NotFound) => demoted && (write.ends_with("_token") || write == "set_client_keys"),
                    Some(_) => false,
                    // With fewer permissions, an access token can still revoke itself, and a member can create tokens.
                    None => match write.as_str() {
                        "revoke_access_token" => events == 0 || is_narrowing(revocation),
                        "create_token" => demoted,
                        _ => false,
                    },
                };
                if !is_right || (refused.is_some() && events != 0) {
                    wrong.push(format!("{revocation}: {write} by {kind:?}: {refused:?}, {events} events"));
                }
            }
        }
    }
    assert!(count > 300, "{count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every function of the service that calls `Service::change` for an actor.
fn writes() -> Vec<String> {
    let mut found = BTreeSet::new();
    for source in actors::sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for function in source.split("    pub async fn ").skip(1) {
            let (name, rest) = function.split_once('(').unwrap();
            let body = rest.split("\n    }\n").next().unwrap();
            let changes = [
                "self.change(",
                "self.change_member(",
                "self.set_status(",
                "self.end_session(",
                "service.copy_beside(",
            ];
            if rest.split(')').next().unwrap().contains("actor: &Actor")
                && changes.iter().any(|call| body.contains(call))
            {
                found.insert(name.to_owned());
            }
        }
    }
    assert!(found.len() > 25, "{found:?}");
    for known in SYSTEM_ONLY.iter().filter(|known| **known != "prune_audit_log") {
        assert!(found.remove(*known), "{known} is not found");
    }
    found.into_iter().collect()
}

/// A token for the caller's own owner.
fn named(caller: &Caller) -> NewToken {
    let owner_id = caller.actor.principal().map(Principal::id);
    NewToken { owner_id, ..new_token(&["mintkey:tokens.read"]) }
}

/// The sequence number of the caller's last successful action in the organization's log.
async fn done(world: &World, caller: &Caller) -> i64 {
    let actor = caller.actor.principal().map(Principal::id);
    let filter = AuditFilter { actor, outcome: Some(AuditOutcome::Done), ..AuditFilter::default() };
    let page =
        world.store.audit_page(world.organization, &filter, PageRequest::Number { page: 1, limit: 1 }).await.unwrap();
    page.events.first().map_or(0, |event| event.sequence)
}

async fn call(world: &World, write: &str, caller: &Caller, index: usize) -> mintkey_service::Result<()> {
    let (service, actor) = (&world.service, &caller.actor);
    match write {
        "change_password" => {
            let new = "a third good password".to_owned();
            // Whichever of the two passwords is current after the revocation.
            let current = Password::typed("another good password".to_owned());
            let changed = service.change_password(actor, current, new.clone(), new.clone()).await;
            match changed {
                Err(error) if code(&error) == ErrorCode::ValidationFailed => {
                    world.clock.advance(1);
                    service.change_password(actor, password(), new.clone(), new).await
                }
                changed => changed,
            }
        }
        "revoke_access_token" => service.revoke_access_token(actor, caller.access.as_deref().unwrap_or("none")).await,
        "switch_organization" => service.switch_organization(actor, world.other_tenant.organization()).await.map(drop),
        "end_session" => match actor.session_id() {
            Some(own) => service.end_session(actor, own).await,
            None => service.end_session(actor, mintkey_domain::SessionId::from_uuid(uuid::Uuid::nil())).await,
        },
        _ => {
            let minted = world.create_token(&world.admin, &["mintkey:tokens.read"]).await;
            let scope = fresh_scope(world, &format!("{write}.{index}")).await;
            actors::call(world, write, actor, minted.token.id, scope, &key(&minted), index).await
        }
    }
}

#[tokio::test]
async fn a_clock_that_steps_back_revives_nothing() {
    let world = World::new().await;
    let service = &world.service;
    let login = || async {
        let request = LoginRequest::Password {
            username: "other@example.com".to_owned(),
            password: password(),
            organization_id: None,
            scope: None,
        };
        service.login(request, Origin::default()).await
    };
    let id = |actor: &Actor| match actor.principal() {
        Some(Principal::User(id)) => id,
        _ => unreachable!("a user"),
    };
    let access = login().await.unwrap().access_token;
    world.clock.advance(-3_000);
    service.deactivate_member(&world.admin, id(&world.other_member)).await.unwrap();
    service.activate_member(&world.admin, id(&world.other_member)).await.unwrap();
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::InvalidCredential));

    let access = login().await.unwrap().access_token;
    let signed_in: SignedIn = service.sign_in("other@example.com", password(), None, &Origin::default()).await.unwrap();
    world.clock.advance(-3_000);
    service.reset_password(&world.system, "other@example.com", "another good password".to_owned()).await.unwrap();
    assert_eq!(world.use_key(&access).await.err(), Some(ErrorCode::InvalidCredential));
    assert!(of_session(service, &signed_in).await.is_none());
}

#[tokio::test]
async fn a_service_account_taken_from_a_member_and_a_scope_taken_from_the_catalogue_count_inside_a_write() {
    let world = World::new().await;
    let service = &world.service;
    let Some(Principal::User(member)) = world.member.principal() else { unreachable!() };
    let draft = NewServiceAccountDraft {
        name: "gateway".to_owned(),
        member_ids: vec![member.to_string()],
        ..NewServiceAccountDraft::default()
    };
    let service_account = service.create_service_account(&world.admin, draft.check().unwrap()).await.unwrap().id;
    let scope = fresh_scope(&world, "plants.read").await;
    let given = session(&world, member, world.organization).await.unwrap();
    let new = || NewToken { owner_id: Some(service_account.uuid()), ..new_token(&["mintkey:tokens.read"]) };
    service.create_token(&given, new(), None).await.unwrap();
    let draft = ServiceAccountChangesDraft { member_ids: Some(Vec::new()), ..Default::default() };
    service.edit_service_account(&world.admin, service_account, draft.check().unwrap()).await.unwrap();
    let refused = service.create_token(&given, new(), None).await.unwrap_err();
    assert_eq!(code(&refused), ErrorCode::InvalidCredential);
    // A request after the change has no access to the account either.
    let refused = service.create_token(&world.sign_in_again(&given).await, new(), None).await.unwrap_err();
    assert!(refused.problem().errors.has("owner_id"));

    let holder = world.key_actor(&world.member, &["*"]).await;
    let with_scope = || NewToken { owner_id: None, ..new_token(&["plants.read"]) };
    service.delete_scope(&world.admin, scope).await.unwrap();
    let refused = service.create_token(&holder, with_scope(), None).await.unwrap_err();
    assert!(refused.problem().errors.has("scopes"));
}

#[test]
fn what_writes_is_found_in_the_source() {
    let writes = writes();
    for name in ["create_token", "hand_over", "switch_organization", "revoke_access_token", "suspend_service_account"] {
        assert!(writes.iter().any(|write| write == name), "{name}");
    }
    assert!(fs::metadata(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/change.rs")).is_ok());
}
