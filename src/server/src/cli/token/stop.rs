//! `mintkey token invalidate` and `mintkey token delete`: one token, or many.

use clap::Args;
use mintkey_client::{BulkAction, Deletion, Invalidation};

use super::super::{
    connection::Connection,
    global::GlobalOptions,
    print::printable,
    terminal::{confirm, note},
    token_facts::outlived_by,
};
use super::{bulk::BulkRun, selection::Selection, show};
use crate::Failure;

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey token invalidate ID --reason stolen\n  \
                        mintkey token invalidate --label 'plant-3-*' --dry-run\n  \
                        mintkey token invalidate --owner hall-b-gateway --yes")]
pub(crate) struct Invalidate {
    #[command(flatten)]
    selection: Selection,
    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Let access tokens work until they expire
    #[arg(long)]
    keep_access_tokens: bool,
    /// Even the token that this command uses
    #[arg(long)]
    force: bool,
    /// Print the tokens that would be invalidated, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey token delete ID\n  mintkey token delete --expired --yes")]
pub(crate) struct Delete {
    #[command(flatten)]
    selection: Selection,
    /// Even the token that this command uses
    #[arg(long)]
    force: bool,
    /// Print the tokens that would be deleted, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Invalidate {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let Some(id) = self.selection.single() else {
            let bulk = BulkRun {
                action: BulkAction::Invalidate,
                reason: self.reason,
                keep_access_tokens: self.keep_access_tokens,
                force: self.force,
                dry_run: self.dry_run,
            };
            return bulk.run(&connection.client, &self.selection, options).await;
        };
        let tokens = connection.client.tokens();
        if self.dry_run {
            return show(options, &tokens.get(id).await?);
        }
        let invalidation =
            Invalidation { reason: self.reason, keep_access_tokens: self.keep_access_tokens, force: self.force };
        let token = tokens.invalidate(id, &invalidation).await?;
        show(options, &token)?;
        if let Some(line) = outlived_by(&token) {
            note(format_args!("{line}"));
        }
        Ok(())
    }
}

impl Delete {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let Some(id) = self.selection.single() else {
            let bulk = BulkRun {
                action: BulkAction::Delete,
                reason: None,
                keep_access_tokens: false,
                force: self.force,
                dry_run: self.dry_run,
            };
            return bulk.run(&connection.client, &self.selection, options).await;
        };
        let tokens = connection.client.tokens();
        let token = tokens.get(id).await?;
        if self.dry_run {
            return show(options, &token);
        }
        let label = printable(&token.label);
        confirm(options, format_args!("Delete the token \"{label}\" of {}? It is gone for good.", token.owner.name))?;
        tokens.delete(id, Deletion { force: self.force }).await?;
        note(format_args!("The token \"{label}\" was deleted."));
        if let Some(line) = outlived_by(&token) {
            note(format_args!("{line}"));
        }
        Ok(())
    }
}
