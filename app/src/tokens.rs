//! Settings > Tokens: the list, the page of each token, and their dialogs.

mod abilities;
mod badge;
mod client_keys;
mod create;
mod credentials;
mod delete;
pub(crate) mod detail;
mod draft;
mod edit;
mod empty;
mod expiry;
mod facts;
mod invalidate;
mod jwks;
pub(crate) mod list;
mod old_secret;
mod overlap;
pub(crate) mod owned;
mod owner;
mod picker;
mod properties;
pub(crate) mod query;
mod reveal;
mod revealed;
mod rotate;
mod row;
pub(crate) mod saved;
mod token_fields;
mod toolbar;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/tokens", get(list::page).post(saved::saved))
        .route("/settings/tokens/new", get(create::page).post(create::sent))
        .route("/settings/tokens/{id}", get(detail::page).post(saved::saved))
        .route("/settings/tokens/{id}/edit", get(edit::page).post(edit::sent))
        .route("/settings/tokens/{id}/rotate", get(rotate::page).post(rotate::sent))
        .route("/settings/tokens/{id}/client-keys", get(client_keys::page).post(client_keys::sent))
        .route("/settings/tokens/{id}/overlap", get(overlap::page).post(overlap::sent))
        .route("/settings/tokens/{id}/invalidate", get(invalidate::page).post(invalidate::sent))
        .route("/settings/tokens/{id}/delete", get(delete::page).post(delete::sent))
}
