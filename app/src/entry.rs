//! Pages outside the settings: sign-in, setup, invitations, password reset, sign-out, theme and error pages.

mod auth_layout;
mod code;
mod invite;
mod kept;
mod login;
mod new_password;
mod refusal;
mod reset;
mod setup;
mod theme;

use axum::{
    Router,
    routing::{get, post},
};

pub(crate) use kept::{keep as keep_form, remember_person};
pub(crate) use refusal::{refusal, refusal_without_visitor};

use crate::web::{Console, SignedIn, redirect};

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/", get(async |_: SignedIn| redirect("/settings/tokens")))
        .route("/settings", get(async |_: SignedIn| redirect("/settings/tokens")))
        .route("/login", get(login::page).post(login::sent))
        .route("/login/form", get(kept::offer))
        .route("/logout", post(login::leave))
        .route("/setup", get(setup::page).post(setup::sent))
        .route("/invite", get(invite::page).post(invite::sent))
        .route("/reset", get(reset::page).post(reset::sent))
        .route("/reset/done", get(reset::done))
        .route("/theme", post(theme::sent))
}
