//! Settings > Tokens: the list, the page of each token, and their dialogs.

mod abilities;
mod badge;
mod bulk;
mod certificate_card;
mod certificate_fields;
mod certificate_form;
mod client_keys;
mod create;
mod credential_file;
mod credentials;
mod delete;
pub(crate) mod detail;
mod draft;
mod edit;
mod empty;
mod examples;
mod expiry;
mod facts;
mod invalidate;
mod jwks;
mod kind_field;
mod kubeconfig_card;
mod kubeconfig_fields;
mod kubeconfig_form;
pub(crate) mod list;
mod old_secret;
mod overlap;
mod overlap_field;
pub(crate) mod owned;
mod owner;
mod picker;
mod properties;
pub(crate) mod query;
mod reveal;
mod revealed;
mod rotate;
mod row;
pub(crate) mod secret_closed;
mod selection;
mod token_fields;
mod toolbar;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/tokens", get(list::page).post(secret_closed::close_secret_dialog))
        .route("/settings/tokens/new", get(create::page).post(create::submit))
        .route("/settings/tokens/bulk", get(bulk::page).post(bulk::submit))
        .route("/settings/tokens/{id}", get(detail::page).post(secret_closed::close_secret_dialog))
        .route("/settings/tokens/{id}/edit", get(edit::page).post(edit::submit))
        .route("/settings/tokens/{id}/rotate", get(rotate::page).post(rotate::submit))
        .route("/settings/tokens/{id}/client-keys", get(client_keys::page).post(client_keys::submit))
        .route("/settings/tokens/{id}/overlap", get(overlap::page).post(overlap::submit))
        .route("/settings/tokens/{id}/invalidate", get(invalidate::page).post(invalidate::submit))
        .route("/settings/tokens/{id}/delete", get(delete::page).post(delete::submit))
}
