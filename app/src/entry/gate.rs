//! The page before sign-in: a form on the left, the coin on the right.

use leptos::prelude::*;

use crate::{
    frame::{icons_path, mark},
    http::Console,
};

/// The gate around a form, or around a few words.
pub(crate) fn gate(console: &Console, content: AnyView) -> AnyView {
    let host = console.public_url.split_once("://").map_or(&*console.public_url, |(_, host)| host).to_owned();
    view! {
        <div class="gate">
            <main id="main">
                <a class="brand" href="/login" aria-label="Mintkey">{mark()}<span>"Mintkey"</span></a>
                {content}
                <footer class="small muted">{host}</footer>
            </main>
            <aside aria-hidden="true">{coin()}</aside>
        </div>
    }
    .into_any()
}

/// The coin with the milled edge.
fn coin() -> impl IntoView {
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
