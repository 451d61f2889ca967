//! The life of a token.

use futures_util::TryStreamExt as _;
use mintkey_client::{Client, Deletion, Invalidation, Rotation, Token, TokenChanges, TokenFilter, TokenStatus};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let tokens = client.tokens();

    let created = Token::new("hall-b-gateway").scope("mintkey:tokens.read").ttl("90d").register(&client).await?;
    let id = created.token.id;
    // The only time that the key is shown. `SecretText` never prints itself.
    let key = created.api_key.ok_or("no key")?;
    println!("{id} has a key of {} characters", key.expose().len());

    let filter = TokenFilter { status: Some(TokenStatus::Active), ..TokenFilter::default() };
    let active: Vec<_> = tokens.all(filter).try_collect().await?;
    println!("{} tokens are active", active.len());

    let changes = TokenChanges { label: Some("hall-b-gateway-2".to_owned()), ..TokenChanges::default() };
    tokens.edit(id, &changes).await?;
    tokens.rotate(id, &Rotation { overlap: Some("24h".to_owned()), ..Rotation::default() }).await?;
    tokens.invalidate(id, &Invalidation { reason: Some("stolen".to_owned()), ..Invalidation::default() }).await?;
    tokens.delete(id, Deletion::default()).await?;
    Ok(())
}
