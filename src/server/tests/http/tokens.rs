//! The life cycle of a token: create, use, edit, rotate, invalidate, delete.

use std::time::Duration;

use serde_json::json;

use super::server::{CreatedToken, EMAIL, Server, send};

#[tokio::test]
async fn creating_shows_the_secrets_once_and_says_where_the_token_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read"]).await;
    let body = json!({
        "label": "  Plant 3 gateway ", "description": "Reads meters.", "scopes": ["plants.read"],
        "allowed_cidrs": ["127.0.0.1", "10.4.0.0/16"], "ttl": "1h30m",
    });
    let reply = send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body)).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let location = reply.header("location").to_owned();
    let token = CreatedToken::new(reply.expect(201));
    assert_eq!(location, token.path());
    assert_eq!((token.key.len(), token.secret.len()), (74, 53));
    assert_eq!(token.json["client_id"], token.json["id"]);
    assert_eq!(token.json["label"], "Plant 3 gateway");
    assert_eq!(token.json["kind"], "api_key");
    assert_eq!(token.json["status"], "active");
    assert_eq!(token.json["owner"]["name"], EMAIL);
    assert_eq!(token.json["owner"]["type"], "user");
    assert_eq!(token.json["allowed_cidrs"], json!(["127.0.0.1/32", "10.4.0.0/16"]));
    assert_eq!(token.json["key_hint"], format!("mk_…{}", &token.key[70..]));
    assert!(token.json["expires_at"].as_str().unwrap().ends_with('Z'));

    let got = send(server.get(&token.path()).bearer_auth(&admin.key)).await;
    assert!(!got.text.contains(&token.key) && !got.text.contains(&token.secret));
    let got = got.expect(200);
    assert!(got.get("api_key").is_none() && got.get("client_secret").is_none());
    assert_eq!(got["scopes"], json!(["plants.read"]));

    let me = server.me(&token.key).await.expect(200);
    assert_eq!(me["token_id"], token.json["id"]);
    assert_eq!(me["scopes"], json!(["plants.read"]));
    assert_eq!(me["expires_at"], token.json["expires_at"]);
}

#[tokio::test]
async fn the_end_can_be_said_in_every_way() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let day = 86_400_000;
    for (said, millis) in [
        (json!({}), Some(90 * day)),
        (json!({"ttl": "10s"}), Some(10_000)),
        (json!({"ttl": "10000h"}), Some(10_000 * 3_600_000)),
        (json!({"ttl": "438000h"}), Some(438_000 * 3_600_000)),
        (json!({"expiration_days": 30}), Some(30 * day)),
        (json!({"expires_at": null}), None),
    ] {
        let mut body = json!({"label": "a", "scopes": ["*"]});
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let token = server.create_token(&admin.key, body).await;
        let Some(millis) = millis else {
            assert!(token.json["expires_at"].is_null());
            continue;
        };
        let time = |name: &str| token.json[name].as_str().unwrap().parse::<mintkey_domain::Timestamp>().unwrap();
        assert_eq!(time("expires_at").since(time("created_at")), millis, "{said}");
    }
    let body = json!({"label": "a", "scopes": ["*"], "expires_at": "2099-01-31T12:00:00+01:00"});
    assert_eq!(server.create_token(&admin.key, body).await.json["expires_at"], "2099-01-31T11:00:00.000Z");
}

#[tokio::test]
async fn editing_changes_what_is_said_and_nothing_else() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let body = json!({"label": "a", "description": "b", "scopes": ["plants.read"], "ttl": "1h"});
    let token = server.create_token(&admin.key, body).await;
    let patch = |body: serde_json::Value| send(server.patch(&token.path()).bearer_auth(&admin.key).json(&body));
    let same = send(server.patch(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!((&same["label"], &same["expires_at"]), (&json!("a"), &token.json["expires_at"]));
    let edited = patch(json!({"label": "c", "scopes": ["plants.write"]})).await.expect(200);
    assert_eq!((&edited["label"], &edited["description"]), (&json!("c"), &json!("b")));
    assert_eq!(server.me(&token.key).await.expect(200)["scopes"], json!(["plants.write"]));
    let edited = patch(json!({"description": null, "expires_at": null})).await.expect(200);
    assert!(edited["description"].is_null() && edited["expires_at"].is_null());
    assert_eq!(edited["label"], "c");
    let got = send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(got, edited);
}

#[tokio::test]
async fn a_new_end_renews_an_expired_token() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"], "ttl": "1s"})).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let got = send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(got["status"], "expired");
    send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key)).await.refused(409, "token_expired");
    let body = json!({"expires_at": "2099-01-01T00:00:00Z"});
    let renewed = send(server.patch(&token.path()).bearer_auth(&admin.key).json(&body)).await.expect(200);
    assert_eq!(renewed["status"], "active");
    server.me(&token.key).await.expect(200);
}

