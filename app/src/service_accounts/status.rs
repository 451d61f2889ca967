//! Suspending, activating and decommissioning a service account.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use leptos::prelude::*;
use mintkey_domain::{Problem, wire::ServiceAccount};

use super::access::require_editor;
use crate::{
    background::Background,
    error::Result,
    frame::{ConfirmDialog, Note, Section, Tone, counted},
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, Submitted, caller, parse_id, run_form},
};

/// The change that a dialog confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Suspend,
    Activate,
    Decommission,
}

/// Suspends an account, so that its credentials are rejected; returns its name.
#[server(prefix = "/_fn", endpoint = "service-accounts/suspend")]
pub(crate) async fn suspend_account(#[server(default)] id: String) -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.suspend_service_account(&actor, parse_id(&id)?).await?.name)
}

/// Activates an account, so that its credentials are accepted again; returns its name.
#[server(prefix = "/_fn", endpoint = "service-accounts/activate")]
pub(crate) async fn activate_account(#[server(default)] id: String) -> Result<String> {
    let (service, actor) = caller()?;
    Ok(service.activate_service_account(&actor, parse_id(&id)?).await?.name)
}

/// Decommissions an account and invalidates all its tokens.
#[server(prefix = "/_fn", endpoint = "service-accounts/decommission")]
pub(crate) async fn decommission_account(#[server(default)] id: String) -> Result<()> {
    let (service, actor) = caller()?;
    Ok(service.decommission_service_account(&actor, parse_id(&id)?).await?)
}

/// `GET /settings/service-accounts/{id}/suspend`.
pub(crate) async fn page_to_suspend(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(user, return_to, &id, Act::Suspend, None).await
}

/// `POST /settings/service-accounts/{id}/suspend`.
pub(crate) async fn submit_suspension(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<SuspendAccount>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(name) => {
            Ok(return_to.redirect(&user, &format!("{name} suspended. Its credentials are refused.")))
        }
        Submitted::Refused(_, problem) => show(user, return_to, &id, Act::Suspend, Some(problem)).await,
    }
}

/// `GET /settings/service-accounts/{id}/activate`.
pub(crate) async fn page_to_activate(user: SignedIn, return_to: ReturnTo, Path(id): Path<String>) -> Result<Response> {
    show(user, return_to, &id, Act::Activate, None).await
}

/// `POST /settings/service-accounts/{id}/activate`.
pub(crate) async fn submit_activation(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<ActivateAccount>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(name) => Ok(return_to.redirect(&user, &format!("{name} activated. Its keys work again."))),
        Submitted::Refused(_, problem) => show(user, return_to, &id, Act::Activate, Some(problem)).await,
    }
}

/// `GET /settings/service-accounts/{id}/decommission`.
pub(crate) async fn page_to_decommission(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
) -> Result<Response> {
    show(user, return_to, &id, Act::Decommission, None).await
}

/// `POST /settings/service-accounts/{id}/decommission`.
pub(crate) async fn submit_decommissioning(
    user: SignedIn,
    return_to: ReturnTo,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let named = id.clone();
    match run_form::<DecommissionAccount>(&user.visitor, request, |call| call.id = named).await? {
        Submitted::Done(()) => {
            Ok(return_to.redirect(&user, "Decommissioned. All its tokens are invalidated; the record is kept."))
        }
        Submitted::Refused(_, problem) => show(user, return_to, &id, Act::Decommission, Some(problem)).await,
    }
}

async fn show(user: SignedIn, return_to: ReturnTo, id: &str, act: Act, problem: Option<Problem>) -> Result<Response> {
    require_editor(&user)?;
    let account = user.visitor.service().service_account(&user.actor, parse_id(id)?).await?;
    let background = Background::load(&user, &return_to).await?;
    let title = match act {
        Act::Suspend => "Suspend service account",
        Act::Activate => "Activate service account",
        Act::Decommission => "Decommission service account",
    };
    let page = Page::new(title, Section::ServiceAccounts).answering(problem.as_ref());
    let dialog = move || match act {
        Act::Suspend => view! { <SuspendDialog account return_to problem/> }.into_any(),
        Act::Activate => view! { <ActivateDialog account return_to problem/> }.into_any(),
        Act::Decommission => view! { <DecommissionDialog account return_to problem/> }.into_any(),
    };
    page.show_dialog(&user, move || background.view(), dialog).await
}

#[component]
fn SuspendDialog(account: ServiceAccount, return_to: ReturnTo, problem: Option<Problem>) -> impl IntoView {
    view! {
        <ConfirmDialog
            title=format!("Suspend {}?", account.name)
            return_to=return_to.href()
            lead="All its credentials are refused until you activate it."
            icon="lock"
            tone=Tone::Danger
            action="Suspend"
            problem
            purpose="this can be done"
        >
            <Note tone=Tone::Warning>
                <strong>{stop_at_once(account.tokens)}</strong>
                " Callers get "<code>"401"</code>" from their next request on; access tokens are revoked."
            </Note>
        </ConfirmDialog>
    }
}

#[component]
fn ActivateDialog(account: ServiceAccount, return_to: ReturnTo, problem: Option<Problem>) -> impl IntoView {
    view! {
        <ConfirmDialog
            title=format!("Activate {}?", account.name)
            return_to=return_to.href()
            lead="Its keys and client secrets work again."
            icon="ok"
            action="Activate"
            problem
            purpose="this can be done"
        >
            <Note>"Earlier access tokens stay revoked: its clients request new ones."</Note>
        </ConfirmDialog>
    }
}

#[component]
fn DecommissionDialog(account: ServiceAccount, return_to: ReturnTo, problem: Option<Problem>) -> impl IntoView {
    view! {
        <ConfirmDialog
            title=format!("Decommission {}?", account.name)
            return_to=return_to.href()
            lead="Permanent. The record is kept."
            icon="ban"
            tone=Tone::Danger
            action="Decommission"
            problem
            purpose="this can be done"
        >
            <Note tone=Tone::Warning><strong>{invalidated_with_it(account.tokens)}</strong></Note>
        </ConfirmDialog>
    }
}

fn stop_at_once(tokens: i64) -> String {
    format!("{} at once.", counted(tokens, "token stops", "tokens stop"))
}

fn invalidated_with_it(tokens: i64) -> String {
    let after = match tokens {
        0 => "",
        1 => " It stays listed and never works again.",
        _ => " They stay listed and never work again.",
    };
    format!("{} invalidated with it.{after}", counted(tokens, "token is", "tokens are"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_none_one_and_several_tokens_are_worded_differently() {
        assert_eq!(
            [0, 1, 2].map(stop_at_once),
            ["0 tokens stop at once.", "1 token stops at once.", "2 tokens stop at once.",]
        );
        assert_eq!(
            [0, 1, 2].map(invalidated_with_it),
            [
                "0 tokens are invalidated with it.",
                "1 token is invalidated with it. It stays listed and never works again.",
                "2 tokens are invalidated with it. They stay listed and never work again.",
            ]
        );
    }
}
