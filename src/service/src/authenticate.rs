//! Authentication: from a credential to an [`Actor`].
//!
//! Each check makes its decision anew from records: hash in constant time, state, end, owner, organization, address.
//! At a use the records are those in memory; each change validates once more on the rows of its transaction. Whatever is
//! wrong gets the same refusal. Only a caller who presents the correct secret of an expired token gets
//! `credential_expired`.

use std::{net::IpAddr, sync::Arc};

use mintkey_domain::{
    ErrorCode, OrganizationId, OwnerStatus, Principal, Problem, Role, ScopeSet, Timestamp, TokenId, TokenStatus, Via,
    wire::VerificationCode,
};
use mintkey_store::{SessionCookie, SessionRow};

use crate::{
    Actor, Origin, Result, Service,
    access_token::{PASSWORD_CLIENT, Verified},
    catalogue::Catalogue,
    certificates::ClientCertificate,
    credential::{Credential, Proof},
    identity_cache::{OrganizationRecord, OwnerRecord, SecretRecord, TokenRecord},
    records::{InMemory, Records},
};

/// The result of checking a credential.
pub(crate) struct CheckResult {
    pub(crate) code: VerificationCode,
    /// Set once the secret or the signature is verified.
    pub(crate) proven: Option<ProvenCredential>,
}

/// A credential with a correct secret or signature, whatever its state.
pub(crate) struct ProvenCredential {
    pub(crate) token_id: Option<TokenId>,
    pub(crate) actor: Actor,
    /// The generation of the secret; `None` for an access token or a session.
    pub(crate) generation: Option<i64>,
}

/// The uniform error for every invalid credential.
pub(crate) fn invalid_credential() -> Problem {
    Problem::new(ErrorCode::InvalidCredential, "The credential is malformed, unknown, or no longer valid.")
}

impl Service {
    /// Authenticates a credential.
    ///
    /// # Errors
    /// `invalid_credential` whatever is wrong, `credential_expired` to a caller who presents the correct secret of an
    /// expired token, `rate_limited` instead of either once an address has failed too often.
    pub async fn authenticate(&self, credential: Credential<'_>, origin: Origin) -> Result<Actor> {
        let actor = self.authenticate_again(credential, origin).await?;
        self.metrics.checked(VerificationCode::Valid);
        Ok(actor)
    }

