//! Metrics of the running process: aggregates only, without data of single users or organizations.

use mintkey_domain::wire::VerificationCode;
use prometheus::{
    Histogram, HistogramOpts, HistogramTimer, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};

use crate::{Error, Result, Service};

/// The outcomes of a credential check, and their label values.
const OUTCOMES: [(VerificationCode, &str); 6] = [
    (VerificationCode::Valid, "valid"),
    (VerificationCode::Invalid, "invalid"),
    (VerificationCode::Expired, "expired"),
    (VerificationCode::Invalidated, "invalidated"),
    (VerificationCode::Suspended, "suspended"),
    (VerificationCode::AddressNotAllowed, "address_not_allowed"),
];
/// Histogram buckets in seconds for the time in the password queue: a hash takes some 20 ms, and few run at once.
const WAIT: [f64; 9] = [0.001, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// The metrics of the service. Clones share them.
#[derive(Clone)]
pub(crate) struct Metrics {
    checks: IntCounterVec,
    /// The counters of `checks`, without the lookup by label.
    by_outcome: [IntCounter; OUTCOMES.len()],
    uses_waiting: IntGauge,
    refusals_waiting: IntGauge,
    tokens: IntGaugeVec,
    passwords: IntGaugeVec,
    password_wait: Histogram,
}

impl Service {
    /// Registers the metrics of this service and its database with a registry.
    ///
    /// # Errors
    /// If they are already registered.
    pub fn register_metrics(&self, registry: &Registry) -> prometheus::Result<()> {
        self.metrics.register(registry)?;
        self.store.metrics().register(registry)
    }

    /// Updates the gauges that must be queried. Like [`ready`](Self::ready), it reveals nothing about an organization,
    /// so it needs no actor. Values that can't be determined are left out instead of set to zero.
    pub async fn refresh_metrics(&self) {
        self.store.refresh_metrics();
        self.metrics.uses_waiting.set(gauge(self.last_used.waiting()));
        self.metrics.refusals_waiting.set(gauge(self.refusals.waiting()));
        let (running, waiting) = self.passwords.load();
        self.metrics.passwords.with_label_values(&["running"]).set(gauge(running));
        self.metrics.passwords.with_label_values(&["waiting"]).set(gauge(waiting));
        match self.store.token_counts_of_instance().await {
            Ok((live, invalidated)) => {
                self.metrics.tokens.with_label_values(&["live"]).set(live);
                self.metrics.tokens.with_label_values(&["invalidated"]).set(invalidated);
            }
            Err(error) => {
                tracing::warn!(%error, "the tokens could not be counted");
                self.metrics.tokens.reset();
            }
        }
    }
}

impl Metrics {
    pub(crate) fn new() -> Result<Self> {
        Self::build().map_err(|_| Error::Worker("the metrics could not be made"))
    }

    fn build() -> prometheus::Result<Self> {
        let by_state = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), &["state"]);
        let checks = IntCounterVec::new(
            Opts::new(
                "mintkey_credential_checks_total",
                "API keys, client secrets and access tokens that were checked, by outcome.",
            ),
            &["outcome"],
        )?;
        let wait = HistogramOpts::new("mintkey_password_wait_seconds", "How long passwords waited to be hashed.");
        Ok(Self {
            by_outcome: OUTCOMES.map(|(_, outcome)| checks.with_label_values(&[outcome])),
            checks,
            uses_waiting: IntGauge::new("mintkey_uses_waiting", "Tokens whose last use is not written yet.")?,
            refusals_waiting: IntGauge::new(
                "mintkey_refusals_waiting",
                "Different refusals that are not in the audit log yet.",
            )?,
            tokens: by_state(
                "mintkey_tokens",
                "Tokens of all organizations: live ones, expired or not, and invalidated ones.",
            )?,
            passwords: by_state("mintkey_passwords", "Passwords that are being hashed, and that wait for it.")?,
            password_wait: Histogram::with_opts(wait.buckets(WAIT.to_vec()))?,
        })
    }

    fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.checks.clone()))?;
        registry.register(Box::new(self.uses_waiting.clone()))?;
        registry.register(Box::new(self.refusals_waiting.clone()))?;
        registry.register(Box::new(self.tokens.clone()))?;
        registry.register(Box::new(self.passwords.clone()))?;
        registry.register(Box::new(self.password_wait.clone()))
    }

    /// Counts a credential check.
    pub(crate) fn checked(&self, outcome: VerificationCode) {
        // Comparing a few codes is cheap, and threads only share the atomic addition.
        let counter = OUTCOMES.iter().zip(&self.by_outcome).find(|((code, _), _)| *code == outcome);
        if let Some((_, counter)) = counter {
            counter.inc();
        }
    }

    /// Measures how long a password is queued, until the timer is observed or dropped.
    pub(crate) fn password_wait(&self) -> HistogramTimer {
        self.password_wait.start_timer()
    }
}

fn gauge(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
