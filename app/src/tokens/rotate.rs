//! Rotating a token.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, Problem, TokenKind, TokenStatus, Ttl, request::CertificateFields, wire::Token,
};
use mintkey_service::TokenRotation;
use serde::{Deserialize, Serialize};

use super::{
    abilities::Abilities, badge::is_rotating, certificate_fields::CertificateFieldset,
    certificate_form::CertificateForm, kubeconfig_card::OutlivingCertificate, overlap_field::OverlapField,
    reveal::reveal, revealed::RevealedToken,
};
use crate::{
    background::Background,
    error::{AppError, Result},
    frame::{Anchors, Dialog, DialogActions, ErrorSummary, ExactTime, Note, RelativeTime, Section, Tone, Width},
    idempotency::{idempotency, new_key},
    page::Page,
    return_to::ReturnTo,
    time_format::moment,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RotateForm {
    /// The overlap, during which the previous secret is accepted. Empty for none.
    pub(crate) overlap: String,
    /// `true` to keep the client keys.
    pub(crate) keep_client_keys: String,
}

/// Rotates a token.
#[server(prefix = "/_fn", endpoint = "tokens/rotate")]
pub(crate) async fn rotate_token(
    #[server(default)] id: String,
    #[server(flatten)] form: RotateForm,
    #[server(flatten)] certificate: CertificateForm,
    #[server(default)] key: String,
) -> Result<RevealedToken> {
    let (service, actor) = caller()?;
    let idempotency = idempotency(key, "console:tokens.rotate", &(&id, &form, certificate.without_passwords()))?;
    let id = parse_id(&id)?;
    // Who may not rotate it gets that answer, whatever the fields of a certificate say.
    let token = service.token(&actor, id).await?;
    let has_certificate = token.kind == TokenKind::ClientCertificate && Abilities::of(&actor, &token).rotate;
    let rotation = form.into_rotation(has_certificate.then_some(certificate))?;
    Ok(service.rotate_token(&actor, id, rotation, idempotency).await?.into())
}

impl RotateForm {
    /// Converts the form to a request. Only a token with a certificate gets another one.
    fn into_rotation(self, certificate: Option<CertificateForm>) -> Result<TokenRotation> {
        let mut errors = FieldErrors::new();
        let overlap = match self.overlap.as_str() {
            "" => None,
            text => Ttl::parse(text)
                .map_err(|_| {
                    errors.push("overlap", FieldCode::InvalidFormat, "Choose how long the old secret works on.");
                })
                .ok(),
        };
        let certificate = certificate.map(|form| form.check(&mut errors)).unwrap_or_default();
        let CertificateFields { password, pkcs12, csr } = certificate;
        let keep_client_keys = self.keep_client_keys == "true";
        errors.into_result()?;
        Ok(TokenRotation { overlap, keep_client_keys, password, pkcs12, csr })
    }
}

/// `GET /settings/tokens/{id}/rotate`.
pub(crate) async fn page(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(user, return_to, &id, None, CertificateForm::default(), None).await
}

/// `POST /settings/tokens/{id}/rotate`. The response shows the secret, once.
pub(crate) async fn submit(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<RotateToken>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(minted) => reveal(&user, &return_to, minted).await,
        Submitted::Refused(typed, problem) => {
            show(user, return_to, &id, Some(typed.form), typed.certificate, Some(problem)).await
        }
    }
}

