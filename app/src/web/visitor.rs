//! The visitor: made once for each request, from the session cookie.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{Extensions, Method, header, request::Parts};
use leptos::context::use_context;
use mintkey_domain::ErrorCode;
use mintkey_service::{Actor, Origin, RequestId, Service};
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

/// The state that all requests share.
#[derive(Clone)]
pub(crate) struct Console {
    /// The service.
    pub(crate) service: Service,
    /// The origin that people and devices use, without a slash at the end.
    pub(crate) public_url: Arc<str>,
    /// Whether that is https.
    pub(crate) secure: bool,
    /// Where style, script and icons are.
    pub(crate) assets: Arc<ConsoleAssets>,
    /// The caller's address, behind whatever proxies are trusted.
    pub(crate) client_ip: ClientIp,
}

/// The sender of a request, signed in or not.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// The shared state.
    pub(crate) console: Console,
    /// Their session; empty before sign-in.
    pub(crate) session: Session,
    /// Who they are, if they are signed in.
    pub(crate) actor: Option<Actor>,
    /// Where the request comes from.
    pub(crate) origin: Origin,
    /// The colour scheme that they have chosen.
    pub(crate) theme: Theme,
    /// The message that the page before has left.
    pub(crate) flash: Option<String>,
    /// The request's path with its query.
    pub(crate) path: String,
    /// The request itself, for the rendering.
    pub(crate) parts: Parts,
}

/// A visitor who is signed in. Others are sent to sign in, and come back.
pub(crate) struct SignedIn {
    /// The request around them.
    pub(crate) visitor: Visitor,
    /// Who they are.
    pub(crate) actor: Actor,
}

impl Visitor {
    /// The visitor of a request. The session is only looked up if there is a cookie.
    pub(crate) async fn of(console: Console, parts: Parts) -> Result<Self> {
        let Some(session) = parts.extensions.get::<Session>().cloned() else {
            return Err(AppError::internal(&"no session layer around the console"));
        };
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let origin = Origin::new((console.client_ip)(&parts), agent, request_id(&parts.extensions));
        let actor = session::actor(&console.service, &session, &origin).await?;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let theme = Theme::of(&parts.headers);
        let flash = flashed(&parts.headers);
        Ok(Self { console, session, actor, origin, theme, flash, path, parts })
    }

    /// The service.
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

/// The request's name in the log.
pub(crate) fn request_id(extensions: &Extensions) -> Uuid {
    extensions.get::<RequestId>().map_or(Uuid::nil(), |id| id.0)
}

impl SignedIn {
    /// Refuses a person whose role lacks a scope, with a message for people. The service would refuse them too.
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

/// Marks the response that sends a person to sign in first: their form is kept meanwhile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignInFirst;

fn sign_in_first(parts: &Parts) -> Response {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if parts.method == Method::GET && path == "/settings/tokens" {
        return redirect("/login");
    }
    // Signing out, or going to another organization, is nothing to come back to.
    let is_page = parts.method == Method::GET || path.starts_with("/settings/");
    let path = if is_page { path } else { "/settings/tokens" };
    let mut response = redirect(&format!("/login?next={}", encode(path)));
    response.extensions_mut().insert(SignInFirst);
    response
}

/// The visitor on whose behalf a server function runs; an error without a context.
pub(crate) fn visitor() -> Result<Visitor> {
    use_context().ok_or_else(|| AppError::internal(&"a server function ran outside a request"))
}

/// The service, and the person on whose behalf a server function runs.
pub(crate) fn caller() -> Result<(Service, Actor)> {
    let visitor = visitor()?;
    let actor = visitor.actor.ok_or_else(AppError::signed_out)?;
    Ok((visitor.console.service, actor))
}
