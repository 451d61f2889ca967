//! Dialogs. Each has its own URL; the server renders it open.

use leptos::prelude::*;
use mintkey_domain::Problem;

use super::{
    icon::Icon,
    note::{Anchors, ErrorSummary},
    tone::Tone,
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Width {
    #[default]
    Narrow,
    Medium,
    Wide,
}

/// The dialog's role for assistive technology.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Urgency {
    #[default]
    Form,
    /// Warns of an action that can't be undone.
    Alert,
}

/// The sentence below a dialog's title, if any.
#[derive(Default)]
pub(crate) struct Lead(Option<AnyView>);

impl From<AnyView> for Lead {
    fn from(view: AnyView) -> Self {
        Self(Some(view))
    }
}

impl From<&'static str> for Lead {
    fn from(text: &'static str) -> Self {
        text.into_any().into()
    }
}

impl From<String> for Lead {
    fn from(text: String) -> Self {
        text.into_any().into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Lead {
    fn from(lead: Option<T>) -> Self {
        lead.map_or_else(Self::default, Into::into)
    }
}

/// A dialog around one form, which posts to the dialog's own URL. The children are the form's content: hidden fields, a
/// body, and [`DialogActions`].
#[component]
pub(crate) fn Dialog(
    #[prop(into)] title: String,
    /// The URL of the page behind the dialog, which closing the dialog opens.
    #[prop(into)]
    return_to: String,
    #[prop(optional, into)] lead: Lead,
    /// The icon beside the title.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The icon's tone.
    #[prop(optional)]
    tone: Tone,
    #[prop(optional)] width: Width,
    #[prop(optional)] urgency: Urgency,
    children: Children,
) -> impl IntoView {
    let described = lead.0.is_some().then_some("dialog-d");
    let lead = lead.0.map(|lead| view! { <p id="dialog-d">{lead}</p> });
    let class = match width {
        Width::Narrow => "dialog",
        Width::Medium => "dialog medium",
        Width::Wide => "dialog large",
    };
    let role = (urgency == Urgency::Alert).then_some("alertdialog");
    let cancel = return_to.clone();
    let icon = icon.map(|name| view! { <DialogIcon name tone/> });
    view! {
        <dialog
            open class=class role=role aria-labelledby="dialog-t" aria-describedby=described data-cancel=cancel
        >
            <form method="post" novalidate>
                <header>
                    {icon}
                    <div><h2 id="dialog-t">{title}</h2>{lead}</div>
                    <a class="icon-btn" href=return_to aria-label="Close"><Icon name="x"/></a>
                </header>
                {children()}
            </form>
        </dialog>
    }
}

/// The round icon beside a dialog's title.
#[component]
fn DialogIcon(name: &'static str, tone: Tone) -> impl IntoView {
    view! { <span class=tone.class("avatar dialog-icon")><Icon name/></span> }
}

/// The dialog's footer: Cancel and the submit button. The children precede the buttons.
#[component]
pub(crate) fn DialogActions(
    /// Where Cancel leads.
    #[prop(into)]
    return_to: String,
    /// The submit button's label.
    submit: &'static str,
    /// [`Tone::Danger`] for a destructive action.
    #[prop(optional)]
    tone: Tone,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let class = if tone == Tone::Danger { "btn danger" } else { "btn primary" };
    let before = children.map(|children| children());
    view! {
        <footer>
            {before}
            <a class="btn" href=return_to>"Cancel"</a>
            <button class=class>{submit}</button>
        </footer>
    }
}

/// A confirmation dialog. Cancel has the focus. The children explain the consequences.
#[component]
pub(crate) fn ConfirmDialog(
    #[prop(into)] title: String,
    /// Where Cancel leads.
    #[prop(into)]
    return_to: String,
    #[prop(optional, into)] lead: Lead,
    icon: &'static str,
    /// [`Tone::Danger`] for a destructive action.
    #[prop(optional)]
    tone: Tone,
    /// The confirming button's label.
    action: &'static str,
    /// Why the action was refused.
    problem: Option<Problem>,
    /// Names the action in the error summary.
    purpose: &'static str,
    #[prop(optional)] anchors: Anchors,
    children: Children,
) -> impl IntoView {
    let urgency = if tone == Tone::Danger { Urgency::Alert } else { Urgency::Form };
    let class = if tone == Tone::Danger { "btn danger" } else { "btn primary" };
    let cancel = return_to.clone();
    view! {
        <Dialog title return_to lead icon tone urgency>
            <div class="body"><ErrorSummary problem purpose anchors/>{children()}</div>
            <footer>
                <a class="btn" href=cancel autofocus>"Cancel"</a>
                <button class=class>{action}</button>
            </footer>
        </Dialog>
    }
}

/// The dialog that shows a new secret once, in response to a form. The children are its body.
#[component]
pub(crate) fn SecretDialog(
    #[prop(into)] title: String,
    #[prop(into)] lead: String,
    /// Where closing the dialog leads.
    #[prop(into)]
    return_to: String,
    /// The form's method: `post` if the next page shows a confirmation.
    method: &'static str,
    /// Name and value of a hidden field.
    #[prop(optional)]
    field: Option<(&'static str, String)>,
    /// The statement that the user confirms before closing.
    confirmation: &'static str,
    children: Children,
) -> impl IntoView {
    let field = field.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <dialog
            open class="dialog medium" aria-labelledby="dialog-t" aria-describedby="dialog-d" closedby="none" data-unsaved
        >
            <div class="perforated" aria-hidden="true"></div>
            <form action=return_to method=method>
                {field}
                <header>
                    <DialogIcon name="key" tone=Tone::Neutral/>
                    <div><h2 id="dialog-t">{title}</h2><p id="dialog-d">{lead}</p></div>
                </header>
                <div class="body">{children()}</div>
                <footer>
                    <label class="check"><input type="checkbox" required data-saved/>{confirmation}</label>
                    <button class="btn primary gated">"Close"</button>
                </footer>
            </form>
        </dialog>
    }
}
