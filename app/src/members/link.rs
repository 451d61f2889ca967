//! The dialog that shows a one-time link. It is the response to the form itself, because the link is stored nowhere.

use axum::response::Response;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    access::LIST,
    list::{List, MembersPage},
};
use crate::{
    error::Result,
    frame::{Note, SecretDialog, Section, Tone, icons_path},
    hidden::Hidden,
    islands::CopyButton,
    page::Page,
    time_format::moment,
    web::SignedIn,
};

/// A one-time link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// The recipient's email address.
    pub(crate) email: String,
    /// The link's URL.
    pub(crate) url: Hidden,
    /// Expiry, in milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// The dialog's texts.
pub(super) struct LinkTexts {
    pub(super) title: String,
    pub(super) name: &'static str,
    pub(super) caution: &'static str,
}

/// Responds with the dialog.
pub(super) async fn show_once(user: &SignedIn, link: Link, texts: LinkTexts) -> Result<Response> {
    let list = List::load(user).await?;
    let page = Page::new(texts.title.clone(), Section::Members);
    let background = move || view! { <MembersPage list/> };
    page.show_secret(user, background, move || view! { <LinkDialog link texts/> }).await
}

#[component]
fn LinkDialog(link: Link, texts: LinkTexts) -> impl IntoView {
    let LinkTexts { title, name, caution } = texts;
    let lead = format!("For {}, until {}.", link.email, moment(link.expires_at));
    let lines = vec![(String::new(), "link".to_owned())];
    view! {
        <SecretDialog title lead return_to=LIST method="get" confirmation="I have sent it">
            <Note tone=Tone::Warning>
                <strong>"Copy this now."</strong>" It is shown once and works once. "{caution}
            </Note>
            <div class="credential">
                <span class="label" id="link-l">{name}" "<small>"shown once"</small></span>
                <code class="value" id="link" tabindex="0" role="group" aria-labelledby="link-l">{link.url.into_inner()}</code>
                <CopyButton lines label="Copy".to_owned() what=name.to_owned() icons=icons_path()/>
            </div>
        </SecretDialog>
    }
}
