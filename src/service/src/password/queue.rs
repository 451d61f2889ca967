//! A fair queue for password hashing. A hash takes a core and 19 MiB, so few run at once, and a flood of sign-ins must
//! not block other callers.
//!
//! Each address block (IPv4 /24, IPv6 /64) has one reserved place; more of its requests wait only while places are
//! free. The next permit goes to the block with the fewest unsuccessful attempts (wrong passwords and refused requests)
//! within a quarter of an hour. When the queue is full, a request of a block without a place displaces one that ranks
//! lower; among equals, the one that has waited longest is displaced.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mintkey_domain::{MINUTE, Timestamp, address_block};
use tokio::sync::oneshot;

/// Concurrent hashes; more would only slow down other requests.
pub(super) const MAX_CONCURRENT: usize = 2;
/// The capacity of the queue; further requests are refused.
pub(super) const CAPACITY: usize = 50;
/// How long an unsuccessful attempt counts, in milliseconds.
const WINDOW: i64 = 15 * MINUTE;
/// The maximum number of blocks with counters. Those with the fewest attempts are dropped first.
const BLOCKS: usize = 16_384;

/// An address block; `None` for callers without an IP address, such as a command.
type Block = Option<IpAddr>;

/// The queue. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Queue(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    running: usize,
    waiting: Vec<Waiting>,
    arrivals: u64,
    attempts: HashMap<Block, Attempts>,
}

struct Waiting {
    block: Block,
    arrival: u64,
    /// Dropped if the request is displaced.
    permit: oneshot::Sender<Permit>,
}

/// The unsuccessful attempts of a block.
#[derive(Clone, Copy)]
struct Attempts {
    since: Timestamp,
    count: u32,
}

/// The permission to hash now. Dropping it lets the next request run.
pub(super) struct Permit {
    queue: Queue,
}

/// The queue is full, or the request was displaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QueueFull;

impl Queue {
    /// Waits for a permit. The attempt counts as unsuccessful until [`succeeded`](Self::succeeded) is called.
    pub(super) async fn acquire(&self, ip: Option<IpAddr>, now: Timestamp) -> Result<Permit, QueueFull> {
        let block = ip.map(address_block);
        let (permit, granted) = oneshot::channel();
        self.lock().enter(block, permit, now)?;
        self.grant_permits();
        granted.await.map_err(|_| QueueFull)
    }

    /// Uncounts an attempt.
    pub(super) fn succeeded(&self, ip: Option<IpAddr>) {
        let block = ip.map(address_block);
        let mut state = self.lock();
        if let Some(attempts) = state.attempts.get_mut(&block) {
            attempts.count = attempts.count.saturating_sub(1);
            if attempts.count == 0 {
                state.attempts.remove(&block);
            }
        }
    }

    /// The numbers of running and queued requests.
    pub(super) fn load(&self) -> (usize, usize) {
        let state = self.lock();
        (state.running, state.waiting.len())
    }

    /// Grants free permits to waiting requests.
    fn grant_permits(&self) {
        loop {
            let mut state = self.lock();
            if state.running >= MAX_CONCURRENT {
                return;
            }
            let Some(next) = state.next() else { return };
            state.running += 1;
            drop(state);
            // A caller that has gone away gives the permit back here, by dropping it: not under the lock.
            let _gone = next.permit.send(Permit { queue: self.clone() });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.queue.lock().running -= 1;
        self.queue.grant_permits();
    }
}

impl State {
    fn enter(&mut self, block: Block, permit: oneshot::Sender<Permit>, now: Timestamp) -> Result<(), QueueFull> {
        self.waiting.retain(|waiting| !waiting.permit.is_closed());
        let before = self.attempts_of(block);
        self.count(block, now);
        if self.waiting.len() >= CAPACITY {
            if self.waiting.iter().any(|waiting| waiting.block == block) {
                return Err(QueueFull);
            }
            let firsts = self.firsts();
            let rank = |waiting: &Waiting| (!firsts.contains(&waiting.arrival), self.attempts_of(waiting.block));
            let last = self.waiting.iter().enumerate();
            let last = last.max_by_key(|(_, waiting)| (rank(waiting), Reverse(waiting.arrival)));
            let Some((index, _)) = last.filter(|(_, waiting)| rank(waiting) >= (false, before)) else {
                return Err(QueueFull);
            };
            self.waiting.swap_remove(index);
        }
        self.arrivals += 1;
        self.waiting.push(Waiting { block, arrival: self.arrivals, permit });
        Ok(())
    }

    /// Removes the next request from the queue.
    fn next(&mut self) -> Option<Waiting> {
        let firsts = self.firsts();
        let order =
            |waiting: &Waiting| (!firsts.contains(&waiting.arrival), self.attempts_of(waiting.block), waiting.arrival);
        let next = self.waiting.iter().enumerate().min_by_key(|(_, waiting)| order(waiting));
        let index = next.map(|(index, _)| index)?;
        Some(self.waiting.swap_remove(index))
    }

    /// The first arrival of each block, which holds the block's reserved place.
    fn firsts(&self) -> HashSet<u64> {
        let mut firsts: HashMap<Block, u64> = HashMap::with_capacity(self.waiting.len());
        for waiting in &self.waiting {
            let first = firsts.entry(waiting.block).or_insert(waiting.arrival);
            *first = waiting.arrival.min(*first);
        }
        firsts.into_values().collect()
    }

    fn attempts_of(&self, block: Block) -> u32 {
        self.attempts.get(&block).map_or(0, |attempts| attempts.count)
    }

