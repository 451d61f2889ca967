//! Signing in with a password, and exchanging a password or a token's secret for an access token.

use std::sync::Arc;

use mintkey_domain::{
    AccessTokenId, Email, FieldCode, FieldErrors, Grant, MAX_SCOPES, MembershipStatus, OrganizationId, Password,
    ScopeSet, SessionId, Timestamp, UserId, wire::AccessToken,
};
use mintkey_store::{Membership, User};
use uuid::Uuid;

use crate::{
    Actor, Credential, Origin, Result, Service,
    access_token::{Claims, MAX_LIFE, PASSWORD_CLIENT},
    audit::{Change, Target},
    authenticate::invalid_credential,
};

/// Who signed in, for the session that the console now writes.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn {
    /// The person.
    pub user_id: UserId,
    /// The organization that they work in.
    pub organization_id: OrganizationId,
    /// The session's id in the person's list of sessions.
    pub session_id: SessionId,
    /// Now.
    pub signed_in_at: Timestamp,
    /// When the password that was right had been set.
    pub(crate) password_set_at: Timestamp,
}

/// What is exchanged for an access token.
pub enum LoginRequest {
    /// A person's password.
    Password {
        /// The e-mail address.
        username: String,
        /// The password.
        password: Password,
        /// Needed by a member of several organizations.
        organization_id: Option<OrganizationId>,
        /// What the access token is narrowed to.
        scope: Option<String>,
    },
    /// A statement that the token's client signed (RFC 7523).
    Assertion {
        /// The JWT.
        assertion: String,
        /// The client ID, if it was sent beside it.
        client_id: Option<String>,
        /// What the access token is narrowed to.
        scope: Option<String>,
    },
    /// A token's client ID and secret.
    Client {
        /// The client ID.
        client_id: String,
        /// The client secret.
        client_secret: String,
        /// What the access token is narrowed to.
        scope: Option<String>,
    },
}

impl Service {
    /// Signs a person in to the console.
    ///
    /// # Errors
    /// `invalid_credential` whatever is wrong, after the time that a right password takes; `rate_limited`.
    pub async fn sign_in(&self, email: &str, password: Password, origin: &Origin) -> Result<SignedIn> {
        let (user, memberships) = self.check_password(email, password, origin).await?;
        let membership = memberships.first().ok_or_else(invalid_credential)?;
        self.signed_in(&user, membership.organization_id, origin).await
    }

    /// Whether a sign-in still counts once its session has been written: a password that was changed while the old
    /// one was being checked ends it. The door then drops the session.
    pub async fn still_signed_in(&self, signed_in: &SignedIn) -> Result<bool> {
        let user = self.store.user(signed_in.user_id).await?;
        Ok(user.is_some_and(|user| user.password_changed_at == signed_in.password_set_at))
    }

    pub(crate) async fn signed_in(
        &self,
        user: &User,
        organization_id: OrganizationId,
        origin: &Origin,
    ) -> Result<SignedIn> {
        let now = self.environment.now();
        let session_id = SessionId::new(now, self.environment.random());
        let password_set_at = user.password_changed_at;
        let signed_in = SignedIn { user_id: user.id, organization_id, session_id, signed_in_at: now, password_set_at };
        if let Some(actor) = self.session(user.id, organization_id, session_id, origin.clone()).await? {
            let target = Target::new("session", Some(session_id.uuid()), actor.name());
            let event = self.event(&actor, now, "session.create", target, &Change::default());
            self.record(event).await?;
        }
        Ok(signed_in)
    }

    /// Exchanges a password, or a token's secret, for a short-lived access token.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in) and [`authenticate`](Self::authenticate); a validation problem for a scope
    /// that isn't held, or for a member of several organizations who doesn't say which.
    pub async fn login(&self, request: LoginRequest, origin: Origin) -> Result<AccessToken> {
        let now = self.environment.now();
        match request {
            LoginRequest::Client { client_id, client_secret, scope } => {
                let credential = Credential::Client { id: &client_id, secret: &client_secret };
                let actor = self.authenticate(credential, origin).await?;
                self.issue_to_client(&actor, scope.as_deref(), now).await
            }
            LoginRequest::Assertion { assertion, client_id, scope } => {
                // Boxed: what the rarer way needs would otherwise be carried about by every exchange of a secret.
                let proven = Box::pin(self.authenticate_assertion(&assertion, client_id.as_deref(), origin));
                let actor = proven.await?;
                self.issue_to_client(&actor, scope.as_deref(), now).await
            }
            LoginRequest::Password { username, password, organization_id, scope } => {
                let (_, memberships) = self.check_password(&username, password, &origin).await?;
                let membership = choose(&memberships, organization_id)?;
                let session = SessionId::from_uuid(Uuid::nil());
                let found = self.session(membership.user_id, membership.organization_id, session, origin).await?;
                let actor = found.ok_or_else(invalid_credential)?;
                self.issue(&actor, PASSWORD_CLIENT, scope.as_deref(), now).await
            }
        }
    }

