//! `GET /metrics`, on an address of its own.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    routing::get,
};
use mintkey_service::Service;

use crate::{listen::Connections, metrics::Metrics};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The sources of the metrics. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) service: Service,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) connections: Arc<Connections>,
}

/// Serves only `GET /metrics`.
pub(crate) fn router(sources: Sources) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(sources)
}

async fn metrics(
    State(Sources { service, metrics, connections }): State<Sources>,
) -> Result<([(HeaderName, &'static str); 2], String), StatusCode> {
    service.refresh_metrics().await;
    let (answering, idle) = connections.count();
    metrics.set_connections(answering, idle, connections.closed());
    let text = metrics.text().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], text))
}
