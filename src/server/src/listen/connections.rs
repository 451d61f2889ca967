//! Limits the number of open connections, and selects the one to close when the limit is reached.
//!
//! Accepts every connection while enough places are free. When fewer than a quarter are, a new connection from an
//! address block (IPv4 /24, IPv6 /64) that has its share closes the block's longest idle one. When none is free, a new
//! connection from another block replaces one of a block above its share, idle ones first, or else the longest idle
//! connection of all. Connections of a proxy count like those of any peer.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use mintkey_domain::{LogLimit, Timestamp, address_block};
use tokio::{sync::Notify, time::Instant};

/// Maximum number of connections, if the limit of open files allows it.
const MAX_CONNECTIONS: usize = 10_000;
/// File descriptors for other uses: the database, its backups, and connections to the metrics.
const OTHER_FILES: usize = 128 + METRICS_CONNECTIONS;
/// Maximum number of connections of the metrics listener.
pub(crate) const METRICS_CONNECTIONS: usize = 64;
/// Minimum of the limit, even if the limit of open files is lower.
const MIN_CONNECTIONS: usize = 64;

/// All connections of a listener.
pub(crate) struct Connections {
    capacity: usize,
    began: Instant,
    open: Mutex<Open>,
    warnings: LogLimit,
    /// Number of connections that were rejected, or closed to free a place.
    closed: AtomicU64,
}

#[derive(Default)]
struct Open {
    next: u64,
    all: HashMap<u64, Arc<Activity>>,
    by_block: HashMap<IpAddr, usize>,
}

/// A connection's place, which is freed on drop.
pub(super) struct Permit {
    connections: Arc<Connections>,
    id: u64,
    pub(super) activity: Arc<Activity>,
}

/// A connection's activity, shared with its listener.
pub(super) struct Activity {
    block: IpAddr,
    /// Number of requests and of writes of bodies.
    count: AtomicU32,
    /// Time of the last activity or of the connection's start, in milliseconds since `epoch`.
    last: AtomicU64,
    epoch: Instant,
    /// Whether a request is being processed.
    is_processing: AtomicBool,
    /// The length of the current request's body in bytes; [`CHUNKED`] if it is chunked.
    pub(super) body: AtomicU64,
    /// Notified when the connection must close.
    pub(super) evicted: Notify,
}

/// The length of a chunked body.
pub(super) const CHUNKED: u64 = u64::MAX;

