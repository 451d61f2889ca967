//! The authenticated caller and its permissions. Created once per request and checked first by every use case.

use std::{net::IpAddr, sync::Arc};

use mintkey_domain::{
    AuditAction, ErrorCode, Grant, OrganizationId, Principal, PrincipalType, Role, ScopeSet, SessionId, Timestamp,
    TokenId, Via, insufficient_scope,
    wire::{Me, PrincipalName},
};
use uuid::Uuid;

use crate::{
    Error, LogContext, Result,
    catalogue::Catalogue,
    certificates::ClientCertificate,
    credential::Proof,
    identity_cache::{OwnerRecord, TokenRecord},
};

/// The origin of a request, for the audit log and the last use.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's IP address.
    pub ip: Option<IpAddr>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// The ID of the request in responses, the log and the audit log.
    pub request_id: Uuid,
    /// The certificate that the client presented. An access token that is bound to one needs it.
    pub certificate: Option<ClientCertificate>,
}

/// The maximum number of characters of a user agent that are stored.
const MAX_AGENT: usize = 200;

impl Origin {
    /// Creates the origin of a request. Truncates the user agent.
    pub fn new(ip: Option<IpAddr>, user_agent: Option<&str>, request_id: Uuid) -> Self {
        let user_agent = user_agent.map(|agent| match agent.char_indices().nth(MAX_AGENT) {
            Some((end, _)) => agent[..end].to_owned(),
            None => agent.to_owned(),
        });
        Self { ip, user_agent, request_id, certificate: None }
    }
}

/// An authenticated caller in one organization.
#[derive(Clone)]
pub struct Actor {
    pub(crate) organization: OrganizationId,
    /// `None` for the system: the command line on the server.
    pub(crate) principal: Option<Principal>,
    /// The name, role and limits of the principal.
    pub(crate) owner: Arc<OwnerRecord>,
    pub(crate) via: Via,
    pub(crate) token_id: Option<TokenId>,
    pub(crate) session_id: Option<SessionId>,
    /// When the console session was last renewed.
    pub(crate) session_seen_at: Option<Timestamp>,
    /// The scopes of the credential.
    pub(crate) grants: Arc<ScopeSet>,
    /// The scopes that the access token is narrowed to.
    pub(crate) narrowed: Option<Arc<ScopeSet>>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) expires_at: Option<Timestamp>,
    /// The token whose address ranges and expiry limit the credentials that the actor creates.
    pub(crate) bounding_token: Option<Arc<TokenRecord>>,
    /// The presented proof, which a change validates again.
    pub(crate) proof: Proof,
    pub(crate) origin: Origin,
}

impl Actor {
    /// Sets organization and actor in the request's [log context](LogContext).
    pub(crate) fn identify_request(&self) {
        if let Some(context) = LogContext::current() {
            context.set_caller(self.organization, self.principal.map(Principal::id));
        }
    }

    /// The organization in which the actor acts.
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The user or service account; `None` for the system.
    pub const fn principal(&self) -> Option<Principal> {
        self.principal
    }

    /// The e-mail address or name.
    pub fn name(&self) -> &str {
        &self.owner.name
    }

    /// The current role.
    pub fn role(&self) -> Role {
        self.owner.role
    }

    /// How the actor authenticated.
    pub const fn via(&self) -> Via {
        self.via
    }

    /// The token that was used, if any.
    pub const fn token_id(&self) -> Option<TokenId> {
        self.token_id
    }

    /// The console session, if any.
    pub const fn session_id(&self) -> Option<SessionId> {
        self.session_id
    }

    /// When the console session was last renewed.
    pub const fn session_seen_at(&self) -> Option<Timestamp> {
        self.session_seen_at
    }

    /// The ID of the token, the session, or the access token issued for a password, for the audit log.
    pub(crate) fn credential_id(&self) -> Option<Uuid> {
        let own = self.token_id.map(TokenId::uuid).or(self.session_id.map(SessionId::uuid));
        own.or(match &self.proof {
            Proof::AccessToken(verified) => Some(verified.claims.jti),
            Proof::Issued(jti) => Some(*jti),
            _ => None,
        })
    }

    /// Whether the actor has this scope: credential ∩ owner's role ∩ access token.
    pub fn allows(&self, scope: &str) -> bool {
        self.holds(scope) && self.owner.may_use(scope, &self.catalogue)
    }

    /// Returns `insufficient_scope` with the scope's name unless [`allows`](Self::allows) it.
    pub(crate) fn require(&self, scope: &str) -> Result<()> {
        if self.allows(scope) { Ok(()) } else { Err(insufficient_scope(scope).into()) }
    }

