//! The fields that all log lines of a request have.

use std::{
    fmt::Display,
    sync::{Arc, OnceLock},
};

use mintkey_domain::OrganizationId;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: LogContext;
}

/// The request that a task works for. Cheap to clone.
///
/// A task-local instead of fields of a `tracing` span: formatting the fields of every request, though few requests log
/// anything, costs as much as authenticating it.
#[derive(Clone)]
pub struct LogContext(Arc<Request>);

struct Request {
    id: Uuid,
    method: &'static str,
    route: OnceLock<Box<str>>,
    caller: OnceLock<(OrganizationId, Option<Uuid>)>,
}

impl LogContext {
    /// Creates the context of a request.
    pub fn new(id: Uuid, method: &'static str) -> Self {
        Self(Arc::new(Request { id, method, route: OnceLock::new(), caller: OnceLock::new() }))
    }

    /// The context of the running task's request, if it has one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Runs a future that works for this request.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// Runs blocking work for this request.
    pub fn run<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }

    /// The ID, which responses have as `X-Request-Id`.
    pub fn id(&self) -> Uuid {
        self.0.id
    }

    /// The method, or a word for all unknown ones.
    pub fn method(&self) -> &'static str {
        self.0.method
    }

    /// The route template, once known.
    pub fn route(&self) -> Option<&str> {
        self.0.route.get().map(AsRef::as_ref)
    }

    /// Sets the route template. Never the path, which may contain secrets.
    pub fn set_route(&self, route: &str) {
        let _ = self.0.route.set(route.into());
    }

    /// Sets the organization and the user or service account.
    pub(crate) fn set_caller(&self, organization: OrganizationId, principal: Option<Uuid>) {
        let _ = self.0.caller.set((organization, principal));
    }

    /// Visits the name and value of each known field.
    pub fn visit(&self, mut visitor: impl FnMut(&'static str, &dyn Display)) {
        let Request { id, method, route, caller } = &*self.0;
        visitor("request_id", id);
        visitor("method", method);
        if let Some(route) = route.get() {
            visitor("route", route);
        }
        if let Some((organization, principal)) = caller.get() {
            visitor("organization", organization);
            if let Some(principal) = principal {
                visitor("actor", principal);
            }
        }
    }
}
