//! How long a refusal takes says nothing about its cause.

use std::time::{Duration, Instant};

use serde_json::json;

use super::server::{Server, send};

const ROUNDS: usize = 400;

#[tokio::test]
async fn malformed_unknown_wrong_and_invalidated_take_the_same_time() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let dead = server.mint(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let gone = server.mint(&admin.key, json!({"label": "b", "scopes": ["*"]})).await;
    let old = server.mint(&admin.key, json!({"label": "c", "scopes": ["*"]})).await;
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
    let medians: Vec<f64> = times
        .iter_mut()
        .map(|times| {
            times.sort_unstable();
            times[ROUNDS / 2].as_secs_f64()
        })
        .collect();
    let (least, most) = medians.iter().fold((f64::MAX, 0.0_f64), |(low, high), m| (low.min(*m), high.max(*m)));
    assert!(most / least < 1.2, "{medians:?}");
}
