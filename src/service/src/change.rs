//! The only way to change data.
//!
//! A write may wait for its turn, and the caller's permissions may be revoked meanwhile. Therefore all write methods go
//! through a [`Change`], which exists only inside a transaction, after its actor was validated again on the rows of
//! that transaction, by the function that authenticated the request. Jobs make decisions only for that actor. The audit
//! event is written in the same transaction; a refusal for lack of permission is recorded with the same action.
//!
//! Three other origins have no credential rows to validate: Mintkey itself, a single-use link that is consumed in the
//! transaction, and a password that was just verified, whose generation is compared in the transaction.

mod origins;

use std::{pin::Pin, sync::Arc};

use mintkey_domain::{AuditAction, OrganizationId, Principal, SessionId, Timestamp, TokenId, UserId, Via};
use mintkey_store::{LockedRow, Organization, Store, Token, Tx, Writer};
use uuid::Uuid;

use crate::{
    Actor, Error, LogContext, Origin, Result, Service,
    audit::{Details, Target},
    authenticate::invalid_credential,
    credential::Proof,
    identity_cache::{OrganizationRecord, OwnerRecord},
    records::{InTransaction, Records},
    tokens::reachable,
};

pub(crate) use origins::{OneTimeLink, ProvenPassword};

/// Write access to the database, private to this module.
pub(crate) struct Writes(Writer);

/// An action that is permitted now, and is authorized again in its transaction.
#[must_use = "an action that isn't run changes nothing"]
pub(crate) struct PendingAction<'s> {
    service: &'s Service,
    actor: Actor,
    action: AuditAction,
    target: Option<Uuid>,
}

/// The transaction of an action, with an actor that was validated in it.
pub(crate) struct Change<'t> {
    pub(crate) tx: &'t mut Tx,
    pub(crate) service: Service,
    /// The actor according to the rows of this transaction.
    pub(crate) actor: Actor,
    /// The time inside the transaction.
    pub(crate) now: Timestamp,
    action: AuditAction,
    target: Option<Uuid>,
}

/// The result of a job, from [`Change::done`], which writes its event, or from [`Change::unchanged`].
#[must_use]
pub(crate) struct JobOutcome<T>(T);

pub(crate) type Running<'c, T> = Pin<Box<dyn Future<Output = Result<JobOutcome<T>>> + Send + 'c>>;

impl<T> JobOutcome<T> {
    /// Replaces the value.
    pub(crate) fn with<U>(self, value: U) -> JobOutcome<U> {
        drop(self.0);
        JobOutcome(value)
    }
}

impl Writes {
    pub(crate) const fn new(writer: Writer) -> Self {
        Self(writer)
    }

    /// The database for reading.
    pub(crate) fn store(&self) -> Store {
        Store::clone(&self.0)
    }

    /// Inserts the first signing key unless another process has: part of opening the database.
    pub(crate) async fn insert_first_signing_key(
        &self,
        key: mintkey_store::SigningKey,
    ) -> Result<Vec<mintkey_store::SigningKey>> {
        self.write(move |tx| {
            Box::pin(async move {
                if !tx.signing_keys().await?.iter().any(|row| row.active) {
                    tx.insert_signing_key(&key).await?;
                }
                Ok(tx.signing_keys().await?)
            })
        })
        .await
    }

    /// Runs a job in a transaction. The job may run in another task, so it takes the request's log context along.
    async fn write<T, F>(&self, job: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T>> + Send + 't>> + Send + 'static,
        T: Send + 'static,
    {
        let context = LogContext::current();
        self.0
            .write(move |tx| match context {
                Some(context) => Box::pin(context.scope(job(tx))),
                None => job(tx),
            })
            .await
    }
}

impl Service {
    /// Starts an action on a target; refuses at once if the actor lacks the scope.
    pub(crate) fn change(
        &self,
        actor: &Actor,
        action: AuditAction,
        target: impl Into<Option<Uuid>>,
    ) -> Result<PendingAction<'_>> {
        let target = target.into();
        self.record_refusal(actor, action, target, actor.require_for(action))?;
        Ok(PendingAction { service: self, actor: actor.clone(), action, target })
    }

