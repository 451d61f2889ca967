//! The form for a token, and its conversion to service requests.

use mintkey_domain::{
    Expiry, ExpiryPolicy, FieldCode, FieldErrors, MAX_LABEL, PrincipalType, Timestamp, TokenKind, Ttl,
    request::{CertificateFields, KubeconfigFields, NewToken, NewTokenDraft, TokenChanges, TokenChangesDraft},
    wire::Token,
};
use serde::{Deserialize, Serialize};

use super::{certificate_form::CertificateForm, kubeconfig_form::KubeconfigForm};
use crate::time_format::{DAY, end_of_day};

/// The fields of the forms to create and edit a token.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TokenForm {
    /// The kind of a new token; an API key if it is empty.
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) description: String,
    /// The checked scopes.
    pub(crate) scopes: Vec<String>,
    /// Scope patterns, one per line.
    pub(crate) patterns: String,
    /// A lifetime such as `90d`, or `never`, `custom` or `keep`.
    pub(crate) expires: String,
    /// The last day, if `expires` is `custom`.
    pub(crate) expires_on: String,
    /// Address ranges, one per line.
    pub(crate) allowed_cidrs: String,
    /// The ID of the service account that owns a new token; empty for the user's own token.
    pub(crate) owner: String,
    /// The search text for service accounts.
    pub(crate) choice_search: String,
    /// The search text that the shown list matches.
    pub(crate) choice_searched: String,
    /// `true` to replace unreadable stored scopes with the chosen ones.
    pub(crate) replace_scopes: String,
}

impl TokenForm {
    /// All chosen scopes and patterns.
    pub(crate) fn grants(&self) -> Vec<String> {
        self.scopes.iter().cloned().chain(lines(&self.patterns)).collect()
    }

    /// Converts the form to a request for a new token. The fields of a certificate or kubeconfig count only for that kind.
    pub(crate) fn into_new(
        self,
        certificate: CertificateForm,
        kubeconfig: KubeconfigForm,
    ) -> Result<NewToken, FieldErrors> {
        let mut errors = FieldErrors::new();
        let kind = match self.kind.as_str() {
            "" => Some(TokenKind::ApiKey),
            name => name.parse().ok(),
        };
        if kind.is_none() {
            errors.push("kind", FieldCode::InvalidFormat, "Choose one of the options.");
        }
        let kind = kind.unwrap_or(TokenKind::ApiKey);
        let CertificateFields { password, pkcs12, csr } = match kind {
            TokenKind::ClientCertificate => certificate.check(&mut errors),
            TokenKind::ApiKey | TokenKind::Kubeconfig => CertificateFields::default(),
        };
        // A certificate of a kubeconfig has a choice of its own.
        let lifetime =
            (kind == TokenKind::Kubeconfig && kubeconfig.is_certificate()).then(|| kubeconfig.lifetime.clone());
        let KubeconfigFields { cluster_id, namespace, method } = match kind {
            TokenKind::Kubeconfig => kubeconfig.check(&mut errors),
            TokenKind::ApiKey | TokenKind::ClientCertificate => KubeconfigFields::default(),
        };
        let grants = self.grants();
        let mut draft = NewTokenDraft {
            label: self.label,
            description: Some(self.description),
            scopes: grants,
            owner_id: Some(self.owner).filter(|owner| !owner.is_empty()),
            allowed_cidrs: lines(&self.allowed_cidrs).collect(),
            ..NewTokenDraft::default()
        };
        match lifetime.as_deref().unwrap_or(&self.expires) {
            "never" => draft.expires_at = Some(None),
            "custom" => draft.expires_at = last_day(&self.expires_on, &mut errors).map(Some),
            "" | "keep" => {}
            lifetime => draft.ttl = Some(lifetime.to_owned()),
        }
        let new = errors.and(draft.check())?;
        Ok(NewToken { kind, password, pkcs12, csr, cluster_id, namespace, method, ..new })
    }

    /// The form filled in from a token.
    pub(crate) fn of(token: &Token) -> Self {
        let (scopes, patterns) = split(&token.scopes);
        Self {
            label: token.label.clone(),
            description: token.description.clone().unwrap_or_default(),
            scopes,
            patterns,
            expires: "keep".to_owned(),
            allowed_cidrs: token.allowed_cidrs.join("\n"),
            ..Self::default()
        }
    }

    /// The form for a copy of a token, with the token's original lifetime.
    pub(crate) fn copy_of(token: &Token, policy: &ExpiryPolicy) -> Self {
        const SUFFIX: &str = " (copy)";
        let label = token.label.chars().take(MAX_LABEL - SUFFIX.len()).collect::<String>();
        let machine = token.owner.kind == PrincipalType::ServiceAccount;
        let lifetime = token.expires_at.map(|end| end.since(token.created_at));
        let params = match lifetime {
            None => "never".to_owned(),
            Some(millis) => in_whole_days(millis.min(policy.max_ttl.unwrap_or(i64::MAX))),
        };
        Self {
            kind: token.kind.to_string(),
            label: format!("{}{SUFFIX}", label.trim_end()),
            expires: prefill(&params, policy),
            // A copy of another user's token belongs to the current user.
            owner: if machine { token.owner.id.to_string() } else { String::new() },
            ..Self::of(token)
        }
    }

