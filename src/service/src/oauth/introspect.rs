//! Token introspection, for services that receive a credential (RFC 7662).

use std::net::IpAddr;

use mintkey_domain::{OrganizationId, PrincipalType, Timestamp, scopes, wire::VerificationCode};
use uuid::Uuid;

use crate::{
    Actor, Credential, Origin, Result, Service,
    access_token::{Confirmation, PASSWORD_CLIENT},
    credential::{Proof, bare_credential},
};

/// An active credential (RFC 7662 section 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// The effective scopes.
    pub scopes: Vec<String>,
    /// The client ID; `mintkey` for an access token issued for a password.
    pub client_id: String,
    /// The e-mail address of a user, or the name of a service account.
    pub username: String,
    /// The user or service account.
    pub subject: Uuid,
    /// The type of the subject.
    pub subject_type: PrincipalType,
    /// The organization.
    pub organization_id: OrganizationId,
    /// When it expires; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The claims of an access token; `None` for an API key.
    pub access_token: Option<AccessTokenClaims>,
}

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenClaims {
    /// The token's ID.
    pub jti: Uuid,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// The audience.
    pub aud: String,
    /// The issuer.
    pub iss: String,
    /// The certificate that it is bound to. The caller compares it with that of its client.
    pub cnf: Option<Confirmation>,
}

impl Service {
    /// Introspects an API key or an access token. Returns `None` if it isn't active, or not visible to the actor:
    /// without `mintkey:verify` only the actor's own credentials are.
    ///
    /// A credential with address ranges is active only for an IP address within them.
    pub async fn introspect(&self, actor: &Actor, text: &str, ip: Option<IpAddr>) -> Result<Option<Introspection>> {
        let now = self.environment.now();
        let credential = Credential::Bearer(bare_credential(text));
        // The service that asks compares the certificate of its client itself (RFC 8705 section 3.2).
        let certificate = match self.parse_credential(credential) {
            Some(Proof::AccessToken(verified)) => verified.claims.certificate(),
            _ => None,
        };
        let origin = Origin { ip, certificate, ..Origin::default() };
        let checked = self.check(credential, origin, now).await?;
        self.metrics.checked(checked.code);
        let Some(proven) = checked.proven.filter(|_| checked.code == VerificationCode::Valid) else { return Ok(None) };
        let subject = &proven.actor;
        let own_credential = subject.principal.is_some() && subject.principal == actor.principal;
        let visible = subject.organization == actor.organization && (own_credential || actor.allows(scopes::VERIFY));
        let Some(principal) = subject.principal.filter(|_| visible) else { return Ok(None) };
        self.record_use(&proven, checked.code, now);
        let access_token = match &subject.proof {
            Proof::AccessToken(verified) => Some(AccessTokenClaims {
                jti: verified.claims.jti,
                iat: verified.claims.iat,
                aud: verified.claims.aud.clone(),
                iss: verified.claims.iss.clone(),
                cnf: verified.claims.cnf.clone(),
            }),
            _ => None,
        };
        Ok(Some(Introspection {
            scopes: subject.effective_scopes(),
            client_id: proven.token_id.map_or_else(|| PASSWORD_CLIENT.to_owned(), |id| id.to_string()),
            username: subject.name().to_owned(),
            subject: principal.id(),
            subject_type: principal.kind(),
            organization_id: subject.organization,
            expires_at: subject.expires_at,
            access_token,
        }))
    }
}
