//! Setup of the first administrator, and user management by the command line.

use std::sync::Arc;

use mintkey_domain::{
    AuditAction, DAY, Email, EmailLookup, ErrorCode, FieldCode, FieldErrors, Label, MembershipStatus,
    OneTimeCodePurpose, OrganizationId, Password, Role, SessionId, Timestamp, UserId,
};
use mintkey_store::{Constraint, Membership, Organization, Scope, StoreError, User};

use crate::{
    Actor, Error, Origin, Result, Service, SignedIn,
    audit::Details,
    catalogue::Catalogue,
    change::{Change, OneTimeLink},
    identity_cache::OwnerRecord,
    new_organization::{describe_new, insert_organization},
    one_time::withdraw_resets_of,
    sessions::begin_session,
};

/// The lifetime of a setup code, in milliseconds: 24 hours.
const SETUP_LIFETIME: i64 = DAY;

/// The fields of the setup page, not validated yet.
#[derive(Debug, Default)]
pub struct SetupDraft {
    /// The organization's name.
    pub organization: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// The administrator's password.
    pub password: String,
    /// The password again.
    pub repeat_password: String,
}

/// A new user, with their role in an organization.
pub(crate) struct NewUser {
    pub(crate) email: Email,
    pub(crate) password_hash: String,
    pub(crate) role: Role,
}

impl Service {
    /// Creates a code for the setup link, if no user exists yet; otherwise `None`.
    pub async fn setup_code(&self) -> Result<Option<String>> {
        if self.store.users_exist().await? {
            return Ok(None);
        }
        let (code, row) = self.one_time_code(OneTimeCodePurpose::Setup, SETUP_LIFETIME, self.environment.now());
        self.open_setup(row).await?;
        Ok(Some(code.expose().to_owned()))
    }

    /// Whether this code is valid for the setup.
    pub async fn setup_is_open(&self, code: &str) -> Result<bool> {
        let good = self.good_code(code, OneTimeCodePurpose::Setup).await?.is_some();
        Ok(good && !self.store.users_exist().await?)
    }

    /// Creates the organization and its first administrator, and consumes the code.
    ///
    /// # Errors
    /// A validation problem; `not_found` for an unknown, used or expired code.
    pub async fn complete_setup(&self, code: &str, draft: SetupDraft, origin: &Origin) -> Result<SignedIn> {
        let mut errors = FieldErrors::new();
        let organization = Label::parse(&draft.organization, "organization", &mut errors);
        let email = check_email(&draft.email, &mut errors);
        let password = new_password(draft.password, draft.repeat_password, "password", &mut errors);
        if !self.setup_is_open(code).await? {
            return Err(setup_is_over());
        }
        let ((organization, email), password) = errors.finish(organization.zip(email).zip(password))?;
        let password_hash = self.hash_password(password, origin.ip).await?;
        let administrator = NewUser { email, password_hash, role: Role::Admin };
        let (organization, scopes) = self.new_organization(organization, self.environment.now());
        let link = OneTimeLink { code, purpose: OneTimeCodePurpose::Setup, origin };
        self.change_by_link(link, setup_is_over, AuditAction::UserCreate, move |change, _| {
            Box::pin(async move {
                let user = create_first_organization(change, organization, scopes, administrator).await?;
                let created = change.done(user.email.as_str(), &describe_member(user.email.as_str(), Role::Admin), ());
                Ok(created.with(begin_session(change, &user).await?))
            })
        })
        .await
    }