    /// Converts the form to changes: the fields that differ from the token. An unreadable stored value isn't in the
    /// form; it is kept unless the user enters another value or asks for its replacement.
    pub(crate) fn into_changes(self, token: &Token) -> Result<TokenChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let unchanged = Self::of(token);
        let sorted = |mut grants: Vec<String>| {
            grants.sort_unstable();
            grants
        };
        let grants = sorted(self.grants());
        let other_scopes = self.replace_scopes == "true" || grants != sorted(unchanged.grants());
        let other_ranges = !lines(&self.allowed_cidrs).eq(lines(&unchanged.allowed_cidrs));
        let mut lifetime = None;
        let expires_at = match self.expires.as_str() {
            "never" => Some(None),
            "custom" => last_day(&self.expires_on, &mut errors).map(Some),
            "" | "keep" => None,
            text => {
                lifetime = parse_lifetime(text, &mut errors);
                None
            }
        };
        let draft = TokenChangesDraft {
            label: (self.label.trim() != unchanged.label).then_some(self.label),
            // Browsers send line breaks as CR LF.
            description: (self.description.replace("\r\n", "\n").trim() != unchanged.description)
                .then_some(Some(self.description)),
            scopes: other_scopes.then_some(grants),
            allowed_cidrs: other_ranges.then(|| lines(&self.allowed_cidrs).collect()),
            expires_at,
            previous_secret_expires_at: None,
        };
        let changes = errors.and(draft.check())?;
        // The service decides when a lifetime starts.
        let expiry = lifetime.map(|ttl| Expiry::In(ttl, "expires_at")).or(changes.expiry);
        Ok(TokenChanges { expiry, ..changes })
    }
}

/// The choice for the parameter `expires_in`: `never`, or a duration such as `30d` or `1h`. The organization's default
/// if the parameter is missing or invalid.
pub(crate) fn prefill(params: &str, policy: &ExpiryPolicy) -> String {
    let default = policy.max_ttl.map_or(policy.default_ttl, |max| max.min(policy.default_ttl));
    match Ttl::parse(params) {
        _ if params == "never" => params.to_owned(),
        Ok(ttl) => ttl.to_string(),
        Err(_) => Ttl::from_millis(default).map(|ttl| ttl.to_string()).unwrap_or_default(),
    }
}

/// Splits a token's scopes into those with a checkbox and the patterns.
pub(crate) fn split(held: &[String]) -> (Vec<String>, String) {
    let (patterns, plain): (Vec<_>, Vec<_>) = held.iter().cloned().partition(|scope| scope.ends_with('*'));
    (plain, patterns.join("\n"))
}

/// A lifetime as a form value, rounded to whole days if it is longer than a day.
fn in_whole_days(millis: i64) -> String {
    let millis = if millis > DAY { (millis + DAY / 2) / DAY * DAY } else { millis };
    Ttl::from_millis(millis).map(|ttl| ttl.to_string()).unwrap_or_default()
}

/// The end of the chosen day.
fn last_day(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let end = end_of_day(text.trim());
    if end.is_none() {
        errors.push("expires_at", FieldCode::InvalidFormat, "Pick the last day, for example 2027-01-31.");
    }
    end.map(|millis| Timestamp::from_millis(millis).to_string())
}

