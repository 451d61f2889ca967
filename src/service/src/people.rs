//! The first administrator, and people by the command line on the machine.

use mintkey_domain::{
    Email, ErrorCode, FieldCode, FieldErrors, MAX_LABEL, MembershipStatus, OneTimePurpose, OrganizationId, Password,
    Role, SessionId, Timestamp, UserId, parse_line,
};
use mintkey_store::{Constraint, Membership, NewAuditEvent, StoreError, User};

use crate::{
    Actor, Error, Origin, Result, Service, SignedIn,
    audit::{Change, Target},
    one_time::{consume, hash_code, withdraw_resets_of},
};

/// How long a set-up code works, in milliseconds: 24 hours.
const SETUP_LIFE: i64 = 24 * 60 * 60 * 1000;

/// What the set-up page asks for, as it came.
#[derive(Debug, Default)]
pub struct SetupDraft {
    /// The organization's name.
    pub organization: String,
    /// The administrator's address.
    pub email: String,
    /// The administrator's password.
    pub password: String,
    /// The password once more.
    pub repeat_password: String,
}

/// Somebody who is about to be made known, and their place in an organization.
pub(crate) struct Person {
    pub(crate) email: Email,
    pub(crate) password_hash: String,
    pub(crate) role: Role,
}

impl Service {
    /// A new code for the set-up link, on a database where nobody is yet; `None` once somebody is.
    pub async fn setup_code(&self) -> Result<Option<String>> {
        if self.store.users_exist().await? {
            return Ok(None);
        }
        let now = self.environment.now();
        let (code, row) = self.one_time_code(OneTimePurpose::Setup, SETUP_LIFE, now);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // A link that was printed by an earlier start stops working.
                    tx.delete_one_time_codes(OneTimePurpose::Setup, None).await?;
                    tx.insert_one_time_code(&row).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(Some(code.expose().to_owned()))
    }

    /// Whether that code still opens the set-up.
    pub async fn setup_is_open(&self, code: &str) -> Result<bool> {
        let good = self.good_code(code, OneTimePurpose::Setup).await?.is_some();
        Ok(good && !self.store.users_exist().await?)
    }

    /// Makes the organization and its first administrator, and consumes the code.
    ///
    /// # Errors
    /// A validation problem; `not_found` for a code that isn't good (any more).
    pub async fn complete_setup(&self, code: &str, draft: SetupDraft, origin: &Origin) -> Result<SignedIn> {
        let mut errors = FieldErrors::new();
        let organization = parse_line(&draft.organization, "organization", MAX_LABEL, &mut errors);
        let email = check_email(&draft.email, &mut errors);
        let password = new_password(draft.password, draft.repeat_password, &mut errors);
        if !self.setup_is_open(code).await? {
            return Err(setup_is_over());
        }
        errors.into_result()?;
        let email = email.ok_or_else(setup_is_over)?;
        let password_hash = self.passwords.hash(password, self.environment.random()).await?;
        let person = Person { email, password_hash, role: Role::Admin };
        let code = Some(hash_code(code));
        let (organization, user) = self.found(organization, person, code, origin).await?;
        self.signed_in(&user, organization, origin).await
    }

    /// Makes the first administrator from the environment's settings; `false` if somebody is there already.
    pub async fn create_first_administrator(&self, email: &str, password: String) -> Result<bool> {
        if self.store.users_exist().await? {
            return Ok(false);
        }
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        let password = Password::new(password, "password", &mut errors);
        errors.into_result()?;
        let email = email.ok_or_else(setup_is_over)?;
        let password_hash = self.passwords.hash(password, self.environment.random()).await?;
        let person = Person { email, password_hash, role: Role::Admin };
        match self.found("My organization".to_owned(), person, None, &Origin::default()).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(problem)) if problem.code == ErrorCode::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The actor of `mintkey admin`: the system itself in the one organization, or in the one that is named.
    pub async fn administrator(&self, organization: Option<OrganizationId>) -> Result<Actor> {
        let known = self.store.organizations().await?;
        match (organization, known.as_slice()) {
            (Some(id), _) => self.system(id).await,
            (None, [only]) => self.system(only.id).await,
            (None, []) => {
                Err(Error::refused(ErrorCode::NotFound, "There is no organization yet: set Mintkey up first."))
            }
            (None, _) => {
                let message = "There are several organizations: say which by --organization and its ID, as \
                               `mintkey admin organization list` prints it.";
                Err(Error::refused(ErrorCode::InvalidRequest, message))
            }
        }
    }