    async fn issue_to_client(&self, actor: &Actor, scope: Option<&str>, now: Timestamp) -> Result<AccessToken> {
        // As we spell it, and not as it was sent: the access token is compared by it.
        let client_id = actor.token_id().ok_or_else(invalid_credential)?.to_string();
        self.issue(actor, &client_id, scope, now).await
    }

    async fn issue(&self, actor: &Actor, client_id: &str, scope: Option<&str>, now: Timestamp) -> Result<AccessToken> {
        let Some(principal) = actor.principal() else { return Err(invalid_credential().into()) };
        let scope = scope.map(str::trim).filter(|scope| !scope.is_empty());
        let granted = match scope {
            Some(scope) => narrow(actor, scope)?,
            None => ScopeSet::from_stored(actor.effective_scopes().iter().map(String::as_str)),
        };
        let tenant = self.tenant(actor.organization()).await?;
        let life = actor.expires_at.map_or(MAX_LIFE, |end| MAX_LIFE.min(end.since(now) / 1000));
        let exp = now.seconds() + life;
        let claims = Claims {
            iss: self.signer.issuer().to_owned(),
            sub: principal.id(),
            aud: self.audience(&tenant.row),
            client_id: client_id.to_owned(),
            scope: granted.to_string(),
            jti: AccessTokenId::new(now, self.environment.random()).uuid(),
            iat: now.seconds(),
            exp,
            organization_id: actor.organization(),
            sub_type: principal.kind(),
            unrestricted: client_id == PASSWORD_CLIENT && scope.is_none(),
        };
        Ok(AccessToken {
            access_token: self.signer.sign(&claims, now)?,
            token_type: "Bearer".into(),
            expires_in: life,
            expires_at: Timestamp::from_millis(exp * 1000),
            scope: claims.scope,
        })
    }

    /// The active memberships of whoever knows the password. Unknown accounts cost the time of known ones.
    async fn check_password(
        &self,
        username: &str,
        password: Password,
        origin: &Origin,
    ) -> Result<(User, Vec<Membership>)> {
        let account = Email::normalize(username);
        self.limiters.begin_sign_in(&account, origin.ip, self.environment.now())?;
        let user = self.store.user_by_email(&account).await?;
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let right = self.passwords.verify(password, stored).await?;
        let Some(user) = user else { return Err(invalid_credential().into()) };
        if !right {
            let (service, origin) = (self.clone(), origin.clone());
            // Beside the answer, which comes as soon for whoever isn't known.
            tokio::spawn(async move {
                if let Err(error) = service.sign_in_failed(&user, &origin).await {
                    tracing::warn!(%error, "a failed sign-in is missing in the audit log");
                }
            });
            return Err(invalid_credential().into());
        }
        let mut memberships = self.store.memberships_of(user.id).await?;
        memberships.retain(|membership| membership.status == MembershipStatus::Active);
        if memberships.is_empty() {
            return Err(invalid_credential().into());
        }
        self.limiters.sign_in_succeeded(&account, origin.ip);
        Ok((user, memberships))
    }
}

/// The membership that a login is for.
fn choose(memberships: &[Membership], organization: Option<OrganizationId>) -> Result<&Membership> {
    match (organization, memberships) {
        (Some(id), _) => {
            let found = memberships.iter().find(|membership| membership.organization_id == id);
            Ok(found.ok_or_else(invalid_credential)?)
        }
        (None, [only]) => Ok(only),
        (None, _) => {
            let message = "You belong to several organizations: say which.";
            Err(FieldErrors::one("organization_id", FieldCode::Required, message).into())
        }
    }
}

/// The scopes that the request narrows to; each must be held. A wildcard becomes what its owner may do of it now:
/// whoever only has the access token to go by would take it at its word.
fn narrow(actor: &Actor, scope: &str) -> Result<ScopeSet> {
    let may_grant = |grant: &Grant| actor.principal.is_some_and(|owner| actor.may_grant(grant, owner));
    let grants: Option<Vec<Grant>> = scope
        .split_ascii_whitespace()
        .take(MAX_SCOPES + 1)
        .map(|text| Grant::parse(text).ok().filter(|grant| actor.catalogue.knows(grant) && may_grant(grant)))
        .collect();
    let granted = match grants {
        Some(grants) if grants.len() <= MAX_SCOPES => {
            let narrowed = Actor { narrowed: Some(Arc::new(ScopeSet::new(grants))), ..actor.clone() };
            ScopeSet::from_stored(narrowed.effective_scopes().iter().map(String::as_str))
        }
        _ => ScopeSet::default(),
    };
    if granted.is_empty() {
        let message = "Each scope, separated by spaces, must be one that the credential holds.";
        return Err(FieldErrors::one("scope", FieldCode::UnknownScope, message).into());
    }
    Ok(granted)
}
