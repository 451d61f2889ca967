//! `mintkey token invalidate` and `mintkey token delete`.

use clap::Args;
use mintkey_client::{Deletion, Invalidation};

use super::super::{
    connection::Connection,
    global::GlobalOptions,
    print::printable,
    terminal::{confirm, note},
};
use super::{TokenArgument, show};
use crate::Failure;

#[derive(Args, Debug)]
pub(crate) struct Invalidate {
    #[command(flatten)]
    token: TokenArgument,
    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Let its access tokens work until they expire
    #[arg(long)]
    keep_access_tokens: bool,
    /// Even if it is the token that this command uses
    #[arg(long)]
    force: bool,
    /// Print the token that would be invalidated, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    #[command(flatten)]
    token: TokenArgument,
    /// Even if it is the token that this command uses
    #[arg(long)]
    force: bool,
    /// Print the token that would be deleted, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Invalidate {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options)?;
        let tokens = connection.client.tokens();
        let id = self.token.id();
        if self.dry_run {
            return show(options, &tokens.get(id).await?);
        }
        let invalidation =
            Invalidation { reason: self.reason, keep_access_tokens: self.keep_access_tokens, force: self.force };
        show(options, &tokens.invalidate(id, &invalidation).await?)
    }
}

impl Delete {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options)?;
        let tokens = connection.client.tokens();
        let id = self.token.id();
        let token = tokens.get(id).await?;
        if self.dry_run {
            return show(options, &token);
        }
        let label = printable(&token.label);
        confirm(options, format_args!("Delete the token \"{label}\" of {}? It is gone for good.", token.owner.name))?;
        tokens.delete(id, Deletion { force: self.force }).await?;
        note(format_args!("The token \"{label}\" was deleted."));
        Ok(())
    }
}
