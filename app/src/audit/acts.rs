//! The names of acts and of what they are done to, for people.

use mintkey_domain::PrincipalType;

/// An act: its name in the log, its icon, its name for people.
pub(super) type Act = (&'static str, &'static str, &'static str);

/// All acts that Mintkey writes, in the order in which a filter offers them.
pub(super) const ACTS: &[Act] = &[
    ("token.create", "plus", "Token created"),
    ("token.edit", "pencil", "Token edited"),
    ("token.rotate", "rotate", "Token rotated"),
    ("token.invalidate", "ban", "Token invalidated"),
    ("token.delete", "trash", "Token deleted"),
    ("token.hand_over", "users", "Token handed over"),
    ("access_token.revoke", "ban", "Access token revoked"),
    ("service_account.create", "plus", "Service account created"),
    ("service_account.edit", "pencil", "Service account edited"),
    ("service_account.suspend", "lock", "Service account suspended"),
    ("service_account.activate", "ok", "Service account activated"),
    ("service_account.decommission", "ban", "Service account decommissioned"),
    ("scope.create", "scope", "Scope added"),
    ("scope.edit", "pencil", "Scope edited"),
    ("scope.delete", "trash", "Scope deleted"),
    ("member.invite", "plus", "Member invited"),
    ("member.withdraw_invitation", "x", "Invitation withdrawn"),
    ("member.join", "users", "Member joined"),
    ("member.add", "users", "Member added"),
    ("member.role", "pencil", "Role changed"),
    ("member.deactivate", "lock", "Member deactivated"),
    ("member.activate", "ok", "Member activated"),
    ("member.hand_over", "users", "Member's things handed over"),
    ("user.create", "user", "Person created"),
    ("password.change", "lock", "Password changed"),
    ("password.reset_link", "key", "Reset link made"),
    ("password.reset", "lock", "Password reset"),
    ("session.create", "out", "Signed in"),
    ("session.end", "out", "Session ended"),
    ("session.end_others", "out", "Other sessions ended"),
    ("organization.create", "org", "Organization created"),
    ("organization.edit", "pencil", "Organization edited"),
];

/// The kinds of things that acts are done to, and their names for people.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("token", "Token"),
    ("access_token", "Access token"),
    ("service_account", "Service account"),
    ("scope", "Scope"),
    ("user", "Person"),
    ("invitation", "Invitation"),
    ("session", "Session"),
    ("organization", "Organization"),
];

/// The icon of an act, and its name for people. One that isn't known, such as a refused look at something, is told
/// by its own words.
pub(super) fn act(action: &str) -> (&'static str, String) {
    match ACTS.iter().find(|(name, _, _)| *name == action) {
        Some((_, icon, words)) => (icon, (*words).to_owned()),
        None => ("shield", plain(action)),
    }
}

/// The name of a kind of thing.
pub(super) fn kind(name: &str) -> String {
    let known = KINDS.iter().find(|(kind, _)| *kind == name);
    known.map_or_else(|| plain(name), |(_, words)| (*words).to_owned())
}

/// How somebody had proved who they are.
pub(super) fn via(name: &str) -> String {
    match name {
        "session" => "Console".to_owned(),
        "api_key" => "API key".to_owned(),
        "one_time_link" => "One-time link".to_owned(),
        "command_line" => "Command line".to_owned(),
        other => plain(other),
    }
}

/// The icon of who acted.
pub(super) const fn actor_icon(kind: PrincipalType) -> &'static str {
    match kind {
        PrincipalType::User => "user",
        PrincipalType::ServiceAccount => "bot",
        PrincipalType::System => "clock",
    }
}

/// `allowed_scopes` as `Allowed scopes`.
pub(super) fn plain(name: &str) -> String {
    let words = name.replace(['_', '.'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_that_is_not_known_is_told_by_its_own_words() {
        assert_eq!(act("token.rotate"), ("rotate", "Token rotated".to_owned()));
        assert_eq!(act("members.list").1, "Members list");
        assert_eq!(kind("service_account"), "Service account");
        assert_eq!(plain(""), "");
    }
}
