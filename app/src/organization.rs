//! Settings > Organization, and switching between a user's organizations.

mod settings;
mod switch;

use axum::{
    Router,
    routing::{get, post},
};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/organization", get(settings::page).post(settings::submit))
        .route("/switch", post(switch::submit))
}
