//! What a person typed in secret, or is shown once.

use serde::{Deserialize, Serialize};

/// A typed secret on its way to the service, or a new one on its way to a page: never printed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// A secret that is on its way to the one answer that shows it.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret, to be looked at where it is.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Hands the secret on.
    pub(crate) fn into_inner(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}
