//! `kill -9` during writes: no acknowledged write is lost, and none is partly done.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use super::server::{CreatedToken, Server, send};

const ROUNDS: usize = 50;
const WRITERS: usize = 8;

/// The acknowledged writes of one round.
#[derive(Default)]
struct Acknowledged {
    made: Vec<CreatedToken>,
    rotated: Vec<(CreatedToken, CreatedToken)>,
    invalidated: Vec<CreatedToken>,
    deleted: Vec<CreatedToken>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_kills_in_the_middle_of_writes_lose_nothing_and_leave_nothing_half_done() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let mut total = 0;
    for round in 0..ROUNDS {
        let seen = Arc::new(Mutex::new(Acknowledged::default()));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(Writer::new(&server, &admin), format!("{round}-{writer}"), seen.clone())))
            .collect();
        // The kill comes between the first response and the middle of the work.
        tokio::time::sleep(Duration::from_millis(10 + (round as u64 * 7) % 120)).await;
        server = server.crash_and_restart().await;
        for writer in writers {
            writer.await.unwrap();
        }
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        total += seen.made.len();
        check_answers(&server, &seen).await;
        check_database(&mut server.database().await).await;
    }
    assert!(total > ROUNDS, "too little was written to mean anything: {total}");
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(!log.contains("\"ERROR\"") && !log.contains(" ERROR "), "{log}");
}

struct Writer {
    client: reqwest::Client,
    url: String,
    key: String,
}

impl Writer {
    fn new(server: &Server, admin: &CreatedToken) -> Self {
        Self { client: server.client.clone(), url: server.url.clone(), key: admin.key.clone() }
    }

    /// The response, if it arrived completely; `None` after the server was killed.
    async fn post(&self, path: &str, body: Value) -> Option<Value> {
        let sent = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.key).json(&body).send().await;
        let answer = sent.ok()?;
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json().await.ok()
    }

    async fn delete(&self, path: &str) -> Option<()> {
        let sent = self.client.delete(format!("{}{path}", self.url)).bearer_auth(&self.key).send().await;
        assert_eq!(sent.ok()?.status(), 204);
        Some(())
    }
}

/// Creates tokens, and rotates, invalidates or deletes every other one, until the server is killed.
async fn write(writer: Writer, name: String, seen: Arc<Mutex<Acknowledged>>) {
    for n in 0.. {
        let body = json!({"label": format!("{name}-{n}"), "scopes": ["*"], "allowed_cidrs": ["127.0.0.0/8"]});
        let Some(token) = writer.post("/api/v1/tokens", body).await.map(CreatedToken::new) else { return };
        match n % 6 {
            1 => {
                let path = format!("{}/rotate", token.path());
                let Some(rotated) = writer.post(&path, json!({})).await else { return };
                seen.lock().unwrap().rotated.push((token, CreatedToken::new(rotated)));
            }
            3 => {
                let path = format!("{}/invalidate", token.path());
                let Some(_) = writer.post(&path, json!({})).await else { return };
                seen.lock().unwrap().invalidated.push(token);
            }
            5 => {
                let Some(()) = writer.delete(&token.path()).await else { return };
                seen.lock().unwrap().deleted.push(token);
            }
            _ => seen.lock().unwrap().made.push(token),
        }
    }
}

async fn check_answers(server: &Server, seen: &Acknowledged) {
    for token in &seen.made {
        server.me(&token.key).await.expect(200);
    }
    for (before, after) in &seen.rotated {
        server.me(&before.key).await.refused(401, "invalid_credential");
        server.me(&after.key).await.expect(200);
    }
    for token in seen.invalidated.iter().chain(&seen.deleted) {
        server.me(&token.key).await.refused(401, "invalid_credential");
    }
    send(server.get("/readyz")).await.expect(200);
}

async fn check_database(database: &mut SqliteConnection) {
    assert_eq!(text(database, "PRAGMA integrity_check").await, "ok");
    for (half, query) in [
        (
            "token without a secret",
            "SELECT count(*) FROM tokens t WHERE NOT EXISTS (SELECT 1 FROM token_secrets s WHERE s.token_id = t.id)",
        ),
        (
            "token without scopes",
            "SELECT count(*) FROM tokens t WHERE NOT EXISTS (SELECT 1 FROM token_scopes s WHERE s.token_id = t.id)",
        ),
        (
            "token without its event",
            "SELECT count(*) FROM tokens t WHERE NOT EXISTS (SELECT 1 FROM audit_events a WHERE a.target_id = t.id AND a.action = 'token.create')",
        ),
        (
            "rotation without its event",
            "SELECT count(*) FROM tokens t WHERE rotated_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_events a WHERE a.target_id = t.id AND a.action = 'token.rotate')",
        ),
        (
            "invalidation without its event",
            "SELECT count(*) FROM tokens t WHERE invalidated_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_events a WHERE a.target_id = t.id AND a.action = 'token.invalidate')",
        ),
        (
            "event without its token",
            "SELECT count(*) FROM audit_events a WHERE action = 'token.create' AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.id = a.target_id) AND NOT EXISTS (SELECT 1 FROM audit_events d WHERE d.target_id = a.target_id AND d.action = 'token.delete')",
        ),
        (
            "secret without a token",
            "SELECT count(*) FROM token_secrets s WHERE NOT EXISTS (SELECT 1 FROM tokens t WHERE t.id = s.token_id)",
        ),
        ("gap in the audit log", "SELECT max(sequence) - count(*) FROM audit_events"),
        (
            "broken link in the audit log",
            "SELECT count(*) FROM audit_events a JOIN audit_events b ON b.organization_id = a.organization_id AND b.sequence = a.sequence + 1 WHERE b.previous_hash <> a.hash",
        ),
    ] {
        let count: i64 = sqlx::query_scalar(query).fetch_one(&mut *database).await.unwrap();
        assert_eq!(count, 0, "{half}");
    }
    database.ping().await.unwrap();
}

async fn text(database: &mut SqliteConnection, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(database).await.unwrap()
}
