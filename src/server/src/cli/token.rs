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

use super::{connection::Connection, global::GlobalOptions, print, token_facts::token_facts, values};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum TokenCommand {
    /// Create a token, or many; their secrets are shown once
    Create(Box<create::Create>),
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
            let connection = Connection::open(options).await?;
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