#[tokio::test]
async fn rotating_replaces_the_secret_on_the_very_next_request() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"], "ttl": "1h"})).await;
    let rotate = || server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key);
    let reply = send(rotate()).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let rotated = CreatedToken::new(reply.expect(200));
    server.me(&token.key).await.refused(401, "invalid_credential");
    server.me(&rotated.key).await.expect(200);
    assert_eq!(rotated.id, token.id);
    assert_eq!(rotated.json["expires_at"], token.json["expires_at"]);
    assert!(rotated.json["rotated_at"].is_string());
    assert_ne!(rotated.json["key_hint"], token.json["key_hint"]);
    let login =
        |secret: &str| server.post("/api/v1/login").form(&[("client_id", &*token.id), ("client_secret", secret)]);
    send(login(&token.secret)).await.refused(401, "invalid_credential");
    send(login(&rotated.secret)).await.expect(200);
}

#[tokio::test]
async fn with_an_overlap_both_secrets_work_until_it_ends() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let rotate =
        |body: serde_json::Value| server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key).json(&body);
    let second = CreatedToken::new(send(rotate(json!({"overlap": "1h"}))).await.expect(200));
    assert!(second.json["previous_secret_expires_at"].is_string());
    server.me(&token.key).await.expect(200);
    server.me(&second.key).await.expect(200);
    send(rotate(json!({"overlap": "1h"}))).await.refused(409, "rotation_in_progress");

    let patch = |body: serde_json::Value| server.patch(&token.path()).bearer_auth(&admin.key).json(&body);
    send(patch(json!({"previous_secret_expires_at": null}))).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
    server.me(&second.key).await.expect(200);

    let third = CreatedToken::new(send(rotate(json!({"overlap": "1s"}))).await.expect(200));
    server.me(&second.key).await.expect(200);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    server.me(&second.key).await.refused(401, "invalid_credential");
    server.me(&third.key).await.expect(200);

    send(rotate(json!({"overlap": "1h"}))).await.expect(200);
    let last = CreatedToken::new(send(rotate(json!({}))).await.expect(200));
    server.me(&third.key).await.refused(401, "invalid_credential");
    server.me(&last.key).await.expect(200);
}

#[tokio::test]
async fn an_overlap_never_lasts_longer_than_the_token() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"], "ttl": "1h"})).await;
    let rotate =
        server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key).json(&json!({"overlap": "9d"}));
    let rotated = send(rotate).await.expect(200);
    assert_eq!(rotated["previous_secret_expires_at"], rotated["expires_at"]);
}

#[tokio::test]
async fn an_invalidated_token_is_refused_at_once_for_good_and_stays_listed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    server.me(&token.key).await.expect(200);
    let invalidate = || server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key);
    let dead = send(invalidate().json(&json!({"reason": "stolen"}))).await.expect(200);
    assert_eq!(dead["status"], "invalidated");
    server.me(&token.key).await.refused(401, "invalid_credential");
    assert_eq!(send(invalidate()).await.expect(200)["invalidated_at"], dead["invalidated_at"]);

    let rotate = server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key);
    send(rotate).await.refused(409, "token_invalidated");
    let renew = server.patch(&token.path()).bearer_auth(&admin.key).json(&json!({"expires_at": null}));
    send(renew).await.refused(409, "token_invalidated");
    let login = server.post("/api/v1/login").form(&[("client_id", &token.id), ("client_secret", &token.secret)]);
    send(login).await.refused(401, "invalid_credential");
    let list = send(server.get("/api/v1/tokens?status=invalidated").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["data"][0]["id"], token.json["id"]);
}

