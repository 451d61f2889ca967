//! Blocks the server's writer with a lock on the database file, so that the writes of later requests queue in order.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::RequestBuilder;
use serde_json::json;
use sqlx::SqliteConnection;
use tokio::{task::JoinHandle, time::timeout};

use crate::http::{
    metrics::{address, value},
    reply::Reply,
    server::{Server, send},
};

/// Shorter than a write's timeout for the lock.
const LIMIT: Duration = Duration::from_secs(4);

/// A blocked writer, until [`release`](Self::release).
pub(super) struct HeldWriter<'a> {
    server: &'a Server,
    lock: SqliteConnection,
    metrics: String,
    fillers: Vec<JoinHandle<Reply>>,
}

impl<'a> HeldWriter<'a> {
    /// Takes the lock, and makes the writer wait for it with a filler, sent with this administrator's key. Later
    /// writes queue behind the filler and become one transaction.
    pub(super) async fn begin(server: &'a Server, key: &str) -> Self {
        static FILLERS: AtomicU64 = AtomicU64::new(0);
        let mut lock = server.database().await;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut lock).await.unwrap();
        let mut held = Self { server, lock, metrics: address(server).await, fillers: Vec::new() };
        // As soon as one filler is queued, the writer holds another one and waits for the lock.
        while held.waiting().await == 0 {
            let body = json!({"name": format!("filler.{}", FILLERS.fetch_add(1, Ordering::Relaxed))});
            let request = server.post("/api/v1/scopes").bearer_auth(key).json(&body);
            let mut filler = tokio::spawn(send(request));
            assert!(timeout(Duration::from_millis(100), &mut filler).await.is_err(), "the writer isn't held");
            held.fillers.push(filler);
        }
        held
    }

    /// The number of queued writes, without those that the writer holds.
    pub(super) async fn waiting(&self) -> i64 {
        let reply = send(self.server.client.get(format!("{}/metrics", self.metrics))).await;
        value(&reply.text, "mintkey_writes_waiting")
    }

    /// Sends a request, and returns once its write is queued, or once it was answered without one.
    pub(super) async fn queue(&self, request: RequestBuilder) -> JoinHandle<Reply> {
        let before = self.waiting().await;
        let sent = tokio::spawn(send(request));
        let waits = async { while self.waiting().await <= before && !sent.is_finished() {} };
        timeout(LIMIT, waits).await.expect("a request neither waits nor is answered");
        sent
    }

    /// Releases the lock, and waits for the fillers.
    pub(super) async fn release(mut self) {
        sqlx::query("ROLLBACK").execute(&mut self.lock).await.unwrap();
        for filler in self.fillers {
            filler.await.unwrap().expect(201);
        }
    }
}

/// Sends these requests while the writer is blocked, so that their writes run in this order. Returns the replies.
pub(super) async fn send_in_order(server: &Server, key: &str, requests: Vec<RequestBuilder>) -> Vec<Reply> {
    let held = HeldWriter::begin(server, key).await;
    let mut sent = Vec::new();
    for request in requests {
        sent.push(held.queue(request).await);
    }
    held.release().await;
    let mut replies = Vec::new();
    for one in sent {
        replies.push(one.await.unwrap());
    }
    replies
}
