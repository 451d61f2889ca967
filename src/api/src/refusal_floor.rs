//! When a refusal is sent, so that its time tells nothing of its cause: a malformed credential is refused at once, an unknown
//! one after a look-up, a wrong one after more.
//!
//! Refusals leave on a grid: at the first multiple of the floor, counted from the request's arrival, by which they are made. A
//! cause that takes longer than the floor then still shows only if it takes whole steps longer.

use std::time::Duration;

use axum::response::Response;
use mintkey_domain::ErrorCode;
use tokio::time::{Instant, sleep_until};

use crate::answer::Outcome;

/// Marks an answer that says of a credential that it isn't good, whatever its status.
#[derive(Clone, Copy)]
struct NotGood;

/// Marks an answer that says of a credential that it isn't good.
pub(crate) fn mark(response: &mut Response) {
    response.extensions_mut().insert(NotGood);
}

/// Whether the answer has to wait: it refuses a credential, before the limit of failures or beyond it.
pub(crate) fn applies(outcome: &Outcome) -> bool {
    match outcome {
        Ok(response) => {
            response.status() == http::StatusCode::UNAUTHORIZED || response.extensions().get::<NotGood>().is_some()
        }
        Err(error) => matches!(
            error.problem().code,
            ErrorCode::InvalidCredential
                | ErrorCode::CredentialExpired
                | ErrorCode::CredentialRequired
                | ErrorCode::RateLimited
        ),
    }
}

/// Waits for the next step of the grid.
pub(crate) async fn wait(started: Instant, floor: Duration) {
    sleep_until(started + step(started.elapsed(), floor)).await;
}

/// The first multiple of the floor that isn't before that time; once at least.
fn step(elapsed: Duration, floor: Duration) -> Duration {
    let steps = elapsed.as_nanos().div_ceil(floor.as_nanos().max(1)).max(1);
    floor.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::StatusCode;
    use mintkey_domain::Problem;

    use super::*;

    #[test]
    fn refusals_leave_on_a_grid() {
        let floor = Duration::from_millis(2);
        for (micros, millis) in [(0, 2), (1, 2), (1999, 2), (2000, 2), (2001, 4), (5100, 6)] {
            assert_eq!(step(Duration::from_micros(micros), floor), Duration::from_millis(millis), "{micros}");
        }
        assert_eq!(step(Duration::from_millis(1), Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn every_answer_about_a_credential_that_isnt_good_waits() {
        let refused = |code| applies(&Err(Problem::new(code, "").into()));
        for code in [ErrorCode::InvalidCredential, ErrorCode::RateLimited, ErrorCode::CredentialExpired] {
            assert!(refused(code), "{code}");
        }
        assert!(!refused(ErrorCode::NotFound));
        let answer = |status| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = status;
            response
        };
        let mut told = answer(StatusCode::OK);
        assert!(!applies(&Ok(answer(StatusCode::OK))) && applies(&Ok(answer(StatusCode::UNAUTHORIZED))));
        mark(&mut told);
        assert!(applies(&Ok(told)));
    }
}