/// Parses the lifetime of a form.
fn parse_lifetime(text: &str, errors: &mut FieldErrors) -> Option<Ttl> {
    let ttl = Ttl::parse(text).ok();
    if ttl.is_none() {
        errors.push("expires_at", FieldCode::InvalidFormat, "Choose one of the options.");
    }
    ttl
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{
        DEFAULT_TTL, OrganizationId, PrincipalType, TokenId, TokenKind, TokenStatus,
        wire::{Owner, PrincipalName},
    };
    use uuid::Uuid;

    use super::*;

    const POLICY: ExpiryPolicy = ExpiryPolicy { default_ttl: DEFAULT_TTL, max_ttl: None };

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

    fn submitted(form: TokenForm, certificate: CertificateForm) -> Result<NewToken, FieldErrors> {
        form.into_new(certificate, KubeconfigForm::default())
    }

    #[test]
    fn patterns_are_kept_apart_from_checkboxes() {
        let held = ["a.read", "b.*", "*"].map(String::from);
        assert_eq!(split(&held), (vec!["a.read".to_owned()], "b.*\n*".to_owned()));
    }

    #[test]
    fn lines_and_checkboxes_become_one_request() {
        let new = submitted(form("90d", ""), CertificateForm::default()).unwrap();
        assert_eq!(new.scopes.to_strings(), ["a.read", "b.*"]);
        assert_eq!(new.allowed_cidrs.to_strings(), ["10.4.0.0/16", "192.0.2.7/32"]);
        assert!(matches!(new.expiry(), Expiry::In(_, "ttl")));
    }

    #[test]
    fn an_expiry_is_a_lifetime_a_day_never_or_unchanged() {
        assert_eq!(submitted(form("never", ""), CertificateForm::default()).unwrap().expiry(), Expiry::Never);
        assert!(matches!(
            submitted(form("custom", "2027-02-20"), CertificateForm::default()).unwrap().expiry(),
            Expiry::At(_)
        ));
        assert!(form("keep", "").into_changes(&token()).unwrap().expiry.is_none());
        assert!(matches!(form("7d", "").into_changes(&token()).unwrap().expiry, Some(Expiry::In(..))));
        assert!(form("soon", "").into_changes(&token()).unwrap_err().has("expires_at"));
        assert!(submitted(form("custom", ""), CertificateForm::default()).unwrap_err().has("expires_at"));
    }

    #[test]
    fn the_fields_of_a_certificate_count_for_a_certificate_only() {
        let csr = |text: &str| CertificateForm { source: "csr".into(), csr: text.into(), ..CertificateForm::default() };
        let of_kind = |kind: &str| TokenForm { kind: kind.into(), ..form("90d", "") };
        for kind in ["", "api_key"] {
            let new = submitted(of_kind(kind), csr("left over")).unwrap();
            assert!(new.kind == TokenKind::ApiKey && new.csr.is_none() && new.password.is_none());
        }
        let new = submitted(of_kind("client_certificate"), csr("request")).unwrap();
        assert!(new.kind == TokenKind::ClientCertificate && new.csr.is_some());
        assert!(submitted(of_kind("client_certificate"), csr("")).unwrap_err().has("csr"));
        assert!(submitted(of_kind("cookie"), csr("")).unwrap_err().has("kind"));
    }

    #[test]
    fn a_copy_is_of_the_same_kind() {
        let token = Token { kind: TokenKind::ClientCertificate, ..token() };
        assert_eq!(TokenForm::copy_of(&token, &POLICY).kind, "client_certificate");
    }

    fn token() -> Token {
        let nobody = PrincipalName { kind: PrincipalType::User, id: Uuid::nil(), name: String::new() };
        Token {
            id: TokenId::from_uuid(Uuid::nil()),
            client_id: TokenId::from_uuid(Uuid::nil()),
            label: "Plant 3".into(),
            description: Some("one\ntwo".into()),
            kind: TokenKind::ApiKey,
            owner: Owner { kind: nobody.kind, id: nobody.id, name: String::new(), status: "active".into() },
            organization_id: OrganizationId::from_uuid(Uuid::nil()),
            scopes: vec!["*".into(), "a.read".into()],
            allowed_cidrs: vec!["10.4.0.0/16".into(), "office".into()],
            status: TokenStatus::Active,
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
            created_by: nobody,
            expires_at: None,
            invalidated_at: None,
            rotated_at: None,
            previous_secret_expires_at: None,
            last_used_at: None,
            last_used_ip: None,
            key_hint: String::new(),
            certificate: None,
            kubeconfig: None,
            needs_attention: vec!["scopes".into(), "allowed_cidrs".into()],
        }
    }

    #[test]
    fn a_form_that_was_not_touched_changes_nothing() {
        let sent = |form: TokenForm| form.into_changes(&token()).unwrap();
        let description = "one\r\ntwo\r\n".to_owned();
        let untouched = TokenForm { description, ..TokenForm::of(&token()) };
        let changes = sent(untouched.clone());
        assert!(changes.label.is_none() && changes.description.is_none());
        assert!(changes.scopes.is_none() && changes.allowed_cidrs.is_none() && changes.expiry.is_none());

        let renamed = sent(TokenForm { label: "Plant 4".into(), ..untouched.clone() });
        assert!(renamed.label.is_some() && renamed.scopes.is_none());
        assert!(sent(TokenForm { replace_scopes: "true".into(), ..untouched.clone() }).scopes.is_some());
        assert!(sent(TokenForm { allowed_cidrs: String::new(), ..untouched }).allowed_cidrs.unwrap().is_any());
    }

    #[test]
    fn an_address_can_choose_any_length_and_keeps_it() {
        for (params, chosen) in [("30d", "30d"), ("720h", "30d"), ("never", "never"), ("45d", "45d"), ("1h", "1h")] {
            assert_eq!(prefill(params, &POLICY), chosen);
        }
    }

    #[test]
    fn without_a_good_one_it_is_the_default_within_the_maximum() {
        assert_eq!(prefill("", &POLICY), "90d");
        assert_eq!(prefill("soon", &POLICY), "90d");
        let at_most_half_a_day = ExpiryPolicy { max_ttl: Some(DAY / 2), ..POLICY };
        assert_eq!(prefill("", &at_most_half_a_day), "12h");
    }
}
