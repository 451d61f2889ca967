//! An ended session does nothing more, even if its request was accepted before it ended.

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
    held_writer::send_in_order,
    requests::{MIA, OLD, change_password, events, form, make_token, member_id, session_works, start},
};
use crate::http::server::{CreatedToken, EMAIL, Server, send};

const TASKS: usize = 12;
const OTHERS: &str = "/settings/profile/sessions/others";

/// Creates tokens with a session cookie until it is rejected.
fn make_tokens(server: &Server, cookie: &str, made: &Arc<Mutex<Vec<CreatedToken>>>) -> JoinHandle<()> {
    let label = "of a stolen session";
    let (first, made) = (make_token(server, cookie, label), made.clone());
    tokio::spawn(async move {
        loop {
            let reply = send(first.try_clone().unwrap()).await;
            if reply.status != 201 {
                // The cookie of an ended session doesn't count as a credential.
                assert_eq!(reply.status, 401, "{}", reply.text);
                return;
            }
            made.lock().unwrap().push(CreatedToken::new(reply.json));
        }
    })
}

/// Ends a session that creates tokens, with a form of another session, and checks the order in the audit log.
async fn nothing_is_made_after(action: &str, ending: impl Fn(&Server, &str) -> reqwest::RequestBuilder) {
    let server = start().await;
    let admin = server.admin().await;
    let (stolen, own) = (server.cookie().await, server.cookie().await);
    let made = Arc::default();
    let tasks: Vec<_> = (0..TASKS).map(|_| make_tokens(&server, &stolen, &made)).collect();
    let under_way = async {
        while made.lock().unwrap().len() < 2 * TASKS {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), under_way).await.expect("nothing is made");
    assert_eq!(send(ending(&server, &own)).await.status, 303);
    for task in tasks {
        timeout(Duration::from_secs(30), task).await.expect("the session goes on").unwrap();
    }
    let first = made.lock().unwrap()[0].id.clone();
    let first = &events(&server, &admin.key, &format!("action=token.create&target={first}")).await[0];
    let session = first["credential_id"].as_str().unwrap();
    let end = &events(&server, &admin.key, &format!("action={action}")).await[0]["sequence"];
    let newest = &events(&server, &admin.key, &format!("action=token.create&credential={session}")).await[0];
    let (end, newest) = (end.as_i64().unwrap(), newest["sequence"].as_i64().unwrap());
    assert!(newest < end, "a token was made by event {newest}, and the session was ended by event {end}");
    let path = format!("/api/v1/audit?action=token.create&credential={session}");
    let logged = send(server.get(&path).bearer_auth(&admin.key)).await.expect(200)["total"].as_u64();
    let listed = send(server.get("/api/v1/tokens?q=stolen").bearer_auth(&admin.key)).await.expect(200);
    let answered = made.lock().unwrap().len() as u64;
    assert_eq!((listed["total"].as_u64(), logged), (Some(answered), Some(answered)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_another_one_ended_makes_no_token_after_that() {
    // Attack: make tokens with a stolen cookie while its owner ends all other sessions.
    nothing_is_made_after("session.end_others", |server, own| form(server, OTHERS, own, "")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_a_new_password_ended_makes_no_token_after_that() {
    // Attack: make tokens with a stolen cookie while its owner changes the password.
    nothing_is_made_after("password.change", change_password).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_waited_behind_the_end_of_its_session_is_not_made_however_it_was_ended() {
    // Attack: send a write with a stolen cookie that is authenticated before the session ends and runs after.
    let server = start().await;
    let admin = server.admin().await;
    server.add_person(MIA, "member").await;
    let mia = format!("/api/v1/members/{}", member_id(&server, &admin.key, MIA).await);
    let mut wrong = Vec::new();
    for way in ["others", "one", "sign out", "role", "deactivation", "password"] {
        let (stolen, own) = (server.cookie_of(MIA, OLD).await, server.cookie_of(MIA, OLD).await);
        let ending = match way {
            "others" => form(&server, OTHERS, &own, ""),
            "one" => {
                let id = events(&server, &admin.key, "action=session.create").await[1]["target"]["id"].clone();
                form(&server, "/settings/profile/sessions", &own, &format!("id={}", id.as_str().unwrap()))
            }
            "sign out" => form(&server, "/logout", &stolen, ""),
            "role" => server.patch(&mia).bearer_auth(&admin.key).json(&json!({"role": "admin"})),
            "deactivation" => server.post(&format!("{mia}/deactivate")).bearer_auth(&admin.key),
            _ => change_password(&server, &own),
        };
        let write = make_token(&server, &stolen, "behind an end");
        let replies = send_in_order(&server, &admin.key, vec![ending, write]).await;
        assert!(matches!(replies[0].status, 200 | 303), "{way}: {}", replies[0].text);
        if replies[1].status != 401 || session_works(&server, &stolen).await {
            wrong.push(format!("{way}: {} {}", replies[1].status, replies[1].code()));
        }
        send(server.post(&format!("{mia}/activate")).bearer_auth(&admin.key)).await.expect(200);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed = send(server.get("/api/v1/tokens?q=behind").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(listed["total"], 0);
}

/// Server functions and their fields. `MIA` is her ID, `OLD` and `NEW` are the passwords.
const FUNCTIONS: &[(&str, &str)] = &[
    ("tokens/create", "label=behind&patterns=mintkey:tokens.read&expires=30d"),
    ("service-accounts/create", "name=behind&role=member"),
    ("scopes/create", "name=behind"),
    ("members/invite", "email=behind@example.com&role=member"),
    ("members/role", "id=MIA&role=auditor"),
    ("members/deactivate", "id=MIA"),
    ("members/reset-link", "id=MIA"),
    ("organization/edit", "name=Behind&default_token_ttl=90d"),
    ("profile/sessions/end-others", ""),
    ("profile/password", "current_password=OLD&new_password=NEW&repeat_password=NEW"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_server_function_that_waited_behind_the_end_of_its_session_is_carried_out() {
    // Attack: send writes of all kinds with an administrator's stolen cookie just before the session ends.
    let server = start().await;
    let admin = server.admin().await;
    server.add_person(MIA, "member").await;
    let mia = member_id(&server, &admin.key, MIA).await;
    let (stolen, own) = (server.cookie().await, server.cookie().await);
    let functions = FUNCTIONS.iter().map(|(name, fields)| {
        let fields = fields.replace("MIA", &mia).replace("OLD", OLD).replace("NEW", super::requests::NEW);
        form(&server, &format!("/_fn/{name}"), &stolen, &fields.replace(' ', "+"))
    });
    let requests = std::iter::once(form(&server, OTHERS, &own, "")).chain(functions).collect();
    let replies = send_in_order(&server, &admin.key, requests).await;
    assert_eq!(replies[0].status, 303, "{}", replies[0].text);
    let done = FUNCTIONS.iter().zip(&replies[1..]).filter(|(_, reply)| reply.status != 401);
    let done: Vec<_> = done.map(|((name, _), reply)| format!("{name}: {}", reply.status)).collect();
    assert!(done.is_empty(), "{}", done.join("\n"));
    server.access_token(EMAIL, OLD).await;
    assert!(session_works(&server, &own).await);
}
