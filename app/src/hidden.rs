//! Secrets that a person types or is shown once.

use serde::{Deserialize, Serialize};

/// A typed secret for the service, or a new one for a page. It is never printed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// A secret for the one response that shows it.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret, borrowed.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// The secret, owned.
    pub(crate) fn into_inner(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}
