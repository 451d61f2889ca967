//! The HTML document around every page.

use leptos::{nonce::use_nonce, prelude::*, reactive::owner::Owner};

use crate::web::{Console, Theme};

/// Whether a page loads the islands' script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Islands {
    /// The page has islands.
    Enabled,
    /// The page has none.
    Disabled,
}

/// Renders the document with its head.
pub(crate) fn document(
    console: &Console,
    theme: Theme,
    islands: Islands,
    title: &str,
    body: Box<dyn FnOnce() -> AnyView + Send>,
) -> impl IntoView + use<> {
    let assets = &console.assets;
    let chosen = (theme != Theme::System).then(|| theme.name());
    let stem =
        assets.wasm_stem.as_deref().filter(|_| islands == Islands::Enabled).map(|stem| format!("/assets/{stem}"));
    // Everything except the islands is static HTML, which needs no hydration markers.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let preload = stem.clone().map(|stem| view! { <PreloadIslands stem/> });
    let body = body();
    // As a child, the title would be followed by a marker, which browsers display inside `<title>`.
    let title = html_escape::encode_text(&format!("{title} · Mintkey")).into_owned();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title inner_html=title></title>
                <link rel="icon" href=assets.logo.clone() type="image/svg+xml"/>
                <link rel="stylesheet" href=assets.stylesheet.clone()/>
                <script src=assets.page_script.clone() nonce=use_nonce() defer data-islands=stem></script>
                {preload}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// Preloads the islands' script while the browser parses the page. Leptos's own tags carry no nonce here, so a strict
/// policy would block them; the page's script starts the islands instead.
#[component]
fn PreloadIslands(stem: String) -> impl IntoView {
    view! {
        <link rel="modulepreload" href=format!("{stem}.js") nonce=use_nonce()/>
        <link rel="preload" href=format!("{stem}_bg.wasm") r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
    }
}
