//! Switching to another organization.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;

use crate::{
    error::{AppError, Result},
    web::{SignedIn, Submitted, begin, parse_id, redirect, run_form, visitor},
};

/// Switches to another of the user's organizations. A new session there replaces the current one.
#[server(prefix = "/_fn", endpoint = "session/switch")]
pub(crate) async fn switch_organization(#[server(default)] organization: String) -> Result<()> {
    let visitor = visitor()?;
    let actor = visitor.actor.clone().ok_or_else(AppError::signed_out)?;
    let to = parse_id(&organization)?;
    match visitor.service().switch_organization(&actor, to).await? {
        Some(signed_in) => begin(&visitor.session, &signed_in).await,
        None => Ok(()),
    }
}

/// `POST /switch`.
pub(super) async fn submit(user: SignedIn, request: Request) -> Result<Response> {
    match run_form::<SwitchOrganization>(&user.visitor, request, |_| {}).await? {
        Submitted::Done(()) => Ok(redirect("/settings/tokens")),
        Submitted::Refused(_, problem) => Err(AppError(problem)),
    }
}
