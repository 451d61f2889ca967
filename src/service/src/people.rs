//! The first administrator, and people by the command line on the machine.

use mintkey_domain::{
    DEFAULT_TTL, Email, ErrorCode, FieldCode, FieldErrors, MAX_LABEL, MembershipStatus, OneTimeCodeId, OneTimePurpose,
    OrganizationId, Password, Role, SessionId, UserId, parse_line,
};
use mintkey_store::{Constraint, Membership, NewAuditEvent, OneTimeCode, Organization, StoreError, Tx, User};
use sha2::{Digest, Sha256};

use crate::{
    Actor, Error, Origin, Result, Service, SignedIn,
    audit::{Change, Target},
    scopes::built_in_scopes,
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

struct Person {
    email: Email,
    password_hash: String,
    role: Role,
}

impl Service {
    /// A new code for the set-up link, on a database where nobody is yet; `None` once somebody is.
    pub async fn setup_code(&self) -> Result<Option<String>> {
        if self.store.users_exist().await? {
            return Ok(None);
        }
        let now = self.environment.now();
        let code = mintkey_domain::base62_code(self.environment.random());
        let row = OneTimeCode {
            id: OneTimeCodeId::new(now, self.environment.random()),
            purpose: OneTimePurpose::Setup,
            code_hash: Sha256::digest(&code).into(),
            organization_id: None,
            user_id: None,
            email: None,
            role: None,
            expires_at: now.saturating_add(SETUP_LIFE),
            consumed_at: None,
            created_at: now,
        };
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
        Ok(Some(code))
    }

    /// Whether that code still opens the set-up.
    pub async fn setup_is_open(&self, code: &str) -> Result<bool> {
        let now = self.environment.now();
        let found = self.store.one_time_code(&Sha256::digest(code).into()).await?;
        let good = found.is_some_and(|found| is_good(&found, now));
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
        let repeat = Password::typed(draft.repeat_password);
        let password = Password::new(draft.password, "password", &mut errors);
        if password.expose() != repeat.expose() {
            errors.push("repeat_password", FieldCode::Mismatch, "This differs from the password.");
        }
        if !self.setup_is_open(code).await? {
            return Err(setup_is_over());
        }
        errors.into_result()?;
        let email = email.ok_or_else(setup_is_over)?;
        let password_hash = self.passwords.hash(password, self.environment.random()).await?;
        let person = Person { email, password_hash, role: Role::Admin };
        let code_hash = Sha256::digest(code).into();
        let (organization, user) = self.found(organization, person, Some(code_hash), origin).await?;
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
            (None, _) => Err(Error::refused(ErrorCode::InvalidRequest, "There are several organizations: say which.")),
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

    /// Stores a new password hash, if the one that was checked still stands; the person's sessions but the kept one
    /// end in the same transaction.
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
                    tx.delete_sessions_of(user, keep).await?;
                    tx.audit(event);
                    service.bump_identities(tx, now).await?;
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
        let organization = Organization {
            id: OrganizationId::new(now, self.environment.random()),
            name: organization,
            audience: None,
            default_token_ttl: Some(DEFAULT_TTL),
            max_token_ttl: None,
            created_at: now,
            updated_at: now,
        };
        let scopes = built_in_scopes(organization.id, now, || self.environment.random());
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
                        consume(tx, &code, now).await?;
                    }
                    tx.insert_organization(&organization).await?;
                    for scope in &scopes {
                        tx.insert_scope(scope).await?;
                    }
                    tx.insert_user(&user).await?;
                    tx.insert_membership(&membership).await?;
                    let founder = Actor { origin, ..service.founder(organization.id, &scopes) };
                    let change = Change::default().set("name", organization.name.clone());
                    let target = Target::new("organization", Some(organization.id.uuid()), &organization.name);
                    tx.audit(service.event(&founder, now, "organization.create", target, &change));
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

    fn rows(&self, organization_id: OrganizationId, person: Person) -> (User, Membership) {
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
        let membership = Membership {
            organization_id,
            user_id: user.id,
            role: person.role,
            status: MembershipStatus::Active,
            credentials_valid_from: now,
            created_at: now,
            updated_at: now,
        };
        (user, membership)
    }
}

fn check_email(text: &str, errors: &mut FieldErrors) -> Option<Email> {
    let email = Email::parse(text);
    if email.is_none() {
        errors.push("email", FieldCode::InvalidFormat, "Enter an e-mail address, for example ops@example.com.");
    }
    email
}

async fn consume(tx: &mut Tx, code: &[u8; 32], now: mintkey_domain::Timestamp) -> Result<()> {
    let found = tx.one_time_code(code).await?.filter(|found| is_good(found, now)).ok_or_else(setup_is_over)?;
    if tx.consume_one_time_code(found.id, now).await? { Ok(()) } else { Err(setup_is_over()) }
}

fn is_good(code: &OneTimeCode, now: mintkey_domain::Timestamp) -> bool {
    code.purpose == OneTimePurpose::Setup && code.consumed_at.is_none() && code.expires_at > now
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
