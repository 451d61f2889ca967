//! What a credential is worth now, for services that only have its text (RFC 7662).

use std::net::IpAddr;

use mintkey_domain::{OrganizationId, PrincipalType, Timestamp, scopes, wire::VerificationCode};
use uuid::Uuid;

use crate::{
    Actor, Credential, Origin, Result, Service,
    access_token::PASSWORD_CLIENT,
    credential::{Proof, bare_credential},
};

/// An active credential (RFC 7662 section 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// What it may do now.
    pub scopes: Vec<String>,
    /// The client ID; `mintkey` for an access token that came from a password.
    pub client_id: String,
    /// E-mail address of a person, name of a service account.
    pub username: String,
    /// The person or machine.
    pub subject: Uuid,
    /// Which of the two.
    pub subject_type: PrincipalType,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// What only an access token has.
    pub access_token: Option<AccessTokenClaims>,
}

/// What an access token says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenClaims {
    /// Its own id.
    pub jti: Uuid,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// For whom.
    pub aud: String,
    /// By whom.
    pub iss: String,
}

impl Service {
    /// What an API key or an access token is worth now; `None` for whatever isn't active, or isn't the actor's to
    /// see: without `mintkey:verify` that is all but the actor's own.
    ///
    /// A credential that is held to addresses is active only for the address that is given.
    pub async fn introspect(&self, actor: &Actor, text: &str, ip: Option<IpAddr>) -> Result<Option<Introspection>> {
        let now = self.environment.now();
        let origin = Origin { ip, ..Origin::default() };
        let checked = self.check(Credential::Bearer(bare_credential(text)), origin, now).await?;
        self.metrics.checked(checked.code);
        let Some(proven) = checked.proven.filter(|_| checked.code == VerificationCode::Valid) else { return Ok(None) };
        let found = &proven.actor;
        let own_credential = found.principal.is_some() && found.principal == actor.principal;
        let visible = found.organization == actor.organization && (own_credential || actor.allows(scopes::VERIFY));
        let Some(principal) = found.principal.filter(|_| visible) else { return Ok(None) };
        self.record_use(&proven, checked.code, now);
        let access_token = match &found.proof {
            Proof::AccessToken(verified) => Some(AccessTokenClaims {
                jti: verified.claims.jti,
                iat: verified.claims.iat,
                aud: verified.claims.aud.clone(),
                iss: verified.claims.iss.clone(),
            }),
            _ => None,
        };
        Ok(Some(Introspection {
            scopes: found.effective_scopes(),
            client_id: proven.token_id.map_or_else(|| PASSWORD_CLIENT.to_owned(), |id| id.to_string()),
            username: found.name().to_owned(),
            subject: principal.id(),
            subject_type: principal.kind(),
            organization_id: found.organization,
            expires_at: found.expires_at,
            access_token,
        }))
    }
}
