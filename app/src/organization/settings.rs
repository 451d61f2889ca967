//! The organization's name and settings.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    ErrorCode, MAX_LABEL, Problem, own,
    wire::{Organization, OrganizationChangesDraft},
};
use serde::{Deserialize, Serialize};

use crate::{
    error::{AppError, Result},
    frame::{Anchors, Field, Section, error_of, error_summary, plain},
    web::{Screen, SignedIn, Submitted, caller, submit},
};

const HERE: &str = "/settings/organization";

const ANCHORS: Anchors = &[
    ("name", "name"),
    ("default_token_ttl", "default_token_ttl"),
    ("max_token_ttl", "max_token_ttl"),
    ("audience", "audience"),
    ("audit_retention", "audit_retention"),
];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OrganizationForm {
    pub(crate) name: String,
    pub(crate) default_token_ttl: String,
    /// Empty for no limit.
    pub(crate) max_token_ttl: String,
    /// Empty for its own address.
    pub(crate) audience: String,
    /// Empty to keep it forever.
    pub(crate) audit_retention: String,
}

/// Changes the organization's settings; says its name.
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
        }
    }

    /// What is different. An audience that was left as it is isn't fixed by that: it may be the default one.
    fn changes(self, before: &Organization) -> OrganizationChangesDraft {
        let given = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (max, retention) = (given(self.max_token_ttl), given(self.audit_retention));
        OrganizationChangesDraft {
            name: Some(self.name),
            default_token_ttl: Some(self.default_token_ttl),
            max_token_ttl: (max != before.max_token_ttl).then_some(max),
            audience: (self.audience.trim() != before.audience).then(|| given(self.audience)),
            audit_retention: (retention != before.audit_retention).then_some(retention),
        }
    }
}

/// `GET /settings/organization`.
pub(super) async fn page(person: SignedIn) -> Result<Response> {
    let organization = person.visitor.service().organization(&person.actor).await.map_err(not_for_members)?;
    let form = OrganizationForm::of(&organization);
    show(person, organization, form, None).await
}

/// The settings are read with the same scope as the members; the refusal is about the settings.
fn not_for_members(error: mintkey_service::Error) -> AppError {
    let error = AppError::from(error);
    if error.0.code == ErrorCode::InsufficientScope {
        let words = "Only administrators and auditors can see the organization's settings.";
        return AppError::new(ErrorCode::Forbidden, words);
    }
    error
}

/// `POST /settings/organization`.
pub(super) async fn sent(person: SignedIn, request: Request) -> Result<Response> {
    match submit::<EditOrganization>(&person.visitor, request, |_| {}).await? {
        Submitted::Done(name) => {
            Ok(person.visitor.redirect(HERE, &format!("{name} saved. New limits apply to tokens from now on.")))
        }
        Submitted::Refused(typed, problem) => {
            let organization = person.visitor.service().organization(&person.actor).await?;
            show(person, organization, typed.form, Some(problem)).await
        }
    }
}

async fn show(
    person: SignedIn,
    organization: Organization,
    form: OrganizationForm,
    problem: Option<Problem>,
) -> Result<Response> {
    let title = if problem.is_some() { "Organization: not saved" } else { "Organization" };
    let screen = Screen::new(title, Section::Organization).answering(problem.as_ref());
    let can_edit = person.actor.allows(own::MEMBERS_WRITE);
    let main = move || {
        let lead = organization.name.clone();
        let card = if can_edit { settings(form, problem.as_ref()).into_any() } else { facts(&organization).into_any() };
        let id = organization.id.to_string();
        view! {
            <header class="page-head"><div><h1>"Organization"</h1><p class="whole">{lead}</p></div></header>
            <div class="stack">
                {card}
                <section class="card" aria-label="Id">
                    <dl class="facts-row"><div class="span-2"><dt>"Organization ID"</dt><dd class="mono">{id}</dd></div></dl>
                </section>
            </div>
        }
        .into_any()
    };
    screen.show(&person, move || (main(), None)).await
}

fn settings(form: OrganizationForm, problem: Option<&Problem>) -> impl IntoView + use<> {
    let mut name = Field::new("name", "name", "Name");
    name.value = form.name;
    name.most = Some(MAX_LABEL);
    name.error = error_of(problem, "name");
    let mut default = Field::new("default_token_ttl", "default_token_ttl", "Default token lifetime");
    default.value = form.default_token_ttl;
    default.hint = Some("Such as 12h, 90d or 52w.");
    default.error = error_of(problem, "default_token_ttl");
    let mut max = Field::new("max_token_ttl", "max_token_ttl", "Maximum token lifetime");
    max.value = form.max_token_ttl;
    max.optional = true;
    max.hint = Some("Empty: no limit, and tokens that never expire are allowed.");
    max.error = error_of(problem, "max_token_ttl");
    let mut audience = Field::new("audience", "audience", "Audience of access tokens");
    audience.value = form.audience;
    audience.optional = true;
    audience.hint = Some("What your APIs expect as aud. Empty: this server's address of the organization.");
    audience.error = error_of(problem, "audience");
    let mut retention = Field::new("audit_retention", "audit_retention", "Audit log retention");
    retention.value = form.audit_retention;
    retention.optional = true;
    retention.hint = Some("At least 30d. Empty: forever. Older events are removed permanently, once a day.");
    retention.error = error_of(problem, "audit_retention");
    view! {
        <section class="card" aria-labelledby="settings-h">
            <header><h2 id="settings-h">"Settings"</h2></header>
            <form class="in narrow" method="post" novalidate>
                {error_summary(problem, "the settings can be saved", ANCHORS)}
                {name.view()}
                {default.view()}
                {max.view()}
                {audience.view()}
                {retention.view()}
                {plain("info", "A new maximum applies to tokens that are created or edited from now on. A new audience ends the access tokens that have the old one.")}
                <div><button class="btn primary">"Save changes"</button></div>
            </form>
        </section>
    }
}

fn facts(organization: &Organization) -> impl IntoView + use<> {
    let Organization { name, default_token_ttl, max_token_ttl, audience, audit_retention, .. } = organization.clone();
    view! {
        <section class="card" aria-label="Settings">
            <dl class="facts-row">
                <div class="span-2"><dt>"Name"</dt><dd>{name}</dd></div>
                <div><dt>"Default token lifetime"</dt><dd>{default_token_ttl}</dd></div>
                <div><dt>"Maximum token lifetime"</dt><dd>{max_token_ttl.unwrap_or_else(|| "No limit".to_owned())}</dd></div>
                <div class="span-2"><dt>"Audience of access tokens"</dt><dd class="mono">{audience}</dd></div>
                <div><dt>"Audit log retention"</dt><dd>{audit_retention.unwrap_or_else(|| "Forever".to_owned())}</dd></div>
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
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        };
        let same = OrganizationForm::of(&before).changes(&before);
        assert_eq!((same.max_token_ttl, same.audience, same.audit_retention), (None, None, None));
        let emptied = OrganizationForm {
            max_token_ttl: " ".into(),
            audience: String::new(),
            audit_retention: String::new(),
            ..OrganizationForm::of(&before)
        };
        let emptied = emptied.changes(&before);
        assert_eq!((emptied.max_token_ttl, emptied.audience), (Some(None), Some(None)));
        assert_eq!(emptied.audit_retention, Some(None));
    }
}