    /// Creates the first administrator from environment settings. Returns `false` if a user exists already.
    pub async fn create_first_administrator(&self, email: &str, password: String) -> Result<bool> {
        if self.store.users_exist().await? {
            return Ok(false);
        }
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        let password = Password::new(password, "password", &mut errors);
        let (email, password) = errors.finish(email.zip(password))?;
        let password_hash = self.hash_password(password, None).await?;
        let administrator = NewUser { email, password_hash, role: Role::Admin };
        let name = Label::from_stored("My organization".to_owned());
        let (organization, scopes) = self.new_organization(name, self.environment.now());
        let system = self.system_in(organization.id, Arc::default());
        let act = self.change(&system, AuditAction::UserCreate, None)?;
        let created = act.run(move |change| {
            Box::pin(async move {
                let user = create_first_organization(change, organization, scopes, administrator).await?;
                Ok(change.done(user.email.as_str(), &describe_member(user.email.as_str(), Role::Admin), ()))
            })
        });
        match created.await {
            Ok(()) => Ok(true),
            Err(Error::Refused(problem)) if problem.code == ErrorCode::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The actor of `mintkey admin`: the system in the given organization, or in the only one.
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

    /// Adds an existing user, who keeps their password, to the actor's organization. Returns `false` if no user has
    /// this address.
    ///
    /// # Errors
    /// A validation problem at `email`; `already_exists` for a member, active or not.
    pub async fn add_known_user(&self, actor: &Actor, email: &str, role: Role) -> Result<bool> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        let email = errors.finish(email)?;
        let act = self.change(actor, AuditAction::MemberAdd, None)?;
        let done = act.run(move |change| {
            Box::pin(async move {
                let (organization, now) = (change.organization(), change.now);
                let Some(user) = change.tx.user_by_email(&EmailLookup::from(&email)).await? else {
                    return Ok(change.unchanged(false));
                };
                change.tx.insert_membership(&new_membership(organization, user.id, role, now)).await?;
                withdraw_resets_of(change.tx, user.id).await?;
                change.identities_changed().await?;
                change.set_target(user.id.uuid());
                let details = describe_member(user.email.as_str(), role);
                Ok(change.done(user.email.as_str(), &details, true))
            })
        });
        match done.await {
            Err(Error::Store(StoreError::Unique(Constraint::Membership))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "They are a member of this organization already."))
            }
            done => done,
        }
    }

    /// Creates a user with a password as a member of the actor's organization.
    ///
    /// # Errors
    /// A validation problem at `email` or `password`; `already_exists`.
    pub async fn create_user(&self, actor: &Actor, email: &str, password: String, role: Role) -> Result<UserId> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        let password = Password::new(password, "password", &mut errors);
        let (email, password) = errors.finish(email.zip(password))?;
        let password_hash = self.hash_password(password, None).await?;
        let (user, membership) = self.rows(actor.organization, NewUser { email, password_hash, role });
        let id = user.id;
        let act = self.change(actor, AuditAction::UserCreate, id.uuid())?;
        let done = act.run(move |change| {
            Box::pin(async move {
                change.tx.insert_user(&user).await?;
                change.tx.insert_membership(&membership).await?;
                let details = describe_member(user.email.as_str(), role);
                Ok(change.done(user.email.as_str(), &details, id))
            })
        });
        match done.await {
            Err(Error::Store(StoreError::Unique(Constraint::UserEmail))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "Somebody with this e-mail address exists."))
            }
            done => done,
        }
    }

    /// Sets a new password for a user of the actor's organization, and ends their sessions and access tokens.
    pub async fn reset_password(&self, actor: &Actor, email: &str, password: String) -> Result<()> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let password = Password::new(password, "password", &mut errors);
        let password = errors.finish(password)?;
        let user = self.store.user_by_email(&EmailLookup::new(email)).await?;
        let user = user.ok_or_else(Error::not_found)?;
        self.store.membership(actor.organization, user.id).await?.ok_or_else(Error::not_found)?;
        let hash = self.hash_password(password, None).await?;
        let act = self.change(actor, AuditAction::PasswordReset, user.id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                set_password(change, user.id, &hash, None).await?;
                Ok(change.done(user.email.as_str(), &Details::default(), ()))
            })
        })
        .await
    }

    pub(crate) fn rows(&self, organization_id: OrganizationId, new: NewUser) -> (User, Membership) {
        let now = self.environment.now();
        let user = User {
            id: UserId::new(now, self.environment.random()),
            email: new.email,
            password_hash: new.password_hash,
            password_generation: 1,
            created_at: now,
            updated_at: now,
        };
        let membership = new_membership(organization_id, user.id, new.role, now);
        (user, membership)
    }
}

/// Stores a new password hash. Deletes the user's sessions and reset links in the same transaction; the session in
/// `keep` gets the new generation.
pub(crate) async fn set_password(
    change: &mut Change<'_>,
    user: UserId,
    hash: &str,
    keep: Option<SessionId>,
) -> Result<()> {
    change.tx.set_password(user, hash, change.now).await?;
    withdraw_resets_of(change.tx, user).await?;
    change.tx.delete_sessions_of(user, keep).await?;
    if let Some(kept) = keep {
        change.tx.advance_session(kept).await?;
    }
    change.identities_changed().await?;
    change.invalidate_user(user);
    Ok(())
}

/// Creates the organization and its first administrator if no user exists. The actor is the organization's system.
async fn create_first_organization(
    change: &mut Change<'_>,
    organization: Organization,
    scopes: Vec<Scope>,
    administrator: NewUser,
) -> Result<User> {
    if change.tx.users_exist().await? {
        return Err(setup_is_over());
    }
    let (user, membership) = change.service.rows(organization.id, administrator);
    let origin = change.actor.origin.clone();
    let system = change.service.system_in(organization.id, Arc::new(Catalogue::new(&scopes)));
    let system = Actor { owner: OwnerRecord::of("Mintkey", Role::Admin), origin, ..system };
    change.acts_as(system, user.id.uuid());
    let (id, details) = (organization.id.uuid(), describe_new(&organization));
    let name = organization.name.to_string();
    insert_organization(change, organization, scopes).await?;
    change.log_event(AuditAction::OrganizationCreate, Some(id), &name, &details);
    change.tx.insert_user(&user).await?;
    change.tx.insert_membership(&membership).await?;
    Ok(user)
}

/// The audit details of a membership.
pub(crate) fn describe_member(email: &str, role: Role) -> Details {
    Details::default().set("email", email).set("role", role.as_str())
}

/// A membership that starts now.
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
        generation: 1,
        created_at: now,
        updated_at: now,
    }
}

pub(crate) fn check_email(text: &str, errors: &mut FieldErrors) -> Option<Email> {
    match Email::parse(text) {
        Ok(email) => Some(email),
        Err(invalid) => {
            errors.push("email", FieldCode::InvalidFormat, invalid.message());
            None
        }
    }
}

/// Validates a new password that was typed twice, with errors at `field` and `repeat_password`.
pub(crate) fn new_password(
    password: String,
    repeat: String,
    field: &'static str,
    errors: &mut FieldErrors,
) -> Option<Password> {
    let [typed, repeat] = [password, repeat].map(Password::typed);
    let password = Password::new(typed.expose().to_owned(), field, errors);
    if typed.expose() != repeat.expose() {
        errors.push("repeat_password", FieldCode::Mismatch, "This differs from the password.");
    }
    password
}

fn setup_is_over() -> Error {
    Error::refused(ErrorCode::NotFound, "This set-up link was used, has expired, or never worked.")
}

/// Refuses all actors but the command line. In the console, users are added by invitation.
pub(crate) fn require_system(actor: &Actor) -> Result<()> {
    match actor.principal {
        None => Ok(()),
        Some(_) => Err(Error::refused(ErrorCode::Forbidden, "Only `mintkey admin` can do this.")),
    }
}
