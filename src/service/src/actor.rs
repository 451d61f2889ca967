//! Who acts, and what they may do now. Made once, at the edge; asked first by every use case.

use std::{net::IpAddr, sync::Arc};

use mintkey_domain::{
    ErrorCode, Grant, OrganizationId, Principal, PrincipalType, Role, ScopeSet, SessionId, Timestamp, TokenId, Via,
    insufficient_scope,
    wire::{Me, PrincipalName},
};
use tracing::Span;
use uuid::Uuid;

use crate::{
    Error, Result,
    catalogue::Catalogue,
    credential::Proof,
    identity_cache::{OwnerRecord, TokenRecord},
};

/// A request's name in every answer, in the log and in the audit log. The listener gives it: a request's extension.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub Uuid);

/// Where a request came from, for the audit log and the last use.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The caller's address.
    pub ip: Option<IpAddr>,
    /// The caller's program, in its own words.
    pub user_agent: Option<String>,
    /// The [`RequestId`].
    pub request_id: Uuid,
}

/// The most characters that are kept of how a program calls itself.
const MAX_AGENT: usize = 200;

impl Origin {
    /// Of a request. A program's own words are cut where nobody reads on.
    pub fn new(ip: Option<IpAddr>, user_agent: Option<&str>, request_id: Uuid) -> Self {
        let user_agent = user_agent.map(|agent| match agent.char_indices().nth(MAX_AGENT) {
            Some((end, _)) => agent[..end].to_owned(),
            None => agent.to_owned(),
        });
        Self { ip, user_agent, request_id }
    }
}

/// Someone with proven identity in one organization.
#[derive(Clone)]
pub struct Actor {
    pub(crate) organization: OrganizationId,
    /// `None` is the system itself: the command line on the machine.
    pub(crate) principal: Option<Principal>,
    /// Name, role and bounds of whoever acts.
    pub(crate) owner: Arc<OwnerRecord>,
    pub(crate) via: Via,
    pub(crate) token_id: Option<TokenId>,
    pub(crate) session_id: Option<SessionId>,
    /// When the console session was last renewed.
    pub(crate) session_seen_at: Option<Timestamp>,
    /// What the credential was given.
    pub(crate) grants: Arc<ScopeSet>,
    /// What the access token narrows it to.
    pub(crate) narrowed: Option<Arc<ScopeSet>>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) expires_at: Option<Timestamp>,
    /// The token whose addresses and end bound what they hand on.
    pub(crate) bound_by: Option<Arc<TokenRecord>>,
    /// What was shown, to be validated again by a change.
    pub(crate) proof: Proof,
    pub(crate) origin: Origin,
}

impl Actor {
    /// Names them in the span of the request, whose fields are `organization` and `actor`.
    pub(crate) fn record_in_span(&self) {
        let span = Span::current();
        let actor = self.principal.map(Principal::id);
        tracing::record_all!(span, organization = %self.organization, actor = actor.map(tracing::field::display));
    }

    /// The organization that everything they do happens in.
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The person or machine; `None` for the system itself.
    pub const fn principal(&self) -> Option<Principal> {
        self.principal
    }

    /// E-mail address or name.
    pub fn name(&self) -> &str {
        &self.owner.name
    }

    /// Their role now.
    pub fn role(&self) -> Role {
        self.owner.role
    }

    /// How they proved who they are.
    pub const fn via(&self) -> Via {
        self.via
    }

    /// The token that was used, if it was one.
    pub const fn token_id(&self) -> Option<TokenId> {
        self.token_id
    }

    /// The console session, if it was one.
    pub const fn session_id(&self) -> Option<SessionId> {
        self.session_id
    }

    /// When the console session was last renewed.
    pub const fn session_seen_at(&self) -> Option<Timestamp> {
        self.session_seen_at
    }

