//! All accepted and rejected ways to authenticate.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::server::{CreatedToken, EMAIL, PASSWORD, Server, send};

fn basic(token: &CreatedToken) -> String {
    STANDARD.encode(format!("{}:{}", token.id, token.secret))
}

fn headers(lines: &[(&'static str, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    headers
}

#[tokio::test]
async fn every_form_of_a_credential_works_in_any_case() {
    let server = Server::start().await;
    let token = server.admin().await;
    let (key, pair) = (&token.key, basic(&token));
    let access = server.sign_in().await;
    for (name, value, via) in [
        ("authorization", format!("Bearer {key}"), "api_key"),
        ("authorization", format!("bearer {key}"), "api_key"),
        ("authorization", format!("BEARER {key}"), "api_key"),
        ("authorization", format!("APIToken {key}"), "api_key"),
        ("authorization", format!("apitoken {key}"), "api_key"),
        ("authorization", format!("ApiKey {key}"), "api_key"),
        ("authorization", format!("APIKEY {key}"), "api_key"),
        ("authorization", key.clone(), "api_key"),
        ("x-api-key", key.clone(), "api_key"),
        ("authorization", format!("Basic {pair}"), "client_secret"),
        ("authorization", format!("basic {pair}"), "client_secret"),
        ("authorization", format!("Bearer {access}"), "access_token"),
        ("authorization", format!("bEaReR {access}"), "access_token"),
    ] {
        let reply = send(server.get("/api/v1/me").headers(headers(&[(name, value.clone())]))).await;
        let me = reply.expect(200);
        assert_eq!(me["via"], via, "{name}");
        assert_eq!(me["principal"]["name"], EMAIL);
    }
}

#[tokio::test]
async fn the_consoles_cookie_works_only_without_a_credential_in_a_header() {
    let server = Server::start().await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let login = send(server.post("/login").form(&form)).await;
    assert_eq!(login.status, 303, "{}", login.text);
    let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
    let name = format!("mintkey_session_{}=", server.url.rsplit(':').next().unwrap());
    assert!(cookie.starts_with(&name), "{cookie}");

    let me = send(server.get("/api/v1/me").header("cookie", &cookie)).await.expect(200);
    assert_eq!(me["via"], "session");
    let bad = server.get("/api/v1/me").header("cookie", &cookie).bearer_auth("mk_wrong");
    send(bad).await.refused(401, "invalid_credential");
    let unknown = server.get("/api/v1/me").header("cookie", format!("{name}AAAAAAAAAAAAAAAAAAAAAA"));
    send(unknown).await.refused(401, "credential_required");

    let create =
        || server.post("/api/v1/tokens").header("cookie", &cookie).json(&json!({"label": "a", "scopes": ["*"]}));
    send(create().header("sec-fetch-site", "cross-site")).await.refused(403, "cross_origin");
    send(create().header("sec-fetch-site", "same-site")).await.refused(403, "cross_origin");
    send(create().header("origin", "https://evil.test")).await.refused(403, "cross_origin");
    send(create().header("origin", "null")).await.refused(403, "cross_origin");
    send(create().header("origin", &server.url)).await.expect(201);
    let token = CreatedToken::new(send(create().header("sec-fetch-site", "same-origin")).await.expect(201));
    let foreign = create().header("sec-fetch-site", "cross-site").bearer_auth(&token.key);
    send(foreign).await.expect(201);
}

#[tokio::test]
async fn no_credential_is_asked_for_one() {
    let server = Server::start().await;
    for path in ["/api/v1/me", "/api/v1/tokens", "/api/v1/scopes"] {
        let reply = send(server.get(path)).await;
        reply.refused(401, "credential_required");
        assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="mintkey""#);
    }
    send(server.post("/api/v1/verify").body("{")).await.refused(401, "credential_required");
}

#[tokio::test]
async fn a_credential_in_the_query_is_never_looked_at() {
    let server = Server::start().await;
    let key = server.admin().await.key;
    for name in ["api_key", "access_token", "token", "key", "authorization"] {
        let path = format!("/api/v1/me?{name}={key}");
        send(server.get(&path)).await.refused(401, "credential_required");
    }
}

#[tokio::test]
async fn two_credentials_or_one_header_twice_are_refused() {
    let server = Server::start().await;
    let key = server.admin().await.key;
    let bearer = format!("Bearer {key}");
    for lines in [
        [("authorization", bearer.clone()), ("x-api-key", key.clone())],
        [("authorization", bearer.clone()), ("authorization", bearer.clone())],
        [("x-api-key", key.clone()), ("x-api-key", key.clone())],
    ] {
        let reply = send(server.get("/api/v1/me").headers(headers(&lines))).await;
        reply.refused(400, "multiple_credentials");
        let login = server.post("/api/v1/login").headers(headers(&lines)).form(&[("username", EMAIL)]);
        send(login).await.refused(400, "multiple_credentials");
    }
}

/// All causes except expiry get the same status, headers and body, except for the request ID.
#[tokio::test]
async fn whatever_is_wrong_with_a_credential_the_answer_is_the_same() {
    let server = Server::start().await;
    let token = server.admin().await;
    let other = server.create_token(&token.key, json!({"label": "other", "scopes": ["*"]})).await;
    let gone = server.create_token(&token.key, json!({"label": "gone", "scopes": ["*"]})).await;
    let dead = server.create_token(&token.key, json!({"label": "dead", "scopes": ["*"]})).await;
    let far = server
        .create_token(&token.key, json!({"label": "far", "scopes": ["*"], "allowed_cidrs": ["192.0.2.0/24"]}))
        .await;
    send(server.delete(&gone.path()).bearer_auth(&token.key)).await;
    send(server.post(&format!("{}/invalidate", dead.path())).bearer_auth(&token.key)).await.expect(200);
    let mistyped = token.mistyped_key();
    let swapped = STANDARD.encode(format!("{}:{}", token.id, other.secret));
    let causes = [
        ("malformed", "Bearer mk_short".to_owned()),
        ("mistyped", format!("Bearer {mistyped}")),
        ("unknown scheme", format!("Digest {}", token.key)),
        ("no scheme", "hello".to_owned()),
        ("empty", String::new()),
        ("not a JWT", "Bearer a.b.c".to_owned()),
        ("not base64", "Basic ???".to_owned()),
        ("no colon", "Basic aGVsbG8=".to_owned()),
        ("another's secret", format!("Basic {swapped}")),
        ("deleted", format!("Bearer {}", gone.key)),
        ("invalidated", format!("Bearer {}", dead.key)),
        ("address not allowed", format!("Bearer {}", far.key)),
        ("client secret as key", format!("Bearer {}", token.secret)),
    ];
    let mut first = None;
    for (cause, value) in causes {
        let request = server.get("/api/v1/me").headers(headers(&[("authorization", value)]));
        let mut reply = send(request).await;
        reply.refused(401, "invalid_credential");
        assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="mintkey", error="invalid_token""#);
        for varying in ["x-request-id", "date"] {
            reply.headers.remove(varying);
        }
        reply.json.as_object_mut().unwrap().remove("request_id");
        let this = (reply.headers, reply.json, reply.text.len());
        assert_eq!(first.get_or_insert_with(|| this.clone()), &this, "{cause}");
    }
}

#[tokio::test]
async fn only_who_proves_the_right_secret_of_an_expired_token_is_told_so() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "short", "scopes": ["*"], "ttl": "1s"})).await;
    let other = server.create_token(&admin.key, json!({"label": "other", "scopes": ["*"]})).await;
    server.me(&token.key).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let reply = server.me(&token.key).await;
    reply.refused(401, "credential_expired");
    assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="mintkey", error="invalid_token""#);
    let guess = server.get("/api/v1/me").basic_auth(&token.id, Some(&other.secret));
    send(guess).await.refused(401, "invalid_credential");
    let login = json!({"client_id": token.id, "client_secret": token.secret});
    send(server.post("/api/v1/login").json(&login)).await.refused(401, "credential_expired");
}

