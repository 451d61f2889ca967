//! A client ID and a client secret, exchanged for access tokens.

use mintkey_client::{Client, Credential, Token};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let admin = Client::from_env()?;
    let created = Token::new("nightly export").scope("mintkey:tokens.read").ttl("1h").register(&admin).await?;
    let secret = created.client_secret.ok_or("no secret")?;

    // Exchanges the secret at the first request, and again a minute before the access token ends.
    let client = Client::new(admin.origin(), Credential::Client { id: created.token.id, secret })?;
    println!("authenticated by {}", client.me().await?.via);
    Ok(())
}
