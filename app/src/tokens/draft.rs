//! What the forms of a token send, and what the service is asked for by it.

use mintkey_domain::{
    FieldCode, FieldErrors, Timestamp,
    wire::{NewToken, NewTokenDraft, TokenChanges, TokenChangesDraft},
};
use serde::{Deserialize, Serialize};

use crate::words::end_of_day;

/// The fields that a new token and an edited one share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TokenForm {
    /// What people call it.
    pub(crate) label: String,
    /// What it is for.
    pub(crate) description: String,
    /// The scopes that are ticked.
    pub(crate) scopes: Vec<String>,
    /// Scopes with a star, one a line.
    pub(crate) patterns: String,
    /// `90d` and the like, `never`, `custom`, or `keep`.
    pub(crate) expires: String,
    /// The last day, if the end is `custom`.
    pub(crate) expires_on: String,
    /// Address ranges, one a line.
    pub(crate) allowed_cidrs: String,
    /// The service account that a new token is for; empty for the person's own.
    pub(crate) owner: String,
}

impl TokenForm {
    /// All that the token is to hold.
    pub(crate) fn grants(&self) -> Vec<String> {
        self.scopes.iter().cloned().chain(lines(&self.patterns)).collect()
    }

    /// As a request for a new token.
    pub(crate) fn into_new(self) -> Result<NewToken, FieldErrors> {
        let mut errors = FieldErrors::new();
        let grants = self.grants();
        let mut draft = NewTokenDraft {
            label: self.label,
            description: Some(self.description),
            scopes: grants,
            owner_id: Some(self.owner).filter(|owner| !owner.is_empty()),
            allowed_cidrs: lines(&self.allowed_cidrs).collect(),
            ..NewTokenDraft::default()
        };
        match self.expires.as_str() {
            "never" => draft.expires_at = Some(None),
            "custom" => draft.expires_at = last_day(&self.expires_on, &mut errors).map(Some),
            "" | "keep" => {}
            life => draft.ttl = Some(life.to_owned()),
        }
        errors.and(draft.check())
    }

    /// As changes to a token.
    pub(crate) fn into_changes(self, now: i64) -> Result<TokenChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let grants = self.grants();
        let expires_at = match self.expires.as_str() {
            "never" => Some(None),
            "custom" => last_day(&self.expires_on, &mut errors).map(Some),
            "" | "keep" => None,
            life => after(life, now, &mut errors).map(Some),
        };
        let draft = TokenChangesDraft {
            label: Some(self.label),
            description: Some(Some(self.description)),
            scopes: Some(grants),
            allowed_cidrs: Some(lines(&self.allowed_cidrs).collect()),
            expires_at,
            previous_secret_expires_at: None,
        };
        errors.and(draft.check())
    }
}

/// The end of a day that was picked.
fn last_day(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let end = end_of_day(text.trim());
    if end.is_none() {
        errors.push("expires_at", FieldCode::InvalidFormat, "Pick the last day, for example 2027-01-31.");
    }
    end.map(|millis| Timestamp::from_millis(millis).to_string())
}

/// So long from now.
fn after(life: &str, now: i64, errors: &mut FieldErrors) -> Option<String> {
    let end =
        mintkey_domain::Ttl::parse(life).ok().and_then(|ttl| Timestamp::from_millis(now).checked_add(ttl.millis()));
    if end.is_none() {
        errors.push("expires_at", FieldCode::InvalidFormat, "Choose one of the ends.");
    }
    end.map(|end| end.to_string())
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use mintkey_domain::Expiry;

    use super::*;

    fn form(expires: &str, expires_on: &str) -> TokenForm {
        TokenForm {
            label: "Plant 3".into(),
            scopes: vec!["a.read".into()],
            patterns: " b.*\r\n\r\n".into(),
            expires: expires.into(),
            expires_on: expires_on.into(),
            allowed_cidrs: "10.4.0.0/16\r\n192.0.2.7\r\n".into(),
            ..TokenForm::default()
        }
    }

    #[test]
    fn lines_and_ticks_become_one_request() {
        let new = form("90d", "").into_new().unwrap();
        assert_eq!(new.scopes.to_strings(), ["a.read", "b.*"]);
        assert_eq!(new.allowed_cidrs.to_strings(), ["10.4.0.0/16", "192.0.2.7/32"]);
        assert!(matches!(new.expiry, Expiry::In(_, "ttl")));
    }

    #[test]
    fn an_end_is_a_length_a_day_never_or_as_it_was() {
        assert_eq!(form("never", "").into_new().unwrap().expiry, Expiry::Never);
        assert!(matches!(form("custom", "2027-02-20").into_new().unwrap().expiry, Expiry::At(_)));
        assert!(form("keep", "").into_changes(0).unwrap().expiry.is_none());
        assert!(form("custom", "").into_new().unwrap_err().has("expires_at"));
    }
}
