//! How many requests there were, by route and status. The cells are fixed when the router is made, so that a request
//! costs one addition: no look-up by text, no lock.

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

use crate::endpoint::Endpoint;

/// Each has a cell of its own; the last cell is for all others.
const STATUSES: [u16; 20] =
    [200, 201, 204, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503, 504];
const CELLS: usize = STATUSES.len() + 1;

/// Requests that were answered since the process began.
pub struct Requests(Box<[Row]>);

/// One route. The second row of cells is for requests whose credential was found to be good: a request counts itself
/// and its check by one addition.
struct Row {
    method: &'static str,
    route: &'static str,
    cells: [[AtomicU64; CELLS]; 2],
}

/// Where a route counts.
#[derive(Clone, Copy)]
pub(crate) struct Place(usize);

/// How many requests of one route got one status.
#[derive(Debug, PartialEq, Eq)]
pub struct Answered {
    /// `*` for all of them together.
    pub method: &'static str,
    /// The path's template, never a path.
    pub route: &'static str,
    /// `None` for all that have no cell of their own.
    pub status: Option<u16>,
    /// So many.
    pub count: u64,
}

impl Place {
    /// Of the endpoint that will be the next of so many.
    pub(crate) const fn of_next(endpoints: &[&'static Endpoint]) -> Self {
        Self(endpoints.len())
    }
}

impl Requests {
    pub(crate) fn new(endpoints: &[&'static Endpoint]) -> Self {
        let routes = endpoints.iter().map(|endpoint| (endpoint.method.as_str(), endpoint.path));
        let others = [("*", "/api/{*rest}"), ("*", "console")];
        Self(routes.chain(others).map(|(method, route)| Row { method, route, cells: Default::default() }).collect())
    }

    /// Counts a request of the console: all its pages, forms and files are one route.
    pub fn count_console(&self, status: StatusCode) {
        self.add(self.0.len() - 1, status, Proven::No);
    }

    /// Counts a request below `/api` that no endpoint answers.
    pub(crate) fn count_nowhere(&self, status: StatusCode) {
        self.add(self.0.len() - 2, status, Proven::No);
    }

    pub(crate) fn count(&self, place: Place, status: StatusCode, proven: Proven) {
        self.add(place.0, status, proven);
    }

    /// All that isn't zero.
    pub fn answered(&self) -> Vec<Answered> {
        let all = self.0.iter().flat_map(|row| {
            (0..CELLS).map(move |cell| Answered {
                method: row.method,
                route: row.route,
                status: STATUSES.get(cell).copied(),
                count: row.cells.iter().map(|cells| cells[cell].load(Ordering::Relaxed)).sum(),
            })
        });
        all.filter(|answered| answered.count > 0).collect()
    }

    /// How many of them had a good credential in a header.
    pub fn proven(&self) -> u64 {
        self.0.iter().flat_map(|row| &row.cells[Proven::Yes as usize]).map(|cell| cell.load(Ordering::Relaxed)).sum()
    }

    fn add(&self, row: usize, status: StatusCode, proven: Proven) {
        let status = status.as_u16();
        let cell = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len());
        if let Some(row) = self.0.get(row) {
            row.cells[proven as usize][cell].fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether a request had a good credential in a header.
#[derive(Clone, Copy)]
pub(crate) enum Proven {
    No = 0,
    Yes = 1,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_by_template_and_status_and_rare_statuses_share_a_cell() {
        static ENDPOINT: Endpoint = Endpoint { path: "/a/{id}", ..Endpoint::EMPTY };
        let requests = Requests::new(&[&ENDPOINT]);
        let place = Place::of_next(&[]);
        requests.count(place, StatusCode::OK, Proven::Yes);
        requests.count(place, StatusCode::OK, Proven::No);
        requests.count(place, StatusCode::IM_A_TEAPOT, Proven::No);
        requests.count(place, StatusCode::BAD_GATEWAY, Proven::Yes);
        requests.count_nowhere(StatusCode::NOT_FOUND);
        requests.count_console(StatusCode::SEE_OTHER);
        let told: Vec<_> =
            requests.answered().iter().map(|row| (row.method, row.route, row.status, row.count)).collect();
        let expected = [
            ("GET", "/a/{id}", Some(200), 2),
            ("GET", "/a/{id}", None, 2),
            ("*", "/api/{*rest}", Some(404), 1),
            ("*", "console", Some(303), 1),
        ];
        assert_eq!(told, expected);
        assert_eq!(requests.proven(), 2);
    }
}
