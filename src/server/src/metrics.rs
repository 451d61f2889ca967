//! Metrics as Prometheus text, on an address of their own: whoever reaches it may read them.
//!
//! The labels are Mintkey's own words: route templates, statuses, outcomes. No name, id or address is among them, so
//! their number is bounded and nothing that was sent can get in.

use std::{fmt::Write, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderName, header},
    routing::get,
};
use mintkey_api::{RequestCount, RequestMetrics};
use mintkey_domain::Timestamp;
use mintkey_service::{Metrics, Service};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Where the metrics come from. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) service: Service,
    pub(crate) requests: Arc<RequestMetrics>,
    /// When the process began.
    pub(crate) started: Timestamp,
}

/// `GET /metrics`, and nothing else.
pub(crate) fn router(sources: Sources) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(sources)
}

async fn metrics(State(sources): State<Sources>) -> ([(HeaderName, &'static str); 2], String) {
    let metrics = sources.service.metrics().await;
    let text = text(&metrics, &sources.requests.counts(), sources.started);
    ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], text)
}

/// The text exposition format, version 0.0.4. What isn't known now is left out, not told as zero.
fn text(metrics: &Metrics, requests: &[RequestCount<'_>], started: Timestamp) -> String {
    let mut page = Page(String::with_capacity(8 * 1024));
    page.begin("mintkey_build_info", "gauge", "The version that runs; always 1.");
    page.value("mintkey_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.begin("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.");
    page.value("process_start_time_seconds", &[], started.seconds());

    let name = "mintkey_http_requests_total";
    page.begin(name, "counter", "Requests that were answered, by method, route template and status.");
    for RequestCount { method, route, status, count } in requests {
        let status = status.map_or_else(|| "other".to_owned(), |status| status.to_string());
        page.value(name, &[("method", method), ("route", route), ("status", &status)], count);
    }
    let name = "mintkey_credential_checks_total";
    page.begin(name, "counter", "API keys, client secrets and access tokens that were checked, by outcome.");
    for (outcome, count) in metrics.checks {
        page.value(name, &[("outcome", outcome)], count);
    }

    page.begin("mintkey_uses_waiting", "gauge", "Tokens whose last use is not written yet.");
    page.value("mintkey_uses_waiting", &[], metrics.uses_waiting);
    page.begin("mintkey_refusals_waiting", "gauge", "Different refusals that are not in the audit log yet.");
    page.value("mintkey_refusals_waiting", &[], metrics.refusals_waiting);
    if let Some(waiting) = metrics.writes_waiting {
        page.begin("mintkey_writes_waiting", "gauge", "Writes that wait for the one writer.");
        page.value("mintkey_writes_waiting", &[], waiting);
    }
    if let Some(tokens) = &metrics.tokens {
        let name = "mintkey_tokens";
        page.begin(name, "gauge", "Tokens of all organizations: live ones, expired or not, and invalidated ones.");
        page.value(name, &[("state", "live")], tokens.live);
        page.value(name, &[("state", "invalidated")], tokens.invalidated);
    }
    page.0
}

struct Page(String);

impl Page {
    fn begin(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a `String` never fails.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// The values of labels hold no quote, backslash or line break: they are words of this program.
    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<_> = labels.iter().map(|(label, text)| format!("{label}=\"{text}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use mintkey_service::TokensOfInstance;

    use super::*;

    fn metrics() -> Metrics {
        Metrics {
            checks: [
                ("valid", 3),
                ("invalid", 2),
                ("expired", 0),
                ("invalidated", 0),
                ("suspended", 0),
                ("address_not_allowed", 0),
            ],
            uses_waiting: 4,
            refusals_waiting: 5,
            writes_waiting: Some(6),
            tokens: Some(TokensOfInstance { live: 7, invalidated: 8 }),
        }
    }

    #[test]
    fn each_measure_stands_below_its_help_and_type() {
        let requests = |status, count| RequestCount { method: "GET", route: "/api/v1/tokens/{id}", status, count };
        let text = text(&metrics(), &[requests(Some(200), 9), requests(None, 1)], Timestamp::from_millis(1_500));
        for lines in [
            "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1\n",
            "# TYPE mintkey_http_requests_total counter\n\
             mintkey_http_requests_total{method=\"GET\",route=\"/api/v1/tokens/{id}\",status=\"200\"} 9\n\
             mintkey_http_requests_total{method=\"GET\",route=\"/api/v1/tokens/{id}\",status=\"other\"} 1\n",
            "mintkey_credential_checks_total{outcome=\"valid\"} 3\n\
             mintkey_credential_checks_total{outcome=\"invalid\"} 2\n",
            "\nmintkey_uses_waiting 4\n",
            "\nmintkey_refusals_waiting 5\n",
            "\nmintkey_writes_waiting 6\n",
            "\nmintkey_tokens{state=\"live\"} 7\nmintkey_tokens{state=\"invalidated\"} 8\n",
        ] {
            assert!(text.contains(lines), "{lines}\nis not in\n{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let text = text(&Metrics { writes_waiting: None, tokens: None, ..metrics() }, &[], Timestamp::from_millis(0));
        assert!(!text.contains("mintkey_tokens") && !text.contains("mintkey_writes_waiting"), "{text}");
    }
}
