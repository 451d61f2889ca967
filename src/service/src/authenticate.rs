//! From a credential to an [`Actor`]: way 1 of the design.
//!
//! Each check makes its decision anew from records in memory: hash in constant time, state, end, owner,
//! organization, address. Whatever is wrong gets the same refusal; only the right secret of an expired token is
//! told so.

use std::{net::IpAddr, sync::Arc};

use mintkey_domain::{
    ApiKey, ErrorCode, OrganizationId, OwnerStatus, Principal, Problem, Role, ScopeSet, Secret, SessionId, Timestamp,
    TokenId, TokenStatus, UserId, Via, wire::VerificationCode,
};
use uuid::Uuid;

use crate::{
    Actor, Origin, Result, Service,
    access_token::{PASSWORD_CLIENT, Verified},
    memory::{OrganizationRecord, OwnerRecord, TokenRecord},
};

/// What a caller sent, as the door found it.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// An API key or an access token, after `Bearer` or bare.
    Bearer(&'a str),
    /// An API key.
    ApiKey(&'a str),
    /// Client ID and client secret.
    Client {
        /// The token's id.
        id: &'a str,
        /// `mks_…`.
        secret: &'a str,
    },
}

/// What was found out about a credential, and what it may do if it is good.
pub(crate) struct Checked {
    pub(crate) code: VerificationCode,
    /// Known once the secret or the signature proved right.
    pub(crate) proven: Option<Proven>,
}

/// A credential whose secret or signature is right, whatever its state.
pub(crate) struct Proven {
    pub(crate) token_id: Option<TokenId>,
    pub(crate) actor: Actor,
    /// The secret that was used.
    generation: Option<i64>,
    /// What an access token says of itself.
    pub(crate) access_token: Option<Arc<Verified>>,
}

/// One uniform answer for every credential that isn't good.
pub(crate) fn invalid_credential() -> Problem {
    Problem::new(ErrorCode::InvalidCredential, "The credential is malformed, unknown, or no longer valid.")
}

impl Service {
    /// The actor of a credential.
    ///
    /// # Errors
    /// `invalid_credential` whatever is wrong, `credential_expired` to who proves the right secret of an expired
    /// token, `rate_limited` instead of either once an address has failed too often.
    pub async fn authenticate(&self, credential: Credential<'_>, origin: Origin) -> Result<Actor> {
        let actor = self.authenticate_uncounted(credential, origin).await?;
        self.checks.count(VerificationCode::Valid);
        Ok(actor)
    }

    /// The same, without counting among the [measures](crate::Measures) that it went well: for a door that counts it
    /// together with the request.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_uncounted(&self, credential: Credential<'_>, origin: Origin) -> Result<Actor> {
        let now = self.environment.now();
        let ip = origin.ip;
        let checked = self.check(credential, origin, now).await?;
        if checked.code != VerificationCode::Valid {
            self.checks.count(checked.code);
            if let Some(proven) = &checked.proven {
                self.credential_refused(&proven.actor, checked.code);
            }
        }
        let refusal = match (checked.code, checked.proven) {
            (VerificationCode::Valid, Some(proven)) => {
                proven.note(&self.uses, now);
                return Ok(proven.actor);
            }
            (VerificationCode::Expired, Some(_)) => {
                Problem::new(ErrorCode::CredentialExpired, "The credential was right, but its end has passed.")
            }
            _ => invalid_credential(),
        };
        self.limiters.key_failed(ip, now)?;
        Err(refusal.into())
    }

    /// The console's actor, from what its session remembers; `None` if the person has no business here any more.
    pub async fn session(
        &self,
        user: UserId,
        organization: OrganizationId,
        session: SessionId,
        origin: Origin,
    ) -> Result<Option<Actor>> {
        let principal = Principal::User(user);
        let Some(tenant) = self.memory.organization(&self.store, organization).await? else { return Ok(None) };
        let Some(owner) = self.memory.owner(&self.store, organization, principal).await? else { return Ok(None) };
        let everything = self.everything.clone();
        let active = owner.is_active();
        let actor =
            Actor { session_id: Some(session), ..actor(&tenant, owner, principal, Via::Session, everything, origin) };
        Ok(active.then_some(actor))
    }

    /// Checks a credential without counting or noting anything.
    pub(crate) async fn check(&self, credential: Credential<'_>, origin: Origin, now: Timestamp) -> Result<Checked> {
        match credential {
            Credential::ApiKey(text) => self.check_key(text, origin, now).await,
            Credential::Bearer(text) if text.starts_with(mintkey_domain::API_KEY_PREFIX) => {
                self.check_key(text, origin, now).await
            }
            Credential::Bearer(text) => match self.signer.verify(text) {
                Some(verified) => self.check_claims(verified, origin, now).await,
                None => Ok(Checked::invalid()),
            },
            Credential::Client { id, secret } => match (id.parse(), Secret::parse_client_secret(secret)) {
                (Ok(id), Some(secret)) => self.check_secret(id, &secret, Via::ClientSecret, origin, now).await,
                _ => Ok(Checked::invalid()),
            },
        }
    }

    async fn check_key(&self, text: &str, origin: Origin, now: Timestamp) -> Result<Checked> {
        match ApiKey::parse(text) {
            Some(key) => self.check_secret(key.token_id, &key.secret, Via::ApiKey, origin, now).await,
            None => Ok(Checked::invalid()),
        }
    }

    async fn check_secret(
        &self,
        id: TokenId,
        secret: &Secret,
        via: Via,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Checked> {
        let hash = secret.hash();
        let Some(token) = self.memory.token(&self.store, id).await? else { return Ok(Checked::invalid()) };
        let right = token.secrets.iter().find(|known| known.hash.matches(&hash));
        let Some(right) = right.filter(|known| known.expires_at.is_none_or(|end| end > now)) else {
            return Ok(Checked::invalid());
        };
        let Some((tenant, owner)) = self.tenant_and_owner(token.organization, token.owner).await? else {
            return Ok(Checked::invalid());
        };
        let code = state(&token, &owner, origin.ip, now);
        let actor = Actor {
            token_id: Some(id),
            expires_at: token.expires_at,
            ..actor(&tenant, owner, token.owner, via, token.scopes.clone(), origin)
        };
        let generation = Some(right.generation);
        Ok(Checked { code, proven: Some(Proven { token_id: Some(id), actor, generation, access_token: None }) })
    }

    /// An access token is as good as what it came from is now: its token, or its person's membership.
    async fn check_claims(&self, verified: Arc<Verified>, origin: Origin, now: Timestamp) -> Result<Checked> {
        let Verified { claims, scopes } = &*verified;
        let Some(principal) = Principal::new(claims.sub_type, claims.sub) else { return Ok(Checked::invalid()) };
        let Some((tenant, owner)) = self.tenant_and_owner(claims.organization_id, principal).await? else {
            return Ok(Checked::invalid());
        };
        let revoked = self.revoked.contains_key(&claims.jti) || !self.is_audience(&tenant.row, &claims.aud);
        if revoked || claims.issued_at() < owner.credentials_valid_from {
            return Ok(Checked::invalid());
        }
        let (token_id, grants, code) = if claims.client_id == PASSWORD_CLIENT {
            (None, self.everything.clone(), owner_state(&owner))
        } else {
            let Ok(id) = claims.client_id.parse() else { return Ok(Checked::invalid()) };
            let Some(token) = self.memory.token(&self.store, id).await? else { return Ok(Checked::invalid()) };
            if token.organization != claims.organization_id || token.owner != principal {
                return Ok(Checked::invalid());
            }
            let code = match state(&token, &owner, origin.ip, now) {
                // Kept ones are judged as if their token stood: its end, owner and addresses still count.
                VerificationCode::Invalidated if token.keep_access_tokens && owner.is_active() => {
                    let kept = TokenRecord { invalidated_at: None, ..(*token).clone() };
                    state(&kept, &owner, origin.ip, now)
                }
                code => code,
            };
            (Some(id), token.scopes.clone(), code)
        };
        let code = if claims.ends_at() <= now { VerificationCode::Expired } else { code };
        let actor = Actor {
            token_id,
            narrowed: (!claims.unrestricted).then(|| scopes.clone()),
            expires_at: Some(claims.ends_at()),
            ..actor(&tenant, owner, principal, Via::AccessToken, grants, origin)
        };
        Ok(Checked { code, proven: Some(Proven { token_id, actor, generation: None, access_token: Some(verified) }) })
    }

    pub(crate) async fn tenant_and_owner(
        &self,
        organization: OrganizationId,
        owner: Principal,
    ) -> Result<Option<(Arc<OrganizationRecord>, Arc<OwnerRecord>)>> {
        let Some(tenant) = self.memory.organization(&self.store, organization).await? else { return Ok(None) };
        let owner = self.memory.owner(&self.store, organization, owner).await?;
        Ok(owner.map(|owner| (tenant, owner)))
    }

    /// The audience of an organization's access tokens: its setting, or an address of its own.
    pub(crate) fn audience(&self, organization: &mintkey_store::Organization) -> String {
        organization.audience.clone().unwrap_or_else(|| format!("{}/o/{}", self.signer.issuer(), organization.id))
    }

    /// Whether that is the organization's audience; asked at each use of an access token, so nothing is put together.
    fn is_audience(&self, organization: &mintkey_store::Organization, text: &str) -> bool {
        if let Some(audience) = &organization.audience {
            return audience == text;
        }
        let own = text.strip_prefix(self.signer.issuer()).and_then(|rest| rest.strip_prefix("/o/"));
        own == Some(organization.id.uuid().as_hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }

    /// The command line on the machine itself, acting in that organization.
    pub(crate) async fn system(&self, organization: OrganizationId) -> Result<Actor> {
        let tenant = self.tenant(organization).await?;
        Ok(Actor {
            organization,
            principal: None,
            owner: OwnerRecord::of("mintkey admin", Role::Admin),
            via: Via::CommandLine,
            token_id: None,
            session_id: None,
            grants: self.everything.clone(),
            narrowed: None,
            catalogue: tenant.catalogue.clone(),
            expires_at: None,
            origin: Origin::default(),
        })
    }
}

impl Proven {
    /// Notes that the secret was used.
    pub(crate) fn note(&self, uses: &crate::uses::Uses, now: Timestamp) {
        if let (Some(id), Some(generation)) = (self.token_id, self.generation) {
            uses.note(id, generation, now, &self.actor.origin);
        }
    }
}

impl Checked {
    fn invalid() -> Self {
        Self { code: VerificationCode::Invalid, proven: None }
    }
}

pub(crate) fn actor(
    tenant: &OrganizationRecord,
    owner: Arc<OwnerRecord>,
    principal: Principal,
    via: Via,
    grants: Arc<ScopeSet>,
    origin: Origin,
) -> Actor {
    Actor {
        organization: tenant.row.id,
        principal: Some(principal),
        owner,
        via,
        token_id: None,
        session_id: None,
        grants,
        narrowed: None,
        catalogue: tenant.catalogue.clone(),
        expires_at: None,
        origin,
    }
}

/// The decision about a token whose secret is right. Anything that stops it for good comes before its end.
pub(crate) fn state(token: &TokenRecord, owner: &OwnerRecord, ip: Option<IpAddr>, now: Timestamp) -> VerificationCode {
    match token.status(now) {
        TokenStatus::Invalidated => VerificationCode::Invalidated,
        _ if owner.status == OwnerStatus::Decommissioned => VerificationCode::Invalidated,
        _ if !owner.is_active() => VerificationCode::Suspended,
        _ if !address_allowed(token, ip) => VerificationCode::AddressNotAllowed,
        TokenStatus::Expired => VerificationCode::Expired,
        TokenStatus::Active => VerificationCode::Valid,
    }
}

fn owner_state(owner: &OwnerRecord) -> VerificationCode {
    if owner.is_active() { VerificationCode::Valid } else { VerificationCode::Suspended }
}

/// No ranges: any address. Ranges and an unknown address: no.
fn address_allowed(token: &TokenRecord, ip: Option<IpAddr>) -> bool {
    token.allowed.is_empty()
        || ip.is_some_and(|ip| token.allowed.iter().any(|range| range.contains(&ip.to_canonical())))
}