    /// Requires the scope of an action, if it has one.
    pub(crate) fn require_for(&self, action: AuditAction) -> Result<()> {
        action.scope().map_or(Ok(()), |scope| self.require(scope))
    }

    /// Whether the actor may give this grant to a credential of that owner.
    ///
    /// A wildcard is compared as such, because its owner's permissions limit it again at every use. Another owner may
    /// have more permissions than the actor, so the actor's own allowed scopes have to cover the wildcard too.
    pub(crate) fn may_grant(&self, grant: &Grant, owner: Principal) -> bool {
        if !grant.is_wildcard() {
            return self.allows(grant.as_str());
        }
        let own = self.principal == Some(owner);
        self.holds(grant.as_str())
            && (own || self.owner.allowed.as_ref().is_none_or(|allowed| allowed.covers(grant.as_str())))
    }

    /// Refuses unless the actor has every permission: making a service account an administrator, or extending its
    /// allowed scopes, gives away all of them.
    pub(crate) fn require_everything(&self) -> Result<()> {
        let everything = Grant::everything();
        let bound = self.owner.allowed.as_ref().is_none_or(|allowed| allowed.covers(everything.as_str()));
        if self.owner.role == Role::Admin && bound && self.holds(everything.as_str()) {
            return Ok(());
        }
        Err(Error::refused(ErrorCode::Forbidden, "Only a credential that may do everything, `*`, can do this."))
    }

    /// The effective scopes of the credential. Only administrators keep wildcards; others get the covered names.
    pub(crate) fn effective_scopes(&self) -> Vec<String> {
        let asked = self.narrowed.as_ref().unwrap_or(&self.grants);
        let mut scopes = Vec::with_capacity(asked.iter().len());
        for grant in asked.iter() {
            if !grant.is_wildcard() {
                if self.allows(grant.as_str()) {
                    scopes.push(grant.as_str().to_owned());
                }
            } else if self.owner.role == Role::Admin && self.owner.allowed.is_none() && self.holds(grant.as_str()) {
                scopes.push(grant.as_str().to_owned());
            } else {
                let covered = self.catalogue.names().filter(|name| grant.covers(name) && self.allows(name));
                scopes.extend(covered.map(str::to_owned));
            }
        }
        if self.narrowed.is_some() || self.owner.allowed.is_some() || self.owner.role != Role::Admin {
            scopes.sort_unstable();
            scopes.dedup();
        }
        scopes
    }

    /// Whether the actor has access to objects of that owner.
    pub(crate) fn can_access(&self, owner: Principal) -> bool {
        self.owner.role.can_access_all_owners() || self.principal == Some(owner) || self.is_assigned(owner)
    }

    /// The owners that the actor has access to; `None` for all of the organization.
    pub(crate) fn reached_owners(&self) -> Option<Vec<Uuid>> {
        let assigned = self.owner.assigned.iter().map(|id| id.uuid());
        (!self.owner.role.can_access_all_owners())
            .then(|| self.principal.map(Principal::id).into_iter().chain(assigned).collect())
    }

    fn is_assigned(&self, owner: Principal) -> bool {
        matches!(owner, Principal::ServiceAccount(id) if self.owner.assigned.contains(&id))
    }

    /// The response of `GET /api/v1/me`.
    pub fn me(&self) -> Me {
        Me {
            organization_id: self.organization,
            principal: self.principal_name(),
            via: self.via,
            token_id: self.token_id,
            scopes: self.effective_scopes(),
            expires_at: self.expires_at,
        }
    }

    pub(crate) fn principal_name(&self) -> PrincipalName {
        PrincipalName {
            kind: self.principal.map_or(PrincipalType::System, Principal::kind),
            id: self.principal.map_or(Uuid::nil(), Principal::id),
            name: self.owner.name.to_string(),
        }
    }

    /// The acting user. Service accounts and the system have no profile.
    pub(crate) fn user(&self) -> Result<mintkey_domain::UserId> {
        match self.principal {
            Some(Principal::User(id)) => Ok(id),
            _ => Err(Error::refused(mintkey_domain::ErrorCode::Forbidden, "Only a person has a profile.")),
        }
    }

    /// The user of a console session: a token can't change its owner's password or end their sessions.
    pub(crate) fn session_user(&self) -> Result<mintkey_domain::UserId> {
        let user = self.user()?;
        match self.session_id {
            Some(_) => Ok(user),
            None => Err(Error::refused(ErrorCode::Forbidden, "Only the console can do this.")),
        }
    }

    fn holds(&self, scope: &str) -> bool {
        self.grants.covers(scope) && self.narrowed.as_ref().is_none_or(|narrowed| narrowed.covers(scope))
    }
}
