//! Delays refusals so that their timing doesn't reveal the cause: a malformed credential is refused immediately, an
//! unknown one after a database lookup, a wrong one after more work.
//!
//! A refusal is sent at the next multiple of the floor after the request's arrival. A cause that takes longer than the
//! floor is visible only if it takes at least one more whole step.

use std::time::Duration;

use axum::{Extension, response::Response};
use mintkey_domain::{ErrorCode, Problem};
use tokio::time::{Instant, sleep_until};

/// Response extension that marks a credential as not valid, whatever the status.
#[derive(Clone, Copy)]
pub(crate) struct RejectedCredential;

/// The extension for a response about a credential, if it isn't valid.
pub(crate) fn mark(is_valid: bool) -> Option<Extension<RejectedCredential>> {
    (!is_valid).then_some(Extension(RejectedCredential))
}

/// Whether to delay the response, because it refuses a credential or an address with too many failures.
pub(crate) fn applies(response: &Response, problem: Option<&Problem>) -> bool {
    response.status() == http::StatusCode::UNAUTHORIZED
        || response.extensions().get::<RejectedCredential>().is_some()
        || problem.is_some_and(|problem| problem.code == ErrorCode::RateLimited)
}

/// Waits for the next multiple of the floor.
pub(crate) async fn wait(started: Instant, floor: Duration) {
    sleep_until(started + step(started.elapsed(), floor)).await;
}

/// The smallest multiple of the floor that isn't less than `elapsed`, and at least one floor.
fn step(elapsed: Duration, floor: Duration) -> Duration {
    let steps = elapsed.as_nanos().div_ceil(floor.as_nanos().max(1)).max(1);
    floor.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, response::IntoResponse};
    use http::StatusCode;

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
        let answer = |status| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = status;
            response
        };
        assert!(!applies(&answer(StatusCode::OK), None));
        assert!(applies(&answer(StatusCode::UNAUTHORIZED), None));
        assert!(applies(&answer(StatusCode::TOO_MANY_REQUESTS), Some(&Problem::new(ErrorCode::RateLimited, ""))));
        assert!(!applies(&answer(StatusCode::NOT_FOUND), Some(&Problem::new(ErrorCode::NotFound, ""))));
        let marked = |is_valid| (mark(is_valid), "").into_response();
        assert!(!applies(&marked(true), None) && applies(&marked(false), None));
    }
}
