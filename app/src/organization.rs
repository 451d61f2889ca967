//! Settings > Organization, and switching between the organizations of a person.

mod settings;
mod switch;

use axum::{
    Router,
    routing::{get, post},
};

use crate::web::Console;

/// The routes.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/organization", get(settings::page).post(settings::sent))
        .route("/switch", post(switch::sent))
}
