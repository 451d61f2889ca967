//! Metrics of the database: aggregates only, without data of single users or organizations.

use std::time::Duration;

use prometheus::{Histogram, HistogramOpts, IntGauge, IntGaugeVec, Opts, Registry};

use crate::StoreError;

/// Histogram buckets in seconds: from a single write on a fast disk to the timeout of a write.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
/// Histogram buckets for the number of writes in one transaction.
const GROUP: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The metrics of one database. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    writes_waiting: IntGauge,
    wait: Histogram,
    duration: Histogram,
    group: Histogram,
    connections: IntGaugeVec,
}

impl Metrics {
    pub(crate) fn new() -> Result<Self, StoreError> {
        Self::build().map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    fn build() -> prometheus::Result<Self> {
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))
        };
        Ok(Self {
            writes_waiting: IntGauge::new(
                "mintkey_writes_waiting",
                "Writes that wait for the one writer, or on PostgreSQL for a connection.",
            )?,
            wait: histogram("mintkey_write_wait_seconds", "How long writes waited for their transaction.", &SECONDS)?,
            duration: histogram("mintkey_write_duration_seconds", "From the wish to write to its answer.", &SECONDS)?,
            group: histogram("mintkey_write_group_size", "Writes that shared one transaction.", &GROUP)?,
            connections: IntGaugeVec::new(
                Opts::new("mintkey_database_connections", "Open connections to the database for reading, by state."),
                &["state"],
            )?,
        })
    }

    /// Registers the metrics with a registry.
    ///
    /// # Errors
    /// If they are already registered.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.writes_waiting.clone()))?;
        for histogram in [&self.wait, &self.duration, &self.group] {
            registry.register(Box::new(histogram.clone()))?;
        }
        registry.register(Box::new(self.connections.clone()))
    }

    /// Counts a write as waiting until the returned value is dropped.
    pub(crate) fn waiting(&self) -> Waiting {
        self.writes_waiting.inc();
        Waiting(self.writes_waiting.clone())
    }

    pub(crate) fn waited(&self, time: Duration) {
        self.wait.observe(time.as_secs_f64());
    }

    pub(crate) fn written(&self, time: Duration) {
        self.duration.observe(time.as_secs_f64());
    }

    #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
    pub(crate) fn grouped(&self, writes: usize) {
        self.group.observe(writes as f64);
    }

    pub(crate) fn connected(&self, open: u32, idle: usize) {
        let idle = i64::try_from(idle).unwrap_or(i64::MAX);
        self.connections.with_label_values(&["idle"]).set(idle);
        self.connections.with_label_values(&["busy"]).set((i64::from(open) - idle).max(0));
    }
}

pub(crate) struct Waiting(IntGauge);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}
