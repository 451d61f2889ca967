//! Which path leads where.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::{
    Router,
    extract::{Request, State},
    routing::{MethodFilter, any, on},
};
use mintkey_domain::{ErrorCode, Via, insufficient_scope};
use mintkey_service::{Actor, Error};

use crate::{
    answer::Outcome,
    authentication::authenticate,
    call::{Call, Head, answer},
    docs,
    endpoint::{Endpoint, Verb},
    health, oauth, openapi,
    refusal::refuse,
    requests::{Place, Proven},
    state::Api,
    v1,
};

/// Stands in the log for what has no endpoint.
pub(crate) static NOWHERE: Endpoint = Endpoint { path: "/api/…", ..Endpoint::EMPTY };
/// The same where refusals have the shape of RFC 6749.
pub(crate) static NOWHERE_OAUTH: Endpoint = Endpoint { path: "/oauth/…", oauth: true, ..Endpoint::EMPTY };

/// A router that remembers what it leads to.
pub(crate) struct Routes {
    router: Router<Api>,
    endpoints: Vec<&'static Endpoint>,
}

/// Every endpoint, in the order of the documents.
pub(crate) fn all() -> Routes {
    let routes = Routes { router: Router::new(), endpoints: Vec::new() };
    openapi::routes(docs::routes(health::routes(oauth::routes(v1::routes(routes)))))
}

impl Routes {
    /// An endpoint that anybody may call.
    pub(crate) fn open<Work>(
        self,
        endpoint: &'static Endpoint,
        work: impl Fn(Call) -> Work + Clone + Send + Sync + 'static,
    ) -> Self
    where
        Work: Future<Output = Outcome> + Send + 'static,
    {
        let place = Place::of_next(&self.endpoints);
        let handler = async move |State(api): State<Api>, request: Request| {
            let response = answer(&api, endpoint, request, work.clone()).await;
            api.requests.count(place, response.status(), Proven::No);
            response
        };
        self.add(endpoint, on(filter(endpoint.method), handler))
    }

    /// An endpoint that needs a credential, and the scope of its action.
    ///
    /// The service decides about the scope as well; asking here first means that a caller who may not do a thing
    /// isn't told how to spell it.
    pub(crate) fn guarded<Work>(
        self,
        endpoint: &'static Endpoint,
        work: impl Fn(Call, Actor) -> Work + Clone + Send + Sync + 'static,
    ) -> Self
    where
        Work: Future<Output = Outcome> + Send + 'static,
    {
        let place = Place::of_next(&self.endpoints);
        let handler = async move |State(api): State<Api>, request: Request| {
            let (work, proven) = (work.clone(), AtomicBool::new(false));
            let response = answer(&api, endpoint, request, |call| guard(call, endpoint, work, &proven)).await;
            let proven = if proven.into_inner() { Proven::Yes } else { Proven::No };
            api.requests.count(place, response.status(), proven);
            response
        };
        self.add(endpoint, on(filter(endpoint.method), handler))
    }

    pub(crate) fn endpoints(&self) -> &[&'static Endpoint] {
        &self.endpoints
    }

    pub(crate) fn into_router(self, api: Api) -> Router {
        let not_found =
            async |State(api): State<Api>, request: Request| refuse_all(api, request, ErrorCode::NotFound).await;
        let not_allowed = async |State(api): State<Api>, request: Request| {
            refuse_all(api, request, ErrorCode::MethodNotAllowed).await
        };
        self.router
            .method_not_allowed_fallback(not_allowed)
            .route("/api", any(not_found))
            .route("/api/", any(not_found))
            .route("/api/{*rest}", any(not_found))
            .route("/oauth", any(not_found))
            .route("/oauth/", any(not_found))
            .route("/oauth/{*rest}", any(not_found))
            .with_state(api)
    }

    fn add(mut self, endpoint: &'static Endpoint, route: axum::routing::MethodRouter<Api>) -> Self {
        self.endpoints.push(endpoint);
        self.router = self.router.route(endpoint.path, route);
        self
    }
}

/// Lets a handler work for who may ask for it; notes whether a credential in a header proved good.
async fn guard<Work>(
    mut call: Call,
    endpoint: &'static Endpoint,
    work: impl FnOnce(Call, Actor) -> Work,
    proven: &AtomicBool,
) -> Outcome
where
    Work: Future<Output = Outcome>,
{
    let mut actor = permitted(&call, endpoint, proven).await?;
    if endpoint.method != Verb::Get {
        // A body may take as long as the sender likes: what counts is who they are once it is here.
        call.receive().await?;
        actor = permitted(&call, endpoint, proven).await?;
    }
    work(call, actor).await
}

/// Who is asking, if they may ask for this now. A missing scope goes into the audit log here, because the handler
/// never runs; the service logs what it refuses itself.
async fn permitted(call: &Head, endpoint: &'static Endpoint, proven: &AtomicBool) -> Result<Actor, Error> {
    proven.store(false, Ordering::Relaxed);
    let actor = authenticate(call).await?;
    proven.store(actor.via() != Via::Session, Ordering::Relaxed);
    let Some(scope) = endpoint.scope().filter(|scope| !actor.allows(scope)) else { return Ok(actor) };
    let problem = insufficient_scope(scope);
    if let Some(action) = endpoint.action {
        call.api.service.refused(&actor, action, call.target(), &problem);
    }
    Err(problem.into())
}

async fn refuse_all(api: Api, request: Request, code: ErrorCode) -> axum::response::Response {
    let path = request.uri().path();
    let nowhere = if path == "/oauth" || path.starts_with("/oauth/") { &NOWHERE_OAUTH } else { &NOWHERE };
    let response = answer(&api, nowhere, request, async |_| Err(refuse(code))).await;
    api.requests.count_nowhere(response.status());
    response
}

const fn filter(verb: Verb) -> MethodFilter {
    match verb {
        Verb::Get => MethodFilter::GET,
        Verb::Post => MethodFilter::POST,
        Verb::Put => MethodFilter::PUT,
        Verb::Patch => MethodFilter::PATCH,
        Verb::Delete => MethodFilter::DELETE,
    }
}