async fn show(
    user: SignedIn,
    return_to: ReturnTo,
    id: &str,
    form: Option<RotateForm>,
    certificate: CertificateForm,
    problem: Option<Problem>,
) -> Result<Response> {
    let token = user.visitor.service().token(&user.actor, parse_id(id)?).await?;
    let abilities = Abilities::of(&user.actor, &token);
    if problem.is_none() && token.status == TokenStatus::Expired && abilities.rotate {
        return show_expired(user, return_to, token).await;
    }
    if problem.is_none() && !abilities.rotate {
        return Err(AppError::new(ErrorCode::Forbidden, "This token has no secret that you could replace."));
    }
    let client_keys = user.visitor.service().client_keys(&user.actor, token.id).await?.len();
    let background = Background::load(&user, &return_to).await?;
    let title = if problem.is_some() { "Rotate: not done" } else { "Rotate token" };
    let page = Page::new(title, Section::Tokens).answering(problem.as_ref());
    let allows_compatible = user.visitor.service().allows_compatible_pkcs12(&user.actor).await?;
    let dialog =
        move || view! { <RotateDialog return_to token client_keys form certificate allows_compatible problem/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

/// Says that the token has expired: its new secret would be rejected, too.
async fn show_expired(user: SignedIn, return_to: ReturnTo, token: Token) -> Result<Response> {
    let background = Background::load(&user, &return_to).await?;
    let page = Page::new("Rotate token", Section::Tokens);
    let dialog = move || view! { <ExpiredDialog return_to token/> };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn ExpiredDialog(return_to: ReturnTo, token: Token) -> impl IntoView {
    let expired = token.expires_at.map(|end| format!("It expired {}. ", moment(end.millis())));
    let (cancel, edit) = (return_to.href(), return_to.token_dialog(token.id, "edit"));
    view! {
        <Dialog title=format!("{} has expired", token.label) return_to=return_to.href() icon="hour">
            <div class="body">
                <Note tone=Tone::Warning>{expired}"Give it a new expiry first; then its secret can be rotated."</Note>
            </div>
            <footer>
                <a class="btn" href=cancel>"Cancel"</a>
                <a class="btn primary" href=edit autofocus>"Edit token"</a>
            </footer>
        </Dialog>
    }
}

#[component]
fn RotateDialog(
    return_to: ReturnTo,
    token: Token,
    /// Number of the token's client keys.
    client_keys: usize,
    /// The submitted form, if it was refused.
    form: Option<RotateForm>,
    certificate: CertificateForm,
    /// Whether the organization allows bundles with weak encryption.
    allows_compatible: bool,
    problem: Option<Problem>,
) -> impl IntoView {
    const ANCHORS: Anchors = &[
        ("password", "password"),
        ("password_again", "password_again"),
        ("pkcs12", "pkcs12"),
        ("csr", "csr"),
        ("overlap", "overlap"),
    ];
    let has_certificate = token.kind == TokenKind::ClientCertificate;
    let autofocus = problem.is_none();
    let lead = if token.kubeconfig.is_some() {
        "A new secret and kubeconfig are shown once. Client ID, scopes, owner and expiry stay the same."
    } else if has_certificate {
        "A new secret and certificate are shown once. Client ID, scopes, owner and expiry stay the same."
    } else {
        "A new secret is shown once. Client ID, scopes, owner and expiry stay the same."
    };
    let certificate = has_certificate.then(|| {
        let problem = problem.clone();
        view! { <CertificateFieldset form=certificate allows_compatible autofocus problem/> }
    });
    let facts = token.certificate.as_ref().map(|certificate| {
        view! { <dt>"Certificate ends"</dt><dd><ExactTime at=certificate.expires_at/></dd> }
    });
    let consequence = has_certificate.then(|| {
        view! {
            <Note>
                "The new certificate ends with the token, also if the token got a later expiry meanwhile. The older \
                 certificate, secret and API key end together."
            </Note>
        }
    });
    let outliving = view! { <OutlivingCertificate token=token.clone()/> };
    let is_rotating = is_rotating(&token);
    let keep_client_keys = form.as_ref().is_some_and(|form| form.keep_client_keys == "true");
    let chosen = form.map_or_else(|| "24h".to_owned(), |form| form.overlap);
    let expires_at = token.expires_at;
    let expiry = match expires_at {
        Some(at) => view! { <ExactTime at/>" · "<RelativeTime at/> }.into_any(),
        None => "Never".into_any(),
    };
    let running = is_rotating.then(|| {
        view! {
            <Note tone=Tone::Warning>
                "Two secrets work already. Rotating again stops both of them now; to keep one, end the overlap first."
            </Note>
        }
    });
    // A running overlap excludes another one.
    let overlap =
        (!is_rotating).then(|| view! { <OverlapField chosen expires_at autofocus={autofocus && !has_certificate}/> });
    let client_keys = (client_keys > 0).then(|| view! { <ClientKeys count=client_keys keep=keep_client_keys/> });
    view! {
        <Dialog
            title=format!("Rotate {}", token.label)
            return_to=return_to.href()
            lead
            width={if has_certificate { Width::Medium } else { Width::Narrow }}
            icon="rotate"
        >
            <input type="hidden" name="key" value=new_key()/>
            <div class="body">
                <ErrorSummary problem purpose="the token can be rotated" anchors=ANCHORS/>
                <dl class="facts"><dt>"Expires"</dt><dd>{expiry}</dd>{facts}</dl>
                {running}
                {certificate}
                {overlap}
                {client_keys}
                {consequence}
                {outliving}
            </div>
            <DialogActions return_to=return_to.href() submit="Rotate and show secret"/>
        </Dialog>
    }
}

/// The choice to keep or remove the client keys.
#[component]
fn ClientKeys(count: usize, keep: bool) -> impl IntoView {
    let (keys, they_end) = match count {
        1 => ("1 client key".to_owned(), "It ends"),
        n => (format!("{n} client keys"), "They end"),
    };
    view! {
        <div class="field" role="group" aria-label="Client keys">
            <p>"This token has "<strong>{keys}</strong>". "{they_end}" with the old secret."</p>
            <label class="check">
                <input type="checkbox" name="keep_client_keys" value="true" checked=keep/>
                "Keep client keys working"
            </label>
        </div>
    }
}
