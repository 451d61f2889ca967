//! Copies of the database, kept beside it on the server. Nothing of them reaches the browser.

use leptos::prelude::*;
use mintkey_domain::Problem;
use mintkey_service::{DatabaseKind, MAX_BACKUPS, SystemView};

use crate::frame::{error_summary, icon, plain, size, warning};

/// What there is, and the button for another one.
pub(super) fn card(system: &SystemView, problem: Option<&Problem>) -> impl IntoView + use<> {
    let content = match system.database {
        DatabaseKind::Sqlite => copies(system).into_any(),
        DatabaseKind::Postgres => {
            let words =
                view! { "Back up PostgreSQL with "<code>"pg_dump"</code>", and keep the master key in another place." };
            plain("info", words).into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="backups-h">
            <header><h2 id="backups-h">"Backups"</h2></header>
            <div class="in">{error_summary(problem, "a backup can be created", &[])}{content}</div>
        </section>
    }
}

fn copies(system: &SystemView) -> impl IntoView + use<> {
    let never = system.last_backup.is_none().then(|| warning("The database was never backed up."));
    let full = system.backups.len() >= MAX_BACKUPS;
    let words = format!(
        "A backup is a copy of the database in a folder beside it, on the server. Mintkey creates at \
         most {MAX_BACKUPS} there and removes none. Copy them to another machine, and keep the master key in another place."
    );
    let files = system.backups.iter().map(|backup| {
        let (name, bytes) = (backup.name.clone(), size(backup.bytes));
        view! { <li>{icon("copy")}<code>{name}</code><span class="muted push">{bytes}</span></li> }
    });
    let files =
        (!system.backups.is_empty()).then(|| view! { <ul class="checklist" role="list">{files.collect_view()}</ul> });
    let button = if full {
        let words = "The folder is full. Move or delete a backup on the server before you create another one.";
        plain("info", words).into_any()
    } else {
        view! { <form method="post"><button class="btn primary">{icon("copy")}"Create backup"</button></form> }
            .into_any()
    };
    view! { {never}<p class="muted">{words}</p>{files}{button} }
}