#[tokio::test]
async fn addresses_are_checked_at_each_use() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "here", "scopes": ["*"], "allowed_cidrs": ["127.0.0.0/8"]});
    let token = server.create_token(&admin.key, body).await;
    server.me(&token.key).await.expect(200);
    let elsewhere = json!({"allowed_cidrs": ["10.0.0.0/8"]});
    send(server.patch(&token.path()).bearer_auth(&admin.key).json(&elsewhere)).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
    let forged = server.get("/api/v1/me").bearer_auth(&token.key).header("x-forwarded-for", "10.0.0.1");
    send(forged).await.refused(401, "invalid_credential");
    send(server.patch(&token.path()).bearer_auth(&admin.key).json(&json!({"allowed_cidrs": []}))).await.expect(200);
    server.me(&token.key).await.expect(200);
}

#[tokio::test]
async fn a_trusted_proxy_says_where_a_request_comes_from() {
    let server = Server::start_with(&[("MINTKEY_TRUSTED_PROXIES", "127.0.0.1/32")]).await;
    let admin = server.admin().await;
    let body = json!({"label": "plant", "scopes": ["*"], "allowed_cidrs": ["10.4.0.0/16"]});
    let token = server.create_token(&admin.key, body).await;
    let from = |addresses: &str| server.get("/api/v1/me").bearer_auth(&token.key).header("x-forwarded-for", addresses);
    send(from("10.4.1.7")).await.expect(200);
    send(from("10.4.1.7, 203.0.113.9")).await.refused(401, "invalid_credential");
    send(from("203.0.113.9, 10.4.1.7")).await.expect(200);
    server.me(&token.key).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn scopes_are_enforced_and_the_missing_one_is_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let reader = server.create_token(&admin.key, json!({"label": "reader", "scopes": ["mintkey:tokens.read"]})).await;
    send(server.get("/api/v1/tokens").bearer_auth(&reader.key)).await.expect(200);
    for (request, scope) in [
        (server.post("/api/v1/tokens").json(&json!({"label": "x", "scopes": ["*"]})), "mintkey:tokens.write"),
        (server.post("/api/v1/tokens"), "mintkey:tokens.write"),
        (server.patch(&admin.path()).json(&json!({"label": "x"})), "mintkey:tokens.write"),
        (server.delete(&admin.path()), "mintkey:tokens.write"),
        (server.post(&format!("{}/rotate", reader.path())), "mintkey:tokens.write"),
        (server.post(&format!("{}/invalidate", reader.path())), "mintkey:tokens.write"),
        (server.get("/api/v1/scopes"), "mintkey:scopes.read"),
        (server.post("/api/v1/scopes").json(&json!({"name": "x"})), "mintkey:scopes.write"),
        (server.post("/api/v1/verify").json(&json!({"credential": "x"})), "mintkey:verify"),
    ] {
        let reply = send(request.bearer_auth(&reader.key)).await;
        reply.refused(403, "insufficient_scope");
        assert!(reply.json["detail"].as_str().unwrap().contains(scope), "{}", reply.text);
    }
    let me = server.me(&reader.key).await.expect(200);
    assert_eq!(me["scopes"], json!(["mintkey:tokens.read"]));
}
