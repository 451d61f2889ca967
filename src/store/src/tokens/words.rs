//! Token search: words of label and description by prefix, and the owner's name.

use std::collections::BTreeSet;

use mintkey_domain::{OrganizationId, search_words};

use crate::sql::{Sql, push_contains};

/// The search words of a token.
pub(crate) fn words(label: &str, description: Option<&str>) -> BTreeSet<String> {
    let texts = std::iter::once(label).chain(description);
    texts.flat_map(search_words).collect()
}

/// Appends a query of the IDs of the owners whose name contains a word.
pub(super) fn push_owners(statement: &mut Sql, organization: OrganizationId, word: &str) {
    statement.push("SELECT a.id FROM service_accounts a WHERE a.organization_id = ").push_bind(organization);
    statement.push(" AND ");
    push_contains(statement, "a.name_folded", word);
    statement.push(" UNION ALL SELECT m.user_id FROM memberships m JOIN users u ON u.id = m.user_id");
    statement.push(" WHERE m.organization_id = ").push_bind(organization).push(" AND ");
    push_contains(statement, "u.email_folded", word);
}