    /// Validates the actor on the rows of this transaction, so that a revocation that committed first wins.
    async fn reauthorize(&self, tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Actor> {
        let mut records = InTransaction::new(self, tx);
        if matches!(actor.proof, Proof::System) {
            // An organization that this transaction creates doesn't exist yet.
            let tenant = records.organization(actor.organization).await?;
            let catalogue = tenant.map_or_else(|| actor.catalogue.clone(), |tenant| tenant.catalogue.clone());
            return Ok(Actor { catalogue, ..actor.clone() });
        }
        let checked = self.validate(&mut records, actor.proof.clone(), actor.origin.clone(), now).await?;
        checked.into_valid().ok_or_else(|| invalid_credential().into())
    }

    /// Records a refusal for lack of permission, and returns the result unchanged.
    fn record_refusal<T>(
        &self,
        actor: &Actor,
        action: AuditAction,
        target: Option<Uuid>,
        result: Result<T>,
    ) -> Result<T> {
        if let Err(Error::Refused(problem)) = &result {
            self.refused(actor, action, target, problem);
        }
        result
    }
}

impl PendingAction<'_> {
    /// Runs the job in its own transaction, with the actor validated in it.
    ///
    /// # Errors
    /// `invalid_credential` if the actor's credential was revoked meanwhile; `insufficient_scope` if it lost the scope;
    /// the errors of the job.
    pub(crate) async fn run<T, F>(self, job: F) -> Result<T>
    where
        F: for<'c, 't> FnOnce(&'c mut Change<'t>) -> Running<'c, T> + Send + 'static,
        T: Send + 'static,
    {
        let PendingAction { service, actor, action, target } = self;
        let (shared, requested) = (service.clone(), actor.clone());
        let run = service.writes.write(move |tx| {
            Box::pin(async move {
                let now = shared.environment.now();
                let actor = shared.reauthorize(tx, &requested, now).await?;
                actor.require_for(action)?;
                if requested.owner.assigned.iter().any(|account| !actor.owner.assigned.contains(account)) {
                    // The request may concern a service account that the actor no longer manages.
                    return Err(invalid_credential().into());
                }
                let mut change = Change { tx, service: shared, actor, now, action, target };
                job(&mut change).await.map(|JobOutcome(value)| value)
            })
        });
        let result = run.await;
        service.record_refusal(&actor, action, target, result)
    }
}

impl<'t> Change<'t> {
    fn unauthenticated(tx: &'t mut Tx, service: Service, origin: Origin, action: AuditAction, now: Timestamp) -> Self {
        let system = service.system_in(OrganizationId::from_uuid(Uuid::nil()), Arc::default());
        let actor = Actor { grants: Arc::default(), proof: Proof::Nothing, origin, ..system };
        Self { tx, service, actor, now, action, target: None }
    }

    /// Sets actor and target of an action by a link.
    pub(crate) fn acts_as(&mut self, actor: Actor, target: Uuid) {
        self.actor = actor;
        self.target = Some(target);
    }

    /// Sets the target where only the job knows it.
    pub(crate) fn set_target(&mut self, target: Uuid) {
        self.target = Some(target);
    }

    /// Attributes the action to the access token that it issues.
    pub(crate) fn acts_by_access_token(&mut self, jti: Uuid) {
        self.actor.proof = Proof::Issued(jti);
    }

    /// Attributes the action to a session created in this transaction, which is also the target.
    pub(crate) fn acts_in_session(&mut self, session: SessionId) {
        self.actor.via = Via::Session;
        self.actor.session_id = Some(session);
        self.target = Some(session.uuid());
    }

    /// The actor's organization.
    pub(crate) const fn organization(&self) -> OrganizationId {
        self.actor.organization
    }

