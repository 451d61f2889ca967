//! The page: version, database, backups, signing keys.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::Problem;
use mintkey_service::{DatabaseKind, SystemView};

use super::{HERE, backups, keys};
use crate::{
    error::Result,
    frame::{Section, ago, size},
    web::{Screen, SignedIn, Submitted, caller, submit},
};

/// Copies the database; says the new file's name.
#[server(prefix = "/_fn", endpoint = "system/backup")]
pub(crate) async fn create_backup() -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.create_backup(&actor).await?)
}

/// `GET /settings/system`.
pub(super) async fn page(person: SignedIn) -> Result<Response> {
    show(person, None).await
}

/// `POST /settings/system`.
pub(super) async fn sent(person: SignedIn, request: Request) -> Result<Response> {
    match submit::<CreateBackup>(&person.visitor, request, |_| {}).await? {
        Submitted::Done(name) => Ok(person.visitor.redirect(HERE, &format!("{name} created."))),
        Submitted::Refused(_, problem) => show(person, Some(problem)).await,
    }
}

/// Shows it, with why there is no new backup.
async fn show(person: SignedIn, problem: Option<Problem>) -> Result<Response> {
    let system = person.visitor.service().system_view(&person.actor).await?;
    let title = if problem.is_some() { "System: no backup" } else { "System" };
    let screen = Screen::new(title, Section::System).answering(problem.as_ref());
    let main = move || {
        let facts = facts(&system).into_any();
        let backups = backups::card(&system, problem.as_ref()).into_any();
        let keys = keys::card(&system.signing_keys).into_any();
        view! {
            <header class="page-head">
                <div><h1>"System"</h1><p>"This installation of Mintkey. All organizations share it."</p></div>
            </header>
            <div class="stack">{facts}{backups}{keys}</div>
        }
        .into_any()
    };
    screen.show(&person, move || (main(), None)).await
}

fn facts(system: &SystemView) -> impl IntoView + use<> {
    let engine = match system.database {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgres => "PostgreSQL",
    };
    let started = system.started_at;
    let backup = match (&system.last_backup, system.database) {
        (Some(last), _) => ago(last.at).into_any(),
        (None, DatabaseKind::Sqlite) => "Never".into_any(),
        (None, DatabaseKind::Postgres) => "Not known".into_any(),
    };
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div><dt>"Version"</dt><dd>{system.version}</dd></div>
                <div><dt>"Started"</dt><dd>{ago(started)}</dd></div>
                <div><dt>"Database"</dt><dd>{engine}", "{size(system.database_bytes)}</dd></div>
                <div><dt>"Last backup"</dt><dd>{backup}</dd></div>
            </dl>
        </section>
    }
}
