//! `/api/v1/service-accounts`.

mod list;
mod status;
mod tokens;
mod write;

use crate::routes::Routes;

const AREA: &str = "Service accounts";
const COLLECTION: &str = "/api/v1/service-accounts";
const ONE: &str = "/api/v1/service-accounts/{id}";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .guarded(&list::LIST, list::list)
        .guarded(&write::CREATE, write::create)
        .guarded(&list::GET, list::get)
        .guarded(&write::EDIT, write::edit)
        .guarded(&status::SUSPEND, status::suspend)
        .guarded(&status::ACTIVATE, status::activate)
        .guarded(&status::DECOMMISSION, status::decommission)
        .guarded(&tokens::LIST, tokens::list)
        .guarded(&tokens::CREATE, tokens::create)
}
