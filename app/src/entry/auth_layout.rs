//! The page before sign-in: a form on the left, the coin on the right.

use leptos::prelude::*;

use crate::{
    frame::{about, icons_path, mark, warning},
    web::{Visitor, host, over_plain_http},
};

/// The layout around a form, or around a few words.
pub(crate) struct AuthLayout {
    host: String,
    /// The page's right address, if it was opened over plain http, where its cookies don't stick.
    https: Option<String>,
}

impl AuthLayout {
    /// Of a page for that visitor.
    pub(crate) fn of(visitor: &Visitor) -> Self {
        let console = &visitor.console;
        let https = over_plain_http(console, &visitor.parts).then(|| format!("{}{}", console.public_url, visitor.here));
        Self { host: host(&console.public_url), https }
    }

    /// The page.
    pub(crate) fn view(self, content: AnyView) -> AnyView {
        let notice = self.https.map(|address| {
            warning(view! {
                "You opened this page over http. Mintkey\u{2019}s cookies are for https only, so your browser drops them and
                you can\u{2019}t be signed in here. Open "
                <a class="link" href=address.clone()>{address.clone()}</a>
                " instead; a link that works once has to be opened again with https."
            })
        });
        view! {
            <div class="auth-layout">
                <main id="main">
                    <a class="brand" href="/login" aria-label="Mintkey">{mark()}<span>"Mintkey"</span></a>
                    {notice}
                    {content}
                    <footer class="about"><span>{self.host}</span>{about()}</footer>
                </main>
                <aside aria-hidden="true">{illustration()}</aside>
            </div>
        }
        .into_any()
    }
}

/// The coin with the milled edge.
fn illustration() -> impl IntoView {
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