    /// The organization with its catalogue, as of this transaction.
    pub(crate) async fn tenant(&mut self) -> Result<Arc<OrganizationRecord>> {
        let organization = self.organization();
        let record = InTransaction::new(&self.service, self.tx).organization(organization).await?;
        record.ok_or_else(Error::not_found)
    }

    /// An owner in the actor's organization, as of this transaction.
    pub(crate) async fn owner(&mut self, owner: Principal) -> Result<Option<Arc<OwnerRecord>>> {
        let organization = self.organization();
        InTransaction::new(&self.service, self.tx).owner(organization, owner).await
    }

    /// A token that the actor has access to, locked against other changes.
    pub(crate) async fn token(&mut self, id: TokenId) -> Result<Token> {
        self.tx.lock_exclusive(LockedRow::Token(id)).await?;
        reachable(&self.actor, self.tx.token(self.actor.organization, id).await?)
    }

    /// Ends the job and writes its event, with this name for the target.
    pub(crate) fn done<T>(&mut self, name: &str, details: &Details, value: T) -> JobOutcome<T> {
        self.log_event(self.action, self.target, name, details);
        JobOutcome(value)
    }

    /// Ends the job and writes its event to the logs of all these organizations, which share what was changed.
    pub(crate) fn done_in_all<T>(
        &mut self,
        organizations: &[Organization],
        name: &str,
        details: &Details,
        value: T,
    ) -> JobOutcome<T> {
        let own = self.organization();
        for Organization { id: organization, .. } in organizations.iter().filter(|other| other.id != own) {
            let actor = Actor { organization: *organization, ..self.actor.clone() };
            let event = self.service.event(&actor, self.now, self.action, Target::new(self.target, name), details);
            self.tx.audit(event);
        }
        self.done(name, details, value)
    }

    /// Ends the job and writes its event, with the actor's name for the target.
    pub(crate) fn done_by_actor<T>(&mut self, details: &Details, value: T) -> JobOutcome<T> {
        let owner = self.actor.owner.clone();
        self.done(&owner.name, details, value)
    }

    /// Ends the job without an event, because nothing changed.
    pub(crate) const fn unchanged<T>(&self, value: T) -> JobOutcome<T> {
        let _ = self;
        JobOutcome(value)
    }

    /// Writes an event for a further action that this one implies.
    pub(crate) fn log_event(&mut self, action: AuditAction, target: Option<Uuid>, name: &str, details: &Details) {
        let event = self.service.event(&self.actor, self.now, action, Target::new(target, name), details);
        self.tx.audit(event);
    }

    /// Must follow any change of users, service accounts or settings: deletes invitations whose creators may no longer
    /// invite, and tells other processes to reload.
    pub(crate) async fn identities_changed(&mut self) -> Result<()> {
        self.tx.delete_invitations_of_former_administrators().await?;
        self.notify_other_processes(crate::maintenance::IDENTITIES).await
    }

    /// Tells other processes to reload, by changing a change counter.
    pub(crate) async fn notify_other_processes(&mut self, counter: &'static str) -> Result<()> {
        let value = mintkey_domain::base62_code(self.service.environment.random());
        Ok(self.tx.set_setting(counter, &value, self.now).await?)
    }

    /// Updates the cached organization after COMMIT.
    pub(crate) async fn refresh_organization(&mut self) -> Result<()> {
        let organization = self.organization();
        let row = self.tx.organization(organization).await?.ok_or_else(Error::not_found)?;
        let scopes = self.tx.scopes(organization).await?;
        let service = self.service.clone();
        self.tx.after_commit(move || service.identities.insert_organization(row, &scopes));
        Ok(())
    }

    /// Invalidates the user's cached records after COMMIT.
    pub(crate) fn invalidate_user(&mut self, user: UserId) {
        let service = self.service.clone();
        self.tx.after_commit(move || service.identities.invalidate_user(user));
    }
}
