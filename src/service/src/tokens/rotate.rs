//! Rotation of a token's secret, with an optional overlap during which both secrets work.

use deserr::Deserr;
use mintkey_domain::{
    AuditAction, BundlePassword, CertificateSource, ErrorCode, FieldCode, FieldErrors, Pkcs12Format, Timestamp,
    TokenId, TokenKind, TokenStatus, Ttl,
    request::{CertificateFields, Input, RequestErrors, SigningRequestText, check_certificate_fields},
    wire::{NewCredentials, RotatedClientKeys},
};
use mintkey_store::{ClientKeys, Token};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    Idempotency,
    credential_file::{self, CredentialFile},
    owner::require_may_issue_secret,
    stored_secret,
};
use crate::{Actor, Error, Result, Service, audit::Details};

/// How a token's secret is replaced.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct TokenRotation {
    /// How long older proofs work too: `24h`. Not at all if left out.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    pub overlap: Option<Ttl>,
    /// Whether client keys stay. `false` if left out.
    #[deserr(default)]
    #[schema(required = false)]
    pub keep_client_keys: bool,
    /// The password of the PKCS#12 bundle with the new certificate of a `client_certificate`.
    #[deserr(default, from(BundlePassword) = Some)]
    #[schema(nullable = false, value_type = Option<String>, min_length = 12, max_length = 128)]
    pub password: Option<BundlePassword>,
    /// How the bundle is encrypted. `modern` if left out.
    #[deserr(default, from(Pkcs12Format) = Some)]
    #[schema(nullable = false)]
    pub pkcs12: Option<Pkcs12Format>,
    /// Instead of `password`: a certificate signing request in PEM.
    #[deserr(default, from(SigningRequestText) = Some)]
    #[schema(nullable = false)]
    pub csr: Option<SigningRequestText>,
}

impl Input for TokenRotation {
    const UNSTORED: &[&str] = &["password"];

    fn check_fields(fields: &mut Map<String, Value>, errors: &mut FieldErrors) {
        // The token's kind is only known to the transaction.
        check_certificate_fields(None, |name| fields.contains_key(name), errors);
    }
}

impl Service {
    /// Adds a new secret to a token, with a certificate or kubeconfig if it is of that kind. Older secrets and certificates
    /// end, and client keys too unless they are kept.
    ///
    /// # Errors
    /// `token_invalidated`, `token_expired`; `rotation_in_progress` for an overlap within an overlap;
    /// `insufficient_scope` if the token has more scopes than the actor, who would see its secret, and
    /// `beyond_own_bounds` if it has wider limits; `forbidden` for another user's token.
    pub async fn rotate_token(
        &self,
        actor: &Actor,
        id: TokenId,
        mut rotation: TokenRotation,
        idempotency: Option<Idempotency>,
    ) -> Result<NewCredentials> {
        let act = self.change(actor, AuditAction::TokenRotate, id.uuid())?;
        let _turn = self.bundle_turn(rotation.password.is_some()).await?;
        let secret = self.environment.secret();
        let minted = act.run(move |change| {
            Box::pin(async move {
                if let Some(earlier) = Idempotency::find(idempotency.as_ref(), change).await? {
                    return Ok(change.unchanged((NewCredentials::replayed(earlier), CredentialFile::None)));
                }
                let before = change.token(id).await?;
                require_may_issue_secret(change, &before).await?;
                let source = certificate_source(before.kind, &mut rotation)?;
                let overlap_ends = check(&before, &rotation, change.now)?;
                let (organization, now) = (before.organization_id, change.now);
                let newest = change.tx.newest_secret(organization, id).await?;
                let (api_key, client_secret) = (secret.to_api_key(id), secret.to_client_secret());
                let mut after = Token {
                    updated_at: now,
                    rotated_at: Some(now),
                    rotated_by: change.actor.principal,
                    previous_secret_expires_at: overlap_ends,
                    key_hint: api_key.hint(),
                    ..before.clone()
                };
                let keys = change.tx.client_keys(organization, id, now).await?.len();
                let (client_keys, keeping) = if rotation.keep_client_keys {
                    (RotatedClientKeys { kept: keys, ended: 0 }, ClientKeys::Keep)
                } else {
                    (RotatedClientKeys { kept: 0, ended: keys }, ClientKeys::EndWithSecrets)
                };
                let mut stored = stored_secret(id, newest + 1, &secret, now);
                let file = credential_file::make(change, &mut after, &mut stored, &api_key, source).await?;
                change.tx.rotate_token(&after, &stored, overlap_ends, keeping).await?;
                let view = change.service.view(after.clone()).await?;
                Idempotency::store(idempotency.as_ref(), change, &view).await?;
                let secrets = change.tx.token_secrets(organization, id).await?;
                let details = describe(&before, &after, client_keys);
                let minted = NewCredentials::new(view, client_secret, api_key);
                let minted = NewCredentials { client_keys: Some(client_keys), ..minted };
                let ended = change.done(after.label.as_str(), &details, (minted, file));
                let service = change.service.clone();
                change.tx.after_commit(move || service.identities.insert_token(&after, &secrets));
                Ok(ended)
            })
        });
        let (minted, file) = minted.await?;
        self.with_credential_file(minted, file).await
    }
}

