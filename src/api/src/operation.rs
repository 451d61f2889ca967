//! The operations of the OpenAPI document, as the layers use them, and the context of a request.
//!
//! The document is the only source: an operation names its audit action as `x-audit-action`, which determines the
//! scope.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use http::{HeaderMap, Method, Uri, header};
use mintkey_api_reference::SCRIPT_PATH;
use mintkey_domain::{AuditAction, AuditTargetType};
use mintkey_service::{Actor, ClientCertificate, Origin};
use serde_json::Value;
use uuid::Uuid;

/// The maximum size of a body: 256 KiB.
const MAX_BODY: usize = 256 * 1024;
/// The maximum size of a body of a sign-in: 8 KiB, because unauthenticated clients can keep bodies unfinished.
const MAX_SIGN_IN_BODY: usize = 8 * 1024;
/// The paths that exchange a password or a client secret for an access token.
const SIGN_IN: [&str; 2] = ["/api/v1/login", "/oauth/token"];

/// The routes of unknown paths below `/api` and `/oauth`.
pub(crate) const UNKNOWN_PATHS: [&str; 6] = ["/api", "/api/", "/api/{*rest}", "/oauth", "/oauth/", "/oauth/{*rest}"];

/// One method on one path.
pub(crate) struct Operation {
    /// The operation's ID, which is also the route of an idempotency key.
    pub(crate) id: String,
    /// The path template.
    pub(crate) route: String,
    pub(crate) auth: Auth,
    /// Its action in the audit log, if it has one.
    pub(crate) action: Option<AuditAction>,
    /// Whether its errors have the format of RFC 6749.
    pub(crate) oauth: bool,
    /// Whether it has no query parameters and refuses all.
    pub(crate) refuses_query: bool,
    /// The maximum size of a body in bytes.
    pub(crate) max_body: usize,
}

/// The authentication that an operation requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auth {
    Public,
    Credential,
    Scope(&'static str),
    /// The path has no operation with this method, so no handler may run.
    NoOperation,
}

/// All operations by path template.
pub(crate) struct Operations {
    by_route: HashMap<String, Vec<(Method, Arc<Operation>)>>,
    unmatched: Unmatched,
    unmatched_oauth: Unmatched,
}

/// What requests without an operation have in its place.
struct Unmatched {
    path: Arc<Operation>,
    method: Arc<Operation>,
}

/// The context of a request, stored in its extensions.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) id: Uuid,
    pub(crate) ip: Option<IpAddr>,
    /// The client's certificate, if it names a token.
    pub(crate) certificate: Option<ClientCertificate>,
    pub(crate) operation: Arc<Operation>,
    /// The caller, once it is authorized. Public operations have none.
    pub(crate) caller: Option<Actor>,
}

impl Operations {
    /// Reads the operations of an OpenAPI document.
    pub(crate) fn new(document: &Value) -> Self {
        let mut by_route: HashMap<String, Vec<_>> = HashMap::new();
        for (route, item) in document["paths"].as_object().into_iter().flatten() {
            for (verb, described) in item.as_object().into_iter().flatten() {
                let Ok(method) = verb.to_uppercase().parse::<Method>() else { continue };
                let operation = Operation::new(route, described, document);
                by_route.entry(route.clone()).or_default().push((method, Arc::new(operation)));
            }
        }
        Self { by_route, unmatched: Unmatched::new("/api/…"), unmatched_oauth: Unmatched::new("/oauth/…") }
    }

    /// The operation of a request. Unknown paths share a placeholder, and unknown methods another; `/oauth` has its own.
    /// `None` for a route that isn't in the document, so nothing is known about who may use it.
    pub(crate) fn find(&self, route: &str, method: &Method, uri: &Uri) -> Option<&Arc<Operation>> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let unmatched = if is_oauth(uri.path()) { &self.unmatched_oauth } else { &self.unmatched };
        match self.by_route.get(route) {
            Some(methods) => {
                let found = methods.iter().find(|(known, _)| known == method);
                Some(found.map_or(&unmatched.method, |(_, operation)| operation))
            }
            None => (UNKNOWN_PATHS.contains(&route) || route == SCRIPT_PATH).then_some(&unmatched.path),
        }
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Operation>> {
        self.by_route.values().flatten().map(|(_, operation)| operation)
    }
}

/// Whether errors at this path have the format of RFC 6749.
pub(crate) fn is_oauth(path: &str) -> bool {
    path.strip_prefix("/oauth").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Unmatched {
    fn new(route: &str) -> Self {
        let shared = |auth| Arc::new(Operation::unmatched(route, auth));
        Self { path: shared(Auth::Public), method: shared(Auth::NoOperation) }
    }
}

impl Operation {
    fn new(route: &str, described: &Value, document: &Value) -> Self {
        let action = described["x-audit-action"].as_str().and_then(|name| name.parse::<AuditAction>().ok());
        let scheme = &described["security"][0]["bearer"];
        let auth = match action.and_then(AuditAction::scope) {
            Some(scope) => Auth::Scope(scope),
            None if scheme.is_array() => Auth::Credential,
            None => Auth::Public,
        };
        let in_query = |parameter: &Value| {
            let shared = parameter["$ref"].as_str().and_then(|location| document.pointer(location.strip_prefix('#')?));
            shared.unwrap_or(parameter)["in"] == "query"
        };
        let takes_query = described["parameters"].as_array().is_some_and(|all| all.iter().any(in_query));
        Self {
            id: described["operationId"].as_str().unwrap_or_default().to_owned(),
            route: route.to_owned(),
            auth,
            action,
            oauth: route.starts_with("/oauth/"),
            refuses_query: route.starts_with("/api/v1/") && !takes_query,
            max_body: if SIGN_IN.contains(&route) { MAX_SIGN_IN_BODY } else { MAX_BODY },
        }
    }

    fn unmatched(route: &str, auth: Auth) -> Self {
        Self {
            id: String::new(),
            route: route.to_owned(),
            auth,
            action: None,
            oauth: route.starts_with("/oauth/"),
            refuses_query: false,
            max_body: MAX_SIGN_IN_BODY,
        }
    }

    /// Whether `{id}` in the path is the ID of the audit action's target. For a service account's tokens it is the ID
    /// of the account, and for an audit event that of the event.
    pub(crate) fn names_target(&self) -> bool {
        let (Some((collection, _)), Some(action)) = (self.route.split_once("/{id}"), self.action) else { return false };
        let target_type = match collection.rsplit('/').next() {
            Some("tokens") => AuditTargetType::Token,
            Some("service-accounts") => AuditTargetType::ServiceAccount,
            Some("scopes") => AuditTargetType::Scope,
            Some("clusters") => AuditTargetType::Cluster,
            Some("members") => AuditTargetType::User,
            Some("invitations") => AuditTargetType::Invitation,
            _ => return false,
        };
        target_type == action.target_type()
    }

    /// The ID of the audit action's target, if the path has it.
    pub(crate) fn target(&self, uri: &Uri) -> Option<Uuid> {
        if !self.names_target() {
            return None;
        }
        let mut segments = uri.path().split('/').zip(self.route.split('/'));
        segments.find(|(_, template)| *template == "{id}").and_then(|(segment, _)| segment.parse().ok())
    }
}

impl RequestContext {
    /// The request's origin, for rate limits, the last use and the audit log.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> Origin {
        let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Origin { certificate: self.certificate, ..Origin::new(self.ip, user_agent, self.id) }
    }
}
