//! `/api/v1/members`.

mod change;
mod invitations;
mod leave;
mod list;

use crate::routes::Routes;

pub(crate) use invitations::{IssuedInvitation, PasswordResetLink};

const AREA: &str = "Members";
const COLLECTION: &str = "/api/v1/members";
const ONE: &str = "/api/v1/members/{id}";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .guarded(&list::LIST, list::list)
        .guarded(&list::GET, list::get)
        .guarded(&change::EDIT, change::edit)
        .guarded(&change::DEACTIVATE, change::deactivate)
        .guarded(&change::ACTIVATE, change::activate)
        .guarded(&leave::RESET, leave::reset)
        .guarded(&leave::HAND_OVER, leave::hand_over)
        .guarded(&invitations::INVITE, invitations::invite)
        .guarded(&invitations::LIST, invitations::list)
        .guarded(&invitations::WITHDRAW, invitations::withdraw)
}