/// The source of the new certificate, if the token is of a kind that has one.
fn certificate_source(kind: TokenKind, rotation: &mut TokenRotation) -> Result<Option<CertificateSource>> {
    let TokenRotation { password, pkcs12, csr, .. } = rotation;
    let given = [("password", password.is_some()), ("pkcs12", pkcs12.is_some()), ("csr", csr.is_some())];
    let mut errors = FieldErrors::new();
    check_certificate_fields(Some(kind), |field| given.contains(&(field, true)), &mut errors);
    errors.into_result()?;
    Ok(CertificateFields { password: password.take(), pkcs12: *pkcs12, csr: csr.take() }.source())
}

fn describe(before: &Token, after: &Token, client_keys: RotatedClientKeys) -> Details {
    let details = Details::default()
        .field("key_hint", before.key_hint.clone(), after.key_hint.clone())
        .field(
            "certificate",
            credential_file::describe_certificate(before),
            credential_file::describe_certificate(after),
        )
        .set("previous_secret_expires_at", after.previous_secret_expires_at.map(|end| end.to_string()));
    match client_keys {
        RotatedClientKeys { kept: 0, ended: 0 } => details,
        RotatedClientKeys { kept, ended } => details.note("client_keys_kept", kept).note("client_keys_ended", ended),
    }
}

/// When older secrets and client keys end, `None` for immediately; or why the token can't be rotated.
fn check(token: &Token, rotation: &TokenRotation, now: Timestamp) -> Result<Option<Timestamp>> {
    match TokenStatus::at(now, token.expires_at, token.invalidated_at) {
        TokenStatus::Invalidated => {
            return Err(Error::refused(ErrorCode::TokenInvalidated, "An invalidated token can't be rotated."));
        }
        TokenStatus::Expired => {
            return Err(Error::refused(ErrorCode::TokenExpired, "Give the token a new end before you rotate it."));
        }
        TokenStatus::Active => {}
    }
    let Some(overlap) = rotation.overlap else { return Ok(None) };
    if token.previous_secret_expires_at.is_some_and(|end| end > now) {
        return Err(Error::refused(
            ErrorCode::RotationInProgress,
            "Two secrets of this token work already. End that overlap first, or rotate without one.",
        ));
    }
    let ends = now.checked_add(overlap.millis()).ok_or_else(|| {
        FieldErrors::one("overlap", FieldCode::ExceedsMaximum, "The end must not lie beyond the year 9999.")
    })?;
    Ok(Some(token.expires_at.map_or(ends, |last| ends.min(last))))
}
