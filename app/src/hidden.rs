//! Secrets that a user types, or sees once.

use serde::{Deserialize, Serialize};

/// A secret from a form, or a new one to show. `Debug` doesn't print it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// A secret for the one response that shows it.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Borrows the secret.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the secret.
    pub(crate) fn into_inner(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}
