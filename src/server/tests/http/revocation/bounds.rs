//! A token with bounds (address ranges and an expiry) can't grant anything beyond them.

use mintkey_domain::{HOUR, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::requests::{MIA, create_token, exchange, start};
use crate::http::{
    reply::Reply,
    server::{CreatedToken, PASSWORD, Server, send},
};

const TOKENS: &str = "/api/v1/tokens";
/// Explicit scopes, so that an access token has all scopes of its token.
const SCOPES: [&str; 2] = ["mintkey:tokens.read", "mintkey:tokens.write"];

/// A token with bounds, and one without bounds of the same owner.
struct BoundedToken {
    server: Server,
    token: CreatedToken,
    sibling: CreatedToken,
    /// The bound token's API key, and an access token from it.
    credentials: [String; 2],
    end: Timestamp,
}

impl BoundedToken {
    /// The token expires after its access token, so that the token's expiry is the bounded.
    async fn new() -> Self {
        let server = start().await;
        server.add_person(MIA, "member").await;
        let mia = server.access_token(MIA, PASSWORD).await;
        let body = json!({"label": "bound", "scopes": SCOPES, "allowed_cidrs": ["127.0.0.1/32"], "ttl": "3h"});
        let token = server.create_token(&mia, body).await;
        let sibling = create_token(&server, &mia, "wide", &SCOPES).await;
        let credentials = [token.key.clone(), exchange(&server, &token).await];
        let end = token.json["expires_at"].as_str().unwrap().parse().unwrap();
        Self { server, token, sibling, credentials, end }
    }

    /// The given number of hours after the bound token expires.
    fn end_and(&self, hours: i64) -> String {
        self.end.checked_add(hours * HOUR).unwrap().to_string()
    }

    fn request(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.server.client.request(method, format!("{}{path}", self.server.url)).json(body)
    }

    /// Expects that each credential gets `beyond_own_bounds` for one of these fields.
    async fn is_refused(&self, method: Method, path: &str, body: Value, fields: &[&str]) {
        for credential in &self.credentials {
            let reply = send(self.request(method.clone(), path, &body).bearer_auth(credential)).await;
            reply.refused(400, "beyond_own_bounds");
            let field = reply.json["errors"][0]["field"].as_str().unwrap();
            assert!(fields.contains(&field), "{method} {path} {body}: {}", reply.text);
        }
    }

    async fn by_key(&self, method: Method, path: &str, body: Value) -> Reply {
        send(self.request(method, path, &body).bearer_auth(&self.token.key)).await
    }
}

#[tokio::test]
async fn a_bound_token_does_not_widen_itself() {
    // Attack: remove the bounds of a leaked token with the token itself.
    let bounded = BoundedToken::new().await;
    let path = bounded.token.path();
    for ranges in [json!([]), json!(["127.0.0.0/8"]), json!(["10.0.0.0/8"]), json!(["127.0.0.1/32", "::1/128"])] {
        bounded.is_refused(Method::PATCH, &path, json!({"allowed_cidrs": ranges}), &["allowed_cidrs"]).await;
    }
    for end in [Value::Null, json!(bounded.end_and(1))] {
        bounded.is_refused(Method::PATCH, &path, json!({"expires_at": end}), &["expires_at"]).await;
    }
    let now = send(bounded.server.get(&path).bearer_auth(&bounded.sibling.key)).await.expect(200);
    assert_eq!(
        (&now["allowed_cidrs"], &now["expires_at"]),
        (&json!(["127.0.0.1/32"]), &bounded.token.json["expires_at"])
    );
    let shorter = json!({"label": "renamed", "expires_at": bounded.end_and(-1)});
    bounded.by_key(Method::PATCH, &path, shorter).await.expect(200);
}

#[tokio::test]
async fn a_bound_token_makes_no_token_beyond_its_bounds() {
    // Attack: make an unbound token with a leaked, bound one.
    let bounded = BoundedToken::new().await;
    let own = json!(["127.0.0.1/32"]);
    for ranges in [json!([]), json!(["127.0.0.0/8"]), json!(["10.0.0.0/8"]), json!(["127.0.0.1/32", "10.0.0.1/32"])] {
        let body = json!({"label": "a", "scopes": SCOPES, "allowed_cidrs": ranges, "ttl": "1h"});
        bounded.is_refused(Method::POST, TOKENS, body, &["allowed_cidrs"]).await;
    }
    let left_out = json!({"label": "a", "scopes": SCOPES, "ttl": "1h"});
    bounded.is_refused(Method::POST, TOKENS, left_out, &["allowed_cidrs"]).await;
    for (name, end) in [("expires_at", Value::Null), ("expires_at", json!(bounded.end_and(1))), ("ttl", json!("4h"))] {
        let mut body = json!({"label": "a", "scopes": SCOPES, "allowed_cidrs": own});
        body[name] = end;
        bounded.is_refused(Method::POST, TOKENS, body, &["expires_at", "ttl"]).await;
    }
    let listed = send(bounded.server.get(TOKENS).bearer_auth(&bounded.sibling.key)).await.expect(200);
    assert_eq!(listed["total"], 2);
}

#[tokio::test]
async fn a_bound_token_makes_tokens_within_its_bounds_that_end_with_it_at_the_latest() {
    // Attack: leave out the expiry, to get the organization's default of 90 days.
    let bounded = BoundedToken::new().await;
    for credential in &bounded.credentials {
        let body = json!({"label": "a", "scopes": SCOPES, "allowed_cidrs": ["127.0.0.1/32"], "ttl": "2h"});
        bounded.server.create_token(credential, body).await;
        let body = json!({"label": "a", "scopes": SCOPES, "allowed_cidrs": ["127.0.0.1/32"]});
        let made = bounded.server.create_token(credential, body).await;
        assert_eq!(made.json["expires_at"], bounded.token.json["expires_at"]);
    }
}

#[tokio::test]
async fn a_bound_token_takes_over_no_wider_one() {
    // Attack: rotate, add a key to, or extend an unbound token of the same owner with a leaked, bound one.
    let bounded = BoundedToken::new().await;
    let (path, bounds) = (bounded.sibling.path(), ["allowed_cidrs", "expires_at"]);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    bounded.is_refused(Method::POST, &format!("{path}/rotate"), json!({}), &bounds).await;
    bounded.is_refused(Method::PUT, &format!("{path}/client-keys"), json!({"keys": [jwk]}), &bounds).await;
    bounded.is_refused(Method::PATCH, &path, json!({"expires_at": bounded.end_and(1)}), &["expires_at"]).await;
    bounded.is_refused(Method::PATCH, &path, json!({"allowed_cidrs": ["10.0.0.0/8"]}), &["allowed_cidrs"]).await;
    bounded.server.me(&bounded.sibling.key).await.expect(200);
    // Fields that an edit leaves out are not checked.
    let renamed = bounded.by_key(Method::PATCH, &path, json!({"label": "renamed"})).await.expect(200);
    assert_eq!((renamed["label"].as_str(), &renamed["expires_at"]), (Some("renamed"), &Value::Null));
    // An access token from a password has no bounds.
    let mia = bounded.server.access_token(MIA, PASSWORD).await;
    let rotated = bounded.request(Method::POST, &format!("{path}/rotate"), &json!({})).bearer_auth(&mia);
    send(rotated).await.expect(200);
}

#[tokio::test]
async fn a_bound_token_rotates_itself() {
    // Control: a device rotates its own bound token.
    let bounded = BoundedToken::new().await;
    let rotated =
        bounded.by_key(Method::POST, &format!("{}/rotate", bounded.token.path()), json!({})).await.expect(200);
    assert_eq!(rotated["expires_at"], bounded.token.json["expires_at"]);
    bounded.server.me(rotated["api_key"].as_str().unwrap()).await.expect(200);
    bounded.server.me(&bounded.token.key).await.refused(401, "invalid_credential");
}
