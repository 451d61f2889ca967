//! The one way to change anything.
//!
//! A write may wait for its turn, and what was true when its request was let in may have ended meanwhile. So the
//! methods that write are reached through a [`Change`] only, and a `Change` exists only inside a transaction, after its
//! actor was validated once more on the rows that the transaction reads, by the function that let the request in. What a
//! job decides, it decides on that actor. The act's event is written with it, and a refusal for want of a right is
//! noted by the same name.
//!
//! Three other origins have no rows to be validated by: Mintkey itself, a link that works once and is used up inside, and
//! a password that was just proven, whose generation is compared inside.

mod origins;

use std::{pin::Pin, sync::Arc};

use mintkey_domain::{AuditAction, OrganizationId, Principal, SessionId, Timestamp, TokenId, UserId, Via};
use mintkey_store::{HeldRow, Store, Token, Tx, Writer};
use uuid::Uuid;

use crate::{
    Actor, Error, Origin, Result, Service,
    audit::{Details, Target},
    authenticate::invalid_credential,
    credential::Proof,
    identity_cache::{OrganizationRecord, OwnerRecord},
    records::{InTransaction, Records},
    tokens::reachable,
};

pub(crate) use origins::{OneTimeLink, ProvenPassword};

/// The database's writing half. Only this module reaches into it.
pub(crate) struct Writes(Writer);

/// An act that is permitted now, and is decided again when its turn comes.
#[must_use = "an act that isn't run changes nothing"]
pub(crate) struct Act<'s> {
    service: &'s Service,
    actor: Actor,
    action: AuditAction,
    target: Option<Uuid>,
}

/// A transaction in which an act is carried out, for an actor that was validated in it.
pub(crate) struct Change<'t> {
    pub(crate) tx: &'t mut Tx,
    pub(crate) service: Service,
    /// Who acts, as the rows of this transaction say.
    pub(crate) actor: Actor,
    /// Read inside the transaction.
    pub(crate) now: Timestamp,
    action: AuditAction,
    target: Option<Uuid>,
}

/// How a job ended: its event is written, or nothing was changed. Made by [`Change::done`] and [`Change::unchanged`].
#[must_use]
pub(crate) struct Ended<T>(T);

/// A job's future.
pub(crate) type Running<'c, T> = Pin<Box<dyn Future<Output = Result<Ended<T>>> + Send + 'c>>;

impl<T> Ended<T> {
    /// The same end, with another answer.
    pub(crate) fn with<U>(self, value: U) -> Ended<U> {
        drop(self.0);
        Ended(value)
    }
}

impl Writes {
    pub(crate) const fn new(writer: Writer) -> Self {
        Self(writer)
    }

    /// The database, for reading.
    pub(crate) fn store(&self) -> Store {
        Store::clone(&self.0)
    }

    /// Adds the instance's first signing key, unless another process has: part of opening the database.
    pub(crate) async fn insert_first_signing_key(
        &self,
        key: mintkey_store::SigningKey,
    ) -> Result<Vec<mintkey_store::SigningKey>> {
        self.0
            .write(move |tx| {
                Box::pin(async move {
                    if !tx.signing_keys().await?.iter().any(|row| row.active) {
                        tx.insert_signing_key(&key).await?;
                    }
                    Ok::<_, Error>(tx.signing_keys().await?)
                })
            })
            .await
    }
}

impl Service {
    /// An act of that actor on that target; refused at once if its scope is missing.
    pub(crate) fn change(
        &self,
        actor: &Actor,
        action: AuditAction,
        target: impl Into<Option<Uuid>>,
    ) -> Result<Act<'_>> {
        let target = target.into();
        if let Some(scope) = action.scope() {
            let permitted = actor.require(scope);
            self.noted(actor, action, target, permitted)?;
        }
        Ok(Act { service: self, actor: actor.clone(), action, target })
    }

    /// The actor as the rows of this transaction say. What stopped its credential meanwhile was committed before.
    async fn reauthorize(&self, tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Actor> {
        let mut records = InTransaction::new(self, tx);
        if matches!(actor.proof, Proof::System) {
            // An organization that is made in this transaction isn't there yet.
            let tenant = records.organization(actor.organization).await?;
            let catalogue = tenant.map_or_else(|| actor.catalogue.clone(), |tenant| tenant.catalogue.clone());
            return Ok(Actor { catalogue, ..actor.clone() });
        }
        let checked = self.validate(&mut records, actor.proof.clone(), actor.origin.clone(), now).await?;
        checked.into_valid().ok_or_else(|| invalid_credential().into())
    }

    /// Notes a refusal for want of a right, and passes the result on.
    fn noted<T>(&self, actor: &Actor, action: AuditAction, target: Option<Uuid>, result: Result<T>) -> Result<T> {
        if let Err(Error::Refused(problem)) = &result {
            self.refused(actor, action, target, problem);
        }
        result
    }
}

impl Act<'_> {
    /// Runs the job in a transaction of its own, with the actor as they are by then.
    ///
    /// # Errors
    /// `invalid_credential` if the actor's credential was stopped meanwhile; `insufficient_scope` if it was narrowed;
    /// what the job refuses.
    pub(crate) async fn run<T, F>(self, job: F) -> Result<T>
    where
        F: for<'c, 't> FnOnce(&'c mut Change<'t>) -> Running<'c, T> + Send + 'static,
        T: Send + 'static,
    {
        let Act { service, actor, action, target } = self;
        let (shared, requested) = (service.clone(), actor.clone());
        let run = service.writes.0.write(move |tx| {
            Box::pin(async move {
                let now = shared.environment.now();
                let actor = shared.reauthorize(tx, &requested, now).await?;
                if let Some(scope) = action.scope() {
                    actor.require(scope)?;
                }
                if requested.owner.assigned.iter().any(|account| !actor.owner.assigned.contains(account)) {
                    // What was asked for may have been about the account that was taken away meanwhile.
                    return Err(invalid_credential().into());
                }
                let mut change = Change { tx, service: shared, actor, now, action, target };
                job(&mut change).await.map(|Ended(value)| value)
            })
        });
        let result = run.await;
        service.noted(&actor, action, target, result)
    }
}

