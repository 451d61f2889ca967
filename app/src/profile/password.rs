//! A new password.

use leptos::prelude::*;
use mintkey_domain::{Password, Problem};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    frame::{Anchors, Field, error_of, error_summary, password, reveal_link, username},
    hidden::Hidden,
    web::caller,
};

const ANCHORS: Anchors = &[
    ("current_password", "current_password"),
    ("new_password", "new_password"),
    ("repeat_password", "repeat_password"),
];

/// What the form sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "these are the names of the fields on the outside")]
pub(crate) struct PasswordForm {
    pub(crate) current_password: Hidden,
    pub(crate) new_password: Hidden,
    pub(crate) repeat_password: Hidden,
}

/// Changes the caller's password; their other sessions end.
#[server(prefix = "/_fn", endpoint = "profile/password")]
pub(crate) async fn change_password(#[server(flatten)] form: PasswordForm) -> Result<()> {
    let (service, actor) = caller()?;
    let current = Password::typed(form.current_password.into_inner());
    let (new, repeat) = (form.new_password.into_inner(), form.repeat_password.into_inner());
    Ok(service.change_password(&actor, current, new, repeat).await?)
}

/// The card with the form.
pub(super) fn card(email: &str, problem: Option<&Problem>, shown: bool) -> impl IntoView + use<> {
    let mut current = Field::new("current_password", "current_password", "Current password");
    current.autocomplete = "current-password";
    current.error = error_of(problem, "current_password");
    let mut new = Field::new("new_password", "new_password", "New password");
    new.autocomplete = "new-password";
    new.hint = Some("At least 12 characters. A few random words work well.");
    new.error = error_of(problem, "new_password");
    let mut repeat = Field::new("repeat_password", "repeat_password", "Repeat new password");
    repeat.autocomplete = "new-password";
    repeat.error = error_of(problem, "repeat_password");
    view! {
        <section class="card" aria-labelledby="password-h">
            <header><h2 id="password-h">"Password"</h2></header>
            <form class="in narrow" method="post" action="/settings/profile/password" novalidate>
                {error_summary(problem, "the password can be changed", ANCHORS)}
                {username(email)}
                {password(current, shown, Some(reveal_link("/settings/profile", None, shown)))}
                {password(new, shown, None)}
                {password(repeat, shown, None)}
                <p class="hint">"Your other sessions end when it changes."</p>
                <div class="acts"><button class="btn primary">"Change password"</button></div>
            </form>
        </section>
    }
}
