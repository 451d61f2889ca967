//! Logging to standard error, as text on a terminal and as JSON elsewhere, and traces if a collector is configured.

mod lines;
mod otel_settings;
pub(crate) mod traces;

use std::{
    io::{IsTerminal, stderr},
    panic::PanicHookInfo,
};

use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt, util::SubscriberInitExt};

use self::traces::{REQUESTS, Traces};
use crate::{
    Failure,
    settings::{LOG_FILTER, LogFormat},
};

/// Starts logging and tracing. The caller must end the returned [`Traces`] last.
pub(crate) fn start(filter: &str, format: Option<LogFormat>) -> Result<Traces, Failure> {
    // At `trace`, tower-http's CSRF layer would log whole paths, which may contain a key. tower-sessions warns at each
    // request with the cookie of an ended session.
    let filter = EnvFilter::try_new(format!("{filter},{REQUESTS}=off,tower_http::csrf=off,tower_sessions_core=error"))
        .map_err(|_| LOG_FILTER.expected("a filter such as info,mintkey_service=debug"))?;
    let terminal = stderr().is_terminal();
    let log = match format.unwrap_or(if terminal { LogFormat::Pretty } else { LogFormat::Json }) {
        LogFormat::Pretty => lines::text(stderr, terminal).boxed(),
        LogFormat::Json => lines::json(stderr).boxed(),
    };
    let traces = Traces::start()?;
    let subscriber = tracing_subscriber::registry().with(log.with_filter(filter)).with(traces.layer());
    subscriber.try_init().map_err(|error| Failure::Refused(format!("the log cannot be started: {error}")))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(traces)
}

/// Logs a panic, in the span of its request.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place, message = panic.payload_as_str().unwrap_or("no message"), "a panic");
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use mintkey_service::LogContext;
    use uuid::Uuid;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_a_line_of_its_request() {
        let written = Written::default();
        let writer = written.clone();
        let log = lines::text(move || writer.clone(), false);
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(log_panic));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(log), || {
            let request = LogContext::new(Uuid::from_u128(7), "GET");
            let panicked = std::panic::catch_unwind(|| request.run(|| panic!("a mistake of ours")));
            assert!(panicked.is_err());
        });
        std::panic::set_hook(hook);
        let line = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        for part in ["ERROR", "request_id=00000000-0000-0000-0000-000000000007", "a mistake of ours", "telemetry.rs:"] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
    }
}
