//! `mintkey token`.

mod bulk;
mod client_keys;
mod create;
mod create_many;
mod edit;
mod list;
mod rotate;
mod selection;
mod stop;

pub(crate) use list::LISTING;

use clap::{Args, Subcommand};
use mintkey_client::{TokenId, wire::Token};

use super::{
    connection::Connection,
    global::GlobalOptions,
    print::{self, Facts, end, optional, time},
    values,
};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum TokenCommand {
    /// Create a token, or many; their secrets are shown once
    Create(create::Create),
    /// List tokens
    List(list::List),
    /// Show a token
    Get(TokenArgument),
    /// Change a token: its label, scopes, addresses or expiry
    Edit(edit::Edit),
    /// Give a token a new secret, which is shown once
    Rotate(rotate::Rotate),
    /// Stop tokens permanently; they stay listed
    Invalidate(stop::Invalidate),
    /// Stop tokens and remove them from the list
    Delete(stop::Delete),
    /// The public keys by which a token's client can prove itself
    #[command(subcommand)]
    ClientKeys(client_keys::ClientKeysCommand),
}

/// A token, as a word or as an option.
#[derive(Args, Debug, Clone)]
#[group(required = true, multiple = false)]
pub(crate) struct TokenArgument {
    /// The token's ID
    #[arg(value_name = "ID", value_parser = values::id::<TokenId>)]
    token: Option<TokenId>,
    /// The token's ID, as an option
    #[arg(long, value_name = "ID", value_parser = values::id::<TokenId>)]
    id: Option<TokenId>,
}

impl TokenArgument {
    pub(crate) fn id(&self) -> TokenId {
        self.token.or(self.id).expect("clap requires one of them")
    }
}

pub(crate) async fn run(command: TokenCommand, options: &GlobalOptions) -> Result<(), Failure> {
    match command {
        TokenCommand::Create(create) => create.run(options).await,
        TokenCommand::List(list) => list.run(options).await,
        TokenCommand::Get(token) => {
            let connection = Connection::open(options)?;
            show(options, &connection.client.tokens().get(token.id()).await?)
        }
        TokenCommand::Edit(edit) => edit.run(options).await,
        TokenCommand::Rotate(rotate) => rotate.run(options).await,
        TokenCommand::Invalidate(invalidate) => invalidate.run(options).await,
        TokenCommand::Delete(delete) => delete.run(options).await,
        TokenCommand::ClientKeys(command) => client_keys::run(command, options).await,
    }
}

/// Prints a token without its secrets.
fn show(options: &GlobalOptions, token: &Token) -> Result<(), Failure> {
    print::object(options.format, token, &token.id.to_string(), || token_facts(token))
}

/// What a person sees of a token.
pub(crate) fn token_facts(token: &Token) -> Facts {
    let mut facts = vec![("ID", token.id.to_string()), ("Label", token.label.clone())];
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    add("Description", token.description.clone());
    add("Kind", Some(token.kind.to_string()));
    add("Status", Some(token.status.to_string()));
    add("Owner", Some(format!("{} ({}, {})", token.owner.name, token.owner.kind, token.owner.id)));
    add("Scopes", Some(token.scopes.join(" ")));
    let addresses = if token.allowed_cidrs.is_empty() { "any".to_owned() } else { token.allowed_cidrs.join(" ") };
    add("Addresses", Some(addresses));
    add("Expires", Some(end(token.expires_at)));
    add("Created", Some(format!("{} by {}", time(Some(token.created_at)), token.created_by.name)));
    add("Rotated", token.rotated_at.map(|at| time(Some(at))));
    add("Invalidated", token.invalidated_at.map(|at| time(Some(at))));
    add("Previous secret until", token.previous_secret_expires_at.map(|at| time(Some(at))));
    let from = token.last_used_ip.as_deref().map(|ip| format!(" from {ip}")).unwrap_or_default();
    add(
        "Last used",
        Some(format!("{}{from}", token.last_used_at.map_or_else(|| "never".to_owned(), |at| time(Some(at))))),
    );
    add("Key", Some(token.key_hint.clone()));
    if !token.needs_attention.is_empty() {
        add("Unreadable", Some(optional(Some(&token.needs_attention.join(" ")))));
    }
    facts
}
