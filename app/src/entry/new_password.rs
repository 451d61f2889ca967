//! A password for an account, asked for by the pages behind a link.

use mintkey_domain::Problem;
use serde::{Deserialize, Serialize};

use crate::{
    frame::{Anchors, Field, error_of},
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
pub(super) fn new_password(label: &'static str, problem: Option<&Problem>) -> (Field, Field) {
    let mut secret = Field::new("password", "password", label);
    secret.hint = Some("At least 12 characters. A few random words work well.");
    secret.autocomplete = "new-password";
    secret.error = error_of(problem, "password");
    let mut repeat = Field::new("repeat_password", "repeat_password", "Repeat password");
    repeat.autocomplete = "new-password";
    repeat.error = error_of(problem, "repeat_password");
    (secret, repeat)
}
