//! The layout of pages for signed-out visitors: a form on the left, an illustration on the right.

use axum::response::Response;
use http::StatusCode;
use leptos::prelude::*;

use crate::{
    frame::{About, Mark, Note, Tone, icons_path},
    page::unframed,
    web::{Visitor, host, over_plain_http},
};

/// Renders a page in this layout.
pub(super) async fn show<V>(
    visitor: &Visitor,
    status: StatusCode,
    title: &'static str,
    content: impl FnOnce() -> V + Send + 'static,
) -> Response
where
    V: IntoView + 'static,
{
    let console = &visitor.console;
    let host = host(&console.public_url);
    let https = over_plain_http(console, &visitor.parts).then(|| format!("{}{}", console.public_url, visitor.path));
    let body = move || {
        let content = content().into_any();
        view! { <AuthLayout host https content/> }
    };
    unframed(visitor, status, title, body).await
}

/// The layout around a form or a message.
#[component]
fn AuthLayout(
    host: String,
    /// The page's https URL, if the page was opened over http, where browsers drop `Secure` cookies.
    https: Option<String>,
    content: AnyView,
) -> impl IntoView {
    let notice = https.map(|address| {
        view! {
            <Note tone=Tone::Warning>
                "You opened this page over http. Mintkey\u{2019}s cookies are for https only, so your browser drops them and \
                 you can\u{2019}t be signed in here. Open "
                <a class="link" href=address.clone()>{address.clone()}</a>
                " instead; a link that works once has to be opened again with https."
            </Note>
        }
    });
    view! {
        <div class="auth-layout">
            <main id="main">
                <a class="brand" href="/login" aria-label="Mintkey"><Mark/><span>"Mintkey"</span></a>
                {notice}
                {content}
                <footer class="about"><span>{host}</span><About/></footer>
            </main>
            <aside aria-hidden="true"><Illustration/></aside>
        </div>
    }
}

/// A message in place of a form, with a link to sign in.
#[component]
pub(super) fn Message(heading: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="words"><h1>{heading}</h1><p>{children()}</p><a class="btn" href="/login">"Sign in"</a></div>
    }
}

/// The logo within a ring of fine lines.
#[component]
fn Illustration() -> impl IntoView {
    let mark = format!("{}#mark", icons_path());
    view! {
        <svg viewBox="0 0 600 600" preserveAspectRatio="xMidYMid slice" fill="none" stroke="currentColor">
            <circle
                cx="300" cy="300" r="158" pathLength="120" stroke-width="15"
                stroke-dasharray=".26 .74" stroke-dashoffset=".13" opacity=".65"
            ></circle>
            <circle cx="300" cy="300" r="142" stroke-width="1.25" opacity=".5"></circle>
            <circle cx="300" cy="300" r="137" stroke-width=".6" opacity=".4"></circle>
            <g stroke="none" transform="translate(222 222) scale(4.8)"><use href=mark width="32" height="32"></use></g>
        </svg>
    }
}
