//! The lines of errors: what went wrong, in the words of the command line, and what to do next.

use std::env;

use mintkey_client::{Error, ErrorCode, Refusal};
use mintkey_domain::FieldCode;

use crate::Failure;

/// What a command can't do to the token that it uses.
pub(crate) const IN_USE: &str = "this command uses that very token: add --force to do it anyway";

/// Where the user wrote what a request has, and how to go on.
struct Source {
    /// The names there of the fields of requests.
    names: &'static [(&'static str, &'static str)],
    in_use: &'static str,
    tokens_would_gain: &'static str,
}

const OPTIONS: Source = Source {
    names: &[
        ("label", "--label"),
        ("description", "--description"),
        ("scopes", "--scope"),
        ("allowed_scopes", "--allowed-scope"),
        ("allowed_cidrs", "--cidr"),
        ("owner_id", "--owner"),
        ("ttl", "--ttl"),
        ("expires_at", "--expires-at"),
        ("overlap", "--overlap"),
        ("kind", "--kind"),
        ("password", "--password-stdin"),
        ("pkcs12", "--pkcs12"),
        ("csr", "--csr"),
        ("server", "--server"),
        ("ca_pem", "--ca"),
        ("default_namespace", "--default-namespace"),
        ("cluster_id", "--cluster"),
        ("namespace", "--namespace"),
        ("method", "--method"),
        ("groups", "--group"),
        ("certificates", "--certificates"),
        ("private_key", "--private-key"),
        ("organization_id", "--organization"),
    ],
    in_use: IN_USE,
    tokens_would_gain: "add --invalidate-tokens to invalidate them",
};

/// The file of `mintkey apply`. Its other fields have the names that they have in requests.
const STATE_FILE: Source = Source {
    names: &[("owner_id", "owner"), ("member_ids", "managed_by"), ("ttl", "expires"), ("expires_at", "expires")],
    in_use: "this command uses that very token, and can't end it",
    tokens_would_gain: "`mintkey service-account edit NAME --invalidate-tokens` invalidates them with the change",
};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        failure(&error, &OPTIONS)
    }
}

/// The failure of a step of `mintkey apply`, in the words of its file.
pub(crate) fn of_state_file(error: &Error) -> Failure {
    failure(error, &STATE_FILE)
}

fn failure(error: &Error, source: &Source) -> Failure {
    let line = match error {
        Error::InvalidUrl => {
            let form = "expected http:// or https:// and a host, without a path: https://mintkey.example.com";
            return Failure::Usage(format!("the server's address: {form}"));
        }
        Error::Unreachable { .. } => format!("{error}: is `mintkey serve` running there?"),
        Error::Refused(refusal) => refused(error, refusal, source),
        _ => error.to_string(),
    };
    Failure::Refused(line)
}

fn refused(error: &Error, refusal: &Refusal, source: &Source) -> String {
    if error.is(ErrorCode::CredentialInUse) {
        return source.in_use.to_owned();
    }
    let line = sentences(refusal, source);
    match hint(error, refusal, source) {
        Some(hint) => format!("{line}: {hint}"),
        None => line,
    }
}

/// What to do next.
fn hint(error: &Error, refusal: &Refusal, source: &Source) -> Option<String> {
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
        source.tokens_would_gain
    } else if is_unknown_scope {
        "`mintkey scope list` lists the existing ones"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

/// The sentences of a refusal, with the source's names instead of the request's.
fn sentences(refusal: &Refusal, source: &Source) -> String {
    let mut sentences = Vec::new();
    for error in &refusal.errors {
        let name = source.names.iter().find(|(field, _)| *field == error.field).map(|(_, name)| *name);
        sentences.push(format!("{}: {}", name.unwrap_or(&error.field), error.message));
    }
    let text = if sentences.is_empty() { refusal.detail.clone() } else { sentences.join(" ") };
    text.trim_end_matches('.').to_owned()
}
