//! Import of tokens, and of what they refer to: scopes, members and service accounts. By the command line only.
//!
//! Keys of other systems continue to work under their own text; see [`imported_keys`](crate::imported_keys). Everything is
//! imported in one transaction, or nothing is. What exists already is left as it is, so that an import can be repeated.

mod hash_text;
mod line;
mod plan;
mod prepared;
mod secret;
mod write;

use mintkey_domain::{AuditAction, FieldCode, FieldError, FieldErrors, MAX_FIELD_ERRORS, Password};
use serde::Serialize;

use self::{
    line::Line,
    plan::{Plan, Planned},
    prepared::Prepared,
};
use crate::{Actor, Result, Service, audit::Details, people::require_system};

/// How to import.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions {
    /// Change nothing.
    pub dry_run: bool,
    /// Confirms that each key with a fast hash has at least 128 random bits.
    pub keys_are_random: bool,
    /// Also tokens that were imported before and deleted here.
    pub restore_deleted: bool,
}

/// What an import did.
#[derive(Debug)]
pub enum ImportOutcome {
    /// Everything is imported, or would be.
    Done {
        /// What is new.
        new: ImportCounts,
        /// What existed already.
        known: ImportCounts,
        /// How many tokens were imported before and deleted here. They are left out.
        deleted: usize,
        /// What is imported, but allows less than it seems to.
        warnings: Vec<LineError>,
    },
    /// Nothing was imported, because of these mistakes; there may be more after the first 50.
    Refused(Vec<LineError>),
}

/// A number of each type of line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ImportCounts {
    /// Scopes of the catalogue.
    pub scopes: usize,
    /// Members.
    pub members: usize,
    /// Service accounts.
    pub service_accounts: usize,
    /// Tokens.
    pub tokens: usize,
}

/// A mistake in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The number of the line, from 1.
    pub line: usize,
    /// The field; `None` if the line as a whole is wrong.
    pub field: Option<String>,
    /// What is expected.
    pub message: String,
}

impl Service {
    /// Imports lines of JSON into the actor's organization. `docs/import.md` describes them.
    ///
    /// # Errors
    /// `forbidden` for all actors but the command line. Mistakes in lines are in the [outcome](ImportOutcome::Refused).
    pub async fn import(&self, actor: &Actor, lines: &str, options: ImportOptions) -> Result<ImportOutcome> {
        require_system(actor)?;
        let (prepared, mistakes) = prepare(lines, options);
        // For new members without a password hash: nobody knows this password.
        let secret = mintkey_domain::base62_code(self.environment.random());
        let unknown_password = self.hash_password(Password::typed(secret), None).await?;
        let act = self.change(actor, AuditAction::OrganizationImport, actor.organization.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let mut plan = Plan::new(change, unknown_password, options.restore_deleted).await?;
                for (line, entry) in prepared {
                    plan.add(line, entry).await?;
                }
                let Planned { errors, warnings, rows, known, deleted } = plan.finish();
                let mut errors = [mistakes, errors].concat();
                if !errors.is_empty() {
                    errors.sort_by_key(|error| error.line);
                    return Ok(change.unchanged(ImportOutcome::Refused(errors)));
                }
                let new = rows.counts();
                let outcome = ImportOutcome::Done { new, known, deleted, warnings };
                if options.dry_run || new == ImportCounts::default() {
                    return Ok(change.unchanged(outcome));
                }
                write::all(change, rows).await?;
                let name = change.tenant().await?.row.name.to_string();
                let counts = [
                    ("scopes", new.scopes),
                    ("members", new.members),
                    ("service_accounts", new.service_accounts),
                    ("tokens", new.tokens),
                ];
                let counts = counts.into_iter().filter(|(_, count)| *count > 0);
                let details = counts.fold(Details::default(), |details, (name, count)| details.note(name, count));
                Ok(change.done(&name, &details, outcome))
            })
        })
        .await
    }
}

/// The lines without mistakes of their own, and the mistakes of the others.
fn prepare(lines: &str, options: ImportOptions) -> (Vec<(usize, Prepared)>, Vec<LineError>) {
    let (mut prepared, mut errors) = (Vec::new(), Vec::new());
    for (number, text) in
        (1..).zip(lines.trim_start_matches('\u{feff}').lines()).filter(|(_, text)| !text.trim().is_empty())
    {
        match line::parse(text).and_then(|line| check(line, options)) {
            Ok(Some(entry)) => prepared.push((number, entry)),
            Ok(None) => {}
            Err(found) => {
                errors.extend(found.iter().map(|error| LineError::new(number, error)));
                if errors.len() >= MAX_FIELD_ERRORS {
                    break;
                }
            }
        }
    }
    (prepared, errors)
}

fn check(line: Line, options: ImportOptions) -> std::result::Result<Option<Prepared>, FieldErrors> {
    Ok(Some(match line {
        // The settings of the organization that is imported into stay as they are.
        Line::Organization => return Ok(None),
        Line::Scope(scope) => Prepared::scope(&scope)?,
        Line::Member(member) => Prepared::member(member)?,
        Line::ServiceAccount(account) => Prepared::ServiceAccount(account),
        Line::Token(token) => {
            let token = Prepared::token(*token)?;
            if !options.keys_are_random && token.has_fast_hash() {
                // A key that is given as text is stored as SHA-256 too.
                let message = "SHA-256 and SHA-512 protect only keys that can't be guessed. If each of these keys has at \
                               least 128 random bits, say --i-know-these-are-random.";
                return Err(FieldErrors::one("", FieldCode::InvalidFormat, message));
            }
            token
        }
    }))
}

impl LineError {
    fn new(line: usize, error: &FieldError) -> Self {
        // The part of a nested field that says most: `hash` of `/secrets/0/hash`.
        let nested = error.pointer.as_deref().and_then(|pointer| pointer.rsplit('/').next());
        let nested = nested.filter(|name| name.parse::<usize>().is_err());
        let field = Some(nested.unwrap_or(&error.field).to_owned()).filter(|field| !field.is_empty());
        let message = match error.code {
            FieldCode::UnknownScope => format!("{} A line of the type scope adds one.", error.message),
            _ => error.message.to_string(),
        };
        Self { line, field, message }
    }
}