impl<'t> Change<'t> {
    fn of_nobody(tx: &'t mut Tx, service: Service, origin: Origin, action: AuditAction, now: Timestamp) -> Self {
        let nobody = service.system_in(OrganizationId::from_uuid(Uuid::nil()), Arc::default());
        let actor = Actor { grants: Arc::default(), proof: Proof::Nothing, origin, ..nobody };
        Self { tx, service, actor, now, action, target: None }
    }

    /// Names whose act a link's is, and what it is done to.
    pub(crate) fn acts_as(&mut self, actor: Actor, target: Uuid) {
        self.actor = actor;
        self.target = Some(target);
    }

    /// Names what the act is done to, where only the job could know.
    pub(crate) fn is_done_to(&mut self, target: Uuid) {
        self.target = Some(target);
    }

    /// Makes the act that of the access token that it makes.
    pub(crate) fn acts_by_access_token(&mut self, jti: Uuid) {
        self.actor.proof = Proof::Issued(jti);
    }

    /// Makes the act that of a session that was begun in this transaction: what it is done to, too.
    pub(crate) fn acts_in_session(&mut self, session: SessionId) {
        self.actor.via = Via::Session;
        self.actor.session_id = Some(session);
        self.target = Some(session.uuid());
    }

    /// Where everything happens.
    pub(crate) const fn organization(&self) -> OrganizationId {
        self.actor.organization
    }

    /// The organization with its catalogue, as this transaction sees it.
    pub(crate) async fn tenant(&mut self) -> Result<Arc<OrganizationRecord>> {
        let organization = self.organization();
        let found = InTransaction::new(&self.service, self.tx).organization(organization).await?;
        found.ok_or_else(Error::not_found)
    }

    /// An owner in the actor's organization, as this transaction sees it.
    pub(crate) async fn owner(&mut self, owner: Principal) -> Result<Option<Arc<OwnerRecord>>> {
        let organization = self.organization();
        InTransaction::new(&self.service, self.tx).owner(organization, owner).await
    }

    /// A token that the actor reaches, kept from changing by others.
    pub(crate) async fn token(&mut self, id: TokenId) -> Result<Token> {
        self.tx.hold_exclusively(HeldRow::Token(id)).await?;
        reachable(&self.actor, self.tx.token(self.actor.organization, id).await?)
    }

    /// Ends the job: the act was done, on the target of that name.
    pub(crate) fn done<T>(&mut self, name: &str, details: &Details, value: T) -> Ended<T> {
        self.also(self.action, self.target, name, details);
        Ended(value)
    }

    /// Ends the job: the act was done, on a target with the actor's own name.
    pub(crate) fn done_by_actor<T>(&mut self, details: &Details, value: T) -> Ended<T> {
        let owner = self.actor.owner.clone();
        self.done(&owner.name, details, value)
    }

    /// Ends the job: nothing had to change, so no event is written.
    pub(crate) const fn unchanged<T>(&self, value: T) -> Ended<T> {
        let _ = self;
        Ended(value)
    }

    /// Tells of an act that this one brings with it.
    pub(crate) fn also(&mut self, action: AuditAction, target: Option<Uuid>, name: &str, details: &Details) {
        let event = self.service.event(&self.actor, self.now, action, Target::new(target, name), details);
        self.tx.audit(event);
    }

    /// Tells another organization of this act too.
    pub(crate) fn also_in(&mut self, organization: OrganizationId, name: &str, details: &Details) {
        let actor = Actor { organization, ..self.actor.clone() };
        let event = self.service.event(&actor, self.now, self.action, Target::new(self.target, name), details);
        self.tx.audit(event);
    }

    /// What follows from any change of people, machines or settings: invitations end whose makers may invite no more,
    /// and other processes read anew.
    pub(crate) async fn identities_changed(&mut self) -> Result<()> {
        self.tx.delete_invitations_of_former_administrators().await?;
        self.announce(crate::maintenance::IDENTITIES).await
    }

    /// Tells other processes that something of theirs has to be read anew.
    pub(crate) async fn announce(&mut self, mark: &'static str) -> Result<()> {
        let value = mintkey_domain::base62_code(self.service.environment.random());
        Ok(self.tx.set_setting(mark, &value, self.now).await?)
    }

    /// After COMMIT the organization's record is what this transaction has made of it.
    pub(crate) async fn refresh_organization(&mut self) -> Result<()> {
        let organization = self.organization();
        let row = self.tx.organization(organization).await?.ok_or_else(Error::not_found)?;
        let scopes = self.tx.scopes(organization).await?;
        let service = self.service.clone();
        self.tx.after_commit(move || service.identities.insert_organization(row, &scopes));
        Ok(())
    }

    /// After COMMIT that person's records are read anew.
    pub(crate) fn invalidate_person(&mut self, user: UserId) {
        let service = self.service.clone();
        self.tx.after_commit(move || service.identities.invalidate_person(user));
    }
}
