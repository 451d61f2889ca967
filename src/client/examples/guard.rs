//! An API whose callers have credentials of Mintkey.

use std::time::Duration;

use axum::{Extension, Router, routing::get};
use mintkey_client::{
    Client,
    guard::{Caller, Guard},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Its credential needs the scope `mintkey:verify`.
    let client = Client::from_env()?;
    // A credential that is stopped is refused after five seconds at the latest.
    let guard = Guard::online(&client, Duration::from_secs(5)).scope("mintkey:tokens.read");
    let app = Router::new().route("/meters", get(meters)).layer(guard);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/meters", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn meters(Extension(caller): Extension<Caller>) -> String {
    format!("for {}", caller.principal_id)
}
