//! Refusals of privileged actions. Equal refusals are counted in memory for up to a minute and written as one event, so
//! that a low-privilege credential can't flood the log.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use mintkey_domain::{
    AuditAction, AuditOutcome, AuditTargetType, ErrorCode, OrganizationId, Principal, Problem, Role, TokenId,
    address_block, wire::VerificationCode,
};
use mintkey_store::{NewAuditEvent, User};
use uuid::Uuid;

use super::{Details, Target};
use crate::{Actor, Origin, Result, Service, identity_cache::OwnerRecord};

/// The number of distinct refusals per organization and write that keep target and IP address; further ones are counted
/// without.
const MAX_EXACT: usize = 256;
/// The number of those per caller, so that a caller who tries one action after another leaves room for others. Further
/// ones are counted without target and IP address.
const MAX_EXACT_PER_CALLER: usize = 32;
/// The number of distinct refusals per organization and write. Further ones are only counted, in the server's log. Only
/// the command line creates organizations, so there are few.
const MAX_EVENTS: usize = 2048;

/// Refusals of an organization with the same key are counted as one event.
#[derive(Clone, PartialEq, Eq, Hash)]
struct RefusalKey {
    actor: Option<Principal>,
    credential: Option<Uuid>,
    action: AuditAction,
    target: Option<Uuid>,
    code: &'static str,
    ip: Option<IpAddr>,
}

/// The refusals since the last write.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<Pending>);

/// Distinct refusals with their number of occurrences.
type Counted = HashMap<RefusalKey, (NewAuditEvent, i64)>;

/// The caller of a refused action: a credential, or an address block without one.
type Caller = (OrganizationId, Option<Principal>, Option<Uuid>, Option<IpAddr>);

/// Each organization has its own limit: a flood in one hides nothing in another.
#[derive(Default)]
struct Pending {
    events: HashMap<OrganizationId, Counted>,
    /// The number of refusals with a target, per caller.
    exact: HashMap<Caller, usize>,
    dropped: u64,
}

impl Service {
    /// Records that an actor was refused an action for lack of permission. Ignores other refusals and errors.
    ///
    /// Each change records its own refusals; the API and the console record those that precede one. The event is
    /// written within a minute.
    pub fn refused(&self, actor: &Actor, action: AuditAction, target: Option<Uuid>, problem: &Problem) {
        if !matches!(problem.code, ErrorCode::InsufficientScope | ErrorCode::Forbidden) {
            return;
        }
        // The problem's detail contains only fixed text and the scope's name, never request data.
        let details = Details::default().note("code", problem.code.as_str()).note("reason", problem.detail.as_ref());
        let target = (action.target_type(), Target::new(target, ""));
        self.count_refusal(actor, action, target, problem.code.as_str(), &details);
    }

    /// Records that a credential with the correct secret was refused, because someone has it and tries it. The event's
    /// actor is the credential's owner, who may not be the caller.
    pub(crate) fn credential_refused(&self, proven: &Actor, code: VerificationCode) {
        let code = match code {
            VerificationCode::Expired => "expired",
            VerificationCode::Invalidated => "invalidated",
            VerificationCode::Suspended => "suspended",
            VerificationCode::AddressNotAllowed => "address_not_allowed",
            // The credential wasn't proven, or wasn't refused.
            VerificationCode::Valid | VerificationCode::Invalid | VerificationCode::InsufficientScope => return,
        };
        self.credential_refused_because(proven, code, &Details::default().note("code", code));
    }

    /// The same, with a more specific reason than the credential's state.
    pub(crate) fn credential_refused_because(&self, proven: &Actor, code: &'static str, details: &Details) {
        let action = AuditAction::CredentialUse;
        let target = (action.target_type(), Target::new(proven.token_id.map(TokenId::uuid), ""));
        self.count_refusal(proven, action, target, code, details);
    }

    /// Records a wrong password for an existing user in each of their organizations. The event has no actor, because
    /// the caller is unknown.
    pub(crate) async fn sign_in_failed(&self, user: &User, origin: &Origin) -> Result<()> {
        // There is no session yet, so the target is the user's account.
        let target = (AuditTargetType::User, Target::new(Some(user.id.uuid()), user.email.as_str()));
        let details = Details::default().note("code", "wrong_password");
        for membership in self.store.memberships_of(user.id).await? {
            let nobody = Actor {
                owner: OwnerRecord::of("Not signed in", Role::Admin),
                origin: origin.clone(),
                ..self.system_in(membership.organization_id, Arc::default())
            };
            self.count_refusal(&nobody, AuditAction::SessionCreate, target, "wrong_password", &details);
        }
        Ok(())
    }

