//! What a running process tells of itself: sums over everybody, and nothing of anybody.

use std::sync::atomic::{AtomicU64, Ordering};

use mintkey_domain::wire::VerificationCode;

use crate::Service;

/// Everything that a check of a credential can come to, and its name among the metrics.
const OUTCOMES: [(VerificationCode, &str); 6] = [
    (VerificationCode::Valid, "valid"),
    (VerificationCode::Invalid, "invalid"),
    (VerificationCode::Expired, "expired"),
    (VerificationCode::Invalidated, "invalidated"),
    (VerificationCode::Suspended, "suspended"),
    (VerificationCode::AddressNotAllowed, "address_not_allowed"),
];

/// Checks of credentials since the process began, a cell for each outcome.
#[derive(Default)]
pub(crate) struct Checks([AtomicU64; OUTCOMES.len()]);

/// What is measured at one moment.
pub struct Metrics {
    /// Checks of credentials by outcome.
    pub checks: [(&'static str, u64); OUTCOMES.len()],
    /// Tokens whose last use is not written yet.
    pub uses_waiting: usize,
    /// Different refusals that are counted and not written yet.
    pub refusals_waiting: usize,
    /// Writes that wait for the one writer; `None` where there is no such queue.
    pub writes_waiting: Option<usize>,
    /// `None` if the database doesn't answer.
    pub tokens: Option<TokensOfInstance>,
}

/// How many tokens there are in all organizations together.
pub struct TokensOfInstance {
    /// Those that were not invalidated, expired or not.
    pub live: i64,
    /// Those that were invalidated, and not deleted.
    pub invalidated: i64,
}

impl Service {
    /// The process's metrics, for whoever runs it. As [`ready`](Self::ready) it tells nothing of an organization, and
    /// so asks for no actor.
    pub async fn metrics(&self) -> Metrics {
        let tokens = self.store.token_counts_of_instance().await;
        let tokens = tokens.inspect_err(|error| tracing::warn!(%error, "the tokens could not be counted"));
        Metrics {
            checks: self.checks.all(),
            uses_waiting: self.last_used.waiting(),
            refusals_waiting: self.refusals.waiting(),
            writes_waiting: self.store.writes_waiting(),
            tokens: tokens.ok().map(|(live, invalidated)| TokensOfInstance { live, invalidated }),
        }
    }
}

impl Checks {
    pub(crate) fn count(&self, outcome: VerificationCode) {
        // A few names to compare; the addition is all that other threads can notice.
        let cell = OUTCOMES.iter().zip(&self.0).find(|((code, _), _)| *code == outcome);
        if let Some((_, cell)) = cell {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn all(&self) -> [(&'static str, u64); OUTCOMES.len()] {
        std::array::from_fn(|index| (OUTCOMES[index].1, self.0[index].load(Ordering::Relaxed)))
    }
}
