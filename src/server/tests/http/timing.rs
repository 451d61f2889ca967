//! The duration of a rejection doesn't reveal its cause. Run manually, because times vary on a busy machine.

use std::time::{Duration, Instant};

use serde_json::json;

use super::server::{EMAIL, Server, send};

const ROUNDS: usize = 1000;

type Ask<'a> = &'a dyn Fn(&str) -> reqwest::RequestBuilder;

#[tokio::test]
#[ignore = "times differ on a busy machine: `cargo test -p mintkey --test http timing -- --ignored` on an idle one"]
async fn malformed_unknown_wrong_and_invalidated_take_the_same_time() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let dead = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let gone = server.create_token(&admin.key, json!({"label": "b", "scopes": ["*"]})).await;
    let old = server.create_token(&admin.key, json!({"label": "c", "scopes": ["*"]})).await;
    send(server.post(&format!("{}/invalidate", dead.path())).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(send(server.delete(&gone.path()).bearer_auth(&admin.key)).await.status, 204);
    send(server.post(&format!("{}/rotate", old.path())).bearer_auth(&admin.key)).await.expect(200);

    let keys = ["mk_malformed", &gone.key, &old.key, &dead.key];
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); keys.len()];
    for _ in 0..ROUNDS {
        for (key, times) in keys.iter().zip(&mut times) {
            let began = Instant::now();
            assert_eq!(server.me(key).await.status, 401);
            times.push(began.elapsed());
        }
    }
    assert!(spread(&mut times) < 1.2, "{times:?}");
}

#[tokio::test]
#[ignore = "times differ on a busy machine: `cargo test -p mintkey --test http timing -- --ignored` on an idle one"]
async fn beyond_the_limit_of_failures_and_for_others_the_cause_takes_no_time_either() {
    let server = Server::start_with(&[("MINTKEY_KEY_FAILURES_PER_ADDRESS", "1")]).await;
    let admin = server.admin().await;
    let gone = server.create_token(&admin.key, json!({"label": "b", "scopes": ["*"]})).await;
    let old = server.create_token(&admin.key, json!({"label": "c", "scopes": ["*"]})).await;
    assert_eq!(send(server.delete(&gone.path()).bearer_auth(&admin.key)).await.status, 204);
    send(server.post(&format!("{}/rotate", old.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me("mk_malformed").await.refused(401, "invalid_credential");
    let keys = ["mk_malformed", &gone.key, &old.key];
    let verify = |key: &str| server.post("/api/v1/verify").bearer_auth(&admin.key).json(&json!({"credential": key}));
    let introspect = |key: &str| server.post("/oauth/introspect").bearer_auth(&admin.key).form(&[("token", key)]);
    let limited = |key: &str| server.get("/api/v1/me").bearer_auth(key);
    let doors: [(&str, u16, Ask<'_>); 3] =
        [("beyond the limit", 429, &limited), ("verify", 200, &verify), ("introspection", 200, &introspect)];
    for (door, status, request) in doors {
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); keys.len()];
        for _ in 0..ROUNDS {
            for (key, times) in keys.iter().zip(&mut times) {
                let began = Instant::now();
                assert_eq!(send(request(key)).await.status, status);
                times.push(began.elapsed());
            }
        }
        let spread = spread(&mut times);
        println!("{door}: {spread:.3} {times:?}");
        assert!(spread < 1.2, "{door}: {spread} {times:?}");
    }
}

/// Hashing dominates the duration, so a few tries reveal any difference.
#[tokio::test]
#[ignore = "times differ on a busy machine: `cargo test -p mintkey --test http timing -- --ignored` on an idle one"]
async fn a_wrong_password_takes_as_long_as_an_unknown_person() {
    let many = "100000";
    let settings = [("MINTKEY_SIGN_IN_FAILURES", many), ("MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", many)];
    let server = Server::start_with(&settings).await;
    let mut times = vec![Vec::new(), Vec::new()];
    for _ in 0..41 {
        for (username, times) in [EMAIL, "nobody@example.com"].iter().zip(&mut times) {
            let login = server.post("/api/v1/login").json(&json!({"username": username, "password": "wrong horse"}));
            let began = Instant::now();
            send(login).await.refused(401, "invalid_credential");
            times.push(began.elapsed());
        }
    }
    assert!(spread(&mut times) < 1.2, "{times:?}");
}

/// The ratio of the largest to the smallest median. Replaces the times with their medians.
fn spread(times: &mut [Vec<Duration>]) -> f64 {
    for times in &mut *times {
        times.sort_unstable();
        *times = vec![times[times.len() / 2]];
    }
    let medians = times.iter().map(|times| times[0].as_secs_f64());
    medians.clone().fold(0.0, f64::max) / medians.fold(f64::MAX, f64::min)
}
