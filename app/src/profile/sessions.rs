//! A user's sessions.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use mintkey_domain::wire::Session;

use crate::{
    error::{AppError, Result},
    frame::{Actions, Badge, Card, Column, DataTable, RelativeTime, Rows, Tone},
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// Ends one of the user's sessions.
#[server(prefix = "/_fn", endpoint = "profile/sessions/end")]
pub(crate) async fn end_session(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.end_session(&actor, parse_id(&id)?).await?)
}

/// Ends all of the user's sessions except the current one; returns how many.
#[server(prefix = "/_fn", endpoint = "profile/sessions/end-others")]
pub(crate) async fn end_other_sessions() -> Result<u64> {
    let (service, actor) = caller()?;
    Ok(service.end_other_sessions(&actor).await?)
}

/// `POST /settings/profile/sessions`.
pub(crate) async fn submit(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<EndSession>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(()) => Ok(done(&user, 1)),
        Submitted::Refused(_, problem) => Err(AppError(problem)),
    }
}

/// `POST /settings/profile/sessions/others`.
pub(crate) async fn submit_others(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<EndOtherSessions>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(ended) => Ok(done(&user, ended)),
        Submitted::Refused(_, problem) => Err(AppError(problem)),
    }
}

fn done(user: &SignedIn, ended: u64) -> Response {
    let message = match ended {
        1 => "1 session ended.".to_owned(),
        n => format!("{n} sessions ended."),
    };
    user.visitor.redirect("/settings/profile", &message)
}

/// The sessions, each with a button to end it.
#[component]
pub(super) fn SessionsCard(sessions: Vec<Session>) -> impl IntoView {
    let columns = [
        Column::new("Browser", "col-name"),
        Column::new("IP address", "col-origin"),
        Column::new("Signed in", "col-created"),
        Column::new("Last seen", "col-last-used"),
    ];
    let others = sessions.iter().any(|session| !session.current).then(|| {
        view! {
            <form method="post" action="/settings/profile/sessions/others" class="push">
                <button class="btn sm">"End all others"</button>
            </form>
        }
    });
    let rows = sessions.into_iter().map(|session| view! { <SessionRow session/> }).collect_view();
    let aside = view! { <span class="muted small">"Where you are signed in"</span>{others} }.into_any();
    view! {
        <Card id="sessions-h" heading="Sessions" aside>
            <DataTable caption="Your sessions" class="sessions" columns actions=Actions::Button>
                <Rows>{rows}</Rows>
            </DataTable>
        </Card>
    }
}

#[component]
fn SessionRow(session: Session) -> impl IntoView {
    let agent = session.user_agent.unwrap_or_default();
    let browser = browser(&agent);
    let ip = session.ip.filter(|ip| !ip.is_empty()).unwrap_or_else(|| "unknown".to_owned());
    let end = if session.current {
        view! { <Badge icon="ok" tone=Tone::Success>"Current"</Badge> }.into_any()
    } else {
        let label = format!("End the session with {browser} from {ip}");
        view! {
            <form method="post" action="/settings/profile/sessions">
                <input type="hidden" name="id" value=session.id.to_string()/>
                <button class="btn sm" aria-label=label>"End"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name"><b title=agent>{browser}</b></th>
            <td role="cell" class="col-origin" data-label="IP address">
                <span class="mono" title=ip.clone()>{ip.clone()}</span>
            </td>
            <td role="cell" class="col-created" data-label="Signed in"><span><RelativeTime at=session.created_at/></span></td>
            <td role="cell" class="col-last-used" data-label="Last seen">
                <span><RelativeTime at=session.last_seen_at/></span>
            </td>
            <td role="cell" class="col-button">{end}</td>
        </tr>
    }
}

/// The browser and operating system, from the `User-Agent` header.
fn browser(agent: &str) -> String {
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let program = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        (None, _) if agent.is_empty() => "Unknown browser".to_owned(),
        (None, _) => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_named_with_its_system() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(browser("curl/8.5.0"), "curl");
        assert_eq!(browser(""), "Unknown browser");
    }
}
