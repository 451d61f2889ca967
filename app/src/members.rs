//! Settings > Members: members, pending invitations, and their dialogs.

mod access;
mod hand_over;
mod invite;
mod link;
mod list;
mod reset;
mod role;
mod status;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/members", get(list::page))
        .route("/settings/members/invite", get(invite::page).post(invite::submit))
        .route(
            "/settings/members/invitations/{id}/withdraw",
            get(invite::page_to_withdraw).post(invite::submit_withdrawal),
        )
        .route("/settings/members/{id}/role", get(role::page).post(role::submit))
        .route("/settings/members/{id}/deactivate", get(status::page_to_deactivate).post(status::submit_deactivation))
        .route("/settings/members/{id}/activate", get(status::page_to_activate).post(status::submit_activation))
        .route("/settings/members/{id}/reset", get(reset::page).post(reset::submit))
        .route("/settings/members/{id}/hand-over", get(hand_over::page).post(hand_over::submit))
}
