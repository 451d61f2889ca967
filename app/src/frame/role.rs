//! Roles as people read them.

use mintkey_domain::Role;

/// The name of a role, for people.
pub(crate) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "Administrator",
        Role::Member => "Member",
        Role::Auditor => "Auditor",
    }
}
