//! The document around every page.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::use_nonce, prelude::*};

use crate::http::{Console, Theme};

/// The whole document with its head.
pub(crate) fn document(console: &Console, theme: Theme, title: &str, body: AnyView) -> impl IntoView + use<> {
    let assets = &console.assets;
    let chosen = (theme != Theme::System).then(|| theme.name());
    let scripts = assets.wasm_stem.as_deref().map(|stem| {
        let options = LeptosOptions::builder().output_name(stem.to_owned()).site_pkg_dir("assets").build();
        view! { <HydrationScripts options islands=true/> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{format!("{title} · Mintkey")}</title>
                <link rel="icon" href=assets.logo.clone() type="image/svg+xml"/>
                <link rel="stylesheet" href=assets.stylesheet.clone()/>
                <script src=assets.page_script.clone() nonce=use_nonce() defer></script>
                {scripts}
            </head>
            <body>{body}</body>
        </html>
    }
}
