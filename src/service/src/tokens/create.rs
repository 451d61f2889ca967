//! Creation of tokens.

use mintkey_domain::{
    AuditAction, CertificateSource, Expiry, FieldCode, FieldErrors, Timestamp, TokenId, TokenKind,
    request::{CertificateFields, NewToken},
    wire::NewCredentials,
};
use mintkey_store::Token;

use super::{
    Idempotency,
    credential_file::{self, CredentialFile},
    kubeconfig,
    owner::{new_owner, require_active, within_owner},
    require_grants, stored_secret,
};
use crate::{Actor, Result, Service, audit::Details, change::Change};

impl Service {
    /// Creates a token. Only this response contains its secrets.
    ///
    /// # Errors
    /// A validation problem for unknown scopes, an unknown owner or an expiry that isn't allowed; `beyond_own_bounds`
    /// for more addresses, or a later expiry, than the actor's own token has; `insufficient_scope` for a scope that the
    /// actor doesn't have; `service_account_not_active`.
    pub async fn create_token(
        &self,
        actor: &Actor,
        mut new: NewToken,
        idempotency: Option<Idempotency>,
    ) -> Result<NewCredentials> {
        let id = TokenId::new(self.environment.now(), self.environment.random());
        let act = self.change(actor, AuditAction::TokenCreate, id.uuid())?;
        let source = certificate_source(&mut new)?;
        let _turn = self.bundle_turn(matches!(source, Some(CertificateSource::Bundle { .. }))).await?;
        let secret = self.environment.secret();
        let minted = act.run(move |change| {
            Box::pin(async move {
                if let Some(earlier) = Idempotency::find(idempotency.as_ref(), change).await? {
                    return Ok(change.unchanged((NewCredentials::replayed(earlier), CredentialFile::None)));
                }
                let (api_key, client_secret) = (secret.to_api_key(id), secret.to_client_secret());
                let mut token = Token { key_hint: api_key.hint(), ..checked(change, id, new).await? };
                let mut stored = stored_secret(id, 1, &secret, change.now);
                let file = credential_file::make(change, &mut token, &mut stored, &api_key, source).await?;
                let view = change.service.view(token.clone()).await?;
                Idempotency::store(idempotency.as_ref(), change, &view).await?;
                change.tx.insert_token(&token, &stored);
                let ended = change.done(
                    token.label.as_str(),
                    &describe(&token),
                    (NewCredentials::new(view, client_secret, api_key), file),
                );
                let service = change.service.clone();
                change.tx.after_commit(move || service.identities.insert_token(&token, &[stored]));
                Ok(ended)
            })
        });
        let (minted, file) = minted.await?;
        self.with_credential_file(minted, file).await
    }
}

/// The source of a certificate, which a token of that kind needs and no other has.
fn certificate_source(new: &mut NewToken) -> Result<Option<CertificateSource>> {
    let fields = CertificateFields { password: new.password.take(), pkcs12: new.pkcs12, csr: new.csr.take() };
    let source = fields.source();
    require_fields_of_kind(new.kind, source.is_some(), new.cluster_id.is_some())?;
    Ok(source)
}

/// Refuses a request that lacks the fields of its kind, or has those of another. A request over an interface was checked before;
/// this is for callers within the process.
fn require_fields_of_kind(kind: TokenKind, has_source: bool, has_cluster: bool) -> Result<()> {
    if (kind == TokenKind::ClientCertificate) == has_source && (kind == TokenKind::Kubeconfig) == has_cluster {
        return Ok(());
    }
    Err(FieldErrors::one("kind", FieldCode::Conflict, "The fields don't match the kind.").into())
}

/// Validates the request and returns the token to insert.
async fn checked(change: &mut Change<'_>, id: TokenId, new: NewToken) -> Result<Token> {
    let tenant = change.tenant().await?;
    let (owner, record) = new_owner(change, new.owner_id).await?;
    let expiry = new.expiry();
    let mut errors = FieldErrors::new();
    let kubeconfig = kubeconfig::checked(change, new.cluster_id, new.namespace, new.method, &mut errors).await?;
    let (actor, now) = (&change.actor, change.now);
    tenant.catalogue.check(&new.scopes, "scopes", &mut errors);
    within_owner(&tenant, &record, &new.scopes, &mut errors);
    let policy = kubeconfig::expiry_policy(kubeconfig.as_ref(), tenant.expiry_policy());
    let expires_at = policy.resolve(expiry, now, &mut errors);
    let expires_at = bounded(actor, expiry, expires_at, &mut errors);
    actor.check_addresses(&new.allowed_cidrs, &mut errors);
    kubeconfig::check_addresses(new.kind, &new.allowed_cidrs, &mut errors);
    errors.into_result()?;
    require_grants(actor, owner, &new.scopes)?;
    require_active(owner, &record)?;
    Ok(Token {
        id,
        organization_id: actor.organization,
        owner,
        label: new.label,
        description: new.description,
        kind: new.kind,
        scopes: new.scopes,
        allowed_cidrs: new.allowed_cidrs,
        created_at: now,
        updated_at: now,
        created_by: actor.principal.unwrap_or(owner),
        expires_at,
        invalidated_at: None,
        keep_access_tokens: false,
        rotated_at: None,
        rotated_by: None,
        previous_secret_expires_at: None,
        last_used_at: None,
        last_used_ip: None,
        key_hint: String::new(),
        certificate: None,
        kubeconfig,
        unreadable: Vec::new(),
    })
}

/// The default is the earlier of the default expiry and the actor's; an explicit expiry can't exceed the actor's.
fn bounded(
    actor: &Actor,
    requested: Expiry,
    resolved: Option<Timestamp>,
    errors: &mut FieldErrors,
) -> Option<Timestamp> {
    if let (Expiry::Default, Some(own)) = (requested, actor.own_expiry()) {
        return Some(resolved.map_or(own, |end| end.min(own)));
    }
    actor.check_expiry(resolved, requested.field(), errors);
    resolved
}

/// The audit details of a new token.
pub(crate) fn describe(token: &Token) -> Details {
    let details = Details::default()
        .set("label", token.label.as_str())
        .set("kind", token.kind.as_str())
        .set("owner_id", token.owner.id().to_string())
        .set("scopes", token.scopes.to_strings())
        .set("allowed_cidrs", token.allowed_cidrs.to_strings())
        .set("expires_at", token.expires_at.map(|end| end.to_string()))
        .set("key_hint", token.key_hint.clone());
    let details = match &token.kubeconfig {
        Some(kubeconfig) => details
            .set("cluster_id", kubeconfig.cluster_id.to_string())
            .set("namespace", kubeconfig.namespace.as_str())
            .set("method", kubeconfig.method.as_str()),
        None => details,
    };
    match credential_file::describe_certificate(token) {
        Some(fingerprint) => details.set("certificate", fingerprint),
        None => details,
    }
}
