//! Switching organizations replaces the session's row, so that the new session can't outlive the old one's end.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Method, RequestBuilder};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{
    held_writer::send_in_order,
    requests::{by_session, events, form, session_works, start},
};
use crate::http::server::{CreatedToken, EMAIL, Server, send};

const OTHERS: &str = "/settings/profile/sessions/others";

/// A server whose administrator belongs to two organizations; a token in the first, and both IDs.
async fn two_organizations() -> (Server, CreatedToken, [String; 2]) {
    let server = start().await;
    let admin = server.admin().await;
    let (code, out, error) = server.admin_command(&["organization", "create", "Second", "--admin", EMAIL]).await;
    assert_eq!(code, 0, "{error}");
    let first = admin.json["organization_id"].as_str().unwrap().to_owned();
    (server, admin, [first, out.trim().to_owned()])
}

fn switch(server: &Server, cookie: &str, to: &str) -> RequestBuilder {
    form(server, "/switch", cookie, &format!("organization={to}"))
}

/// The session's current organization.
async fn organization_of(server: &Server, cookie: &str) -> String {
    let me = send(by_session(server, Method::GET, "/api/v1/me", cookie)).await.expect(200);
    me["organization_id"].as_str().unwrap().to_owned()
}

/// Switches back and forth with the newest of these cookies, and adds each new one.
fn switch_repeatedly(
    server: &Arc<Server>,
    to: &[String; 2],
    cookies: &Arc<Mutex<Vec<String>>>,
    stop: &Arc<AtomicBool>,
) -> JoinHandle<()> {
    let (server, to, cookies, stop) = (server.clone(), to.clone(), cookies.clone(), stop.clone());
    tokio::spawn(async move {
        for organization in to.iter().cycle() {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let newest = cookies.lock().unwrap().last().unwrap().clone();
            let reply = send(switch(&server, &newest, organization)).await;
            cookies.lock().unwrap().extend(reply.session_cookie());
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_cookie_that_a_stolen_session_got_by_switching_outlives_the_end_of_all_others() {
    // Attack: renew a stolen session by switching organizations while its owner ends all other sessions.
    let (server, _, organizations) = two_organizations().await;
    let server = Arc::new(server);
    let mut working = 0;
    for _ in 0..5 {
        let (stolen, own) = (server.cookie().await, server.cookie().await);
        let cookies = Arc::new(Mutex::new(vec![stolen]));
        let stop = Arc::default();
        let tasks: Vec<_> = (0..4).map(|_| switch_repeatedly(&server, &organizations, &cookies, &stop)).collect();
        let under_way = async {
            while cookies.lock().unwrap().len() < 6 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), under_way).await.expect("no switch succeeds");
        assert_eq!(send(form(&server, OTHERS, &own, "")).await.status, 303);
        stop.store(true, Ordering::SeqCst);
        for task in tasks {
            task.await.unwrap();
        }
        let cookies = std::mem::take(&mut *cookies.lock().unwrap());
        for cookie in &cookies {
            working += usize::from(session_works(&server, cookie).await);
        }
        assert!(session_works(&server, &own).await);
    }
    assert_eq!(working, 0, "cookies of an ended session work");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_switch_that_waited_behind_the_end_of_its_session_begins_none() {
    // Attack: send a switch with a stolen cookie that is authenticated before the session ends and runs after.
    let (server, admin, [first, second]) = two_organizations().await;
    let (stolen, own) = (server.cookie().await, server.cookie().await);
    let to = if organization_of(&server, &stolen).await == first { second } else { first };
    let requests = vec![form(&server, OTHERS, &own, ""), switch(&server, &stolen, &to)];
    let replies = send_in_order(&server, &admin.key, requests).await;
    assert_eq!(replies[0].status, 303);
    if let Some(cookie) = replies[1].session_cookie() {
        assert!(!session_works(&server, &cookie).await, "the switch began a session after its own had ended");
    }
    assert!(!session_works(&server, &stolen).await);
}

#[tokio::test]
async fn a_switch_to_where_one_is_begins_no_session() {
    // Attack: renew a stolen session by switching to the organization that it is in already.
    let (server, admin, [first, _]) = two_organizations().await;
    let mut cookie = server.cookie().await;
    if organization_of(&server, &cookie).await != first {
        cookie = send(switch(&server, &cookie, &first)).await.session_cookie().unwrap();
    }
    let before = events(&server, &admin.key, "").await.len();
    let reply = send(switch(&server, &cookie, &first)).await;
    assert_eq!((reply.status, reply.session_cookie()), (303, None));
    assert_eq!(events(&server, &admin.key, "").await.len(), before);
    assert!(session_works(&server, &cookie).await);
}