    /// Authenticates a credential a second time in one request, without counting a success in the
    /// [metrics](crate::Metrics) again.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_again(&self, credential: Credential<'_>, origin: Origin) -> Result<Actor> {
        let now = self.environment.now();
        let ip = origin.ip;
        let checked = self.check(credential, origin, now).await?;
        if checked.code != VerificationCode::Valid {
            tracing::debug!(outcome = ?checked.code, "credential refused");
            self.metrics.checked(checked.code);
            if let Some(proven) = &checked.proven {
                self.credential_refused(&proven.actor, checked.code);
            }
        }
        let refusal = match (checked.code, checked.proven) {
            (VerificationCode::Valid, Some(proven)) => {
                self.record_use(&proven, checked.code, now);
                proven.actor.identify_request();
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

    /// The actor of a console session, by the value of its cookie; `None` if there is no such session, or it is no
    /// longer valid.
    pub async fn session(&self, cookie: &str, origin: Origin) -> Result<Option<Actor>> {
        let Some(cookie) = SessionCookie::parse(cookie) else { return Ok(None) };
        let now = self.environment.now();
        // Boxed, like the check of a credential: a handler that accepts both holds both futures.
        let Some(session) = Box::pin(self.store.session(&cookie.hash(), now)).await? else { return Ok(None) };
        let checked = Box::pin(self.validate_session(&mut InMemory(self), session, origin)).await?;
        let actor = checked.proven.map(|proven| proven.actor);
        actor.iter().for_each(Actor::identify_request);
        Ok(actor)
    }

    /// Checks a credential without counting or recording anything.
    pub(crate) async fn check(
        &self,
        credential: Credential<'_>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<CheckResult> {
        // Boxed: every layer of a request handler moves the futures that it holds.
        let proof = match self.parse_credential(credential) {
            None => Box::pin(self.imported_proof(credential, &origin, now)).await?,
            proof => proof,
        };
        match proof {
            Some(proof) => Box::pin(self.validate(&mut InMemory(self), proof, origin, now)).await,
            None => Ok(CheckResult::invalid("malformed")),
        }
    }

    /// The authorization decision about a credential: made on cached records at each use, and again on the rows of the
    /// transaction by each change.
    pub(crate) async fn validate<R: Records>(
        &self,
        records: &mut R,
        proof: Proof,
        origin: Origin,
        now: Timestamp,
    ) -> Result<CheckResult> {
        match proof {
            Proof::Secret { token, source, ref hash, via } => {
                let Some(record) = readable(records, token).await? else {
                    return Ok(CheckResult::invalid("unknown token"));
                };
                let matching_secret =
                    record.secrets.iter().find(|known| known.source == source && known.hash.matches(hash));
                let Some(matching_secret) =
                    matching_secret.filter(|known| known.expires_at.is_none_or(|end| end > now))
                else {
                    return Ok(CheckResult::invalid("another secret, or one that was rotated"));
                };
                let generation = Some(matching_secret.generation);
                self.validate_token(records, token, record, via, generation, proof, origin, now).await
            }
            Proof::Certificate(ClientCertificate { token, fingerprint }) => {
                let Some(record) = readable(records, token).await? else {
                    return Ok(CheckResult::invalid("a certificate of an unknown token"));
                };
                let working = |known: &&SecretRecord| known.expires_at.is_none_or(|end| end > now);
                let issued = record.secrets.iter().filter(working).find_map(|known| {
                    let certificate = known.certificate.as_deref()?;
                    (certificate.fingerprint == fingerprint).then_some((known.generation, certificate.expires_at))
                });
                let Some((generation, ends_at)) = issued else {
                    return Ok(CheckResult::invalid("a certificate that wasn't issued here, or was rotated"));
                };
                let checked = self
                    .validate_token(records, token, record, Via::Certificate, Some(generation), proof, origin, now)
                    .await?;
                Ok(checked.until(ends_at, now))
            }
            Proof::ClientAssertion { token, ref jwk } => {
                let Some(record) = readable(records, token).await? else {
                    return Ok(CheckResult::invalid("unknown token"));
                };
                let keys = records.client_keys(record.organization, token, now).await?;
                if !keys.iter().any(|key| **key == **jwk) {
                    return Ok(CheckResult::invalid("a key that isn't registered"));
                }
                let newest = record.secrets.first().map(|secret| secret.generation);
                self.validate_token(records, token, record, Via::ClientAssertion, newest, proof, origin, now).await
            }
            Proof::AccessToken(verified) => self.validate_claims(records, verified, origin, now).await,
            Proof::Session(id) => match records.session(id, now).await? {
                Some(session) => self.validate_session(records, session, origin).await,
                None => Ok(CheckResult::invalid("unknown session")),
            },
            // Only `reauthorize` handles the system; the other two prove nothing.
            Proof::System | Proof::Issued(_) | Proof::Nothing => Ok(CheckResult::invalid("nothing was proven")),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what is known of a token whose proof is right, and of its use")]
    async fn validate_token<R: Records>(
        &self,
        records: &mut R,
        id: TokenId,
        token: Arc<TokenRecord>,
        via: Via,
        generation: Option<i64>,
        proof: Proof,
        origin: Origin,
        now: Timestamp,
    ) -> Result<CheckResult> {
        let Some((tenant, owner)) = tenant_and_owner(records, token.organization, token.owner).await? else {
            return Ok(CheckResult::invalid("unknown owner"));
        };
        let code = state(&token, &owner, origin.ip, now);
        let actor = Actor {
            token_id: Some(id),
            expires_at: token.expires_at,
            bounding_token: Some(token.clone()),
            ..actor(&tenant, owner, token.owner, via, token.scopes.clone(), proof, origin)
        };
        Ok(CheckResult { code, proven: Some(ProvenCredential { token_id: Some(id), actor, generation }) })
    }

    /// An access token is only as valid as its source: the token, or the user's password and membership.
    async fn validate_claims<R: Records>(
        &self,
        records: &mut R,
        verified: Arc<Verified>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<CheckResult> {
        let Verified { claims, scopes, key } = &*verified;
        let Some(principal) = Principal::new(claims.sub_type, claims.sub) else {
            return Ok(CheckResult::invalid("unknown subject"));
        };
        let Some((tenant, owner)) = tenant_and_owner(records, claims.organization_id, principal).await? else {
            return Ok(CheckResult::invalid("unknown subject"));
        };
        if !claims.is_confirmed_by(origin.certificate.as_ref()) {
            return Ok(CheckResult::invalid("bound to a certificate that wasn't presented"));
        }
        let from_password = claims.client_id == PASSWORD_CLIENT;
        let counts = claims.owner_generation == owner.generation
            && claims.password_generation == from_password.then_some(owner.password_generation);
        if !counts
            || !self.signer.is_audience(&tenant.row, &claims.aud)
            || records.is_withdrawn(claims.jti, *key).await?
        {
            return Ok(CheckResult::invalid("withdrawn, or for another audience"));
        }
        let (token_id, token, code) = if from_password {
            (None, None, owner_state(&owner))
        } else {
            let Ok(id) = claims.client_id.parse() else { return Ok(CheckResult::invalid("unknown client")) };
            let Some(token) = readable(records, id).await? else { return Ok(CheckResult::invalid("unknown client")) };
            if token.organization != claims.organization_id || token.owner != principal {
                return Ok(CheckResult::invalid("the token has another owner now"));
            }
            let code = match state(&token, &owner, origin.ip, now) {
                // Kept access tokens are checked as if their token weren't invalidated: its other limits still apply.
                VerificationCode::Invalidated if token.keep_access_tokens && owner.is_active() => {
                    let kept = TokenRecord { invalidated_at: None, ..(*token).clone() };
                    state(&kept, &owner, origin.ip, now)
                }
                code => code,
            };
            (Some(id), Some(token), code)
        };
        let code = if claims.ends_at() <= now { VerificationCode::Expired } else { code };
        let grants = token.as_ref().map_or_else(|| self.everything.clone(), |token| token.scopes.clone());
        let proof = Proof::AccessToken(verified.clone());
        let actor = Actor {
            token_id,
            narrowed: (!claims.unrestricted).then(|| scopes.clone()),
            expires_at: Some(claims.ends_at()),
            bounding_token: token,
            ..actor(&tenant, owner, principal, Via::AccessToken, grants, proof, origin)
        };
        Ok(CheckResult { code, proven: Some(ProvenCredential { token_id, actor, generation: None }) })
    }

    /// A session is valid while its row exists and has the current generations of its user's password and membership.
    async fn validate_session<R: Records>(
        &self,
        records: &mut R,
        session: SessionRow,
        origin: Origin,
    ) -> Result<CheckResult> {
        let principal = Principal::User(session.user_id);
        let Some((tenant, owner)) = tenant_and_owner(records, session.organization_id, principal).await? else {
            return Ok(CheckResult::invalid("unknown person"));
        };
        let counts = owner.is_active()
            && session.membership_generation == owner.generation
            && session.password_generation == owner.password_generation;
        if !counts {
            return Ok(CheckResult::invalid("a session from before a change of password or role"));
        }
        let actor = Actor {
            session_id: Some(session.id),
            session_seen_at: Some(session.last_seen_at),
            ..actor(
                &tenant,
                owner,
                principal,
                Via::Session,
                self.everything.clone(),
                Proof::Session(session.id),
                origin,
            )
        };
        let proven = ProvenCredential { token_id: None, actor, generation: None };
        Ok(CheckResult { code: VerificationCode::Valid, proven: Some(proven) })
    }

    /// The system actor in an organization: `mintkey admin` or maintenance.
    pub(crate) async fn system(&self, organization: OrganizationId) -> Result<Actor> {
        let tenant = self.tenant(organization).await?;
        Ok(self.system_in(organization, tenant.catalogue.clone()))
    }

    pub(crate) fn system_in(&self, organization: OrganizationId, catalogue: Arc<Catalogue>) -> Actor {
        Actor {
            organization,
            principal: None,
            owner: OwnerRecord::of("mintkey admin", Role::Admin),
            via: Via::CommandLine,
            token_id: None,
            session_id: None,
            session_seen_at: None,
            grants: self.everything.clone(),
            narrowed: None,
            catalogue,
            expires_at: None,
            bounding_token: None,
            proof: Proof::System,
            origin: Origin::default(),
        }
    }
}

impl CheckResult {
    /// The actor, if the credential is valid.
    pub(crate) fn into_valid(self) -> Option<Actor> {
        self.proven.filter(|_| self.code == VerificationCode::Valid).map(|proven| proven.actor)
    }

    /// A proof that ends by itself, before or after its token.
    fn until(mut self, ends_at: Timestamp, now: Timestamp) -> Self {
        if let Some(proven) = &mut self.proven {
            let own = proven.actor.expires_at;
            proven.actor.expires_at = Some(own.map_or(ends_at, |end| end.min(ends_at)));
        }
        if ends_at <= now && self.code == VerificationCode::Valid {
            tracing::debug!(reason = "the certificate itself has ended", "the credential isn't good");
            self.code = VerificationCode::Expired;
        }
        self
    }

    /// The reason is only logged; callers never see it.
    fn invalid(reason: &'static str) -> Self {
        tracing::debug!(reason, "the credential isn't good");
        Self { code: VerificationCode::Invalid, proven: None }
    }
}

/// The token's record. A partly unreadable one counts as missing, because its permissions aren't known.
async fn readable<R: Records>(records: &mut R, id: TokenId) -> Result<Option<Arc<TokenRecord>>> {
    Ok(records.token(id).await?.filter(|token| token.readable))
}

async fn tenant_and_owner<R: Records>(
    records: &mut R,
    organization: OrganizationId,
    owner: Principal,
) -> Result<Option<(Arc<OrganizationRecord>, Arc<OwnerRecord>)>> {
    let Some(tenant) = records.organization(organization).await? else { return Ok(None) };
    let owner = records.owner(organization, owner).await?;
    Ok(owner.map(|owner| (tenant, owner)))
}

/// Creates an actor without token or session.
pub(crate) fn actor(
    tenant: &OrganizationRecord,
    owner: Arc<OwnerRecord>,
    principal: Principal,
    via: Via,
    grants: Arc<ScopeSet>,
    proof: Proof,
    origin: Origin,
) -> Actor {
    Actor {
        organization: tenant.row.id,
        principal: Some(principal),
        owner,
        via,
        token_id: None,
        session_id: None,
        session_seen_at: None,
        grants,
        narrowed: None,
        catalogue: tenant.catalogue.clone(),
        expires_at: None,
        bounding_token: None,
        proof,
        origin,
    }
}

/// The decision about a token whose secret is right. Anything that stops it permanently comes before its end.
pub(crate) fn state(token: &TokenRecord, owner: &OwnerRecord, ip: Option<IpAddr>, now: Timestamp) -> VerificationCode {
    match token.status(now) {
        TokenStatus::Invalidated => VerificationCode::Invalidated,
        _ if owner.status == OwnerStatus::Decommissioned => VerificationCode::Invalidated,
        _ if !owner.is_active() => VerificationCode::Suspended,
        _ if !token.allowed.allows(ip) => VerificationCode::AddressNotAllowed,
        TokenStatus::Expired => VerificationCode::Expired,
        TokenStatus::Active => VerificationCode::Valid,
    }
}

fn owner_state(owner: &OwnerRecord) -> VerificationCode {
    if owner.is_active() { VerificationCode::Valid } else { VerificationCode::Suspended }
}