    fn count_refusal(
        &self,
        actor: &Actor,
        action: AuditAction,
        (kind, target): (AuditTargetType, Target<'_>),
        code: &'static str,
        details: &Details,
    ) {
        let now = self.environment.now();
        self.refusals.count(actor, action, target.id, code, |id| NewAuditEvent {
            outcome: AuditOutcome::Refused.as_str().to_owned(),
            target_type: kind.as_str().to_owned(),
            ..self.event(actor, now, action, Target { id, ..target }, details)
        });
    }

    /// Writes the counted refusals. If that fails, they stay counted.
    pub(crate) async fn write_refusals(&self) -> Result<()> {
        let Pending { events, dropped, .. } = std::mem::take(&mut *self.refusals.lock());
        if dropped > 0 {
            tracing::warn!(dropped, "more different refusals than the audit log takes in a minute");
        }
        if events.is_empty() {
            return Ok(());
        }
        let mut counted: Vec<_> = events.values().flat_map(HashMap::values).cloned().collect();
        counted.sort_by_key(|(event, _)| (event.at, event.id));
        for (event, _) in &mut counted {
            self.name_token(event).await;
        }
        let written = self.store.bookkeeping().record_refusals(counted).await;
        if written.is_err() {
            self.refusals.take_back(events);
        }
        Ok(written?)
    }

    /// Adds the token's label to an event. Credential checks don't read it. Without it the event still has the token's
    /// ID.
    async fn name_token(&self, event: &mut NewAuditEvent) {
        let id = event
            .target_id
            .filter(|_| event.target_type == AuditTargetType::Token.as_str() && event.target_name.is_empty());
        if let Some(id) = id
            && let Ok(Some(token)) = self.store.token(event.organization_id, TokenId::from_uuid(id)).await
        {
            event.target_name = token.label.to_string();
        }
    }
}

impl Pending {
    /// The key under which a refusal is counted: without details if the limits are reached.
    fn counted_as(&mut self, organization: OrganizationId, key: RefusalKey) -> RefusalKey {
        let events = self.events.entry(organization).or_default();
        if events.contains_key(&key) {
            return key;
        }
        let block = key.ip.map(address_block).filter(|_| key.credential.is_none());
        let caller = (organization, key.actor, key.credential, block);
        let held = self.exact.get(&caller).copied().unwrap_or_default();
        if events.len() >= MAX_EXACT || held >= MAX_EXACT_PER_CALLER {
            return RefusalKey { target: None, ip: None, ..key };
        }
        self.exact.insert(caller, held + 1);
        key
    }
}

impl Refusals {
    fn lock(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of distinct refusals that aren't written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().events.values().map(HashMap::len).sum()
    }

    fn count(
        &self,
        actor: &Actor,
        action: AuditAction,
        target: Option<Uuid>,
        code: &'static str,
        event: impl FnOnce(Option<Uuid>) -> NewAuditEvent,
    ) {
        let key = RefusalKey {
            actor: actor.principal,
            credential: actor.credential_id(),
            action,
            target,
            code,
            ip: actor.origin.ip,
        };
        let mut pending = self.lock();
        let key = pending.counted_as(actor.organization, key);
        let Pending { events, dropped, .. } = &mut *pending;
        let events = events.entry(actor.organization).or_default();
        if let Some((_, count)) = events.get_mut(&key) {
            *count += 1;
        } else if events.len() < MAX_EVENTS {
            let mut event = event(key.target);
            event.ip = key.ip.map(|ip| ip.to_string());
            events.insert(key, (event, 1));
        } else {
            *dropped += 1;
        }
    }

    fn take_back(&self, unwritten: HashMap<OrganizationId, Counted>) {
        let mut pending = self.lock();
        let Pending { events, dropped, .. } = &mut *pending;
        for (organization, counted) in unwritten {
            let events = events.entry(organization).or_default();
            for (key, (event, count)) in counted {
                if let Some((_, later)) = events.get_mut(&key) {
                    *later += count;
                } else if events.len() < MAX_EVENTS {
                    events.insert(key, (event, count));
                } else {
                    *dropped += u64::try_from(count).unwrap_or_default();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_who_tries_much_leaves_places_to_others() {
        let mut pending = Pending::default();
        let organization = OrganizationId::from_uuid(Uuid::nil());
        let mut counted = |ip: &str, target: u128| {
            let (target, ip) = (Some(Uuid::from_u128(target)), ip.parse().ok());
            let key = RefusalKey {
                actor: None,
                credential: None,
                action: AuditAction::SessionCreate,
                target,
                code: "wrong_password",
                ip,
            };
            pending.counted_as(organization, key).target == target
        };
        let exact = (0..1000).filter(|target| counted(&format!("192.0.2.{}", target % 250), *target)).count();
        assert_eq!(exact, MAX_EXACT_PER_CALLER);
        assert!(counted("198.51.100.7", 7));
    }
}
