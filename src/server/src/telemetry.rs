//! The log: on standard error, for people on a terminal and as JSON elsewhere.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::{EnvFilter, fmt};

use crate::{
    Failure,
    settings::{LOG_FILTER, LogFormat},
};

/// Starts the log.
pub(crate) fn start(filter: &str, format: Option<LogFormat>) -> Result<(), Failure> {
    // tower-http's check of origins would write whole paths at `trace`; a key that somebody put into one stays out. Of a
    // session that has ended, tower-sessions warns at each request that still has its cookie.
    let filter = EnvFilter::try_new(format!("{filter},tower_http::csrf=off,tower_sessions_core=error"))
        .map_err(|_| LOG_FILTER.expected("a filter such as info,mintkey_service=debug"))?;
    let terminal = stderr().is_terminal();
    let log = fmt().with_env_filter(filter).with_writer(stderr).with_ansi(terminal);
    let started = match format.unwrap_or(if terminal { LogFormat::Pretty } else { LogFormat::Json }) {
        LogFormat::Pretty => log.with_target(false).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Failure::Refused(format!("the log cannot be started: {error}")))
}
