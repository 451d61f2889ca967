//! The audit log: its contents, and who may read them.

use mintkey_domain::{AuditAction, AuditOutcome, DAY, ErrorCode, FieldErrors, request::OrganizationChangesDraft, wire};
use mintkey_service::{AuditCheck, AuditFlaw, AuditHead, AuditQuery, Origin, Paging, TokenInvalidation};
use mintkey_store::{AuditCheckpoint, AuditFilter, PageRequest};

use super::world::{World, code, key};

async fn found(world: &World, query: AuditQuery) -> Vec<wire::AuditEvent> {
    world.service.audit_log(&world.auditor, query).await.unwrap().data
}

#[tokio::test]
async fn an_event_tells_who_did_what_through_which_credential() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let query = AuditQuery { target: Some(minted.token.id.uuid()), ..AuditQuery::default() };
    let [event] = found(&world, query).await.try_into().unwrap();
    assert_eq!((event.action.as_str(), event.outcome), ("token.create", AuditOutcome::Done));
    assert_eq!(event.actor.name, "member@example.com");
    assert_eq!(event.target.name, minted.token.label);
    assert_eq!(event.credential_id, world.member.session_id().map(mintkey_domain::SessionId::uuid));
    assert_eq!(event.details.after["label"], minted.token.label);
    assert!(event.details.before.is_empty());
    let one = world.service.audit_event(&world.admin, event.id).await.unwrap();
    assert_eq!(one, event);
    let hidden = world.service.audit_event(&world.other_tenant, event.id).await.unwrap_err();
    assert_eq!(code(&hidden), ErrorCode::NotFound);
}

#[tokio::test]
async fn the_log_of_another_organization_is_another_log() {
    let world = World::new().await;
    let log = async || world.service.audit_log(&world.other_tenant, AuditQuery::default()).await.unwrap();
    let before = log().await;
    world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    assert_eq!(log().await, before);
    let actions: Vec<_> = before.data.iter().rev().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["organization.create", "member.invite", "member.join", "session.create"]);
    assert_eq!(before.data.last().map(|event| event.sequence), Some(1), "a chain of its own");
}

