//! `mintkey admin export` and `mintkey admin import`.

use std::io::{self, BufWriter, Write, stdout};

use mintkey_domain::TokenId;
use mintkey_service::{Actor, Export, ExportOptions, ImportCounts, ImportOptions, ImportOutcome, LineError, Service};

use super::{note, open};
use crate::{
    Failure,
    cli::{create_private, plural, read},
    command_line::{ExportCommand, ImportCommand},
    output,
};

impl ExportCommand {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let service = open(self.storage, None).await?;
        let actor = service.administrator(self.organization.organization).await?;
        let options = ExportOptions { tokens_only: self.tokens_only, with_hashes: self.with_hashes };
        let Some(path) = self.output else {
            let unreadable = export(&service, &actor, options, &mut BufWriter::new(stdout().lock())).await?;
            return report(&unreadable);
        };
        let failed = |error: io::Error| Failure::Refused(format!("{}: {error}", path.display()));
        let mut file = BufWriter::new(create_private(&path).map_err(failed)?);
        let written = export(&service, &actor, options, &mut file).await;
        let synced = written.and_then(|unreadable| file.get_ref().sync_all().map(|()| unreadable).map_err(failed));
        if synced.is_err() {
            // What can't be removed is incomplete, and the error says that it couldn't be written.
            let _ = std::fs::remove_file(&path);
        }
        report(&synced?)
    }
}

async fn export(
    service: &Service,
    actor: &Actor,
    options: ExportOptions,
    out: &mut impl Write,
) -> Result<Vec<TokenId>, Failure> {
    let mut export: Export = service.export(actor, options).await?;
    while let Some(line) = export.next().await? {
        output::written(writeln!(out, "{line}"))?;
    }
    output::written(out.flush())?;
    Ok(export.unreadable)
}

/// Names the tokens that were left out.
fn report(unreadable: &[TokenId]) -> Result<(), Failure> {
    for id in unreadable {
        note(format_args!("token {id} was left out, because it can't be read: `mintkey admin check` says more"));
    }
    let tokens = plural(unreadable.len(), "token", "tokens");
    if unreadable.is_empty() {
        Ok(())
    } else {
        Err(Failure::Refused(format!("the export is complete but for {tokens}")))
    }
}

impl ImportCommand {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let lines = read(&self.file)?;
        let service = open(self.storage, None).await?;
        let actor = service.administrator(self.organization.organization).await?;
        let options = ImportOptions {
            dry_run: self.dry_run,
            keys_are_random: self.i_know_these_are_random,
            restore_deleted: self.restore_deleted,
        };
        match service.import(&actor, &lines, options).await? {
            ImportOutcome::Done { new, known, deleted, warnings } => {
                for warning in &warnings {
                    print("warning: ", warning);
                }
                let verb = if self.dry_run { "Would import" } else { "Imported" };
                output::line(format_args!("{verb} {}.", counted(&new)))?;
                if known != ImportCounts::default() {
                    output::line(format_args!("Already there, and left as they are: {}.", counted(&known)))?;
                }
                if deleted > 0 {
                    let deleted = plural(deleted, "token", "tokens");
                    let restore = "--restore-deleted imports them again";
                    output::line(format_args!(
                        "Imported before and deleted here, and left out: {deleted}; {restore}."
                    ))?;
                }
                Ok(())
            }
            ImportOutcome::Refused(errors) => {
                for error in &errors {
                    print("", error);
                }
                let mistakes = if errors.len() == 1 { "a mistake" } else { "mistakes" };
                Err(Failure::Refused(format!("nothing was imported: the file has {mistakes}")))
            }
        }
    }
}

fn print(prefix: &str, LineError { line, field, message }: &LineError) {
    let field = field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default();
    note(format_args!("{prefix}line {line}: {field}{message}"));
}

/// `2 scopes, 1 token`; `nothing` for zeros.
fn counted(counts: &ImportCounts) -> String {
    let parts = [
        (counts.scopes, "scope", "scopes"),
        (counts.members, "member", "members"),
        (counts.service_accounts, "service account", "service accounts"),
        (counts.tokens, "token", "tokens"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, one, many)| plural(count, one, many)).collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}
