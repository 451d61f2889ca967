//! `/api/v1/members`.

mod change;
mod list;

use crate::routes::Routes;

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
}
