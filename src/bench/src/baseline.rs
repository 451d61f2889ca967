//! The baseline of an HTTP response: axum and JSON. One route returns a small object, the other the same object as the
//! server, to separate the cost of a response's size from the cost of authentication.

use axum::{Json, Router, routing::get, serve::ListenerExt as _};
use mintkey_domain::{
    OrganizationId, PrincipalType, Timestamp, TokenId, Via,
    wire::{Me, PrincipalName},
};
use serde::Serialize;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::Outcome;

/// The path of the small response.
pub(crate) const SMALL: &str = "/small";
/// The path of the response that equals that of `GET /api/v1/me`.
pub(crate) const SAME: &str = "/same";

#[derive(Serialize)]
struct Small {
    id: u64,
    name: &'static str,
    scopes: [&'static str; 1],
}

/// Serves until the process is killed.
pub(crate) async fn serve(address: &str) -> Outcome {
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let listener = listener.tap_io(|stream| {
        // As in the server. If it fails, responses are only slower.
        let _ = stream.set_nodelay(true);
    });
    let small = || async { Json(Small { id: 1, name: "bare", scopes: ["all"] }) };
    let router = Router::new().route(SMALL, get(small)).route(SAME, get(|| async { Json(same()) }));
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

fn same() -> Me {
    let id = Uuid::from_u128(0x0199_8f6a_0000_7000_8000_0000_0000_0001);
    Me {
        organization_id: OrganizationId::from_uuid(id),
        principal: PrincipalName { kind: PrincipalType::User, id, name: "bench@example.com".to_owned() },
        via: Via::ApiKey,
        token_id: Some(TokenId::from_uuid(id)),
        scopes: vec!["mintkey:tokens.read".to_owned()],
        expires_at: Some(Timestamp::from_millis(1_800_000_000_000)),
    }
}
