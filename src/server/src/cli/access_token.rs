//! `mintkey access-token`: short-lived access tokens (OAuth 2).

use clap::Subcommand;
use mintkey_client::{Client, SecretText, TokenId, wire::AccessToken};
use mintkey_domain::ApiKey;

use super::{
    connection::Connection,
    global::{Format, GlobalOptions},
    print,
    terminal::{note, secret_from_stdin},
    values,
};
use crate::{Failure, output};

#[derive(Subcommand, Debug)]
pub(crate) enum AccessTokenCommand {
    /// Exchange the API key for an access token, and print it
    Create {
        /// Narrow the access token to these scopes; may be repeated
        #[arg(short, long = "scope", value_name = "SCOPE,…")]
        scopes: Vec<String>,
    },
    /// Print the state of the API key or access token on standard input (RFC 7662)
    Introspect,
    /// Revoke the access token on standard input, if it was made from the API key
    Revoke,
}

pub(crate) async fn run(command: AccessTokenCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let client = &connection.client;
    match command {
        AccessTokenCommand::Create { scopes } => {
            let answer = exchange(client, &connection.token, &values::scopes(&scopes)).await?;
            match options.format {
                Format::Json | Format::Yaml => output::text(&print::text(options.format, &answer)?),
                Format::Table | Format::Name => output::line(format_args!("{}", answer.access_token)),
            }
        }
        AccessTokenCommand::Introspect => {
            let answer = client.oauth().introspect(&secret_from_stdin("API key or access token")?).await?;
            output::text(&print::text(options.format, &answer)?)
        }
        AccessTokenCommand::Revoke => {
            let (id, secret) = client_credentials(&connection.token)?;
            client.oauth().revoke(id, &secret, &secret_from_stdin("Access token")?).await?;
            note(format_args!("The access token is revoked, if it was made from this API key."));
            Ok(())
        }
    }
}

/// Exchanges an API key for an access token.
pub(crate) async fn exchange(client: &Client, key: &SecretText, scopes: &[String]) -> Result<AccessToken, Failure> {
    let (id, secret) = client_credentials(key)?;
    let scope = (!scopes.is_empty()).then(|| scopes.join(" "));
    Ok(client.oauth().token(id, &secret, scope.as_deref()).await?)
}

/// The client ID and the client secret that an API key has in it.
pub(crate) fn client_credentials(key: &SecretText) -> Result<(TokenId, SecretText), Failure> {
    let key = ApiKey::parse(key.expose()).ok_or_else(|| {
        Failure::Usage("this needs an API key (mk_…), and the token in use is another credential".to_owned())
    })?;
    Ok((key.token_id, key.secret.to_client_secret()))
}