    fn count(&mut self, block: Block, now: Timestamp) {
        if self.attempts.len() >= BLOCKS && !self.attempts.contains_key(&block) {
            self.attempts.retain(|_, attempts| now.since(attempts.since) < WINDOW);
            let fewest = self.attempts.iter().min_by_key(|(_, attempts)| attempts.count).map(|(block, _)| *block);
            if let Some(block) = fewest.filter(|_| self.attempts.len() >= BLOCKS) {
                self.attempts.remove(&block);
            }
        }
        let attempts = self.attempts.entry(block).or_insert(Attempts { since: now, count: 0 });
        if now.since(attempts.since) >= WINDOW {
            *attempts = Attempts { since: now, count: 0 };
        }
        attempts.count = attempts.count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        pin::{Pin, pin},
        task::Poll,
    };

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
        poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
    }

    fn ip(block: usize, host: usize) -> Option<IpAddr> {
        format!("10.{}.{}.{host}", block / 256, block % 256).parse().ok()
    }

    /// A full queue, with one request per block, behind the running ones.
    async fn full(queue: &Queue) -> (Vec<Permit>, Vec<tokio::task::JoinHandle<Result<Permit, QueueFull>>>) {
        let mut running = Vec::new();
        for block in 0..MAX_CONCURRENT {
            running.push(queue.acquire(ip(1000 + block, 1), START).await.unwrap());
        }
        let mut waiting = Vec::new();
        for block in 0..CAPACITY {
            let queue = queue.clone();
            waiting.push(tokio::spawn(async move { queue.acquire(ip(block, 1), START).await }));
            tokio::task::yield_now().await;
        }
        assert_eq!(queue.lock().waiting.len(), CAPACITY);
        (running, waiting)
    }

    #[tokio::test]
    async fn a_newcomer_displaces_a_block_that_failed_and_is_next() {
        let queue = Queue::default();
        for block in 0..CAPACITY {
            // Each block has failed once; block 7 twice.
            for _ in 0..=usize::from(block == 7) {
                drop(queue.acquire(ip(block, 1), START).await);
            }
        }
        let (mut running, mut waiting) = full(&queue).await;
        let mut newcomer = pin!(queue.acquire(ip(500, 1), START));
        assert!(poll_once(newcomer.as_mut()).await.is_pending());
        assert_eq!(waiting.remove(7).await.unwrap().err(), Some(QueueFull), "it failed most");
        drop(running.pop());
        assert!(matches!(poll_once(newcomer.as_mut()).await, Poll::Ready(Ok(_))), "before all that have failed");
    }

    #[tokio::test]
    async fn a_block_that_failed_most_finds_no_place() {
        let queue = Queue::default();
        for _ in 0..5 {
            drop(queue.acquire(ip(500, 1), START).await);
        }
        let (_running, _waiting) = full(&queue).await;
        assert_eq!(queue.acquire(ip(500, 2), START).await.err(), Some(QueueFull));
        assert_eq!(queue.acquire(ip(3, 2), START).await.err(), Some(QueueFull), "its block has a place already");
    }

    #[tokio::test]
    async fn one_block_may_take_free_places_and_gives_them_up_to_others() {
        let queue = Queue::default();
        let _running = [queue.acquire(ip(0, 1), START).await, queue.acquire(ip(0, 1), START).await];
        let mut waiting = Vec::new();
        for host in 0..CAPACITY {
            let queue = queue.clone();
            waiting.push(tokio::spawn(async move { queue.acquire(ip(1, host), START).await }));
            tokio::task::yield_now().await;
        }
        for block in 2..2 + CAPACITY - 1 {
            let mut newcomer = Box::pin(queue.acquire(ip(block, 1), START));
            assert!(poll_once(newcomer.as_mut()).await.is_pending(), "{block}");
            std::mem::forget(newcomer);
        }
        let left = queue.lock().waiting.iter().filter(|waiting| waiting.block == ip(1, 0)).count();
        assert_eq!(left, 1, "each block has its own place");
    }

    #[tokio::test]
    async fn who_goes_away_frees_the_place_and_the_turn() {
        let queue = Queue::default();
        let (running, waiting) = full(&queue).await;
        for task in waiting {
            task.abort();
            let _ = task.await;
        }
        drop(running);
        drop(queue.acquire(ip(1, 1), START).await.unwrap());
        let state = queue.lock();
        assert_eq!((state.running, state.waiting.len()), (0, 0));
    }

    #[test]
    fn attempts_end_with_their_window_or_a_success_and_are_bounded() {
        let queue = Queue::default();
        queue.lock().count(ip(0, 0), START);
        queue.lock().count(ip(0, 0), START);
        assert_eq!(queue.lock().attempts_of(ip(0, 0)), 2);
        queue.succeeded(ip(0, 9));
        assert_eq!(queue.lock().attempts_of(ip(0, 0)), 1);
        queue.lock().count(ip(0, 0), START.saturating_add(WINDOW));
        assert_eq!(queue.lock().attempts_of(ip(0, 0)), 1, "those before have ended");
        queue.lock().count(ip(0, 0), START.saturating_add(WINDOW));
        for block in 1..BLOCKS + 500 {
            queue.lock().count(ip(block, 0), START.saturating_add(WINDOW));
        }
        assert_eq!(queue.lock().attempts.len(), BLOCKS);
        assert_eq!(queue.lock().attempts_of(ip(0, 0)), 2, "the fewest are forgotten");
    }
}
