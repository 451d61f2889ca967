//! Database backups, stored on the server next to the database. Browsers can't download them.

use leptos::prelude::*;
use mintkey_domain::Problem;
use mintkey_service::{DatabaseKind, MAX_BACKUPS, SystemView};

use crate::frame::{Card, ErrorSummary, Icon, Note, Tone, size};

/// The backups, and the button to create one.
#[component]
pub(super) fn Backups(system: SystemView, problem: Option<Problem>) -> impl IntoView {
    let content = match system.database {
        DatabaseKind::Sqlite => view! { <SqliteBackups system/> }.into_any(),
        DatabaseKind::Postgres => view! {
            <Note>
                "Back up PostgreSQL with "<code>"pg_dump"</code>", and keep the master key in another place."
            </Note>
        }
        .into_any(),
    };
    view! {
        <Card id="backups-h" heading="Backups">
            <div class="in"><ErrorSummary problem purpose="a backup can be created"/>{content}</div>
        </Card>
    }
}

#[component]
fn SqliteBackups(system: SystemView) -> impl IntoView {
    let never = system.last_backup.is_none().then(|| {
        view! { <Note tone=Tone::Warning>"The database was never backed up."</Note> }
    });
    let is_full = system.backups.len() >= MAX_BACKUPS;
    let explanation = format!(
        "A backup is a copy of the database in a folder beside it, on the server. Mintkey creates at \
         most {MAX_BACKUPS} there and removes none. Copy them to another machine, and keep the master key in another place."
    );
    let files = (!system.backups.is_empty()).then(|| {
        let files = system.backups.into_iter().map(|backup| {
            let bytes = size(backup.bytes);
            view! { <li><Icon name="copy"/><code>{backup.name}</code><span class="muted push">{bytes}</span></li> }
        });
        view! { <ul class="checklist" role="list">{files.collect_view()}</ul> }
    });
    let button = if is_full {
        let message = "The folder is full. Move or delete a backup on the server before you create another one.";
        view! { <Note>{message}</Note> }.into_any()
    } else {
        view! { <form method="post"><button class="btn primary"><Icon name="copy"/>"Create backup"</button></form> }
            .into_any()
    };
    view! { {never}<p class="muted">{explanation}</p>{files}{button} }
}
