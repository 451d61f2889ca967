//! The dialog that shows a link which works once. It is the answer to the form itself: nothing keeps what it shows.

use axum::response::Response;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{LIST, list::List};
use crate::{
    error::Result,
    frame::{Section, Tone, icons_path, sign, warning},
    hidden::Hidden,
    islands::CopyButton,
    web::{Screen, SignedIn},
    words::moment,
};

/// A link for somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Whom it is for.
    pub(crate) email: String,
    /// The link.
    pub(crate) url: Hidden,
    /// When it ends, in milliseconds.
    pub(crate) expires_at: i64,
}

/// What a link is good for, in words.
pub(super) struct About {
    pub(super) title: String,
    pub(super) name: &'static str,
    pub(super) caution: &'static str,
}

/// Answers with the link.
pub(super) async fn show_once(person: &SignedIn, link: Link, about: About) -> Result<Response> {
    let beneath = List::load(person).await?;
    let screen = Screen::new(about.title.clone(), Section::Members);
    screen.show_secret(person, move || (beneath.view(), Some(dialog(link, about)))).await
}

fn dialog(link: Link, about: About) -> AnyView {
    let About { title, name, caution } = about;
    let until = moment(link.expires_at);
    let lines = vec![(String::new(), "link".to_owned())];
    view! {
        <dialog
            open class="dialog mid" aria-labelledby="dialog-t" aria-describedby="dialog-d" closedby="none" data-unsaved
        >
            <div class="perforated" aria-hidden="true"></div>
            <form action=LIST method="get">
                <header>
                    {sign(("key", Tone::Default))}
                    <div><h2 id="dialog-t">{title}</h2><p id="dialog-d">{format!("For {}, until {until}.", link.email)}</p></div>
                </header>
                <div class="body">
                    {warning(view! { <strong>"Copy this now."</strong>" It is shown once and works once. "{caution} })}
                    <div class="cred">
                        <span class="label" id="link-l">{name}" "<small>"shown once"</small></span>
                        <code class="value" id="link" tabindex="0" role="group" aria-labelledby="link-l">{link.url.into_inner()}</code>
                        <CopyButton lines words="Copy".to_owned() what=name.to_owned() icons=icons_path()/>
                    </div>
                </div>
                <footer>
                    <label class="check"><input type="checkbox" required data-saved/>"I have sent it"</label>
                    <button class="btn primary gated">"Close"</button>
                </footer>
            </form>
        </dialog>
    }
    .into_any()
}
