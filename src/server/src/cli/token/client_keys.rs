//! `mintkey token client-keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use mintkey_client::ClientKeys;
use serde_json::Value;

use super::super::{connection::Connection, global::GlobalOptions, input, print};
use super::TokenArgument;
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum ClientKeysCommand {
    /// Show the keys
    Get(TokenArgument),
    /// Replace the keys
    Set(Set),
}

#[derive(Args, Debug)]
pub(crate) struct Set {
    #[command(flatten)]
    token: TokenArgument,
    /// A file with a JWK, a list of them, or a JWK set; `-` for standard input
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(command: ClientKeysCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let tokens = connection.client.tokens();
    let keys = match command {
        ClientKeysCommand::Get(token) => tokens.client_keys(token.id()).await?,
        ClientKeysCommand::Set(set) => {
            let keys = ClientKeys { keys: jwks(&input::read(&set.file)?)? };
            tokens.set_client_keys(set.token.id(), &keys).await?
        }
    };
    let facts = || {
        let text = |key: &Value, name: &str| key[name].as_str().unwrap_or("-").to_owned();
        let shown = |key: &Value| format!("{} {} {}", text(key, "kty"), text(key, "alg"), text(key, "kid"));
        keys.keys.iter().map(|key| ("Key", shown(key))).collect()
    };
    let ids: Vec<_> = keys.keys.iter().filter_map(|key| key["kid"].as_str()).collect();
    print::object(options.format, &keys, &ids.join(" "), facts)
}

/// The keys of a file: a JWK, a list of them, or a JWK set (RFC 7517).
fn jwks(text: &str) -> Result<Vec<Value>, Failure> {
    let wrong = || Failure::Usage("--file: expected a JWK, a list of them, or {\"keys\": […]}".to_owned());
    match serde_json::from_str(text).map_err(|_| wrong())? {
        Value::Array(keys) => Ok(keys),
        Value::Object(mut object) => match object.remove("keys") {
            Some(Value::Array(keys)) => Ok(keys),
            Some(_) => Err(wrong()),
            None => Ok(vec![Value::Object(object)]),
        },
        _ => Err(wrong()),
    }
}
