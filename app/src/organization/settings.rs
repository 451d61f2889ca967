//! The organization's name and settings.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::{ErrorCode, MAX_LABEL, Problem, request::OrganizationChangesDraft, scopes, wire::Organization};
use serde::{Deserialize, Serialize};

use super::certificates;
use crate::{
    error::{AppError, Result},
    frame::{Anchors, Card, ErrorSummary, Field, FieldHelp, Note, Section, error_of},
    page::Page,
    web::{SignedIn, Submitted, caller, run_form},
};

const HERE: &str = "/settings/organization";

const ANCHORS: Anchors = &[
    ("name", "name"),
    ("default_token_ttl", "default_token_ttl"),
    ("max_token_ttl", "max_token_ttl"),
    ("audience", "audience"),
    ("audit_retention", "audit_retention"),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OrganizationForm {
    pub(crate) name: String,
    pub(crate) default_token_ttl: String,
    /// Empty for no limit.
    pub(crate) max_token_ttl: String,
    /// Empty for the default, `ISSUER/o/ORGANIZATION_ID`.
    pub(crate) audience: String,
    /// Empty to keep events forever.
    pub(crate) audit_retention: String,
    /// `true` to allow PKCS#12 bundles with weak encryption.
    pub(crate) allow_compatible_pkcs12: String,
}

/// Changes the organization's settings; returns its name.
#[server(prefix = "/_fn", endpoint = "organization/edit")]
pub(crate) async fn edit_organization(#[server(flatten)] form: OrganizationForm) -> Result<String> {
    let (service, actor) = caller()?;
    let before = service.organization(&actor).await?;
    let changes = form.changes(&before).check()?;
    Ok(service.edit_organization(&actor, changes).await?.name)
}

impl OrganizationForm {
    fn of(organization: &Organization) -> Self {
        Self {
            name: organization.name.clone(),
            default_token_ttl: organization.default_token_ttl.clone(),
            max_token_ttl: organization.max_token_ttl.clone().unwrap_or_default(),
            audience: organization.audience.clone(),
            audit_retention: organization.audit_retention.clone().unwrap_or_default(),
            allow_compatible_pkcs12: organization.allow_compatible_pkcs12.to_string(),
        }
    }

    /// The changed settings. An unchanged audience is omitted, because storing it would fix a default value.
    fn changes(self, before: &Organization) -> OrganizationChangesDraft {
        let given = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let allow = self.allow_compatible_pkcs12 == "true";
        let (max, retention) = (given(self.max_token_ttl), given(self.audit_retention));
        OrganizationChangesDraft {
            name: Some(self.name),
            default_token_ttl: Some(self.default_token_ttl),
            max_token_ttl: (max != before.max_token_ttl).then_some(max),
            audience: (self.audience.trim() != before.audience).then(|| given(self.audience)),
            audit_retention: (retention != before.audit_retention).then_some(retention),
            allow_compatible_pkcs12: (allow != before.allow_compatible_pkcs12).then_some(allow),
        }
    }
}

/// `GET /settings/organization`.
pub(super) async fn page(user: SignedIn) -> Result<Response> {
    let organization = user.visitor.service().organization(&user.actor).await.map_err(not_for_members)?;
    let form = OrganizationForm::of(&organization);
    show(user, organization, form, None).await
}

/// Reading the settings needs the same scope as reading members, but the message must be about the settings.
pub(super) fn not_for_members(error: mintkey_service::Error) -> AppError {
    let error = AppError::from(error);
    if error.0.code == ErrorCode::InsufficientScope {
        let message = "Only administrators and auditors can see the organization's settings.";
        return AppError::new(ErrorCode::Forbidden, message);
    }
    error
}

/// `POST /settings/organization`.
pub(super) async fn submit(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<EditOrganization>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(name) => {
            Ok(user.visitor.redirect(HERE, &format!("{name} saved. New limits apply to tokens from now on.")))
        }
        Submitted::Refused(typed, problem) => {
            let organization = user.visitor.service().organization(&user.actor).await?;
            show(user, organization, typed.form, Some(problem)).await
        }
    }
}

async fn show(
    user: SignedIn,
    organization: Organization,
    form: OrganizationForm,
    problem: Option<Problem>,
) -> Result<Response> {
    let title = if problem.is_some() { "Organization: not saved" } else { "Organization" };
    let page = Page::new(title, Section::Organization).answering(problem.as_ref());
    let can_edit = user.actor.allows(scopes::MEMBERS_WRITE);
    page.show(&user, move || view! { <OrganizationPage organization form problem can_edit/> }).await
}

/// The settings, as a form for users who can edit them.
#[component]
fn OrganizationPage(
    organization: Organization,
    form: OrganizationForm,
    problem: Option<Problem>,
    can_edit: bool,
) -> impl IntoView {
    let (name, id) = (organization.name.clone(), organization.id.to_string());
    let settings = if can_edit {
        view! { <SettingsForm form problem/> }.into_any()
    } else {
        view! { <Settings organization/> }.into_any()
    };
    view! {
        <header class="page-head"><div><h1>"Organization"</h1><p class="whole">{name}</p></div></header>
        <div class="stack">
            {settings}
            <CertificatesCard/>
            <section class="card" aria-label="Id">
                <dl class="facts-row"><div class="span-2"><dt>"Organization ID"</dt><dd class="mono">{id}</dd></div></dl>
            </section>
        </div>
    }
}

