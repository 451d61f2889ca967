//! From a view to an answer: the document around it, the nonce of its scripts, the headers.

use std::pin::Pin;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream::once};
use http::{HeaderValue, Request, StatusCode, header};
use leptos::{
    IntoView,
    nonce::Nonce,
    prelude::{AnyView, IntoAny, RenderHtml, provide_context},
};

use mintkey_domain::Problem;

use super::{
    cookie,
    headers::{ShowsSecret, policy},
    visitor::{SignedIn, Visitor},
};
use crate::{
    error::{AppError, Result},
    frame::{self, Frame, Islands, Section},
};

/// A page within the frame, about to be shown.
pub(crate) struct Screen {
    /// The document's title, without the product's name.
    pub(crate) title: String,
    /// The part of the console it belongs to.
    pub(crate) section: Section,
    /// The answer's status.
    pub(crate) status: StatusCode,
}

/// What a page is made of: what lies in the frame, and the dialog above it.
pub(crate) type Content = (AnyView, Option<AnyView>);

impl Screen {
    /// A page that is simply there.
    pub(crate) fn new(title: impl Into<String>, section: Section) -> Self {
        Self { title: title.into(), section, status: StatusCode::OK }
    }

    /// The same, as the answer to a form that was refused for this reason.
    pub(crate) fn answering(self, problem: Option<&Problem>) -> Self {
        match problem {
            Some(problem) => self.status(AppError(problem.clone()).status()),
            None => self,
        }
    }

    /// The same with another status.
    pub(crate) const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Shows it to someone who is signed in.
    pub(crate) async fn show<C>(self, person: &SignedIn, content: C) -> Result<Response>
    where
        C: FnOnce() -> Content + Send + 'static,
    {
        let frame = Frame::load(person, self.section).await?;
        let said = person.visitor.flash.is_some();
        let title = self.title;
        let body = move || {
            let (main, dialog) = content();
            frame::shell(frame, main, dialog).into_any()
        };
        let mut response = document(&person.visitor, self.status, Islands::Alive, title, body).await;
        if said {
            cookie::forget(response.headers_mut(), "flash", "/", person.visitor.console.secure);
        }
        Ok(response)
    }

    /// Shows it, and in it a secret: the answer is neither compressed nor kept.
    pub(crate) async fn show_secret<C>(self, person: &SignedIn, content: C) -> Result<Response>
    where
        C: FnOnce() -> Content + Send + 'static,
    {
        let mut response = self.show(person, content).await?;
        response.extensions_mut().insert(ShowsSecret);
        Ok(response)
    }
}

/// A page without the frame: before sign-in, and when the frame can't be had.
pub(crate) async fn unframed<B>(visitor: &Visitor, status: StatusCode, title: &str, body: B) -> Response
where
    B: FnOnce() -> AnyView + Send + 'static,
{
    document(visitor, status, Islands::None, title.to_owned(), body).await
}

async fn document<B>(visitor: &Visitor, status: StatusCode, islands: Islands, title: String, body: B) -> Response
where
    B: FnOnce() -> AnyView + Send + 'static,
{
    let nonce = Nonce::new();
    let policy = HeaderValue::from_str(&policy(&nonce));
    let console = visitor.console.clone();
    let theme = visitor.theme;
    let context = {
        let console = console.clone();
        move || {
            provide_context(nonce.clone());
            provide_context(console.assets.clone());
        }
    };
    let app = move || frame::document(&console, theme, islands, &title, Box::new(body));
    let request = Request::from_parts(visitor.parts.clone(), Body::empty());
    let mut response = leptos_axum::handle_response_inner(context, app, request, render).await.into_response();
    *response.status_mut() = status;
    if let Ok(policy) = policy {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

type Chunks = Pin<Box<dyn Stream<Item = String> + Send>>;

/// Renders a page in one piece: all that it shows is there before it begins. What Leptos would send after it, for
/// resources that a page waits for, there is none of here.
fn render<V: IntoView + 'static>(
    app: V,
    _: Box<dyn FnOnce() -> Chunks + Send>,
    _: bool,
) -> Pin<Box<dyn Future<Output = Chunks> + Send>> {
    Box::pin(async move {
        let html = app.into_view().to_html();
        let page: Chunks = Box::pin(once(async move { html }));
        page
    })
}
