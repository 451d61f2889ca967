//! Traces for an OpenTelemetry collector, if `OTEL_EXPORTER_OTLP_ENDPOINT` names one.
//!
//! All settings follow the OpenTelemetry specification: `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`,
//! `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER`. Spans have IDs of requests, organizations and actors, route
//! templates, and SQL statements with placeholders instead of values.

use std::sync::OnceLock;

use http::{HeaderMap, StatusCode};
use mintkey_service::LogContext;
use opentelemetry::{
    KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Status, TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Level, Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use super::otel_settings::are_traces_wanted;
use crate::{Failure, metrics::OTHER, setting::variable};

/// The target of requests' spans. The log leaves it out, because its lines have these fields from the [`LogContext`].
pub(super) const REQUESTS: &str = "mintkey_requests";
/// Set if spans are exported.
static PROPAGATOR: OnceLock<TraceContextPropagator> = OnceLock::new();

/// The exporter of traces; empty if no collector is configured.
pub(crate) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    pub(super) fn start() -> Result<Self, Failure> {
        if !are_traces_wanted()? {
            return Ok(Self(None));
        }
        let failed = || Failure::Refused("the export of traces can't be set up".to_owned());
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(http_client().ok_or_else(failed)?)
            .with_protocol(Protocol::HttpBinary)
            .build()
            .map_err(|_| failed())?;
        let resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let resource = match variable("OTEL_SERVICE_NAME")? {
            Some(_) => resource,
            None => resource.with_service_name("mintkey"),
        };
        let provider =
            SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(exporter).build();
        PROPAGATOR.get_or_init(TraceContextPropagator::new);
        Ok(Self(Some(provider)))
    }

    /// Exports all of Mintkey's spans, regardless of the log filter, with the warnings and errors in them.
    pub(super) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer = self.0.as_ref()?.tracer("mintkey");
        let is_exported = |metadata: &Metadata<'_>| {
            metadata.target().starts_with("mintkey") && (metadata.is_span() || *metadata.level() <= Level::WARN)
        };
        Some(
            tracing_opentelemetry::layer()
                .with_tracer(tracer)
                .with_location(false)
                .with_threads(false)
                .with_filter(filter_fn(is_exported)),
        )
    }

    /// Exports the remaining spans.
    pub(crate) async fn end(self) {
        if let Some(provider) = self.0 {
            // The call blocks, so it must not run on a runtime thread.
            let ended = tokio::task::spawn_blocking(move || provider.shutdown()).await;
            if let Ok(Err(error)) = ended {
                tracing::warn!(%error, "the last traces were not sent");
            }
        }
    }
}

/// The span of a request, part of the client's trace (W3C Trace Context); disabled if no spans are exported.
pub(crate) fn begin(headers: &HeaderMap, context: &LogContext) -> Span {
    let Some(propagator) = PROPAGATOR.get() else { return Span::none() };
    let id = context.id();
    let span = tracing::info_span!(target: REQUESTS, "request", otel.kind = "server", request_id = %id);
    // Without a `traceparent`, the span starts its own trace.
    let _ = span.set_parent(propagator.extract(&Headers(headers)));
    span
}

/// Sets the span's name and the attributes that are known now. The span of a request that its client abandons has none.
pub(crate) fn end(span: &Span, context: &LogContext, route: &str, status: StatusCode) {
    if span.is_disabled() {
        return;
    }
    let method = context.method();
    let (verb, method) = if method == OTHER { ("HTTP", "_OTHER") } else { (method, method) };
    // Recording `otel.name` has no effect on a span that has started.
    span.context().span().update_name(format!("{verb} {route}"));
    context.visit(|name, value| {
        // The span has the first already; the others have names in the semantic conventions.
        if !["request_id", "method", "route"].contains(&name) {
            span.set_attribute(name, value.to_string());
        }
    });
    span.set_attribute("http.request.method", method.to_owned());
    span.set_attribute("http.route", route.to_owned());
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
}

/// A client that follows no redirects: the headers may have credentials for the collector.
fn http_client() -> Option<reqwest::blocking::Client> {
    // The blocking client can't be built on a runtime thread.
    let build = || reqwest::blocking::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    std::thread::spawn(build).join().ok()?.ok()
}

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