    /// Makes somebody who is known already a member of the actor's organization; `false` if nobody has that address.
    /// Their password stays.
    ///
    /// # Errors
    /// A validation problem at `email`; `already_exists` for a member, active or not.
    pub async fn add_known_user(&self, actor: &Actor, email: &str, role: Role) -> Result<bool> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        errors.into_result()?;
        let email = email.ok_or_else(Error::not_found)?;
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        let done = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(user) = tx.user_by_email(email.normalized()).await? else { return Ok(false) };
                let membership = new_membership(actor.organization, user.id, role, now);
                tx.insert_membership(&membership).await?;
                withdraw_resets_of(tx, user.id).await?;
                let change = Change::default().set("email", user.email.clone()).set("role", role.as_str());
                let target = Target::new("user", Some(user.id.uuid()), &user.email);
                tx.audit(service.event(&actor, now, "member.add", target, &change));
                service.identities_changed(tx, now).await?;
                Ok(true)
            })
        });
        match done.await {
            Err(Error::Store(StoreError::Unique(Constraint::Membership))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "They are a member of this organization already."))
            }
            done => done,
        }
    }

    /// Makes a person with a password, a member of the actor's organization.
    ///
    /// # Errors
    /// A validation problem at `email` or `password`; `already_exists`.
    pub async fn create_user(&self, actor: &Actor, email: &str, password: String, role: Role) -> Result<UserId> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        let password = Password::new(password, "password", &mut errors);
        errors.into_result()?;
        let email = email.ok_or_else(Error::not_found)?;
        let password_hash = self.passwords.hash(password, self.environment.random()).await?;
        let now = self.environment.now();
        let (user, membership) = self.rows(actor.organization, Person { email, password_hash, role });
        let change = Change::default().set("email", user.email.clone()).set("role", role.as_str());
        let target = Target::new("user", Some(user.id.uuid()), &user.email);
        let event = self.event(actor, now, "user.create", target, &change);
        let id = user.id;
        let done = self.store.write(move |tx| {
            Box::pin(async move {
                tx.insert_user(&user).await?;
                tx.insert_membership(&membership).await?;
                tx.audit(event);
                Ok::<_, Error>(())
            })
        });
        match done.await {
            Err(Error::Store(StoreError::Unique(Constraint::UserEmail))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "Somebody with this e-mail address exists."))
            }
            Err(error) => Err(error),
            Ok(()) => Ok(id),
        }
    }

    /// Gives a person of the actor's organization a new password; their sessions and access tokens end.
    pub async fn reset_password(&self, actor: &Actor, email: &str, password: String) -> Result<()> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let password = Password::new(password, "password", &mut errors);
        errors.into_result()?;
        let found = self.store.user_by_email(&Email::normalize(email)).await?;
        let user = found.ok_or_else(Error::not_found)?;
        self.store.membership(actor.organization, user.id).await?.ok_or_else(Error::not_found)?;
        let hash = self.passwords.hash(password, self.environment.random()).await?;
        let now = self.environment.now();
        let target = Target::new("user", Some(user.id.uuid()), &user.email);
        let event = self.event(actor, now, "password.reset", target, &Change::default());
        self.set_password(user.id, hash, None, None, event).await
    }

    /// Copies the database to a new file while it is in use.
    pub async fn backup(&self, actor: &Actor, to: &std::path::Path) -> Result<()> {
        require_system(actor)?;
        Ok(self.store.backup(to).await?)
    }

    /// Stores a new password hash, if the one that was checked still stands; the person's sessions but the kept one,
    /// and their reset links, end in the same transaction.
    pub(crate) async fn set_password(
        &self,
        user: UserId,
        hash: String,
        replaces: Option<String>,
        keep: Option<SessionId>,
        event: NewAuditEvent,
    ) -> Result<()> {
        let service = self.clone();
        let now = event.at;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let row = tx.user(user).await?.ok_or_else(Error::not_found)?;
                    if replaces.is_some_and(|checked| checked != row.password_hash) {
                        let message = "The password was changed by somebody else in the meantime.";
                        return Err(FieldErrors::one("current_password", FieldCode::Mismatch, message).into());
                    }
                    tx.set_password(user, &hash, now).await?;
                    withdraw_resets_of(tx, user).await?;
                    tx.delete_sessions_of(user, keep).await?;
                    tx.audit(event);
                    service.identities_changed(tx, now).await?;
                    tx.after_commit(move || service.memory.forget_person(user));
                    Ok(())
                })
            })
            .await
    }

    /// The organization and its first administrator, if nobody is there yet.
    async fn found(
        &self,
        organization: String,
        person: Person,
        code: Option<[u8; 32]>,
        origin: &Origin,
    ) -> Result<(OrganizationId, User)> {
        let now = self.environment.now();
        let (organization, scopes) = self.new_organization(organization, now);
        let (user, membership) = self.rows(organization.id, person);
        let service = self.clone();
        let origin = origin.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.users_exist().await? {
                        return Err(setup_is_over());
                    }
                    if let Some(code) = code {
                        consume(tx, &code, OneTimePurpose::Setup, now).await?.ok_or_else(setup_is_over)?;
                    }
                    let founder = Actor { origin, ..service.founder(organization.id, &scopes) };
                    service.insert_organization(tx, &founder, &organization, &scopes, now).await?;
                    tx.insert_user(&user).await?;
                    tx.insert_membership(&membership).await?;
                    let change = Change::default().set("email", user.email.clone()).set("role", Role::Admin.as_str());
                    let target = Target::new("user", Some(user.id.uuid()), &user.email);
                    tx.audit(service.event(&founder, now, "user.create", target, &change));
                    let made = (organization.id, user);
                    tx.after_commit(move || service.memory.set_organization(organization, &scopes));
                    Ok(made)
                })
            })
            .await
    }

    pub(crate) fn rows(&self, organization_id: OrganizationId, person: Person) -> (User, Membership) {
        let now = self.environment.now();
        let user = User {
            id: UserId::new(now, self.environment.random()),
            email: person.email.as_str().to_owned(),
            email_normalized: person.email.normalized().to_owned(),
            name: String::new(),
            password_hash: person.password_hash,
            password_changed_at: now,
            created_at: now,
            updated_at: now,
        };
        let membership = new_membership(organization_id, user.id, person.role, now);
        (user, membership)
    }
}

