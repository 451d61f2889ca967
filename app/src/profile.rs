//! Settings > Profile: a user's password and sessions.

mod page;
mod password;
mod sessions;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/profile", get(page::page))
        .route("/settings/profile/password", get(page::page).post(page::submit_password))
        .route("/settings/profile/sessions", get(page::page).post(sessions::submit))
        .route("/settings/profile/sessions/others", get(page::page).post(sessions::submit_others))
}
