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
        .route("/settings/members/invite", get(invite::page).post(invite::sent))
        .route("/settings/members/invitations/{id}/withdraw", get(invite::page_to_withdraw).post(invite::withdrawn))
        .route("/settings/members/{id}/role", get(role::page).post(role::sent))
        .route("/settings/members/{id}/deactivate", get(status::page_to_deactivate).post(status::deactivated))
        .route("/settings/members/{id}/activate", get(status::page_to_activate).post(status::activated))
        .route("/settings/members/{id}/reset", get(reset::page).post(reset::sent))
        .route("/settings/members/{id}/hand-over", get(hand_over::page).post(hand_over::sent))
}
