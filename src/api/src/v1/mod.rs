//! `/api/v1`. Files mirror paths: an endpoint's file holds its description, its handler and its reading of the input.

mod audit;
mod examples;
mod list;
mod login;
mod me;
mod members;
mod organization;
mod scopes;
mod service_accounts;
mod tokens;
mod verify;

pub(crate) use self::examples::{access_token as access_token_example, problem as problem_example};
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = tokens::routes(me::routes(login::routes(routes)));
    let routes = verify::routes(scopes::routes(service_accounts::routes(members::routes(routes))));
    audit::routes(organization::routes(routes))
}
