//! A `tower` layer that lets only requests with a good credential through to a service.

mod cache;
mod credential;
mod offline;
mod online;
mod refusal;

use std::{
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response, request::Parts};
use mintkey_domain::{PrincipalType, TokenId};
use tower::{Layer, Service};
use uuid::Uuid;

use self::{offline::Offline, online::Online, refusal::Refusal};
use crate::Client;

/// Requires a credential of every request, and some scopes. It is for axum and every other `tower` service over HTTP:
///
/// ```no_run
/// # use std::time::Duration;
/// # use axum::{Extension, Router, routing::get};
/// use mintkey_client::{Client, Credential, guard::{Caller, Guard}};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::new("https://mintkey.example.com", Credential::text(std::env::var("MINTKEY_TOKEN")?))?;
/// let app = Router::new()
///     .route("/meters", get(|Extension(caller): Extension<Caller>| async move { caller.principal_id.to_string() }))
///     .layer(Guard::online(&client, Duration::from_secs(5)).scope("plants.read"));
/// # let _: Router = app;
/// # Ok(())
/// # }
/// ```
///
/// A request without a good credential gets 401, and one whose credential lacks a scope 403. If the layer can't decide, because Mintkey
/// can't be reached, it refuses with 503.
#[derive(Clone)]
pub struct Guard {
    check: Check,
    scopes: Arc<[String]>,
    client_ip: Option<ClientIp>,
}

type ClientIp = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

#[derive(Clone)]
enum Check {
    Offline(Arc<Offline>),
    Online(Arc<Online>),
}

/// A service behind a [`Guard`].
#[derive(Clone)]
pub struct Guarded<S> {
    inner: S,
    guard: Guard,
}

/// Who calls, as an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// The user or service account.
    pub principal_id: Uuid,
    /// A user or service account.
    pub principal_type: PrincipalType,
    /// The token; `None` for an access token from a password.
    pub token_id: Option<TokenId>,
}

impl Guard {
    /// Verifies access tokens (RFC 9068) by the server's public keys, without a request for each. API keys are refused.
    /// An access token that was revoked passes until it expires, an hour after its issue at most.
    ///
    /// `audience` is the organization's audience, which `mintkey organization` shows. The keys are cached as long as the
    /// server says, and loaded again for an unknown key.
    pub fn offline(client: &Client, audience: impl Into<String>) -> Self {
        Self::new(Check::Offline(Arc::new(Offline::new(client.clone(), audience.into()))))
    }

    /// Asks the server about API keys and access tokens. The client's own credential needs `mintkey:verify`.
    ///
    /// A good answer is used again for `staleness`: a credential that was stopped is refused after that time at the
    /// latest. With zero, each request is checked.
    pub fn online(client: &Client, staleness: Duration) -> Self {
        Self::new(Check::Online(Arc::new(Online::new(client.clone(), staleness))))
    }

    fn new(check: Check) -> Self {
        Self { check, scopes: Arc::new([]), client_ip: None }
    }

    /// The issuer of access tokens, if it isn't the address that the client uses. Only for offline checks; an online one
    /// asks the server.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        if let Check::Offline(offline) = &self.check {
            self.check = Check::Offline(Arc::new(offline.with_issuer(issuer.into())));
        }
        self
    }

    /// Requires a scope too.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes = self.scopes.iter().cloned().chain([scope.into()]).collect();
        self
    }

    /// Says where a request comes from, for online checks of credentials that are bound to addresses. Without it, they are
    /// refused. An offline check doesn't know addresses.
    #[must_use]
    pub fn client_ip(mut self, ip: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.client_ip = Some(Arc::new(ip));
        self
    }

    /// Finds out who calls, or why the request is refused.
    async fn authenticate(&self, parts: &Parts) -> Result<Caller, Refusal> {
        let credential = credential::of(&parts.headers)?;
        match &self.check {
            Check::Offline(offline) => offline.check(&credential, &self.scopes).await,
            Check::Online(online) => {
                let ip = self.client_ip.as_ref().and_then(|ip| ip(parts));
                online.check(&credential, &self.scopes, ip).await
            }
        }
    }
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { inner, guard: self.clone() }
    }
}

impl<S, B, A> Service<Request<B>> for Guarded<S>
where
    S: Service<Request<B>, Response = Response<A>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    A: From<String>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The clone may not be ready, the service that was polled is.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            // Only this layer says who calls.
            parts.extensions.remove::<Caller>();
            match guard.authenticate(&parts).await {
                Ok(caller) => {
                    parts.extensions.insert(caller);
                    inner.call(Request::from_parts(parts, body)).await
                }
                Err(refusal) => Ok(refusal.response()),
            }
        })
    }
}