/// A place in an organization that begins now.
pub(crate) fn new_membership(
    organization_id: OrganizationId,
    user_id: UserId,
    role: Role,
    now: Timestamp,
) -> Membership {
    Membership {
        organization_id,
        user_id,
        role,
        status: MembershipStatus::Active,
        credentials_valid_from: now,
        created_at: now,
        updated_at: now,
    }
}

pub(crate) fn check_email(text: &str, errors: &mut FieldErrors) -> Option<Email> {
    let email = Email::parse(text);
    if email.is_none() {
        errors.push("email", FieldCode::InvalidFormat, "Enter an e-mail address, for example ops@example.com.");
    }
    email
}

/// Reads a new password that was typed twice.
pub(crate) fn new_password(password: String, repeat: String, errors: &mut FieldErrors) -> Password {
    let repeat = Password::typed(repeat);
    let password = Password::new(password, "password", errors);
    if password.expose() != repeat.expose() {
        errors.push("repeat_password", FieldCode::Mismatch, "This differs from the password.");
    }
    password
}

fn setup_is_over() -> Error {
    Error::refused(ErrorCode::NotFound, "This set-up link was used, has expired, or never worked.")
}

/// People are made and reset by the machine's own command line only; the console's way comes by invitation.
pub(crate) fn require_system(actor: &Actor) -> Result<()> {
    match actor.principal {
        None => Ok(()),
        Some(_) => Err(Error::refused(ErrorCode::Forbidden, "Only `mintkey admin` can do this.")),
    }
}
