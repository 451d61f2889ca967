//! The form for a new password, on the pages of one-time links.

use leptos::prelude::*;
use mintkey_domain::Problem;
use serde::{Deserialize, Serialize};

use crate::{
    frame::{Anchors, PasswordField, RevealLink, error_of},
    hidden::Hidden,
};

/// Fields of a form that asks only for a password.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NewPassword {
    pub(crate) password: Hidden,
    pub(crate) repeat_password: Hidden,
}

/// The IDs of the two inputs.
pub(super) const ANCHORS: Anchors = &[("password", "password"), ("repeat_password", "repeat_password")];

/// The password field and the field that repeats it.
#[component]
pub(super) fn NewPasswordFields(
    label: &'static str,
    /// The path of the form's page.
    path: &'static str,
    /// Why the form was refused.
    problem: Option<Problem>,
    #[prop(optional)] autofocus: bool,
    /// Whether the fields show their text.
    visible: bool,
) -> impl IntoView {
    let (error, repeat_error) = (error_of(problem.as_ref(), "password"), error_of(problem.as_ref(), "repeat_password"));
    view! {
        <PasswordField
            name="password" label autocomplete="new-password" error autofocus visible
            hint="At least 12 characters. A few random words work well."
        >
            <RevealLink path visible/>
        </PasswordField>
        <PasswordField
            name="repeat_password" label="Repeat password" autocomplete="new-password" error=repeat_error visible
        />
    }
}
