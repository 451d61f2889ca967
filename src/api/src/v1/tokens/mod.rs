//! `/api/v1/tokens`.

mod client_keys;
pub(super) mod create;
mod delete;
mod edit;
mod get;
mod invalidate;
pub(super) mod list;
mod minted;
mod rotate;

pub(super) use self::{client_keys::ClientKeys, minted::Minted};
use crate::routes::Routes;

const AREA: &str = "Tokens";
const COLLECTION: &str = "/api/v1/tokens";
const ONE: &str = "/api/v1/tokens/{id}";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .guarded(&list::LIST, list::list)
        .guarded(&create::CREATE, create::create)
        .guarded(&get::GET, get::get)
        .guarded(&edit::EDIT, edit::edit)
        .guarded(&rotate::ROTATE, rotate::rotate)
        .guarded(&invalidate::INVALIDATE, invalidate::invalidate)
        .guarded(&delete::DELETE, delete::delete)
        .guarded(&client_keys::GET, client_keys::get)
        .guarded(&client_keys::SET, client_keys::set)
}
