//! Changing the password.

use leptos::prelude::*;
use mintkey_domain::{Password, Problem};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    frame::{Anchors, Card, ErrorSummary, HiddenUsername, PasswordField, RevealLink, error_of},
    hidden::Hidden,
    web::caller,
};

const ANCHORS: Anchors = &[
    ("current_password", "current_password"),
    ("new_password", "new_password"),
    ("repeat_password", "repeat_password"),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "these are the names of the fields on the outside")]
pub(crate) struct PasswordForm {
    pub(crate) current_password: Hidden,
    pub(crate) new_password: Hidden,
    pub(crate) repeat_password: Hidden,
}

/// Changes the user's password and ends their other sessions.
#[server(prefix = "/_fn", endpoint = "profile/password")]
pub(crate) async fn change_password(#[server(flatten)] form: PasswordForm) -> Result<()> {
    let (service, actor) = caller()?;
    let current = Password::typed(form.current_password.into_inner());
    let (new, repeat) = (form.new_password.into_inner(), form.repeat_password.into_inner());
    Ok(service.change_password(&actor, current, new, repeat).await?)
}

/// The form for a new password.
#[component]
pub(super) fn PasswordCard(
    email: String,
    problem: Option<Problem>,
    /// Whether password fields show their text.
    visible: bool,
) -> impl IntoView {
    let error = |field| error_of(problem.as_ref(), field);
    let (current, new, repeat) = (error("current_password"), error("new_password"), error("repeat_password"));
    view! {
        <Card id="password-h" heading="Password">
            <form class="in narrow" method="post" action="/settings/profile/password" novalidate>
                <ErrorSummary problem purpose="the password can be changed" anchors=ANCHORS/>
                <HiddenUsername email/>
                <PasswordField
                    name="current_password" label="Current password" autocomplete="current-password" error=current visible
                >
                    <RevealLink path="/settings/profile" visible/>
                </PasswordField>
                <PasswordField
                    name="new_password" label="New password" autocomplete="new-password" error=new visible
                    hint="At least 12 characters. A few random words work well."
                />
                <PasswordField
                    name="repeat_password" label="Repeat new password" autocomplete="new-password" error=repeat visible
                />
                <p class="hint">"Your other sessions end when it changes."</p>
                <div class="actions"><button class="btn primary">"Change password"</button></div>
            </form>
        </Card>
    }
}