/// The way to the authorities.
#[component]
fn CertificatesCard() -> impl IntoView {
    view! {
        <Card id="certificates-h" heading="Client certificates">
            <div class="in">
                <p class="muted">"Who issues them, and what programs need to check them."</p>
                <div class="actions"><a class="btn sm" href=certificates::HERE>"Certificate authorities"</a></div>
            </div>
        </Card>
    }
}

#[component]
fn SettingsForm(form: OrganizationForm, problem: Option<Problem>) -> impl IntoView {
    const WEAK: &str = "Triple DES and SHA-1, for programs that can't open modern bundles.";
    let allows_compatible = form.allow_compatible_pkcs12 == "true";
    let summary = view! { <ErrorSummary problem=problem.clone() purpose="the settings can be saved" anchors=ANCHORS/> };
    let error = move |field| error_of(problem.as_ref(), field);
    view! {
        <Card id="settings-h" heading="Settings">
            <form class="in narrow" method="post" novalidate>
                {summary}
                <Field name="name" label="Name" value=form.name max_length=MAX_LABEL error=error("name")/>
                <Field
                    name="default_token_ttl" label="Default token lifetime" value=form.default_token_ttl
                    hint="Such as 12h, 90d or 52w." error=error("default_token_ttl")
                />
                <Field
                    name="max_token_ttl" label="Maximum token lifetime" value=form.max_token_ttl optional=true
                    hint="Empty: no limit, and tokens that never expire are allowed." error=error("max_token_ttl")
                />
                <Field
                    name="audience" label="Audience of access tokens" value=form.audience optional=true
                    hint="What your APIs expect as aud. Empty: this server's address of the organization."
                    error=error("audience")
                />
                <Field
                    name="audit_retention" label="Audit log retention" value=form.audit_retention optional=true
                    hint="At least 30d. Empty: forever. Older events are removed permanently, once a day."
                    error=error("audit_retention")
                />
                <div class="field">
                    <label class="check">
                        <input
                            type="checkbox" name="allow_compatible_pkcs12" value="true" checked=allows_compatible
                            aria-describedby="allow_compatible_pkcs12-h"
                        />
                        "Allow PKCS#12 bundles with weak encryption"
                    </label>
                    <FieldHelp id="allow_compatible_pkcs12" hint=Some(WEAK) error=None/>
                </div>
                <Note>
                    "A new maximum applies to tokens that are created or edited from now on. A new audience ends the access tokens that have the old one."
                </Note>
                <div><button class="btn primary">"Save changes"</button></div>
            </form>
        </Card>
    }
}

/// Read-only settings.
#[component]
fn Settings(organization: Organization) -> impl IntoView {
    let weak = if organization.allow_compatible_pkcs12 { "Allowed" } else { "Not allowed" };
    let Organization { name, default_token_ttl, max_token_ttl, audience, audit_retention, .. } = organization;
    view! {
        <section class="card" aria-label="Settings">
            <dl class="facts-row">
                <div class="span-2"><dt>"Name"</dt><dd>{name}</dd></div>
                <div><dt>"Default token lifetime"</dt><dd>{default_token_ttl}</dd></div>
                <div><dt>"Maximum token lifetime"</dt><dd>{max_token_ttl.unwrap_or_else(|| "No limit".to_owned())}</dd></div>
                <div class="span-2"><dt>"Audience of access tokens"</dt><dd class="mono">{audience}</dd></div>
                <div><dt>"Audit log retention"</dt><dd>{audit_retention.unwrap_or_else(|| "Forever".to_owned())}</dd></div>
                <div class="span-2"><dt>"PKCS#12 bundles with weak encryption"</dt><dd>{weak}</dd></div>
            </dl>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{OrganizationId, Timestamp};

    use super::*;

    #[test]
    fn what_was_left_as_it_is_stays_as_it_is() {
        let before = Organization {
            id: OrganizationId::new(Timestamp::EPOCH, [0; 10]),
            name: "Acme".into(),
            default_token_ttl: "90d".into(),
            max_token_ttl: Some("365d".into()),
            audience: "http://here/o/1".into(),
            audit_retention: Some("400d".into()),
            allow_compatible_pkcs12: false,
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        };
        let same = OrganizationForm::of(&before).changes(&before);
        assert_eq!((same.max_token_ttl, same.audience, same.audit_retention), (None, None, None));
        assert_eq!(same.allow_compatible_pkcs12, None);
        let emptied = OrganizationForm {
            max_token_ttl: " ".into(),
            audience: String::new(),
            audit_retention: String::new(),
            ..OrganizationForm::of(&before)
        };
        let allowed = OrganizationForm { allow_compatible_pkcs12: "true".into(), ..OrganizationForm::of(&before) };
        assert_eq!(allowed.changes(&before).allow_compatible_pkcs12, Some(true));
        let emptied = emptied.changes(&before);
        assert_eq!((emptied.max_token_ttl, emptied.audience), (Some(None), Some(None)));
        assert_eq!(emptied.audit_retention, Some(None));
    }
}