impl Connections {
    pub(crate) fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self {
            capacity,
            began: Instant::now(),
            open: Mutex::default(),
            warnings: LogLimit::new(),
            closed: AtomicU64::new(0),
        })
    }

    /// The number of connections that process a request, and of idle ones.
    pub(crate) fn count(&self) -> (usize, usize) {
        let open = self.lock();
        let idle = open.all.values().filter(|activity| activity.is_idle()).count();
        (open.all.len() - idle, idle)
    }

    /// The number of connections that were rejected, or closed to free a place, since the start.
    pub(crate) fn closed(&self) -> u64 {
        self.closed.load(Ordering::Relaxed)
    }

    /// A permit for a connection from this address. `None` if no place is free and no connection can be evicted.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Permit> {
        let permit = self.try_admit(peer);
        if permit.is_none() {
            self.closed.fetch_add(1, Ordering::Relaxed);
        }
        permit
    }

    fn try_admit(self: &Arc<Self>, peer: IpAddr) -> Option<Permit> {
        let block = address_block(peer);
        let mut open = self.lock();
        let share = self.capacity / 8;
        let held = |open: &Open, block: IpAddr| open.by_block.get(&block).copied().unwrap_or_default();
        let is_full = open.all.len() >= self.capacity;
        let evicted = if open.all.len() < self.capacity - self.capacity / 4 {
            None
        } else if held(&open, block) >= share {
            let own = open.eviction_candidate(|activity| activity.block == block && activity.is_idle());
            if is_full { Some(own?) } else { own }
        } else if is_full {
            let over = open.eviction_candidate(|activity| held(&open, activity.block) > share);
            Some(over.or_else(|| open.eviction_candidate(Activity::is_idle))?)
        } else {
            None
        };
        if let Some(id) = evicted {
            self.close(open.remove(id));
            self.warn(|| tracing::warn!(limit = self.capacity, "connection limit reached: closing idle connections"));
        }
        let id = open.next;
        open.next += 1;
        let activity = Arc::new(Activity::new(block, self.began));
        open.all.insert(id, activity.clone());
        *open.by_block.entry(block).or_default() += 1;
        Some(Permit { connections: self.clone(), id, activity })
    }

    /// Closes the longest idle connection, because the process is out of file descriptors.
    pub(super) fn free_one(&self) {
        let mut open = self.lock();
        let idle = open.eviction_candidate(Activity::is_idle);
        self.close(idle.and_then(|id| open.remove(id)));
    }

    fn close(&self, activity: Option<Arc<Activity>>) {
        if let Some(activity) = activity {
            activity.evicted.notify_one();
            self.closed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Logs a warning, at most once a minute.
    pub(super) fn warn(&self, write: impl FnOnce()) {
        let elapsed = i64::try_from(millis_since(self.began)).unwrap_or(i64::MAX);
        if self.warnings.allows(Timestamp::from_millis(elapsed)) {
            write();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// The longest idle of the matching connections; if none is idle, the one with the oldest activity.
    fn eviction_candidate(&self, among: impl Fn(&Activity) -> bool) -> Option<u64> {
        let candidates = self.all.iter().filter(|(_, activity)| among(activity));
        let first =
            candidates.min_by_key(|(id, activity)| (!activity.is_idle(), activity.last.load(Ordering::Relaxed), **id));
        first.map(|(id, _)| *id)
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Activity>> {
        let activity = self.all.remove(&id)?;
        if let Some(held) = self.by_block.get_mut(&activity.block) {
            *held -= 1;
            if *held == 0 {
                self.by_block.remove(&activity.block);
            }
        }
        Some(activity)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.connections.lock().remove(self.id);
    }
}

impl Activity {
    fn new(block: IpAddr, epoch: Instant) -> Self {
        Self {
            block,
            count: AtomicU32::new(0),
            last: AtomicU64::new(millis_since(epoch)),
            epoch,
            is_processing: AtomicBool::new(false),
            body: AtomicU64::new(0),
            evicted: Notify::new(),
        }
    }

    /// Records a request with a body of this length.
    pub(super) fn begin(&self, body: u64) {
        self.body.store(body, Ordering::Relaxed);
        self.is_processing.store(true, Ordering::Relaxed);
        self.record();
    }

    pub(super) fn is_body_chunked(&self) -> bool {
        self.body.load(Ordering::Relaxed) == CHUNKED
    }

    /// Records the end of a request.
    pub(super) fn end(&self) {
        self.is_processing.store(false, Ordering::Relaxed);
    }

    /// Records an activity.
    pub(super) fn record(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.last.store(millis_since(self.epoch), Ordering::Relaxed);
    }

    /// The number of activities; 0 before the first request.
    pub(super) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    fn is_idle(&self) -> bool {
        !self.is_processing.load(Ordering::Relaxed)
    }
}

fn millis_since(epoch: Instant) -> u64 {
    u64::try_from(epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Raises the soft limit of open files to the hard limit; returns the resulting maximum of connections.
pub(crate) fn raise_connection_limit() -> usize {
    let files = usize::try_from(raise_file_limit()).unwrap_or(usize::MAX);
    MAX_CONNECTIONS.min(files.saturating_sub(OTHER_FILES)).max(MIN_CONNECTIONS)
}

fn raise_file_limit() -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let soft = limit.current;
    limit.current = limit.maximum;
    // `None` means unlimited.
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.maximum.unwrap_or(u64::MAX),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files can't be raised");
            soft.unwrap_or(u64::MAX)
        }
    }
}

#[cfg(test)]
impl Default for Activity {
    fn default() -> Self {
        Self::new(IpAddr::from([0; 4]), Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn from(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn is_open(connections: &Connections, place: &Permit) -> bool {
        connections.lock().all.contains_key(&place.id)
    }

    async fn admitted(connections: &Arc<Connections>, peer: &str) -> Option<Permit> {
        tokio::time::sleep(Duration::from_millis(2)).await;
        connections.admit(from(peer))
    }

    #[tokio::test]
    async fn one_block_takes_all_places_while_nobody_else_comes_and_then_yields_the_longest_idle() {
        let connections = Connections::new(64);
        let mut held = Vec::new();
        for n in 0..48 {
            held.push(admitted(&connections, &format!("192.0.2.{n}")).await.unwrap());
        }
        assert!(held.iter().all(|place| is_open(&connections, place)));
        // Three quarters are used, so the block, far above its share, loses its oldest connection for its new one.
        held.push(admitted(&connections, "192.0.2.200").await.unwrap());
        assert!(!is_open(&connections, &held[0]) && is_open(&connections, &held[1]));
        // Another block gets the free places, and then those of the first block, idle ones first.
        held[1].activity.begin(0);
        for n in 0..17 {
            held.push(admitted(&connections, &format!("198.51.{n}.1")).await.unwrap());
        }
        assert!(is_open(&connections, &held[1]) && !is_open(&connections, &held[2]));
        assert_eq!(connections.lock().all.len(), 64);
    }

    #[tokio::test]
    async fn a_proxy_whose_connections_are_all_in_use_takes_free_places_and_loses_none() {
        let connections = Connections::new(64);
        let mut held = Vec::new();
        for _ in 0..64 {
            let place = admitted(&connections, "10.0.0.1").await.unwrap();
            place.activity.begin(0);
            held.push(place);
        }
        assert!(held.iter().all(|place| is_open(&connections, place)));
        assert!(admitted(&connections, "10.0.0.1").await.is_none(), "all of its own are in use");
        held[7].activity.end();
        assert!(admitted(&connections, "10.0.0.1").await.is_some());
        assert!(!is_open(&connections, &held[7]));
    }

    #[tokio::test]
    async fn blocks_within_their_share_lose_idle_connections_only() {
        let connections = Connections::new(64);
        let mut held = Vec::new();
        for n in 0..64 {
            held.push(admitted(&connections, &format!("2001:db8:0:{n}::1")).await.unwrap());
            held[n].activity.begin(0);
        }
        assert!(admitted(&connections, "192.0.2.1").await.is_none());
        held[9].activity.end();
        assert!(admitted(&connections, "192.0.2.1").await.is_some());
        assert!(!is_open(&connections, &held[9]));
    }

    #[tokio::test]
    async fn a_place_ends_with_its_connection() {
        let connections = Connections::new(64);
        let place = admitted(&connections, "192.0.2.1").await.unwrap();
        drop(place);
        let open = connections.lock();
        assert!(open.all.is_empty() && open.by_block.is_empty());
    }
}
