//! A password for an account, asked for by the pages behind a link.

use leptos::prelude::*;
use mintkey_domain::Problem;
use serde::{Deserialize, Serialize};

use crate::{
    frame::{Anchors, PasswordField, RevealLink, error_of},
    hidden::Hidden,
};

/// What a form sends that asks for a password and for nothing else.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NewPassword {
    pub(crate) password: Hidden,
    pub(crate) repeat_password: Hidden,
}

/// Where the two fields are.
pub(super) const ANCHORS: Anchors = &[("password", "password"), ("repeat_password", "repeat_password")];

/// The field for the password, and the one that repeats it.
#[component]
pub(super) fn NewPasswordFields(
    label: &'static str,
    /// The page of the form.
    path: &'static str,
    /// Why the form was refused.
    problem: Option<Problem>,
    #[prop(optional)] autofocus: bool,
    /// Whether what is typed can be read.
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
