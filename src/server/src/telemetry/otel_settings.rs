//! Checks the `OTEL_…` variables, which the SDK itself reads and replaces by defaults without a word if they are wrong.

use std::ops::RangeInclusive;

use http::Uri;

use crate::{Failure, setting::variable};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// Takes precedence over the other endpoint, and is used as it is, without adding `/v1/traces`.
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// Variables with one supported value.
const SUPPORTED: [(&str, &str); 4] = [
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
    ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
    ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none"),
];
const SAMPLERS: [&str; 6] = [
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
];
/// Numbers with their limits; times are in milliseconds.
const NUMBERS: [(&str, RangeInclusive<u32>); 6] = [
    ("OTEL_BSP_MAX_QUEUE_SIZE", 1..=65_536),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 1..=65_536),
    ("OTEL_BSP_SCHEDULE_DELAY", 100..=600_000),
    ("OTEL_BSP_EXPORT_TIMEOUT", 1..=600_000),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", 1..=600_000),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", 1..=600_000),
];
const HEADERS: [&str; 2] = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"];

/// Whether traces are exported.
///
/// # Errors
/// If a variable has a value that the SDK would ignore, or that would use unbounded memory or processor time.
pub(super) fn are_traces_wanted() -> Result<bool, Failure> {
    let endpoint = match variable(TRACES_ENDPOINT)? {
        Some(endpoint) => Some((TRACES_ENDPOINT, endpoint)),
        None => variable(ENDPOINT)?.map(|endpoint| (ENDPOINT, endpoint)),
    };
    let Some((name, endpoint)) = endpoint else { return Ok(false) };
    let is_off = variable("OTEL_SDK_DISABLED")?.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is_off || variable("OTEL_TRACES_EXPORTER")?.as_deref() == Some("none") {
        return Ok(false);
    }
    check_endpoint(name, &endpoint)?;
    for (name, supported) in SUPPORTED {
        require(name, |value| value == supported, supported)?;
    }
    require("OTEL_TRACES_SAMPLER", |value| SAMPLERS.contains(&value), &SAMPLERS.join(", "))?;
    let is_ratio = |value: &str| value.parse().is_ok_and(|ratio: f64| (0.0..=1.0).contains(&ratio));
    require("OTEL_TRACES_SAMPLER_ARG", is_ratio, "a number from 0 to 1")?;
    for (name, range) in NUMBERS {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        require(name, |value| value.parse().is_ok_and(|number| range.contains(&number)), &expected)?;
    }
    for name in HEADERS {
        let is_list = |value: &str| value.split(',').all(|pair| pair.contains('='));
        require(name, is_list, "a list such as api-key=VALUE,tenant=VALUE")?;
    }
    Ok(true)
}

/// The log of HTTP connections would show a password in the URL.
fn check_endpoint(name: &str, endpoint: &str) -> Result<(), Failure> {
    let uri = endpoint.parse::<Uri>().ok();
    let is_valid = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| {
                !authority.as_str().contains('@') && !uri.host().unwrap_or_default().is_empty()
            })
    });
    if is_valid {
        return Ok(());
    }
    let expected =
        "a URL such as http://127.0.0.1:4318, without a user (credentials belong in OTEL_EXPORTER_OTLP_HEADERS)";
    Err(Failure::Usage(format!("{name}: expected {expected}")))
}

fn require(name: &'static str, is_valid: impl Fn(&str) -> bool, expected: &str) -> Result<(), Failure> {
    match variable(name)? {
        Some(value) if !is_valid(value.trim()) => Err(Failure::Usage(format!("{name}: expected {expected}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_of_http_without_a_user() {
        for endpoint in ["http://127.0.0.1:4318", "https://otel.example.com/v1/traces", "http://[::1]:4318"] {
            assert!(check_endpoint(ENDPOINT, endpoint).is_ok(), "{endpoint}");
        }
        for endpoint in ["foo", "ftp://host", "http:///foo", "http://user:secret@host:4318", "localhost:4318"] {
            assert!(check_endpoint(ENDPOINT, endpoint).is_err(), "{endpoint}");
        }
    }
}
