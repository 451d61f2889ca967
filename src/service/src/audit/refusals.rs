//! Refusals of privileged acts. Like ones are counted in memory for up to a minute and written as one event, so that
//! a weak credential can't flood the log.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use mintkey_domain::{AuditOutcome, ErrorCode, OrganizationId, Principal};
use mintkey_store::NewAuditEvent;
use uuid::Uuid;

use super::{Change, Target};
use crate::{Actor, Error, Result, Service};

/// How many different refusals keep their target and address between two writes; later ones are counted without.
const MOST_EXACT: usize = 256;
/// How many different refusals are kept at all between two writes. What comes after is only counted, in the log.
const MOST: usize = 2048;

/// What makes two refusals alike.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    organization: OrganizationId,
    actor: Option<Principal>,
    credential: Option<Uuid>,
    action: String,
    target: Option<Uuid>,
    code: ErrorCode,
    ip: Option<IpAddr>,
}

/// The refusals since the last write.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<Pending>);

#[derive(Default)]
struct Pending {
    events: HashMap<Key, (NewAuditEvent, i64)>,
    dropped: u64,
}

impl Service {
    /// Notes that somebody was refused an act for want of a right. Other refusals, and mistakes, aren't noted.
    ///
    /// The doors call this after a call that failed, never before one. The event is written within a minute.
    pub fn refused(&self, actor: &Actor, action: &str, target: Option<Uuid>, error: &Error) {
        let Error::Refused(problem) = error else { return };
        if !matches!(problem.code, ErrorCode::InsufficientScope | ErrorCode::Forbidden) {
            return;
        }
        let kind = action.split_once('.').map_or("request", |(kind, _)| kind);
        // What is missing is Mintkey's own words and the scope's name: nothing that was sent is in it.
        let change = Change::default().note("code", problem.code.as_str()).note("reason", problem.detail.as_ref());
        let now = self.environment.now();
        self.refusals.count(actor, action, target, problem.code, |target| NewAuditEvent {
            outcome: AuditOutcome::Refused.as_str().to_owned(),
            ..self.event(actor, now, action, Target::new(kind, target, ""), &change)
        });
    }

    /// Writes what was counted. What can't be written now is counted on.
    pub(crate) async fn write_refusals(&self) -> Result<()> {
        let Pending { events, dropped } = std::mem::take(&mut *self.refusals.lock());
        if dropped > 0 {
            tracing::warn!(dropped, "more different refusals than the audit log takes in a minute");
        }
        if events.is_empty() {
            return Ok(());
        }
        let mut counted: Vec<_> = events.values().cloned().collect();
        counted.sort_by_key(|(event, _)| (event.at, event.id));
        let written = self.store.write(move |tx| {
            Box::pin(async move {
                for (event, count) in counted {
                    tx.audit_counted(event, count);
                }
                Ok::<_, Error>(())
            })
        });
        let written = written.await;
        if written.is_err() {
            self.refusals.take_back(events);
        }
        written
    }
}

impl Refusals {
    fn lock(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many different ones aren't written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().events.len()
    }

    fn count(
        &self,
        actor: &Actor,
        action: &str,
        target: Option<Uuid>,
        code: ErrorCode,
        event: impl FnOnce(Option<Uuid>) -> NewAuditEvent,
    ) {
        let mut key = Key {
            organization: actor.organization,
            actor: actor.principal,
            credential: actor.credential_id(),
            action: action.to_owned(),
            target,
            code,
            ip: actor.origin.ip,
        };
        let mut pending = self.lock();
        if pending.events.len() >= MOST_EXACT && !pending.events.contains_key(&key) {
            key = Key { target: None, ip: None, ..key };
        }
        if let Some((_, count)) = pending.events.get_mut(&key) {
            *count += 1;
        } else if pending.events.len() < MOST {
            let mut event = event(key.target);
            event.ip = key.ip.map(|ip| ip.to_string());
            pending.events.insert(key, (event, 1));
        } else {
            pending.dropped += 1;
        }
    }

    fn take_back(&self, events: HashMap<Key, (NewAuditEvent, i64)>) {
        let mut pending = self.lock();
        for (key, (event, count)) in events {
            if let Some((_, later)) = pending.events.get_mut(&key) {
                *later += count;
            } else if pending.events.len() < MOST {
                pending.events.insert(key, (event, count));
            } else {
                pending.dropped += u64::try_from(count).unwrap_or_default();
            }
        }
    }
}
