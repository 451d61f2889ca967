//! The lines of errors: what went wrong, in the words of the command line, and what to do next.

use std::env;

use mintkey_client::{Error, ErrorCode, Refusal};
use mintkey_domain::FieldCode;

use crate::Failure;

/// What a command can't do to the token that it uses.
pub(crate) const IN_USE: &str = "this command uses that very token: add --force to do it anyway";

/// The options for the fields of requests.
const OPTIONS: [(&str, &str); 9] = [
    ("label", "--label"),
    ("description", "--description"),
    ("scopes", "--scope"),
    ("allowed_scopes", "--allowed-scope"),
    ("allowed_cidrs", "--cidr"),
    ("owner_id", "--owner"),
    ("ttl", "--ttl"),
    ("expires_at", "--expires-at"),
    ("overlap", "--overlap"),
];

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let line = match &error {
            Error::InvalidUrl => {
                let form = "expected http:// or https:// and a host, without a path: https://mintkey.example.com";
                return Self::Usage(format!("the server's address: {form}"));
            }
            Error::Unreachable { .. } => format!("{error}: is `mintkey serve` running there?"),
            Error::Refused(refusal) => refused(&error, refusal),
            _ => error.to_string(),
        };
        Self::Refused(line)
    }
}

fn refused(error: &Error, refusal: &Refusal) -> String {
    if error.is(ErrorCode::CredentialInUse) {
        return IN_USE.to_owned();
    }
    let line = sentences(refusal);
    match hint(error, refusal) {
        Some(hint) => format!("{line}: {hint}"),
        None => line,
    }
}

/// What to do next.
fn hint(error: &Error, refusal: &Refusal) -> Option<String> {
    let of_credential = [ErrorCode::InvalidCredential, ErrorCode::CredentialExpired, ErrorCode::CredentialRequired];
    if of_credential.into_iter().any(|code| error.is(code)) || refusal.code == "invalid_client" {
        let is_given = env::var_os("MINTKEY_TOKEN").is_some();
        return Some(
            if is_given { "it is the one in MINTKEY_TOKEN" } else { "`mintkey login` makes a new token" }.into(),
        );
    }
    if error.is(ErrorCode::RateLimited) {
        return refusal.retry_after.map(|seconds| format!("try again in {seconds} seconds"));
    }
    let is_unknown_scope = refusal.errors.iter().any(|error| error.code == FieldCode::UnknownScope.as_str());
    let hint = if error.is(ErrorCode::RotationInProgress) {
        "`mintkey token edit ID --end-overlap` ends it"
    } else if error.is(ErrorCode::TokensWouldGain) {
        "add --invalidate-tokens to invalidate them"
    } else if is_unknown_scope {
        "`mintkey scope list` lists the existing ones"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

/// The sentences of a refusal, with options instead of fields.
fn sentences(refusal: &Refusal) -> String {
    let mut sentences = Vec::new();
    for error in &refusal.errors {
        let option = OPTIONS.iter().find(|(field, _)| *field == error.field).map(|(_, option)| *option);
        sentences.push(format!("{}: {}", option.unwrap_or(&error.field), error.message));
    }
    let text = if sentences.is_empty() { refusal.detail.clone() } else { sentences.join(" ") };
    text.trim_end_matches('.').to_owned()
}
