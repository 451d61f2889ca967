//! Checking a credential for another service of the organization.

use std::net::IpAddr;

use mintkey_domain::{
    FieldErrors, scopes,
    wire::{Verification, VerificationCode},
};

use crate::{Actor, Credential, Origin, Result, Service, credential::bare_credential};

/// A credential that someone showed to another service.
pub struct VerifyRequest {
    /// An API key or an access token; white space around it and the scheme of an `Authorization` header are dropped.
    pub credential: String,
    /// What its holder wants to do.
    pub scopes: Vec<String>,
    /// From where it was used, for tokens that are held to addresses.
    pub ip: Option<IpAddr>,
}

impl Service {
    /// What a credential of the actor's organization is worth now. One of another organization is `invalid`.
    pub async fn verify(&self, actor: &Actor, request: VerifyRequest) -> Result<Verification> {
        actor.require(scopes::VERIFY)?;
        let mut errors = FieldErrors::new();
        if !request.scopes.is_empty() {
            mintkey_domain::parse_grants(&request.scopes, "scopes", &mut errors);
        }
        errors.into_result()?;
        let now = self.environment.now();
        let origin = Origin { ip: request.ip, ..Origin::default() };
        let checked = self.check(Credential::Bearer(bare_credential(&request.credential)), origin, now).await?;
        self.metrics.checked(checked.code);
        let proven = checked.proven.filter(|proven| proven.actor.organization == actor.organization);
        let Some(proven) = proven else {
            return Ok(Verification {
                valid: false,
                code: VerificationCode::Invalid,
                token: None,
                principal: None,
                missing_scopes: None,
            });
        };
        let missing: Vec<_> = request.scopes.into_iter().filter(|scope| !proven.actor.allows(scope)).collect();
        let code = match checked.code {
            VerificationCode::Valid if !missing.is_empty() => VerificationCode::InsufficientScope,
            code => code,
        };
        self.record_use(&proven, code, now);
        let token = match proven.token_id {
            Some(id) => self.store.token(actor.organization, id).await?,
            None => None,
        };
        Ok(Verification {
            valid: code == VerificationCode::Valid,
            code,
            token: match token {
                Some(token) => Some(self.view(token).await?),
                None => None,
            },
            principal: Some(proven.actor.principal_name()),
            missing_scopes: (!missing.is_empty()).then_some(missing),
        })
    }
}
