//! The system page: version, database, backups and signing keys.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::Problem;
use mintkey_service::{DatabaseKind, SystemView};

use super::{backups::Backups, keys::SigningKeys};
use crate::{
    error::Result,
    frame::{RelativeTime, Section, size},
    page::Page,
    web::{SignedIn, Submitted, caller, run_form},
};

const HERE: &str = "/settings/system";

/// Creates a backup; returns its file name.
#[server(prefix = "/_fn", endpoint = "system/backup")]
pub(crate) async fn create_backup() -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.create_backup(&actor).await?)
}

/// `GET /settings/system`.
pub(super) async fn page(user: SignedIn) -> Result<Response> {
    show(user, None).await
}

/// `POST /settings/system`.
pub(super) async fn submit(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<CreateBackup>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(name) => Ok(user.visitor.redirect(HERE, &format!("{name} created."))),
        Submitted::Refused(_, problem) => show(user, Some(problem)).await,
    }
}

/// Shows the page, with the reason why a backup was refused.
async fn show(user: SignedIn, problem: Option<Problem>) -> Result<Response> {
    let system = user.visitor.service().system_view(&user.actor).await?;
    let title = if problem.is_some() { "System: no backup" } else { "System" };
    let page = Page::new(title, Section::System).answering(problem.as_ref());
    page.show(&user, move || view! { <SystemPage system problem/> }).await
}

#[component]
fn SystemPage(system: SystemView, problem: Option<Problem>) -> impl IntoView {
    view! {
        <header class="page-head">
            <div><h1>"System"</h1><p>"This installation of Mintkey. All organizations share it."</p></div>
        </header>
        <div class="stack">
            <Properties system=system.clone()/>
            <Backups system=system.clone() problem/>
            <SigningKeys keys=system.signing_keys/>
        </div>
    }
}

#[component]
fn Properties(system: SystemView) -> impl IntoView {
    let engine = match system.database {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgres => "PostgreSQL",
    };
    let backup = match (system.last_backup, system.database) {
        (Some(last), _) => view! { <RelativeTime at=last.at/> }.into_any(),
        (None, DatabaseKind::Sqlite) => "Never".into_any(),
        (None, DatabaseKind::Postgres) => "Not known".into_any(),
    };
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div><dt>"Version"</dt><dd>{system.version}</dd></div>
                <div><dt>"Started"</dt><dd><RelativeTime at=system.started_at/></dd></div>
                <div><dt>"Database"</dt><dd>{engine}", "{size(system.database_bytes)}</dd></div>
                <div><dt>"Last backup"</dt><dd>{backup}</dd></div>
            </dl>
        </section>
    }
}
