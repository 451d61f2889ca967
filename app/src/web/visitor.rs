//! The visitor, created once for each request from the session cookie.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{Method, header, request::Parts};
use leptos::context::use_context;
use mintkey_domain::ErrorCode;
use mintkey_service::{Actor, LogContext, Origin, Service};
use tower_sessions::Session;
use uuid::Uuid;

use super::{
    cookie::{Theme, flash, flashed},
    path::{encode, redirect},
    session,
};
use crate::{
    error::{AppError, Result},
    options::{ClientIp, ConsoleAssets},
};

/// State shared by all requests.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) service: Service,
    /// The public origin, without a trailing slash.
    pub(crate) public_url: Arc<str>,
    /// Whether the public origin is https.
    pub(crate) secure: bool,
    /// Paths of styles, scripts and icons.
    pub(crate) assets: Arc<ConsoleAssets>,
    /// Determines the client's IP address, behind trusted proxies.
    pub(crate) client_ip: ClientIp,
}

/// The sender of a request, signed in or not.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) console: Console,
    /// The session; empty before sign-in.
    pub(crate) session: Session,
    /// The actor, if signed in.
    pub(crate) actor: Option<Actor>,
    /// The client's address, user agent and request ID.
    pub(crate) origin: Origin,
    /// The chosen colour scheme.
    pub(crate) theme: Theme,
    /// The message from the previous page.
    pub(crate) flash: Option<String>,
    /// The request's path and query.
    pub(crate) path: String,
    /// The request's head, for rendering.
    pub(crate) parts: Parts,
}

/// A signed-in visitor. Others are redirected to sign-in, and back afterwards.
pub(crate) struct SignedIn {
    pub(crate) visitor: Visitor,
    pub(crate) actor: Actor,
}

impl Visitor {
    /// Identifies the visitor of a request. Looks up a session only if the request has a session cookie.
    pub(crate) async fn of(console: Console, parts: Parts) -> Result<Self> {
        let Some(session) = parts.extensions.get::<Session>().cloned() else {
            return Err(AppError::internal(&"no session layer around the console"));
        };
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let origin = Origin::new((console.client_ip)(&parts), agent, request_id());
        let actor = session::actor(&console.service, &session, &origin).await?;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let theme = Theme::of(&parts.headers);
        let flash = flashed(&parts.headers);
        Ok(Self { console, session, actor, origin, theme, flash, path, parts })
    }

    pub(crate) const fn service(&self) -> &Service {
        &self.console.service
    }

    /// Redirects to a page that shows this message.
    pub(crate) fn redirect(&self, path: &str, message: &str) -> Response {
        let mut response = redirect(path);
        flash(response.headers_mut(), message, self.console.secure);
        response
    }
}

/// The request ID.
pub(crate) fn request_id() -> Uuid {
    LogContext::current().map_or(Uuid::nil(), |context| context.id())
}

impl SignedIn {
    /// Refuses users without the scope, with a readable message. The service would refuse them, too.
    pub(crate) fn require(&self, scope: &str, message: &'static str) -> Result<()> {
        if self.actor.allows(scope) { Ok(()) } else { Err(AppError::new(ErrorCode::Forbidden, message)) }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get().cloned().ok_or_else(|| AppError::internal(&"no visitor layer around the page"))
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let Some(actor) = visitor.actor.clone() else {
            return Err(sign_in_first(parts));
        };
        Ok(Self { visitor, actor })
    }
}

/// Marks a redirect to sign-in, so that the submitted form is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignInFirst;

fn sign_in_first(parts: &Parts) -> Response {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if parts.method == Method::GET && path == "/settings/tokens" {
        return redirect("/login");
    }
    // Sign-out and organization switches aren't repeated after sign-in.
    let is_page = parts.method == Method::GET || path.starts_with("/settings/");
    let path = if is_page { path } else { "/settings/tokens" };
    let mut response = redirect(&format!("/login?next={}", encode(path)));
    response.extensions_mut().insert(SignInFirst);
    response
}

/// The visitor who called the server function; an error outside a request.
pub(crate) fn visitor() -> Result<Visitor> {
    use_context().ok_or_else(|| AppError::internal(&"a server function ran outside a request"))
}

/// The service, and the user who called the server function.
pub(crate) fn caller() -> Result<(Service, Actor)> {
    let visitor = visitor()?;
    let actor = visitor.actor.ok_or_else(AppError::signed_out)?;
    Ok((visitor.console.service, actor))
}
