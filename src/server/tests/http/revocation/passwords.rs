//! A new password revokes all access tokens from the old one, including those issued during the change.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{
    held_writer::HeldWriter,
    requests::{MIA, NEW, OLD, change_password, member_id, start},
};
use crate::http::server::{Server, send};

const LOOPS: usize = 8;
/// Timeout for a test that hangs; far longer than any step takes.
const PATIENCE: Duration = Duration::from_secs(30);

type Issued = Arc<Mutex<Vec<String>>>;

/// Logs in with the old password until it is refused.
fn log_in(server: &Server, issued: &Issued) -> JoinHandle<()> {
    let (client, url, issued) = (server.client.clone(), format!("{}/api/v1/login", server.url), issued.clone());
    tokio::spawn(async move {
        loop {
            let reply = send(client.post(&url).json(&json!({"username": MIA, "password": OLD}))).await;
            match reply.status {
                200 => issued.lock().unwrap().push(reply.json["access_token"].as_str().unwrap().to_owned()),
                // The writer is busy.
                503 => {}
                _ => {
                    reply.refused(401, "invalid_credential");
                    return;
                }
            }
        }
    })
}

/// Changes Mia's password with `ending` during logins with the old one, and expects their access tokens to fail.
///
/// The writer is blocked when `ending` arrives, which widens the gap between its decision and its commit.
async fn nothing_of_the_old_password_works(server: &Server, key: &str, ending: impl Future<Output = ()>) {
    let issued = Issued::default();
    let loops: Vec<_> = (0..LOOPS).map(|_| log_in(server, &issued)).collect();
    let count = || issued.lock().unwrap().len();
    let first = async {
        while count() < LOOPS {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, first).await.expect("no login succeeds");
    let held = HeldWriter::begin(server, key).await;
    let widen = async {
        sleep(Duration::from_millis(1500)).await;
        held.release().await;
    };
    timeout(PATIENCE, async { tokio::join!(ending, widen) }).await.expect("the password isn't changed");
    for one in loops {
        timeout(PATIENCE, one).await.expect("the old password still logs in").unwrap();
    }
    let issued = std::mem::take(&mut *issued.lock().unwrap());
    // The server polls for changes by other processes. The first access token was issued long before the change.
    let seen = async {
        while server.me(&issued[0]).await.status == 200 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, seen).await.expect("an access token from before the change still works");
    let mut working = 0;
    for token in &issued {
        working += usize::from(server.me(token).await.status == 200);
    }
    assert_eq!(working, 0, "of {} access tokens that the old password got", issued.len());
    server.access_token(MIA, NEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_access_token_of_the_old_password_outlives_a_change_in_the_console() {
    // Attack: log in with the old password while its owner changes it in the console.
    let server = start().await;
    let admin = server.admin().await;
    server.add_person(MIA, "member").await;
    let cookie = server.cookie_of(MIA, OLD).await;
    let ending = async { assert_eq!(send(change_password(&server, &cookie)).await.status, 303) };
    nothing_of_the_old_password_works(&server, &admin.key, ending).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_access_token_of_the_old_password_outlives_a_reset_by_link() {
    // Attack: log in with the old password while its owner resets it by a link.
    let server = start().await;
    let admin = server.admin().await;
    server.add_person(MIA, "member").await;
    let path = format!("/api/v1/members/{}/password-reset", member_id(&server, &admin.key, MIA).await);
    let link = send(server.post(&path).bearer_auth(&admin.key)).await.expect(201);
    let opened = send(server.client.get(link["url"].as_str().unwrap())).await;
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let ending = async {
        let fields = [("password", NEW), ("repeat_password", NEW)];
        let request = server.post("/reset").header("origin", &server.url).header("cookie", &cookie);
        assert_eq!(send(request.form(&fields)).await.status, 303);
    };
    nothing_of_the_old_password_works(&server, &admin.key, ending).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_access_token_of_the_old_password_outlives_a_reset_on_the_command_line() {
    // Attack: log in with the old password while another process, `mintkey admin`, resets it.
    let server = start().await;
    let admin = server.admin().await;
    server.add_person(MIA, "member").await;
    let ending = async {
        let (code, _, error) = server.admin_command_with(&["reset-password", MIA], NEW).await;
        assert_eq!(code, 0, "{error}");
    };
    nothing_of_the_old_password_works(&server, &admin.key, ending).await;
}
