//! Pages outside the settings: sign-in, setup, invitations, password reset, sign-out, theme and error pages.

mod auth_layout;
mod code;
mod invite;
mod login;
mod new_password;
mod pending_form;
mod refusal;
mod reset;
mod setup;
mod theme;

use axum::{
    Router,
    routing::{get, post},
};

pub(crate) use pending_form::{remember_user, store as store_pending_form};
pub(crate) use refusal::{refusal, refusal_without_visitor};

use crate::web::{Console, SignedIn, redirect};

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/", get(async |_: SignedIn| redirect("/settings/tokens")))
        .route("/settings", get(async |_: SignedIn| redirect("/settings/tokens")))
        .route("/login", get(login::page).post(login::submit))
        .route("/login/form", get(pending_form::show))
        .route("/logout", post(login::logout))
        .route("/setup", get(setup::page).post(setup::submit))
        .route("/invite", get(invite::page).post(invite::submit))
        .route("/reset", get(reset::page).post(reset::submit))
        .route("/reset/done", get(reset::done))
        .route("/theme", post(theme::submit))
}
