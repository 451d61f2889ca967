//! The audit log: what it tells, to whom.

use mintkey_domain::{AuditOutcome, ErrorCode, FieldErrors, wire};
use mintkey_service::{AuditCheck, AuditFlaw, AuditQuery, Error, NewScopeDraft, Paging};
use mintkey_store::{AuditFilter, Page};

use super::world::{World, code};

async fn found(world: &World, query: AuditQuery) -> Vec<wire::AuditEvent> {
    world.service.audit_log(&world.auditor, query).await.unwrap().data
}

#[tokio::test]
async fn an_event_tells_who_did_what_through_which_credential() {
    let world = World::new().await;
    let minted = world.mint(&world.member, &["mintkey:tokens.read"]).await;
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
    let hidden = world.service.audit_event(&world.stranger, event.id).await.unwrap_err();
    assert_eq!(code(&hidden), ErrorCode::NotFound);
}

#[tokio::test]
async fn the_log_of_another_organization_is_another_log() {
    let world = World::new().await;
    let log = async || world.service.audit_log(&world.stranger, AuditQuery::default()).await.unwrap();
    let before = log().await;
    world.mint(&world.member, &["mintkey:tokens.read"]).await;
    assert_eq!(log().await, before);
    let told: Vec<_> = before.data.iter().rev().map(|event| event.action.as_str()).collect();
    assert_eq!(told, ["organization.create", "member.invite", "member.join", "session.create"]);
    assert_eq!(before.data.last().map(|event| event.sequence), Some(1), "a chain of its own");
}

#[tokio::test]
async fn pages_by_cursor_hold_each_event_once() {
    let world = World::new().await;
    for _ in 0..5 {
        world.mint(&world.member, &["mintkey:tokens.read"]).await;
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
    world.mint(&world.member, &["mintkey:tokens.read"]).await;
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
    let refusal = world.service.create_scope(&world.member, NewScopeDraft::default()).await.unwrap_err();
    let maintenance = world.service.start_maintenance();
    for number in 0..10_000_u128 {
        // Half of them are alike; the others name something else each time.
        let target = (number % 2 == 0).then(|| uuid::Uuid::from_u128(number));
        world.service.refused(&world.member, "token.delete", target, &refusal);
    }
    world.service.refused(&world.member, "token.delete", None, &Error::from(FieldErrors::new()));
    maintenance.stop(&world.service).await.unwrap();
    let filter = AuditFilter { outcome: Some(AuditOutcome::Refused), ..AuditFilter::default() };
    let page =
        world.store.audit_page(world.organization, &filter, Page::Number { page: 1, limit: 1000 }).await.unwrap();
    assert!(page.events.len() <= 257, "{}", page.events.len());
    assert_eq!(page.events.iter().map(|event| event.count).sum::<i64>(), 10_000);
    assert!(page.events.iter().all(mintkey_store::AuditEvent::is_intact));
}
