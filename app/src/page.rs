//! Renders a view as a response: the document around it, the script nonce, and headers.

use std::pin::Pin;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream::once};
use http::{HeaderValue, Request, StatusCode, header};
use leptos::{nonce::Nonce, prelude::*};
use mintkey_domain::Problem;

use crate::{
    error::{AppError, Result},
    frame::{self, Islands, Section, Shell, ShellData},
    web::{ShowsSecret, SignedIn, Visitor, delete_flash, policy},
};

/// A page inside the shell.
pub(crate) struct Page {
    /// The document's title, without the product name.
    pub(crate) title: String,
    /// The section of the console.
    pub(crate) section: Section,
    /// The response's status.
    pub(crate) status: StatusCode,
}

/// Renders a page, or part of it, after its data was loaded.
type Render = Box<dyn FnOnce() -> AnyView + Send>;

fn boxed<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> Render {
    Box::new(|| view().into_any())
}

impl Page {
    /// A page with status 200.
    pub(crate) fn new(title: impl Into<String>, section: Section) -> Self {
        Self { title: title.into(), section, status: StatusCode::OK }
    }

    /// Takes the status from the reason why a form was refused, if any.
    pub(crate) fn answering(self, problem: Option<&Problem>) -> Self {
        match problem {
            Some(problem) => self.status(AppError(problem.clone()).status()),
            None => self,
        }
    }

    pub(crate) const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Renders the page.
    pub(crate) async fn show<V>(self, user: &SignedIn, main: impl FnOnce() -> V + Send + 'static) -> Result<Response>
    where
        V: IntoView + 'static,
    {
        self.render(user, boxed(main), None).await
    }

    /// Renders a dialog above the page that it was opened from.
    pub(crate) async fn show_dialog<B, D>(
        self,
        user: &SignedIn,
        background: impl FnOnce() -> B + Send + 'static,
        dialog: impl FnOnce() -> D + Send + 'static,
    ) -> Result<Response>
    where
        B: IntoView + 'static,
        D: IntoView + 'static,
    {
        self.render(user, boxed(background), Some(boxed(dialog))).await
    }

    /// Renders a dialog with a secret. The response is neither compressed nor cached.
    pub(crate) async fn show_secret<B, D>(
        self,
        user: &SignedIn,
        background: impl FnOnce() -> B + Send + 'static,
        dialog: impl FnOnce() -> D + Send + 'static,
    ) -> Result<Response>
    where
        B: IntoView + 'static,
        D: IntoView + 'static,
    {
        let mut response = self.show_dialog(user, background, dialog).await?;
        response.extensions_mut().insert(ShowsSecret);
        Ok(response)
    }

    async fn render(self, user: &SignedIn, main: Render, dialog: Option<Render>) -> Result<Response> {
        let data = ShellData::load(user, self.section).await?;
        let body = boxed(move || {
            let (main, dialog) = (main(), dialog.map(|dialog| dialog()));
            view! { <Shell data main dialog/> }
        });
        let mut response = document(&user.visitor, self.status, Islands::Enabled, self.title, body).await;
        if user.visitor.flash.is_some() {
            delete_flash(response.headers_mut(), user.visitor.console.secure);
        }
        Ok(response)
    }
}

/// Renders a page without the shell: before sign-in, or if the shell can't be loaded.
pub(crate) async fn unframed<V>(
    visitor: &Visitor,
    status: StatusCode,
    title: &str,
    body: impl FnOnce() -> V + Send + 'static,
) -> Response
where
    V: IntoView + 'static,
{
    document(visitor, status, Islands::Disabled, title.to_owned(), boxed(body)).await
}

async fn document(visitor: &Visitor, status: StatusCode, islands: Islands, title: String, body: Render) -> Response {
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
    let app = move || frame::document(&console, theme, islands, &title, body);
    let request = Request::from_parts(visitor.parts.clone(), Body::empty());
    let mut response = leptos_axum::handle_response_inner(context, app, request, render).await.into_response();
    *response.status_mut() = status;
    if let Ok(policy) = policy {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

type Chunks = Pin<Box<dyn Stream<Item = String> + Send>>;

/// Renders a page in one chunk, because its data is already loaded. No page has resources, for which Leptos would
/// stream more chunks.
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
