//! Checks the `Host` header: another site that resolves its name to this address must not reach the console.

use reqwest::RequestBuilder;
use serde_json::json;

use super::{
    browsers::{HTTPS, behind_https},
    server::{EMAIL, PASSWORD, Server, send},
};

const FOREIGN: &str = "rebound.example";

fn from(host: &str, request: RequestBuilder) -> RequestBuilder {
    request.header("host", host)
}

#[tokio::test]
async fn the_console_answers_to_its_own_addresses_only() {
    let server = behind_https().await;
    let url = &server.url;
    for host in ["mintkey.example.com", "Mintkey.Example.com:1", "127.0.0.1", "localhost:9", "[::1]:80"] {
        assert_eq!(send(from(host, server.client.get(format!("{url}/login")))).await.status, 200, "{host}");
    }
    for path in ["/login", "/settings/tokens", "/", "/setup", "/assets/x", "/_fn/session/begin"] {
        for host in [FOREIGN, "mintkey.example.com.rebound.example", "10.0.0.1", "[::2]", "localhost.rebound.example"] {
            let reply = send(from(host, server.client.get(format!("{url}{path}")))).await;
            assert_eq!(reply.status, 421, "{host} {path}");
            assert!(reply.text.contains(HTTPS), "{}", reply.text);
            assert!(reply.header("content-type").starts_with("text/html"), "{host} {path}");
            assert!(reply.header("set-cookie").is_empty() && !reply.text.contains(host));
            assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"));
        }
    }
    let form = [("email", "a@example.com"), ("password", "b")];
    assert_eq!(send(from(FOREIGN, server.client.post(format!("{url}/login")).form(&form))).await.status, 421);
}

#[tokio::test]
async fn a_cookie_is_refused_at_another_host_and_a_key_is_not() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let cookie = server.cookie().await;
    let me = || from(FOREIGN, server.get("/api/v1/me"));
    send(me().header("cookie", &cookie)).await.refused(421, "misdirected_request");
    send(me().bearer_auth(&admin.key)).await.expect(200);
    send(me().header("x-api-key", &admin.key)).await.expect(200);
    send(me()).await.refused(401, "credential_required");
    for path in ["/healthz", "/readyz", "/.well-known/jwks.json", "/api/openapi.json"] {
        assert_eq!(send(from(FOREIGN, server.get(path))).await.status, 200, "{path}");
    }
    let page = || from(FOREIGN, server.get("/settings/tokens")).header("cookie", &cookie);
    assert_eq!(send(page()).await.status, 421);
    assert_eq!(send(page().header("authorization", "x")).await.status, 421, "pages take no credential in a header");
    // Foreign cookies don't authenticate.
    let login = from(FOREIGN, server.post("/api/v1/login")).json(&json!({"username": EMAIL, "password": PASSWORD}));
    send(login.header("cookie", "lb=1; theme=dark")).await.expect(200);
}

#[tokio::test]
async fn what_is_refused_below_oauth_has_the_shape_of_rfc_6749() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    for (host, cookie, status) in [("u@x", "", 400), (FOREIGN, &*cookie, 421)] {
        let reply = send(from(host, server.post("/oauth/token")).header("cookie", cookie)).await;
        assert_eq!((reply.status, reply.json["error"].as_str()), (status, Some("invalid_request")), "{host}");
        assert_eq!((reply.header("content-type"), reply.header("pragma")), ("application/json", "no-cache"));
    }
}

#[tokio::test]
async fn whatever_a_trusted_proxy_passes_on_is_answered() {
    let server = Server::start_with(&[("MINTKEY_TRUSTED_PROXIES", "127.0.0.1")]).await;
    assert_eq!(send(from(FOREIGN, server.get("/login"))).await.status, 200);
}

#[tokio::test]
async fn every_answer_says_that_its_type_is_meant_and_https_is_kept_to() {
    let server = Server::start().await;
    let https = behind_https().await;
    for path in ["/api/v1/me", "/healthz", "/api/openapi.json", "/login", "/nowhere", "/oauth/token", "/assets/x"] {
        let reply = send(server.get(path)).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("strict-transport-security"), "", "{path}");
        assert_eq!(send(https.get(path)).await.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    let refused = send(from(FOREIGN, https.get("/login"))).await;
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
}
