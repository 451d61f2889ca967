//! Sign-in with a password, and exchange of a password or a token's secret for an access token.

use std::sync::Arc;

use mintkey_domain::{
    AccessTokenId, AuditAction, EmailLookup, FieldCode, FieldErrors, Grant, MAX_SCOPES, MembershipStatus,
    OrganizationId, Password, SECOND, ScopeSet, Timestamp, wire::AccessToken,
};
use mintkey_store::Membership;
use uuid::Uuid;

use crate::{
    Actor, Credential, Origin, Result, Service, SignedIn,
    access_token::{Claims, Confirmation, MAX_LIFETIME, PASSWORD_CLIENT},
    audit::Details,
    authenticate::invalid_credential,
    certificates::ClientCertificate,
    change::ProvenPassword,
    credential::Proof,
    identity_cache::OrganizationRecord,
    password::{Caller, Verdict},
};

/// The credential that is exchanged for an access token.
pub enum LoginRequest {
    /// A user's password.
    Password {
        /// The e-mail address.
        username: String,
        /// The password.
        password: Password,
        /// Required for members of several organizations.
        organization_id: Option<OrganizationId>,
        /// The requested scopes.
        scope: Option<String>,
    },
    /// A client assertion (RFC 7523).
    Assertion {
        /// The JWT.
        assertion: String,
        /// The client ID, if the request has it.
        client_id: Option<String>,
        /// The requested scopes.
        scope: Option<String>,
    },
    /// A client certificate (RFC 8705 section 2.1).
    Certificate {
        /// The certificate.
        certificate: ClientCertificate,
        /// The client ID, which must be that of the certificate.
        client_id: String,
        /// The requested scopes.
        scope: Option<String>,
    },
    /// A token's client ID and secret.
    Client {
        /// The client ID.
        client_id: String,
        /// The client secret.
        client_secret: String,
        /// The requested scopes.
        scope: Option<String>,
    },
}

