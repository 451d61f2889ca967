//! Settings > Organization, its certificate authorities, and switching between a user's organizations.

mod authorities;
mod certificates;
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
        .route("/settings/organization/certificates", get(certificates::page).post(certificates::submit))
        .route("/switch", post(switch::submit))
}
