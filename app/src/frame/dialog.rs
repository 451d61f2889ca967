//! Dialogs: each has its own URL, and stands open in the page that the server sends.

use leptos::prelude::*;

use super::icon::icon;

/// A dialog around one form. The form goes to the dialog's own URL.
pub(crate) struct Dialog {
    /// What it is about; also its title.
    pub(crate) title: String,
    /// One sentence below the title.
    pub(crate) lead: Option<AnyView>,
    /// The sign beside the title.
    pub(crate) sign: Option<(&'static str, Tone)>,
    /// `mid` or `big`, else narrow.
    pub(crate) width: &'static str,
    /// Where Cancel leads.
    pub(crate) cancel: String,
    /// Whether it warns of something that can't be undone.
    pub(crate) alert: bool,
}

/// The tone of a dialog's sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It makes or keeps something.
    Default,
    /// It destroys.
    Danger,
}

impl Dialog {
    /// A narrow dialog with nothing but its title.
    pub(crate) fn new(title: impl Into<String>, cancel: &str) -> Self {
        Self { title: title.into(), lead: None, sign: None, width: "", cancel: cancel.to_owned(), alert: false }
    }

    /// With a sentence below the title.
    pub(crate) fn lead(mut self, words: impl IntoView + 'static) -> Self {
        self.lead = Some(view! { <p id="dialog-d">{words}</p> }.into_any());
        self
    }

    /// With a sign beside the title.
    pub(crate) const fn sign(mut self, icon: &'static str, tone: Tone) -> Self {
        self.sign = Some((icon, tone));
        self
    }

    /// As wide as its content needs: `mid` or `big`.
    pub(crate) const fn wide(mut self, width: &'static str) -> Self {
        self.width = width;
        self
    }

    /// As a warning.
    pub(crate) const fn alert(mut self) -> Self {
        self.alert = true;
        self
    }

    /// Shows it, with what the form holds and what stands at its foot.
    pub(crate) fn view(self, body: impl IntoView, foot: impl IntoView) -> impl IntoView {
        let described = self.lead.is_some().then_some("dialog-d");
        let close = self.cancel.clone();
        view! {
            <dialog
                open
                class=format!("dialog {}", self.width)
                role=self.alert.then_some("alertdialog")
                aria-labelledby="dialog-t"
                aria-describedby=described
                data-cancel=self.cancel
            >
                <form method="post" novalidate>
                    <header>
                        {self.sign.map(sign)}
                        <div><h2 id="dialog-t">{self.title}</h2>{self.lead}</div>
                        <a class="icon-btn" href=close aria-label="Close">{icon("x")}</a>
                    </header>
                    {body}
                    <footer>{foot}</footer>
                </form>
            </dialog>
        }
    }
}

/// The round sign beside a dialog's title.
pub(crate) fn sign((name, tone): (&'static str, Tone)) -> impl IntoView {
    let class = if tone == Tone::Danger { "avatar sign danger" } else { "avatar sign" };
    view! { <span class=class>{icon(name)}</span> }
}

/// Cancel, and the button that does it.
pub(crate) fn actions(cancel: &str, button: impl IntoView + 'static) -> AnyView {
    view! { <a class="btn" href=cancel.to_owned()>"Cancel"</a>{button} }.into_any()
}
