//! A write authenticates again in its own transaction, so that a revocation that committed first wins.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mintkey_domain::Timestamp;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    held_writer::{HeldWriter, send_in_order},
    requests::{NEW, create_token, exchange, member_id, service_account, start},
};
use crate::http::server::{CreatedToken, PASSWORD, Server, send};

const INVALID: &[&str] = &["invalid_credential"];
const NARROWED: &[&str] = &["insufficient_scope"];
const SCOPES: &[&str] = &["mintkey:tokens.read", "mintkey:tokens.write"];
const TOKENS: &str = "/api/v1/tokens";
const ACCOUNTS: &str = "/api/v1/service-accounts";

/// A request that ends a credential, and a write with this credential that is queued behind it.
struct Case {
    name: &'static str,
    ending: RequestBuilder,
    write: RequestBuilder,
    /// The possible error codes of the write.
    codes: &'static [&'static str],
}

/// The server, and the administrator who ends credentials.
struct Actors<'a> {
    server: &'a Server,
    admin: CreatedToken,
}

impl Actors<'_> {
    fn by_admin(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.server.client.request(method, format!("{}{path}", self.server.url)).bearer_auth(&self.admin.key).json(body)
    }

    /// A case whose credential creates a token for its own owner.
    fn case(
        &self,
        name: &'static str,
        credential: &str,
        ending: RequestBuilder,
        codes: &'static [&'static str],
    ) -> Case {
        let body = json!({"label": format!("behind {name}"), "scopes": ["mintkey:tokens.read"]});
        Case { name, ending, write: self.server.post(TOKENS).bearer_auth(credential).json(&body), codes }
    }

    /// Cases that end a token of the administrator.
    async fn of_tokens(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for (name, method, what, body, codes) in [
            ("a rotated-away secret", Method::POST, "/rotate", json!({}), INVALID),
            ("an invalidation", Method::POST, "/invalidate", json!({}), INVALID),
            ("a deletion", Method::DELETE, "", json!({}), INVALID),
            ("a narrowing", Method::PATCH, "", json!({"scopes": ["mintkey:tokens.read"]}), NARROWED),
            ("another address", Method::PATCH, "", json!({"allowed_cidrs": ["10.0.0.0/8"]}), INVALID),
        ] {
            let token = create_token(self.server, &self.admin.key, name, SCOPES).await;
            let ending = self.by_admin(method, &format!("{}{what}", token.path()), &body);
            cases.push(self.case(name, &token.key, ending, codes));
        }
        let token = create_token(self.server, &self.admin.key, "exchanged", SCOPES).await;
        let access = exchange(self.server, &token).await;
        let revoke = self.server.post("/oauth/revoke").basic_auth(&token.id, Some(&token.secret));
        cases.push(self.case("a revocation", &access, revoke.form(&[("token", &access)]), INVALID));
        cases
    }

    /// Cases that end a service account's credentials.
    async fn of_accounts(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for (name, method, what, body, codes) in [
            ("a suspension", Method::POST, "/suspend", json!({}), INVALID),
            ("a decommissioning", Method::DELETE, "", json!({}), INVALID),
            ("a narrowed account", Method::PATCH, "", json!({"allowed_scopes": ["mintkey:tokens.read"]}), NARROWED),
        ] {
            let id = service_account(self.server, &self.admin.key, &json!({"name": name})).await;
            let body_of_token = json!({"label": name, "scopes": SCOPES, "owner_id": id});
            let token = self.server.create_token(&self.admin.key, body_of_token).await;
            let ending = self.by_admin(method, &format!("{ACCOUNTS}/{id}{what}"), &body);
            cases.push(self.case(name, &token.key, ending, codes));
        }
        cases
    }

    /// Cases that end a member's credentials.
    async fn of_people(&self) -> Vec<Case> {
        let (server, key) = (self.server, &self.admin.key);
        let people = ["bob@example.com", "cyd@example.com", "dan@example.com", "eve@example.com"];
        tokio::join!(
            server.add_person(people[0], "member"),
            server.add_person(people[1], "member"),
            server.add_person(people[2], "member"),
            server.add_person(people[3], "member"),
        );
        let mut members = Vec::new();
        for email in people {
            let path = format!("/api/v1/members/{}", member_id(server, key, email).await);
            members.push((path, server.access_token(email, PASSWORD).await));
        }
        let bob = create_token(server, &members[0].1, "bob", &["*"]).await;
        let demote = self.by_admin(Method::PATCH, &members[0].0, &json!({"role": "auditor"}));
        let cyd = create_token(server, &members[1].1, "cyd", &["*"]).await;
        let deactivate = self.by_admin(Method::POST, &format!("{}/deactivate", members[1].0), &json!({}));
        let cookie = server.cookie_of(people[2], PASSWORD).await;
        let fields = [("current_password", PASSWORD), ("new_password", NEW), ("repeat_password", NEW)];
        let change = server.post("/settings/profile/password").header("origin", &server.url).header("cookie", cookie);

        let eve = members[3].0.rsplit('/').next().unwrap();
        let account = service_account(server, key, &json!({"name": "eve's", "member_ids": [eve]})).await;
        let take_away = self.by_admin(Method::PATCH, &format!("{ACCOUNTS}/{account}"), &json!({"member_ids": []}));
        let token = create_token(server, &members[3].1, "eve", &["*"]).await;
        let body = json!({"label": "behind an account that was taken away", "scopes": ["mintkey:tokens.read"]});
        let write = server.post(&format!("{ACCOUNTS}/{account}/tokens")).bearer_auth(&token.key).json(&body);
        vec![
            self.case("a demotion", &bob.key, demote, &["invalid_credential", "insufficient_scope"]),
            self.case("a deactivation", &cyd.key, deactivate, INVALID),
            self.case("an old password", &members[2].1, change.form(&fields), INVALID),
            Case {
                name: "an account that was taken away",
                ending: take_away,
                write,
                codes: &["not_found", "invalid_credential"],
            },
        ]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_that_waited_behind_the_end_of_its_credential_is_refused() {
    // Attack: send a write that is authenticated before its credential ends and runs after.
    let server = start().await;
    let actors = Actors { server: &server, admin: server.admin().await };
    let mut cases = actors.of_tokens().await;
    cases.extend(actors.of_accounts().await);
    cases.extend(actors.of_people().await);
    let mut wrong = Vec::new();
    let (endings, rest): (Vec<_>, Vec<_>) =
        cases.into_iter().map(|case| (case.ending, (case.name, case.write, case.codes))).unzip();
    let names: Vec<_> = rest.iter().map(|(name, _, codes)| (*name, *codes)).collect();
    let count = endings.len();
    let requests = endings.into_iter().chain(rest.into_iter().map(|(_, write, _)| write)).collect();
    let replies = send_in_order(&server, &actors.admin.key, requests).await;
    for ((name, codes), (ending, write)) in names.into_iter().zip(replies.iter().zip(&replies[count..])) {
        assert!(matches!(ending.status, 200..=204 | 303), "{name}: {}", ending.text);
        if !codes.contains(&write.code()) {
            wrong.push(format!("{name}: {} {}", write.status, write.code()));
        }
    }
    let listed = send(server.get("/api/v1/tokens?q=behind").bearer_auth(&actors.admin.key)).await.expect(200);
    assert!(wrong.is_empty(), "{} tokens were made\n{}", listed["total"], wrong.join("\n"));
    assert_eq!(listed["total"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_that_waited_until_its_credential_had_ended_by_an_earlier_end_is_refused() {
    // Attack: send a write that is authenticated before the token's earlier end and runs after it.
    let server = start().await;
    let admin = server.admin().await;
    let token = create_token(&server, &admin.key, "soon", SCOPES).await;
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_millis(1500);
    let end_text = Timestamp::from_millis(i64::try_from(end.as_millis()).unwrap()).to_string();
    let edit = server.patch(&token.path()).bearer_auth(&admin.key).json(&json!({"expires_at": end_text}));
    send(edit).await.expect(200);
    let held = HeldWriter::begin(&server, &admin.key).await;
    let body = json!({"label": "behind", "scopes": SCOPES});
    let write = held.queue(server.post(TOKENS).bearer_auth(&token.key).json(&body)).await;
    while SystemTime::now().duration_since(UNIX_EPOCH).unwrap() <= end {
        sleep(Duration::from_millis(10)).await;
    }
    held.release().await;
    let write = write.await.unwrap();
    assert_eq!(write.status, 401, "{}", write.text);
    assert!(matches!(write.code(), "invalid_credential" | "credential_expired"), "{}", write.text);
}

/// Every kind of write: method, path, body. Path and body contain the names from [`ids`].
const WRITES: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/tokens", r#"{"label": "behind", "scopes": ["*"]}"#),
    ("PATCH", "/api/v1/tokens/TOKEN", r#"{"label": "behind"}"#),
    ("POST", "/api/v1/tokens/TOKEN/rotate", "{}"),
    ("PUT", "/api/v1/tokens/TOKEN/client-keys", r#"{"keys": []}"#),
    ("POST", "/api/v1/tokens/TOKEN/invalidate", "{}"),
    ("DELETE", "/api/v1/tokens/TOKEN", ""),
    ("POST", "/api/v1/service-accounts", r#"{"name": "behind"}"#),
    ("PATCH", "/api/v1/service-accounts/ACCOUNT", r#"{"name": "behind"}"#),
    ("POST", "/api/v1/service-accounts/ACCOUNT/tokens", r#"{"label": "behind", "scopes": ["*"]}"#),
    ("POST", "/api/v1/service-accounts/ACCOUNT/suspend", ""),
    ("POST", "/api/v1/service-accounts/ACCOUNT/activate", ""),
    ("DELETE", "/api/v1/service-accounts/ACCOUNT", ""),
    ("POST", "/api/v1/scopes", r#"{"name": "behind"}"#),
    ("PATCH", "/api/v1/scopes/SCOPE", r#"{"description": "behind"}"#),
    ("DELETE", "/api/v1/scopes/SCOPE", ""),
    ("POST", "/api/v1/members/invitations", r#"{"email": "behind@example.com"}"#),
    ("DELETE", "/api/v1/members/invitations/INVITATION", ""),
    ("PATCH", "/api/v1/members/MEMBER", r#"{"role": "auditor"}"#),
    ("POST", "/api/v1/members/MEMBER/deactivate", ""),
    ("POST", "/api/v1/members/MEMBER/activate", ""),
    ("POST", "/api/v1/members/MEMBER/password-reset", ""),
    ("POST", "/api/v1/members/MEMBER/hand-over", r#"{"to_id": "ADMIN"}"#),
    ("PATCH", "/api/v1/organization", r#"{"name": "behind"}"#),
];

/// The IDs of the objects to write to.
async fn ids(server: &Server, admin: &CreatedToken) -> Vec<(&'static str, String)> {
    server.add_person("bob@example.com", "member").await;
    let make = async |path: &str, body: Value| {
        let made = send(server.post(path).bearer_auth(&admin.key).json(&body)).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    };
    vec![
        ("TOKEN", create_token(server, &admin.key, "a", &["*"]).await.id),
        ("ACCOUNT", make(ACCOUNTS, json!({"name": "a"})).await),
        ("SCOPE", make("/api/v1/scopes", json!({"name": "a"})).await),
        ("INVITATION", make("/api/v1/members/invitations", json!({"email": "a@example.com"})).await),
        ("MEMBER", member_id(server, &admin.key, "bob@example.com").await),
        ("ADMIN", admin.json["owner"]["id"].as_str().unwrap().to_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_kind_of_write_is_done_for_a_secret_that_was_rotated_away_before_it() {
    // Attack: send one write of every kind with a leaked secret just before it is rotated.
    let server = start().await;
    let admin = server.admin().await;
    let leaked = create_token(&server, &admin.key, "leaked", &["*"]).await;
    let ids = ids(&server, &admin).await;
    let fill = |text: &str| ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
    let writes = WRITES.iter().map(|(method, path, body)| {
        let url = format!("{}{}", server.url, fill(path));
        let request = server.client.request(method.parse().unwrap(), url).bearer_auth(&leaked.key);
        if body.is_empty() { request } else { request.header("content-type", "application/json").body(fill(body)) }
    });
    let rotate = server.post(&format!("{}/rotate", leaked.path())).bearer_auth(&admin.key);
    let replies = send_in_order(&server, &admin.key, std::iter::once(rotate).chain(writes).collect()).await;
    assert_eq!(replies[0].status, 200, "{}", replies[0].text);
    let done = WRITES.iter().zip(&replies[1..]).filter(|(_, reply)| reply.code() != "invalid_credential");
    let done: Vec<_> =
        done.map(|((method, path, _), reply)| format!("{method} {path}: {} {}", reply.status, reply.code())).collect();
    assert!(done.is_empty(), "{}", done.join("\n"));
}
