//! Prometheus metrics, on a separate address without authentication.
//!
//! Label values are a fixed set: methods, route templates, statuses, outcomes. They never include names, IDs, addresses
//! or request data, so their number is bounded.

use std::{sync::Arc, time::Duration};

use http::{Method, StatusCode};
use mintkey_service::Service;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
    process_collector::ProcessCollector,
};

/// The method of requests with an unknown one.
pub(crate) const OTHER: &str = "other";
/// Histogram buckets for the time until a response starts, in seconds, up to the request timeout.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Metrics of requests and connections, and the registry of all metrics.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    connections: IntGaugeVec,
    connections_closed: IntCounter,
}

impl Metrics {
    /// Registers these metrics, and those of the process and the service.
    pub(crate) fn new(service: &Service) -> prometheus::Result<Arc<Self>> {
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new(
                    "mintkey_http_requests_total",
                    "Requests that were answered, by method, route template and status.",
                ),
                &["method", "route", "status"],
            )?,
            durations: HistogramVec::new(
                HistogramOpts::new(
                    "mintkey_http_request_duration_seconds",
                    "From a request's head to the head of its answer, by method and route template.",
                )
                .buckets(SECONDS.to_vec()),
                &["method", "route"],
            )?,
            connections: IntGaugeVec::new(
                Opts::new("mintkey_connections", "Open connections: those that wait for an answer, and idle ones."),
                &["state"],
            )?,
            connections_closed: IntCounter::new(
                "mintkey_connections_closed_total",
                "Connections that were refused, or closed while idle, because places are bounded.",
            )?,
        };
        let build =
            IntGaugeVec::new(Opts::new("mintkey_build_info", "The version that runs; always 1."), &["version"])?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        let registry = &metrics.registry;
        registry.register(Box::new(build))?;
        registry.register(Box::new(ProcessCollector::for_self()))?;
        registry.register(Box::new(metrics.requests.clone()))?;
        registry.register(Box::new(metrics.durations.clone()))?;
        registry.register(Box::new(metrics.connections.clone()))?;
        registry.register(Box::new(metrics.connections_closed.clone()))?;
        service.register_metrics(registry)?;
        Ok(Arc::new(metrics))
    }

    /// Counts a request. `route` is a route template, never a path.
    pub(crate) fn answered(&self, method: &str, route: &str, status: StatusCode, time: Duration) {
        self.requests.with_label_values(&[method, route, status.as_str()]).inc();
        self.durations.with_label_values(&[method, route]).observe(time.as_secs_f64());
    }

    /// Counts a request that was refused before any route.
    pub(crate) fn refused(&self, status: StatusCode) {
        self.requests.with_label_values(&[OTHER, "refused", status.as_str()]).inc();
    }

    /// Updates what is known by asking the listener: connections that wait for an answer, idle ones, and those that were
    /// closed since the process began.
    pub(crate) fn set_connections(&self, answering: usize, idle: usize, closed: u64) {
        for (state, number) in [("answering", answering), ("idle", idle)] {
            self.connections.with_label_values(&[state]).set(i64::try_from(number).unwrap_or(i64::MAX));
        }
        self.connections_closed.inc_by(closed.saturating_sub(self.connections_closed.get()));
    }

    /// The text exposition format, version 0.0.4.
    pub(crate) fn text(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// A method's name, or [`OTHER`]: callers can make up methods of any length.
pub(crate) fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        _ => OTHER,
    }
}
