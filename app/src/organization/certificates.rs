//! The certificate authorities of the organization: listed, and brought by administrators.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::{OrganizationId, Problem, SecretText, scopes, wire::CertificateAuthority};
use mintkey_service::NewCertificateAuthority;
use serde::{Deserialize, Serialize};

use super::{authorities::Authorities, settings::not_for_members};
use crate::{
    error::Result,
    frame::{Anchors, Breadcrumb, Card, ErrorSummary, Icon, Note, Section, TextArea, error_of},
    hidden::Hidden,
    page::Page,
    web::{SignedIn, Submitted, caller, run_form},
};

pub(super) const HERE: &str = "/settings/organization/certificates";

const ANCHORS: Anchors = &[("certificates", "certificates"), ("private_key", "private_key")];

/// What anybody may download: the file's name, and what it is.
const DOWNLOADS: [(&str, &str); 3] = [
    ("ca.pem", "Certificates of all authorities, in PEM"),
    ("crl.pem", "Revocation lists of all authorities, in PEM"),
    ("crl.der", "Revocation list of the authority that issues, in DER"),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AuthorityForm {
    /// The authority's certificate and those above it, in PEM.
    pub(crate) certificates: String,
    /// Its private key, in PEM.
    pub(crate) private_key: Hidden,
}

/// Brings an authority; returns its name.
#[server(prefix = "/_fn", endpoint = "organization/bring-authority")]
pub(crate) async fn bring_authority(#[server(flatten)] form: AuthorityForm) -> Result<String> {
    let (service, actor) = caller()?;
    let private_key = SecretText::new(form.private_key.into_inner());
    let new = NewCertificateAuthority { certificates: form.certificates, private_key };
    Ok(service.bring_certificate_authority(&actor, new).await?.subject)
}

/// `GET /settings/organization/certificates`.
pub(super) async fn page(user: SignedIn) -> Result<Response> {
    show(user, AuthorityForm::default(), None).await
}

/// `POST /settings/organization/certificates`.
pub(super) async fn submit(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<BringAuthority>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(subject) => {
            Ok(user.visitor.redirect(HERE, &format!("{subject} added. It issues client certificates from now on.")))
        }
        Submitted::Refused(typed, problem) => show(user, typed.form, Some(problem)).await,
    }
}

async fn show(user: SignedIn, form: AuthorityForm, problem: Option<Problem>) -> Result<Response> {
    let service = user.visitor.service();
    let organization = service.organization(&user.actor).await.map_err(not_for_members)?.id;
    let authorities = service.list_certificate_authorities(&user.actor).await?;
    let title = if problem.is_some() { "Certificates: not added" } else { "Certificates" };
    let page = Page::new(title, Section::Organization).answering(problem.as_ref());
    let can_edit = user.actor.allows(scopes::MEMBERS_WRITE);
    page.show(&user, move || view! { <CertificatesPage organization authorities form problem can_edit/> }).await
}

#[component]
fn CertificatesPage(
    organization: OrganizationId,
    authorities: Vec<CertificateAuthority>,
    form: AuthorityForm,
    problem: Option<Problem>,
    can_edit: bool,
) -> impl IntoView {
    let downloads = (!authorities.is_empty()).then(|| view! { <Downloads organization/> });
    let bring = can_edit.then(|| view! { <BringForm certificates=form.certificates problem/> });
    view! {
        <Breadcrumb list="Organization" href="/settings/organization" current="Certificates"/>
        <header class="page-head">
            <div><h1>"Certificates"</h1><p>"The authorities that issue client certificates of this organization."</p></div>
        </header>
        <div class="stack"><Authorities authorities/>{downloads}{bring}</div>
    }
}

/// Links to what others need to check certificates.
#[component]
fn Downloads(organization: OrganizationId) -> impl IntoView {
    let items = DOWNLOADS.map(|(file, what)| {
        let href = format!("/pki/{organization}/{file}");
        view! { <li><Icon name="download"/><span><a class="link mono" href=href download>{file}</a>" "{what}</span></li> }
    });
    view! {
        <Card id="downloads-h" heading="For programs that check certificates">
            <div class="in">
                <p class="muted">"Anybody may download these, without signing in."</p>
                <ul class="checklist" role="list">{items.collect_view()}</ul>
            </div>
        </Card>
    }
}

/// The form for an authority of the organization's own hierarchy. The private key is never filled in again.
#[component]
fn BringForm(certificates: String, problem: Option<Problem>) -> impl IntoView {
    let summary =
        view! { <ErrorSummary problem=problem.clone() purpose="the authority can be added" anchors=ANCHORS/> };
    let error = move |field| error_of(problem.as_ref(), field);
    view! {
        <Card id="bring-h" heading="Bring an authority">
            <form class="in wide" method="post" novalidate>
                {summary}
                <TextArea
                    name="certificates" label="Certificates" value=certificates error=error("certificates")
                    monospace=true required=true rows=6
                    hint="In PEM: that of your intermediate first, then those above it, up to the root."
                />
                <TextArea
                    name="private_key" label="Private key" value="" error=error("private_key")
                    monospace=true required=true rows=4
                    hint="In PEM, not encrypted: on P-256 or P-384, or RSA. It is stored encrypted and never shown."
                />
                <Note>
                    "It issues all client certificates from now on. Certificates of the other authorities stay valid."
                </Note>
                <div><button class="btn primary">"Add authority"</button></div>
            </form>
        </Card>
    }
}
