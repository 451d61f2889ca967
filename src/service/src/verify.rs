//! Verification of credentials for other services of the organization.

use std::net::IpAddr;

use deserr::Deserr;
use mintkey_domain::{
    FieldErrors,
    request::{Input, RequestErrors, RequiredScopes, RequiredText},
    scopes,
    wire::{Verification, VerificationCode},
};
use utoipa::ToSchema;

use crate::{Actor, Credential, Origin, Result, Service, credential::bare_credential};

/// A credential, and what it should be allowed to do.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
#[schema(as = Check)]
pub struct VerifyRequest {
    /// The API key or access token that was sent to you. White space around it is dropped, and so is the scheme (`Bearer`,
    /// `ApiKey`, `APIToken`, `Api-Key` or `Token`, in any case) if you pass on the whole value of an `Authorization` header.
    #[deserr(from(RequiredText) = String::from)]
    #[schema(format = Password, min_length = 1)]
    pub credential: String,
    /// The scopes that it must hold, all of them.
    #[deserr(default, from(RequiredScopes) = Vec::from)]
    #[schema(required = false, value_type = RequiredScopes)]
    pub scopes: Vec<String>,
    /// The address that it was sent from; compared with the token's `allowed_cidrs`.
    #[deserr(default, from(IpAddr) = Some)]
    #[schema(nullable = false, value_type = Option<String>, format = "ip")]
    pub ip: Option<IpAddr>,
}

impl Input for VerifyRequest {}

impl Service {
    /// Verifies a credential of the actor's organization. A credential of another organization is `invalid`.
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
