//! The baseline of an HTTP response: axum and JSON. One route returns a small object, the other the same object as the
//! server, to separate the cost of a response's size from the cost of authentication. Over TLS, it is the same router on
//! hyper and rustls.

use std::path::PathBuf;

use axum::{Json, Router, routing::get, serve::ListenerExt as _};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use mintkey_domain::{
    OrganizationId, PrincipalType, Timestamp, TokenId, Via,
    wire::{Me, PrincipalName},
};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

use crate::{Outcome, tls::Certificate};

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

/// Serves until the process is killed; over TLS if there are files for it.
pub(crate) async fn serve(address: &str, files: &[PathBuf]) -> Outcome {
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address}: {error}"))?;
    let small = || async { Json(Small { id: 1, name: "bare", scopes: ["all"] }) };
    let router = Router::new().route(SMALL, get(small)).route(SAME, get(|| async { Json(same()) }));
    if let [file, key_file] = files {
        let certificate = Certificate { file: file.clone(), key_file: key_file.clone() };
        return serve_tls(listener, router, certificate.acceptor()?).await;
    }
    let listener = listener.tap_io(|stream| {
        // As in the server. If it fails, responses are only slower.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

async fn serve_tls(listener: TcpListener, router: Router, acceptor: TlsAcceptor) -> Outcome {
    loop {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        let _ = stream.set_nodelay(true);
        let (acceptor, service) = (acceptor.clone(), TowerToHyperService::new(router.clone()));
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                // A client that goes away is no failure.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            }
        });
    }
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
