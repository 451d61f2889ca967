//! The number of requests by route and status. The counters are created with the router, so that counting a request is
//! one addition: no look-up by text, no lock.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use http::StatusCode;

/// Each has a counter of its own; the last counter is for all other statuses.
const STATUSES: [u16; 20] =
    [200, 201, 204, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503, 504];

/// Requests that were answered since the process started.
pub struct RequestMetrics {
    routes: Vec<Arc<RouteMetrics>>,
    console: Arc<RouteMetrics>,
}

/// The requests of one route.
pub(crate) struct RouteMetrics {
    method: String,
    route: String,
    by_status: [AtomicU64; STATUSES.len() + 1],
}

/// The number of a route's requests that got one status.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestCount<'a> {
    /// `*` for all methods together.
    pub method: &'a str,
    /// The path's template, never a path.
    pub route: &'a str,
    /// `None` for all statuses without a counter of their own.
    pub status: Option<u16>,
    /// The number of requests.
    pub count: u64,
}

impl RequestMetrics {
    pub(crate) fn new(mut routes: Vec<Arc<RouteMetrics>>) -> Self {
        let console = RouteMetrics::new("*", "console");
        routes.push(console.clone());
        Self { routes, console }
    }

    /// Counts a request of the console: all its pages, forms and files are one route.
    pub fn count_console(&self, status: StatusCode) {
        self.console.count(status);
    }

    /// All counters that aren't zero.
    pub fn counts(&self) -> Vec<RequestCount<'_>> {
        let all = self.routes.iter().flat_map(|route| {
            route.by_status.iter().enumerate().map(|(index, count)| RequestCount {
                method: &route.method,
                route: &route.route,
                status: STATUSES.get(index).copied(),
                count: count.load(Ordering::Relaxed),
            })
        });
        all.filter(|count| count.count > 0).collect()
    }
}

impl RouteMetrics {
    pub(crate) fn new(method: &str, route: &str) -> Arc<Self> {
        Arc::new(Self { method: method.to_owned(), route: route.to_owned(), by_status: Default::default() })
    }

    /// Where the route stands among the others: by its path, then by its method.
    pub(crate) fn order(&self) -> (&str, &str) {
        (&self.route, &self.method)
    }

    pub(crate) fn count(&self, status: StatusCode) {
        let index = STATUSES.iter().position(|known| *known == status.as_u16()).unwrap_or(STATUSES.len());
        self.by_status[index].fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_template_and_status_and_rare_statuses_share_a_counter() {
        let route = RouteMetrics::new("GET", "/a/{id}");
        let metrics = RequestMetrics::new(vec![route.clone()]);
        for status in [StatusCode::OK, StatusCode::OK, StatusCode::IM_A_TEAPOT, StatusCode::BAD_GATEWAY] {
            route.count(status);
        }
        metrics.count_console(StatusCode::SEE_OTHER);
        let counts: Vec<_> =
            metrics.counts().iter().map(|row| (row.method, row.route, row.status, row.count)).collect();
        let expected = [("GET", "/a/{id}", Some(200), 2), ("GET", "/a/{id}", None, 2), ("*", "console", Some(303), 1)];
        assert_eq!(counts, expected);
    }
}
