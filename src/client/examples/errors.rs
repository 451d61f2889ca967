//! What Mintkey says about a request that it refuses.

use mintkey_client::{Client, Error, ErrorCode, Token};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    match Token::new("gateway").scope("no.such.scope").register(&client).await {
        Ok(created) => println!("created {}", created.token.id),
        Err(error) if error.is(ErrorCode::ValidationFailed) => {
            for field in error.refusal().into_iter().flat_map(|refusal| &refusal.errors) {
                println!("{}: {}", field.field, field.message);
            }
        }
        Err(Error::Unreachable { origin, .. }) => println!("{origin} is down"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