#[tokio::test]
async fn pages_by_cursor_hold_each_event_once() {
    let world = World::new().await;
    for _ in 0..5 {
        world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    }
    let all = world.service.audit_log(&world.admin, AuditQuery::default()).await.unwrap();
    let mut sequences = Vec::new();
    let mut paging = Paging::Page { page: 1, limit: 2 };
    loop {
        let page = world.service.audit_log(&world.admin, AuditQuery { paging, ..AuditQuery::default() }).await.unwrap();
        assert_eq!(page.total, all.total);
        sequences.extend(page.data.iter().map(|event| event.sequence));
        let Some(cursor) = page.next_cursor else { break };
        paging = Paging::Cursor { cursor, limit: 2 };
    }
    assert_eq!(sequences, (1..=all.total).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_whole_log_is_told_from_one_that_lost_its_end() {
    let world = World::new().await;
    let check = world.service.verify_audit_log(&world.system, None).await.unwrap();
    let AuditCheck::Whole(head) = check else { panic!("{check:?}") };
    world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let later = world.service.verify_audit_log(&world.system, Some(head.clone())).await.unwrap();
    assert!(matches!(later, AuditCheck::Whole(ref end) if end.sequence == head.sequence + 1), "{later:?}");
    let mut lost = head.clone();
    lost.sequence += 5;
    let check = world.service.verify_audit_log(&world.system, Some(lost)).await.unwrap();
    assert_eq!(check, AuditCheck::Broken { sequence: head.sequence + 2, flaw: AuditFlaw::CutOff });
    let mut other = head.clone();
    other.hash[0] ^= 1;
    let check = world.service.verify_audit_log(&world.system, Some(other)).await.unwrap();
    assert_eq!(check, AuditCheck::Broken { sequence: head.sequence, flaw: AuditFlaw::Replaced });
    assert_eq!(head.to_string().parse(), Ok(head));
}

#[tokio::test]
async fn a_flood_of_refusals_makes_few_events_that_count_them_all() {
    let world = World::new().await;
    let refusal = mintkey_domain::insufficient_scope("mintkey:tokens.write");
    let maintenance = world.service.start_maintenance();
    for number in 0..10_000_u128 {
        // Half of them are equal; the others have a new target each time.
        let target = (number % 2 == 0).then(|| uuid::Uuid::from_u128(number));
        world.service.refused(&world.member, AuditAction::TokenDelete, target, &refusal);
    }
    world.service.refused(&world.member, AuditAction::TokenDelete, None, &FieldErrors::new().into());
    maintenance.stop(&world.service).await.unwrap();
    let filter = AuditFilter { outcome: Some(AuditOutcome::Refused), ..AuditFilter::default() };
    let page = world
        .store
        .audit_page(world.organization, &filter, PageRequest::Number { page: 1, limit: 1000 })
        .await
        .unwrap();
    assert!(page.events.len() <= 257, "{}", page.events.len());
    assert_eq!(page.events.iter().map(|event| event.count).sum::<i64>(), 10_000);
    assert!(page.events.iter().all(mintkey_store::AuditEvent::is_intact));
}

/// A world with a retention of 30 days, 31 days later, with an event of today.
async fn aged_world() -> World {
    let world = World::new().await;
    let draft = OrganizationChangesDraft { audit_retention: Some(Some("30d".into())), ..Default::default() };
    world.service.edit_organization(&world.admin, draft.check().unwrap()).await.unwrap();
    let key = world.key_actor(&world.member, &["mintkey:tokens.read", "mintkey:tokens.write"]).await;
    world.clock.advance(31 * DAY);
    world.create_token(&key, &["mintkey:tokens.read"]).await;
    world
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_goes_and_the_log_stays_whole() {
    let world = aged_world().await;
    let AuditCheck::Whole(before) = check(&world, None).await else { panic!("whole") };
    assert_eq!(
        world.service.prune_audit_log(&world.system).await.unwrap(),
        u64::try_from(before.sequence - 1).unwrap()
    );
    let log = world.service.audit_log(&world.admin, AuditQuery::default()).await.unwrap();
    let actions: Vec<_> = log.data.iter().map(|event| event.action.as_str()).collect();
    assert_eq!((log.total, actions.as_slice()), (2, ["audit.cut", "token.create"].as_slice()));
    assert!(matches!(check(&world, Some(before)).await, AuditCheck::Whole(_)), "the last event of before still stands");
    assert_eq!(world.service.prune_audit_log(&world.system).await.unwrap(), 0, "nothing is old any more");
    let early = AuditHead { sequence: 1, hash: [0; 32] };
    assert_eq!(check(&world, Some(early)).await, AuditCheck::Broken { sequence: 1, flaw: AuditFlaw::Pruned });
    // The other organization keeps its log forever.
    assert_eq!(world.service.audit_log(&world.other_tenant, AuditQuery::default()).await.unwrap().total, 4);
}

#[tokio::test]
async fn a_checkpoint_that_mintkey_did_not_sign_is_found_out() {
    let world = aged_world().await;
    world.service.prune_audit_log(&world.system).await.unwrap();
    let checkpoint = world.store.audit_checkpoint(world.organization).await.unwrap().unwrap();
    let chain = world.store.audit_chain(world.organization, 0, 10).await.unwrap();
    // Someone with only the database removes another event, and forges a checkpoint for it.
    let forged = AuditCheckpoint { sequence: chain[0].sequence, hash: chain[0].hash, ..checkpoint.clone() };
    let sequence = forged.sequence;
    cut(&world, forged).await;
    assert_eq!(check(&world, None).await, AuditCheck::Broken { sequence, flaw: AuditFlaw::Forged });
    // Restoring the genuine checkpoint doesn't hide the missing event after it.
    cut(&world, checkpoint.clone()).await;
    let missing = AuditCheck::Broken { sequence: checkpoint.sequence + 1, flaw: AuditFlaw::Missing };
    assert_eq!(check(&world, None).await, missing);
}

#[tokio::test]
async fn a_log_that_was_emptied_is_not_whole() {
    let world = aged_world().await;
    world.service.prune_audit_log(&world.system).await.unwrap();
    let checkpoint = world.store.audit_checkpoint(world.organization).await.unwrap().unwrap();
    // Someone with only the database removes all events, and leaves the genuine checkpoint.
    cut(&world, AuditCheckpoint { sequence: i64::MAX, ..checkpoint.clone() }).await;
    cut(&world, checkpoint.clone()).await;
    let emptied = AuditCheck::Broken { sequence: checkpoint.sequence + 1, flaw: AuditFlaw::Empty };
    assert_eq!(check(&world, None).await, emptied);
}

#[tokio::test]
async fn an_export_is_an_event_and_has_no_more_than_its_bound() {
    let world = World::new().await;
    for _ in 0..3 {
        world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    }
    let query = AuditQuery { action: Some("token.create".to_owned()), ..AuditQuery::default() };
    let mut export = world.service.export_audit_events(&world.auditor, query, 2).await.unwrap();
    assert_eq!((export.total, export.total_capped), (3, false));
    assert_eq!((export.next().await.unwrap().len(), export.next().await.unwrap().len()), (2, 0));
    let [event] = found(&world, AuditQuery { action: Some("audit.export".to_owned()), ..AuditQuery::default() })
        .await
        .try_into()
        .unwrap();
    assert_eq!((event.outcome, event.target.kind.as_str()), (AuditOutcome::Done, "audit_log"));
    assert_eq!(event.details.notes["events"], 2);
    assert_eq!(event.details.notes["filter"]["action"], "token.create");
    for _ in 0..150 {
        world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    }
    let mut all = world.service.export_audit_events(&world.auditor, AuditQuery::default(), 10_000).await.unwrap();
    let mut sequences = Vec::new();
    loop {
        let part = all.next().await.unwrap();
        if part.is_empty() {
            break;
        }
        assert!(part.len() <= 100, "read as they are taken");
        sequences.extend(part.iter().map(|event| event.sequence));
    }
    assert_eq!(i64::try_from(sequences.len()).unwrap(), all.total);
    assert!(sequences.windows(2).all(|pair| pair[0] == pair[1] + 1), "none is missing, none is there twice");
}

async fn check(world: &World, expected: Option<AuditHead>) -> AuditCheck {
    world.service.verify_audit_log(&world.system, expected).await.unwrap()
}

async fn cut(world: &World, checkpoint: AuditCheckpoint) {
    let done = world.store.write::<_, mintkey_store::StoreError, _>(move |tx| {
        Box::pin(async move { tx.prune_audit_log(&checkpoint).await })
    });
    done.await.unwrap();
}

#[tokio::test]
async fn a_right_secret_that_is_refused_is_told_and_an_unproven_one_is_not() {
    let world = World::new().await;
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let other_token = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    world.service.invalidate_token(&world.member, minted.token.id, TokenInvalidation::default()).await.unwrap();
    let maintenance = world.service.start_maintenance();
    for _ in 0..100 {
        assert!(world.use_key(&key(&minted)).await.is_err());
        let wrong = key(&other_token).replace(|c: char| c.is_ascii_digit(), "0");
        assert!(world.use_key(&wrong).await.is_err());
        world.use_key(&key(&other_token)).await.unwrap();
    }
    maintenance.stop(&world.service).await.unwrap();
    let events = refusals(&world).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((events[0].count, events[0].event.action.as_str()), (100, "credential.use"));
    assert_eq!(events[0].event.target_id, Some(minted.token.id.uuid()));
    assert_eq!(events[0].event.target_name, minted.token.label);
    assert!(events[0].event.details.contains("invalidated"));
}

#[tokio::test]
async fn a_wrong_password_of_somebody_known_is_told_without_saying_who_tried() {
    let world = World::new().await;
    let maintenance = world.service.start_maintenance();
    for email in ["member@example.com", "nobody@example.com"] {
        for _ in 0..3 {
            let wrong = mintkey_domain::Password::typed("not the password".to_owned());
            world.service.sign_in(email, wrong, None, &Origin::default()).await.unwrap_err();
        }
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    maintenance.stop(&world.service).await.unwrap();
    let events = refusals(&world).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((events[0].count, events[0].event.action.as_str()), (3, "session.create"));
    assert_eq!(events[0].event.target_name, "member@example.com");
    assert_eq!((events[0].event.actor_id, events[0].event.actor_name.as_str()), (None, "Not signed in"));
}

async fn refusals(world: &World) -> Vec<mintkey_store::AuditEvent> {
    let filter = AuditFilter { outcome: Some(AuditOutcome::Refused), ..AuditFilter::default() };
    let page = world.store.audit_page(world.organization, &filter, PageRequest::Number { page: 1, limit: 100 }).await;
    page.unwrap().events
}
