//! `/api/v1/members`.

mod edit;
mod get;
mod hand_over;
mod invitations;
mod list;
mod password_reset;
mod status;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(get::get, edit::edit))
        .routes(routes!(status::deactivate))
        .routes(routes!(status::activate))
        .routes(routes!(password_reset::create))
        .routes(routes!(hand_over::hand_over))
        .routes(routes!(invitations::invite, invitations::list))
        .routes(routes!(invitations::withdraw))
}