    /// The token, the session, or the access token that came from a password, for the audit log.
    pub(crate) fn credential_id(&self) -> Option<Uuid> {
        let own = self.token_id.map(TokenId::uuid).or(self.session_id.map(SessionId::uuid));
        own.or(match &self.proof {
            Proof::AccessToken(verified) => Some(verified.claims.jti),
            Proof::Issued(jti) => Some(*jti),
            _ => None,
        })
    }

    /// Whether they may do what the scope stands for: credential ∩ owner's role ∩ access token.
    pub fn allows(&self, scope: &str) -> bool {
        self.holds(scope)
            && self.owner.allowed.as_ref().is_none_or(|allowed| allowed.covers(scope))
            && self.catalogue.admin_only(scope).is_some_and(|kept| self.owner.role.reaches(scope, kept))
    }

    /// Refuses with the scope's name unless [`allows`](Self::allows) it.
    pub(crate) fn require(&self, scope: &str) -> Result<()> {
        if self.allows(scope) { Ok(()) } else { Err(insufficient_scope(scope).into()) }
    }

    /// Whether they may hand that grant on to a credential of that owner.
    ///
    /// A wildcard is measured by form: it is bounded again by its owner's rights at every use. Those of another
    /// owner may reach further than the actor's own, so what the actor is held to has to cover it as well.
    pub(crate) fn may_grant(&self, grant: &Grant, owner: Principal) -> bool {
        if !grant.is_wildcard() {
            return self.allows(grant.as_str());
        }
        let own = self.principal == Some(owner);
        self.holds(grant.as_str())
            && (own || self.owner.allowed.as_ref().is_none_or(|allowed| allowed.covers(grant.as_str())))
    }

    /// Refuses whoever can't do everything: who makes a machine an administrator, or widens what it is held to,
    /// hands on all of that.
    pub(crate) fn require_everything(&self) -> Result<()> {
        let everything = Grant::everything();
        let bound = self.owner.allowed.as_ref().is_none_or(|allowed| allowed.covers(everything.as_str()));
        if self.owner.role == Role::Admin && bound && self.holds(everything.as_str()) {
            return Ok(());
        }
        Err(Error::refused(ErrorCode::Forbidden, "Only a credential that may do everything, `*`, can do this."))
    }

    /// What the credential may do now, as grants: wildcards stay whole for administrators only.
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

    /// Whether objects of that owner are theirs to see.
    pub(crate) fn reaches(&self, owner: Principal) -> bool {
        self.owner.role.reaches_all_owners() || self.principal == Some(owner) || self.is_assigned(owner)
    }

    /// The owners that they are held to; `None` for all of the organization.
    pub(crate) fn reached_owners(&self) -> Option<Vec<Uuid>> {
        let assigned = self.owner.assigned.iter().map(|id| id.uuid());
        (!self.owner.role.reaches_all_owners())
            .then(|| self.principal.map(Principal::id).into_iter().chain(assigned).collect())
    }

    fn is_assigned(&self, owner: Principal) -> bool {
        matches!(owner, Principal::ServiceAccount(id) if self.owner.assigned.contains(&id))
    }

    /// What `GET /api/v1/me` says.
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

    /// The person who acts; machines and the system have no profile.
    pub(crate) fn person(&self) -> Result<mintkey_domain::UserId> {
        match self.principal {
            Some(Principal::User(id)) => Ok(id),
            _ => Err(Error::refused(mintkey_domain::ErrorCode::Forbidden, "Only a person has a profile.")),
        }
    }

    /// A person in the console: a token can't change the password, or end the sessions, of its owner.
    pub(crate) fn session_person(&self) -> Result<mintkey_domain::UserId> {
        let user = self.person()?;
        match self.session_id {
            Some(_) => Ok(user),
            None => Err(Error::refused(ErrorCode::Forbidden, "Only the console can do this.")),
        }
    }

    fn holds(&self, scope: &str) -> bool {
        self.grants.covers(scope) && self.narrowed.as_ref().is_none_or(|narrowed| narrowed.covers(scope))
    }
}
