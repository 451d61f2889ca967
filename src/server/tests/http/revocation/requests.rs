//! Requests that several attacks share.

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};

use crate::http::server::{CreatedToken, Server, send};

pub(super) const MIA: &str = "mia@example.com";
pub(super) const OLD: &str = crate::http::server::PASSWORD;
pub(super) const NEW: &str = "purple monkey dishwasher";

/// Starts a server with metrics and without limits on failures.
pub(super) async fn start() -> Server {
    const MANY: &str = "1000000";
    Server::start_with(&[
        ("MINTKEY_METRICS_LISTEN", "127.0.0.1:0"),
        ("MINTKEY_KEY_FAILURES_PER_ADDRESS", MANY),
        ("MINTKEY_SIGN_IN_FAILURES", MANY),
        ("MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", MANY),
    ])
    .await
}

/// A request with a session cookie, from the console's own origin.
pub(super) fn by_session(server: &Server, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    let request = server.client.request(method, format!("{}{path}", server.url));
    request.header(header::ORIGIN, &server.url).header(header::COOKIE, cookie)
}

/// A console form, or a call of a server function below `/_fn/`.
pub(super) fn form(server: &Server, path: &str, cookie: &str, fields: &str) -> RequestBuilder {
    let accept = if path.starts_with("/_fn/") { "application/json" } else { "text/html" };
    by_session(server, Method::POST, path, cookie)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(fields.to_owned())
}

/// The form that changes a user's password from `OLD` to `NEW`.
pub(super) fn change_password(server: &Server, cookie: &str) -> RequestBuilder {
    let fields = format!("current_password={OLD}&new_password={NEW}&repeat_password={NEW}");
    form(server, "/settings/profile/password", cookie, &fields.replace(' ', "+"))
}

/// Creates a token with a session cookie.
pub(super) fn make_token(server: &Server, cookie: &str, label: &str) -> RequestBuilder {
    let body = json!({"label": label, "scopes": ["*"], "expires_at": null});
    by_session(server, Method::POST, "/api/v1/tokens", cookie).json(&body)
}

/// Whether a session cookie is accepted.
pub(super) async fn session_works(server: &Server, cookie: &str) -> bool {
    send(by_session(server, Method::GET, "/api/v1/me", cookie)).await.status == 200
}

/// A member's ID.
pub(super) async fn member_id(server: &Server, key: &str, email: &str) -> String {
    let members = send(server.get("/api/v1/members").bearer_auth(key)).await.expect(200);
    let member = members["data"].as_array().unwrap().iter().find(|member| member["email"] == email).unwrap();
    member["id"].as_str().unwrap().to_owned()
}

/// Creates a service account with these fields; returns its ID.
pub(super) async fn service_account(server: &Server, key: &str, body: &Value) -> String {
    let made = send(server.post("/api/v1/service-accounts").bearer_auth(key).json(body)).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Creates a token that never expires.
pub(super) async fn create_token(server: &Server, credential: &str, label: &str, scopes: &[&str]) -> CreatedToken {
    server.create_token(credential, json!({"label": label, "scopes": scopes, "expires_at": null})).await
}

/// An access token for a token's client ID and secret.
pub(super) async fn exchange(server: &Server, token: &CreatedToken) -> String {
    let body = json!({"client_id": token.id, "client_secret": token.secret});
    let answer = send(server.post("/api/v1/login").json(&body)).await.expect(200);
    answer["access_token"].as_str().unwrap().to_owned()
}

/// The newest audit events that match this query.
pub(super) async fn events(server: &Server, key: &str, query: &str) -> Vec<Value> {
    let page = send(server.get(&format!("/api/v1/audit?limit=100&{query}")).bearer_auth(key)).await.expect(200);
    page["data"].as_array().unwrap().clone()
}