impl Service {
    /// Signs a user in to the console, and ends the previous session of their browser.
    ///
    /// # Errors
    /// `invalid_credential` for every failure, after the same time as for a correct password; `rate_limited`.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Password,
        before: Option<&Actor>,
        origin: &Origin,
    ) -> Result<SignedIn> {
        let (proven, memberships) = self.check_password(email, password, origin).await?;
        let membership = memberships.first().ok_or_else(invalid_credential)?;
        self.begin_session(proven, membership.organization_id, before).await
    }

    /// Exchanges a password, or a token's secret, for a short-lived access token.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in) and [`authenticate`](Self::authenticate); a validation problem for a scope that
    /// the actor doesn't have, or for a member of several organizations who doesn't select one.
    pub async fn login(&self, request: LoginRequest, origin: Origin) -> Result<AccessToken> {
        let now = self.environment.now();
        match request {
            LoginRequest::Client { client_id, client_secret, scope } => {
                let credential = Credential::Client { id: &client_id, secret: &client_secret };
                let actor = self.authenticate(credential, origin).await?;
                self.issue_to_client(&actor, scope.as_deref(), now).await
            }
            LoginRequest::Certificate { certificate, client_id, scope } => {
                let actor = self.authenticate(Credential::Certificate(certificate), origin).await?;
                if client_id.trim().parse().ok() != Some(certificate.token) {
                    return Err(invalid_credential().into());
                }
                self.issue_to_client(&actor, scope.as_deref(), now).await
            }
            LoginRequest::Assertion { assertion, client_id, scope } => {
                // Boxed, so that the more common exchange of a secret doesn't carry its state.
                let proven = Box::pin(self.authenticate_assertion(&assertion, client_id.as_deref(), origin));
                let actor = proven.await?;
                self.issue_to_client(&actor, scope.as_deref(), now).await
            }
            LoginRequest::Password { username, password, organization_id, scope } => {
                let (proven, memberships) = self.check_password(&username, password, &origin).await?;
                let organization = choose(&memberships, organization_id)?.organization_id;
                self.issue_to_person(proven, organization, scope).await
            }
        }
    }

    /// Writes the event before signing the access token. The event has its `jti`, like those of its later use.
    async fn issue_to_person(
        &self,
        proven: ProvenPassword,
        organization: OrganizationId,
        scope: Option<String>,
    ) -> Result<AccessToken> {
        let jti = AccessTokenId::new(self.environment.now(), self.environment.random()).uuid();
        let action = AuditAction::AccessTokenCreate;
        let issued = self.change_by_password(proven, organization, action, jti, move |change| {
            Box::pin(async move {
                let tenant = change.tenant().await?;
                let claims = change.service.claims(
                    &change.actor,
                    &tenant,
                    PASSWORD_CLIENT,
                    jti,
                    scope.as_deref(),
                    change.now,
                )?;
                change.acts_by_access_token(jti);
                let details = Details::default().note("scope", claims.scope.clone());
                let now = change.now;
                Ok(change.done_by_actor(&details, (claims, now)))
            })
        });
        let (claims, now) = issued.await?;
        self.sign(claims, now)
    }

    async fn issue_to_client(&self, actor: &Actor, scope: Option<&str>, now: Timestamp) -> Result<AccessToken> {
        // The canonical form instead of the submitted one, because access tokens are compared by it.
        let client_id = actor.token_id().ok_or_else(invalid_credential)?.to_string();
        self.issue(actor, &client_id, scope, now).await
    }

    async fn issue(&self, actor: &Actor, client_id: &str, scope: Option<&str>, now: Timestamp) -> Result<AccessToken> {
        let tenant = self.tenant(actor.organization()).await?;
        let jti = AccessTokenId::new(now, self.environment.random()).uuid();
        self.sign(self.claims(actor, &tenant, client_id, jti, scope, now)?, now)
    }

    /// The claims of an access token for the actor, with the generations that were validated.
    fn claims(
        &self,
        actor: &Actor,
        tenant: &OrganizationRecord,
        client_id: &str,
        jti: Uuid,
        scope: Option<&str>,
        now: Timestamp,
    ) -> Result<Claims> {
        let Some(principal) = actor.principal() else { return Err(invalid_credential().into()) };
        let scope = scope.map(str::trim).filter(|scope| !scope.is_empty());
        let granted = match scope {
            Some(scope) => narrow(actor, scope)?,
            None => ScopeSet::from_stored(actor.effective_scopes().iter().map(String::as_str)),
        };
        let life = actor.expires_at.map_or(MAX_LIFETIME, |end| MAX_LIFETIME.min(end.since(now) / SECOND));
        let from_password = client_id == PASSWORD_CLIENT;
        Ok(Claims {
            iss: self.signer.issuer().to_owned(),
            sub: principal.id(),
            aud: self.signer.audience(&tenant.row),
            client_id: client_id.to_owned(),
            scope: granted.to_string(),
            jti,
            iat: now.seconds(),
            exp: now.seconds() + life,
            organization_id: actor.organization(),
            sub_type: principal.kind(),
            owner_generation: actor.owner.generation,
            password_generation: from_password.then_some(actor.owner.password_generation),
            unrestricted: from_password && scope.is_none(),
            cnf: match &actor.proof {
                Proof::Certificate(certificate) => Some(Confirmation::of(certificate)),
                _ => None,
            },
        })
    }

    fn sign(&self, claims: Claims, now: Timestamp) -> Result<AccessToken> {
        Ok(AccessToken {
            access_token: self.signer.sign(&claims, now)?,
            token_type: "Bearer".into(),
            expires_in: claims.exp - claims.iat,
            expires_at: claims.ends_at(),
            scope: claims.scope,
        })
    }

    /// The active memberships of the user with this password. Unknown accounts take the same time as known ones.
    async fn check_password(
        &self,
        username: &str,
        password: Password,
        origin: &Origin,
    ) -> Result<(ProvenPassword, Vec<Membership>)> {
        let account = EmailLookup::new(username);
        let caller = Caller { ip: origin.ip, now: self.environment.now() };
        // Returning early drops it without counting: only a wrong password is a failure.
        let attempt = self.limiters.begin_sign_in(account.normalized(), caller.ip, caller.now).await?;
        let user = self.store.user_by_email(&account).await?;
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let verdict = self.passwords.verify(password.clone(), stored, caller).await?;
        let Some(user) = user else {
            attempt.failed();
            return Err(invalid_credential().into());
        };
        if verdict == Verdict::Wrong {
            attempt.failed();
            let (service, origin) = (self.clone(), origin.clone());
            // In the background, so that the response takes the same time for known and unknown users.
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
            attempt.failed();
            return Err(invalid_credential().into());
        }
        attempt.succeeded();
        let new_hash = match verdict {
            Verdict::RightAsTyped => Some(self.passwords.hash(password, self.environment.random(), caller).await?),
            Verdict::Right | Verdict::Wrong => None,
        };
        Ok((ProvenPassword::of(user, new_hash, origin.clone()), memberships))
    }
}

/// The membership for a login.
fn choose(memberships: &[Membership], organization: Option<OrganizationId>) -> Result<&Membership> {
    match (organization, memberships) {
        (Some(id), _) => {
            let membership = memberships.iter().find(|membership| membership.organization_id == id);
            Ok(membership.ok_or_else(invalid_credential)?)
        }
        (None, [only]) => Ok(only),
        (None, _) => {
            let message = "You belong to several organizations: say which.";
            Err(FieldErrors::one("organization_id", FieldCode::Required, message).into())
        }
    }
}

/// The requested scopes, all of which the actor must have. Wildcards are expanded to what the owner may do now:
/// services that only see the access token would take them literally.
fn narrow(actor: &Actor, scope: &str) -> Result<ScopeSet> {
    let may_grant = |grant: &Grant| actor.principal.is_some_and(|owner| actor.may_grant(grant, owner));
    let grants: Option<Vec<Grant>> = scope
        .split_ascii_whitespace()
        .take(MAX_SCOPES + 1)
        .map(|text| Grant::parse(text).ok().filter(|grant| actor.catalogue.covers_any(grant) && may_grant(grant)))
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
