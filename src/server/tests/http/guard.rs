//! The `tower` layer of the SDK, in front of an axum service.

use std::{net::IpAddr, time::Duration};

use axum::{Extension, Router, routing::get};
use mintkey_client::{
    Client, Credential,
    guard::{Caller, Guard},
};
use serde_json::json;

use super::{
    reply::Reply,
    server::{CreatedToken, Server, send},
};

/// A service behind the guard, which answers who calls.
struct Guarded {
    url: String,
    http: reqwest::Client,
}

impl Guarded {
    async fn start(guard: Guard) -> Self {
        let whoami = get(async |Extension(caller): Extension<Caller>| caller.token_id.unwrap().to_string());
        let app = Router::new().route("/", whoami).layer(guard);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, http: reqwest::Client::new() }
    }

    async fn get(&self, credential: &str) -> Reply {
        send(self.http.get(&self.url).header("authorization", format!("Bearer {credential}"))).await
    }
}

async fn access_token(server: &Server, token: &CreatedToken) -> String {
    let form = [("grant_type", "client_credentials"), ("client_id", &token.id), ("client_secret", &token.secret)];
    let answer = send(server.post("/oauth/token").form(&form)).await.expect(200);
    answer["access_token"].as_str().unwrap().to_owned()
}

/// A server with two devices, one of which may read the plants.
async fn devices() -> (Server, CreatedToken, CreatedToken, CreatedToken) {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let reader = server.create_token(&admin.key, json!({"label": "reader", "scopes": ["plants.*"]})).await;
    let writer = server.create_token(&admin.key, json!({"label": "writer", "scopes": ["plants.write"]})).await;
    (server, admin, reader, writer)
}

#[tokio::test]
async fn online_checks_let_keys_and_access_tokens_with_the_scope_through() {
    let (server, admin, reader, writer) = devices().await;
    let client = Client::new(&server.url, Credential::text(&admin.key)).unwrap();
    let guarded = Guarded::start(Guard::online(&client, Duration::ZERO).scope("plants.read")).await;
    for credential in [&reader.key, &access_token(&server, &reader).await] {
        assert_eq!(guarded.get(credential).await.text, reader.id);
    }
    let refused = guarded.get(&writer.key).await;
    assert_eq!(
        (refused.status, refused.code(), refused.json["scope"].as_str()),
        (403, "insufficient_scope", Some("plants.read"))
    );
    assert!(refused.header("www-authenticate").contains("insufficient_scope"));
    let anonymous = send(guarded.http.get(&guarded.url)).await;
    assert_eq!(
        (anonymous.status, anonymous.code(), anonymous.header("www-authenticate")),
        (401, "credential_required", "Bearer")
    );
    for credential in ["nonsense", &reader.mistyped_key(), &reader.secret] {
        assert_eq!(guarded.get(credential).await.code(), "invalid_credential", "{credential}");
    }
    // A stop counts at the next request.
    send(server.post(&format!("{}/invalidate", reader.path())).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(guarded.get(&reader.key).await.code(), "invalid_credential");
}

#[tokio::test]
async fn a_good_answer_is_used_again_within_its_staleness_and_a_refusal_never() {
    let (server, admin, reader, writer) = devices().await;
    let client = Client::new(&server.url, Credential::text(&admin.key)).unwrap();
    let guarded = Guarded::start(Guard::online(&client, Duration::from_secs(2)).scope("plants.read")).await;
    guarded.get(&reader.key).await;
    assert_eq!(guarded.get(&writer.key).await.status, 403);
    let more = json!({"scopes": ["plants.read"]});
    send(server.patch(&writer.path()).bearer_auth(&admin.key).json(&more)).await.expect(200);
    assert_eq!(guarded.get(&writer.key).await.status, 200);
    send(server.post(&format!("{}/invalidate", reader.path())).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(guarded.get(&reader.key).await.status, 200);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(guarded.get(&reader.key).await.status, 401);
}

#[tokio::test]
async fn addresses_count_if_the_service_says_them() {
    let (server, admin, ..) = devices().await;
    let bound = json!({"label": "bound", "scopes": ["*"], "allowed_cidrs": ["10.0.0.0/8"]});
    let bound = server.create_token(&admin.key, bound).await;
    let client = Client::new(&server.url, Credential::text(&admin.key)).unwrap();
    let guard = Guard::online(&client, Duration::ZERO);
    assert_eq!(Guarded::start(guard.clone()).await.get(&bound.key).await.status, 401);
    for (ip, status) in [("10.1.2.3", 200), ("192.0.2.1", 401)] {
        let ip: IpAddr = ip.parse().unwrap();
        let guarded = Guarded::start(guard.clone().client_ip(move |_| Some(ip))).await;
        assert_eq!(guarded.get(&bound.key).await.status, status, "{ip}");
    }
}

#[tokio::test]
async fn without_an_answer_nothing_passes() {
    let (mut server, admin, reader, _) = devices().await;
    let access = access_token(&server, &reader).await;
    let client = Client::builder(&server.url).credential(Credential::text(&admin.key)).retries(0).build().unwrap();
    let online = Guarded::start(Guard::online(&client, Duration::ZERO)).await;
    let offline = Guarded::start(Guard::offline(&client, "a")).await;
    server.terminate().await;
    for (guarded, credential) in [(&online, &reader.key), (&offline, &access)] {
        let reply = guarded.get(credential).await;
        assert_eq!((reply.status, reply.code(), reply.header("retry-after")), (503, "unavailable", "1"));
    }
}

#[tokio::test]
async fn offline_checks_verify_the_signature_the_audience_the_issuer_and_the_scope() {
    let (server, admin, reader, writer) = devices().await;
    let organization = send(server.get("/api/v1/organization").bearer_auth(&admin.key)).await.expect(200);
    let audience = organization["audience"].as_str().unwrap();
    let client = Client::builder(&server.url).build().unwrap();
    let guard = Guard::offline(&client, audience).scope("plants.read");
    let guarded = Guarded::start(guard.clone()).await;
    let access = access_token(&server, &reader).await;
    assert_eq!(guarded.get(&access).await.text, reader.id);
    assert_eq!(guarded.get(&access_token(&server, &writer).await).await.status, 403);
    // An API key can't be verified offline, and a changed access token isn't one.
    let (head, signature) = access.rsplit_once('.').unwrap();
    let flipped: String = signature.chars().rev().collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoiYSJ9";
    let unsigned = format!("{none}.{}.", head.split_once('.').unwrap().1);
    for credential in [&reader.key, &format!("{head}.{flipped}"), &unsigned, "a.b.c"] {
        assert_eq!(guarded.get(credential).await.code(), "invalid_credential", "{credential}");
    }
    for guard in [Guard::offline(&client, "another"), guard.issuer("https://another.example.com")] {
        assert_eq!(Guarded::start(guard).await.get(&access).await.code(), "invalid_credential");
    }
    // A new key is loaded when the first access token with it arrives, if the last load is long enough ago.
    let fresh = Guarded::start(Guard::offline(&client, audience)).await;
    assert_eq!(fresh.get(&access).await.status, 200);
}