#[tokio::test]
async fn a_deleted_token_is_gone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let delete = || server.delete(&token.path()).bearer_auth(&admin.key);
    let reply = send(delete()).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    server.me(&token.key).await.refused(401, "invalid_credential");
    send(server.get(&token.path()).bearer_auth(&admin.key)).await.refused(404, "not_found");
    send(delete()).await.refused(404, "not_found");
    let list = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], 1);
}

#[tokio::test]
async fn a_credential_ends_itself_only_when_forced_and_can_rotate_itself() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let rotate = server.post(&format!("{}/rotate", token.path())).bearer_auth(&token.key);
    let token = CreatedToken::new(send(rotate).await.expect(200));
    let invalidate = || server.post(&format!("{}/invalidate", token.path())).bearer_auth(&token.key);
    send(invalidate()).await.refused(409, "credential_in_use");
    send(server.delete(&token.path()).bearer_auth(&token.key)).await.refused(409, "credential_in_use");
    send(server.delete(&format!("{}?force=false", token.path())).bearer_auth(&token.key))
        .await
        .refused(409, "credential_in_use");
    server.me(&token.key).await.expect(200);
    send(invalidate().json(&json!({"force": true}))).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");

    let other = server.create_token(&admin.key, json!({"label": "b", "scopes": ["*"]})).await;
    let path = format!("{}?force=true", other.path());
    assert_eq!(send(server.delete(&path).bearer_auth(&other.key)).await.status, 204);
    server.me(&other.key).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn no_credential_gives_on_what_it_does_not_hold() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let scopes = json!(["mintkey:tokens.read", "mintkey:tokens.write", "plants.read"]);
    let limited = server.create_token(&admin.key, json!({"label": "limited", "scopes": scopes})).await;
    let create = |scopes: serde_json::Value| {
        server.post("/api/v1/tokens").bearer_auth(&limited.key).json(&json!({"label": "x", "scopes": scopes}))
    };
    send(create(json!(["plants.read"]))).await.expect(201);
    for scopes in [json!(["plants.write"]), json!(["*"]), json!(["plants.*"]), json!(["plants.read", "mintkey:*"])] {
        send(create(scopes)).await.refused(403, "insufficient_scope");
    }
    let rotate = server.post(&format!("{}/rotate", admin.path())).bearer_auth(&limited.key);
    send(rotate).await.refused(403, "insufficient_scope");
    let widen = server.patch(&limited.path()).bearer_auth(&limited.key).json(&json!({"scopes": ["*"]}));
    send(widen).await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn the_last_use_is_shown_with_its_address() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    assert!(token.json["last_used_at"].is_null());
    server.me(&token.key).await.expect(200);
    let got = send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    assert!(got["last_used_at"].is_string());
    assert_eq!(got["last_used_ip"], "127.0.0.1");
    let server = server.restart().await;
    let kept = send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(kept["last_used_at"], got["last_used_at"]);
}

/// Clients send requests continuously during an invalidation. None that starts after its response may succeed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn invalidation_is_seen_by_the_very_next_check() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for round in 0..20 {
        let token = server.create_token(&admin.key, json!({"label": format!("r{round}"), "scopes": ["*"]})).await;
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let call = server.get("/api/v1/me").bearer_auth(&token.key);
                tokio::spawn(async move {
                    let mut last_good = None;
                    loop {
                        let began = std::time::Instant::now();
                        match send(call.try_clone().unwrap()).await.status {
                            200 => last_good = Some(began),
                            401 => return last_good,
                            status => panic!("{status}"),
                        }
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let invalidate = server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key);
        send(invalidate).await.expect(200);
        let answered = std::time::Instant::now();
        for caller in callers {
            let last_good = tokio::time::timeout(Duration::from_secs(10), caller).await.unwrap().unwrap();
            assert!(last_good.is_none_or(|began| began < answered));
        }
    }
}
