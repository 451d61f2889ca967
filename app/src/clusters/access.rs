//! Access control for changes to clusters, and their URLs.

use mintkey_domain::{ClusterId, scopes, token_review_path};

use crate::{
    error::Result,
    web::{Console, SignedIn},
};

/// The path of the list.
pub(super) const LIST: &str = "/settings/clusters";

/// Refuses users who can't change clusters.
pub(super) fn require_editor(user: &SignedIn) -> Result<()> {
    user.require(scopes::CLUSTERS_WRITE, "Only administrators can change clusters.")
}

/// The path of a cluster's page.
pub(super) fn page_of(id: ClusterId) -> String {
    format!("{LIST}/{id}")
}

/// The URL that a cluster's API server sends its token reviews to.
pub(super) fn webhook_url(console: &Console, id: ClusterId) -> String {
    format!("{}{}", console.public_url, token_review_path(id))
}
