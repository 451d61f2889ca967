//! OAuth 2 over HTTP: the token endpoint, introspection, revocation and metadata.

use serde_json::{Value, json};

use super::server::{CreatedToken, EMAIL, PASSWORD, Server, send};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn access(server: &Server, client: &CreatedToken) -> String {
    let request = server.post("/oauth/token").basic_auth(&client.id, Some(&client.secret)).form(&[GRANT]);
    send(request).await.expect(200)["access_token"].as_str().unwrap().to_owned()
}

async fn introspected(server: &Server, caller: &CreatedToken, token: &str) -> Value {
    let request = server.post("/oauth/introspect").basic_auth(&caller.id, Some(&caller.secret));
    send(request.form(&[("token", token)])).await.expect(200)
}

/// The complete response, without other members.
fn inactive() -> Value {
    json!({"active": false})
}

#[tokio::test]
async fn a_client_gets_a_token_by_header_or_by_form_and_uses_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read", "mintkey:scopes.read"]});
    let client = server.create_token(&admin.key, body).await;
    let pair = [("client_id", client.id.as_str()), ("client_secret", client.secret.as_str())];
    // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
    let encoded = client.id.replace('-', "%2D");
    for request in [
        server.post("/oauth/token").basic_auth(&client.id, Some(&client.secret)).form(&[GRANT]),
        server.post("/oauth/token").basic_auth(&encoded, Some(&client.secret)).form(&[GRANT]),
        server.post("/oauth/token").basic_auth(&client.id, Some(&client.secret)).form(&[GRANT, pair[0]]),
        server.post("/oauth/token").form(&[GRANT, pair[0], pair[1]]),
        server.post("/oauth/token").form(&[GRANT, pair[0], pair[1], ("resource", "ignored"), ("scope", "")]),
    ] {
        let reply = send(request).await;
        assert_eq!((reply.header("cache-control"), reply.header("pragma")), ("no-store", "no-cache"));
        let answer = reply.expect(200);
        assert_eq!((answer["token_type"].as_str(), answer["expires_in"].as_i64()), (Some("Bearer"), Some(3600)));
        assert_eq!(answer["scope"], "mintkey:scopes.read mintkey:tokens.read");
        let me = server.me(answer["access_token"].as_str().unwrap()).await.expect(200);
        assert_eq!((me["via"].as_str(), me["token_id"].as_str()), (Some("access_token"), Some(&*client.id)));
    }
    let narrowed = [GRANT, pair[0], pair[1], ("scope", "mintkey:scopes.read")];
    let answer = send(server.post("/oauth/token").form(&narrowed)).await.expect(200);
    assert_eq!(answer["scope"], "mintkey:scopes.read");
    let narrow = answer["access_token"].as_str().unwrap();
    send(server.get("/api/v1/tokens").bearer_auth(narrow)).await.expect(403);
}

#[tokio::test]
async fn refusals_have_the_words_of_rfc_6749() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let client = server.create_token(&admin.key, json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    let basic = || server.post("/oauth/token").basic_auth(&client.id, Some(&client.secret));
    let id = ("client_id", client.id.as_str());
    let secret = ("client_secret", client.secret.as_str());
    for (request, status, error) in [
        (server.post("/oauth/token").form(&[GRANT]), 401, "invalid_client"),
        (server.post("/oauth/token").form(&[GRANT, id]), 401, "invalid_client"),
        (server.post("/oauth/token").form(&[GRANT, id, ("client_secret", "mks_x")]), 401, "invalid_client"),
        (server.post("/oauth/token").form(&[GRANT, ("client_id", "x"), secret]), 401, "invalid_client"),
        (server.post("/oauth/token").bearer_auth(&client.key).form(&[GRANT]), 401, "invalid_client"),
        (basic().form(&[GRANT, id, secret]), 400, "invalid_request"),
        (basic().form(&[GRANT, GRANT]), 400, "invalid_request"),
        (basic().form(&[("scope", "mintkey:tokens.read")]), 400, "invalid_request"),
        (basic().json(&json!({"grant_type": "client_credentials"})), 400, "invalid_request"),
        (server.post("/oauth/token?grant_type=client_credentials").form(&[GRANT, id, secret]), 400, "invalid_request"),
        (basic().form(&[("grant_type", "password")]), 400, "unsupported_grant_type"),
        (basic().form(&[GRANT, ("scope", "mintkey:tokens.write")]), 400, "invalid_scope"),
        (basic().form(&[GRANT, ("scope", "no.such")]), 400, "invalid_scope"),
    ] {
        let reply = send(request).await;
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("content-type"), "application/json");
        assert!(!reply.text.contains(&client.secret));
        let answer = reply.expect(status);
        assert_eq!(answer["error"], error);
        assert!(answer["error_description"].is_string());
        assert_eq!(answer.as_object().unwrap().len(), 2);
    }
    let reply = send(server.post("/oauth/token").basic_auth(&client.id, Some("mks_x")).form(&[GRANT])).await;
    assert!(reply.header("www-authenticate").starts_with("Basic realm="));
}

#[tokio::test]
async fn whatever_goes_wrong_below_oauth_has_that_shape() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let large = [GRANT, ("scope", &*"x".repeat(300 * 1024))];
    let twice = server.post("/oauth/introspect").bearer_auth(&admin.key).header("x-api-key", &admin.key);
    for (request, status) in [
        (server.get("/oauth/token"), 405),
        (server.delete("/oauth/introspect"), 405),
        (server.get("/oauth/nothing"), 404),
        (server.post("/oauth/token/more").form(&[GRANT]), 404),
        (server.get("/oauth/"), 404),
        (server.post("/oauth/token").form(&large), 413),
        (server.post("/oauth/token").body("grant_type=client_credentials"), 400),
        (twice.form(&[("token", "x")]), 400),
    ] {
        let reply = send(request).await;
        assert_eq!((reply.header("content-type"), reply.header("cache-control")), ("application/json", "no-store"));
        assert!(!reply.header("x-request-id").is_empty());
        let answer = reply.expect(status);
        assert_eq!(answer["error"], "invalid_request", "{answer}");
        assert!(answer["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
        assert_eq!(answer.as_object().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn white_space_and_schemes_around_credentials_are_no_part_of_them_and_an_active_answer_is_a_use() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let client = server.create_token(&admin.key, json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    let (id, secret) = (format!(" {}\n", client.id), format!("{}\r\n", client.secret));
    send(server.post("/oauth/token").form(&[GRANT, ("client_id", &id), ("client_secret", &secret)])).await.expect(200);
    send(server.post("/oauth/token").basic_auth(&client.id, Some(&secret)).form(&[GRANT])).await.expect(200);
    let login = json!({"client_id": id, "client_secret": secret});
    let access = send(server.post("/api/v1/login").json(&login)).await.expect(200)["access_token"].clone();
    let access = access.as_str().unwrap();

    let fresh = server.create_token(&admin.key, json!({"label": "b", "scopes": ["mintkey:tokens.read"]})).await;
    let used = async || send(server.get(&fresh.path()).bearer_auth(&admin.key)).await.expect(200);
    assert!(used().await["last_used_at"].is_null());
    let verify = async |credential: &str, ip: Option<&str>| {
        let body = json!({"credential": credential, "ip": ip, "scopes": ["mintkey:tokens.read"]});
        let body = if ip.is_none() { json!({"credential": credential}) } else { body };
        send(server.post("/api/v1/verify").bearer_auth(&admin.key).json(&body)).await.expect(200)["valid"] == true
    };
    assert!(!verify(&format!("Basic {}", fresh.key), None).await);
    assert!(used().await["last_used_at"].is_null(), "a refusal is no use");
    assert!(verify(&format!(" Bearer {}\n", fresh.key), Some("192.0.2.7")).await);
    assert_eq!(used().await["last_used_ip"], "192.0.2.7");
    assert_eq!(introspected(&server, &admin, &format!("apikey {}", fresh.key)).await["active"], true);
    assert_eq!(used().await["last_used_ip"], "192.0.2.7", "no address is told");
    assert_eq!(introspected(&server, &admin, &format!("bearer {access}\n")).await["active"], true);
    let revoke = server.post("/oauth/revoke").basic_auth(&client.id, Some(&client.secret));
    send(revoke.form(&[("token", format!("Bearer {access} "))])).await.expect(200);
    assert_eq!(introspected(&server, &admin, access).await, inactive());
}

#[tokio::test]
async fn a_wildcard_is_answered_as_what_its_owner_may_use() {
    let server = Server::start().await;
    server.add_person("bob@example.com", "member").await;
    let bob = server.access_token("bob@example.com", PASSWORD).await;
    let client = server.create_token(&bob, json!({"label": "a", "scopes": ["*"]})).await;
    let ask = async |scope: &str| {
        let form = [GRANT, ("scope", scope)];
        send(server.post("/oauth/token").basic_auth(&client.id, Some(&client.secret)).form(&form)).await
    };
    assert_eq!(ask("mintkey:tokens.*").await.expect(200)["scope"], "mintkey:tokens.read mintkey:tokens.write");
    // Such scopes exist, but a member can't use them.
    assert_eq!(ask("mintkey:members.*").await.expect(400)["error"], "invalid_scope");
}

#[tokio::test]
async fn introspection_tells_the_callers_own_and_to_who_may_verify_all_of_the_organization() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let account =
        send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&json!({"name": "hall-b"})))
            .await
            .expect(201);
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read"], "owner_id": account["id"]});
    let service_account = server.create_token(&admin.key, body).await;
    let token = access(&server, &service_account).await;
    let seen = introspected(&server, &admin, &token).await;
    assert_eq!((seen["active"].as_bool(), seen["username"].as_str()), (Some(true), Some("hall-b")));
    assert_eq!(
        (seen["client_id"].as_str(), seen["scope"].as_str()),
        (Some(&*service_account.id), Some("mintkey:tokens.read"))
    );
    assert_eq!((seen["token_type"].as_str(), seen["iss"].as_str()), (Some("Bearer"), Some(&*server.url)));
    assert!(seen["exp"].as_i64() > seen["iat"].as_i64() && seen["jti"].is_string() && seen["aud"].is_string());
    assert_eq!(seen["organization_id"], service_account.json["organization_id"]);
    assert_eq!(introspected(&server, &service_account, &token).await["active"], true);
    let key = introspected(&server, &admin, &service_account.key).await;
    assert_eq!((key["active"].as_bool(), key["token_type"].as_str()), (Some(true), Some("api_key")));
    // Without `mintkey:verify`, only own tokens. Malformed, mistyped and foreign tokens get the same response.
    for text in [&*admin.key, &*access(&server, &admin).await, "x", "mk_x", "a.b.c"] {
        assert_eq!(introspected(&server, &service_account, text).await, inactive());
    }
    let form = [("token", token.as_str())];
    let refused = send(server.post("/oauth/introspect").form(&form)).await.expect(401);
    assert_eq!(refused["error"], "invalid_client");
    let missing = send(server.post("/oauth/introspect").bearer_auth(&admin.key).form(&[("a", "b")])).await;
    assert_eq!(missing.expect(400)["error"], "invalid_request");
    let by_form = [form[0], ("client_id", &*admin.id), ("client_secret", &*admin.secret)];
    assert_eq!(send(server.post("/oauth/introspect").form(&by_form)).await.expect(200)["active"], true);
}

#[tokio::test]
async fn a_credential_that_is_held_to_addresses_is_active_for_those_only() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"label": "a", "scopes": ["mintkey:tokens.read"], "allowed_cidrs": ["10.4.0.0/16"]});
    let held = server.create_token(&admin.key, body).await;
    for (ip, active) in [(None, false), (Some("10.5.0.1"), false), (Some("10.4.0.1"), true)] {
        let mut form = vec![("token", held.key.as_str())];
        form.extend(ip.map(|ip| ("ip", ip)));
        let answer = send(server.post("/oauth/introspect").bearer_auth(&admin.key).form(&form)).await.expect(200);
        assert_eq!(answer["active"], active);
    }
}

#[tokio::test]
async fn access_tokens_end_with_their_token_and_live_through_its_rotation() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let create_token =
        async || server.create_token(&admin.key, json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    let act = async |client: &CreatedToken, what: &str, body: Value| {
        let path = format!("{}/{what}", client.path());
        send(server.post(&path).bearer_auth(&admin.key).json(&body)).await.expect(200);
    };
    let client = create_token().await;
    let token = access(&server, &client).await;
    act(&client, "rotate", json!({})).await;
    assert_eq!(introspected(&server, &admin, &token).await["active"], true);
    server.me(&token).await.expect(200);
    act(&client, "invalidate", json!({})).await;
    assert_eq!(introspected(&server, &admin, &token).await, inactive());
    server.me(&token).await.expect(401);
    let kept = create_token().await;
    let token = access(&server, &kept).await;
    act(&kept, "invalidate", json!({"keep_access_tokens": true})).await;
    assert_eq!(introspected(&server, &admin, &token).await["active"], true);
    let gone = create_token().await;
    let token = access(&server, &gone).await;
    send(server.delete(&gone.path()).bearer_auth(&admin.key)).await.expect(204);
    assert_eq!(introspected(&server, &admin, &token).await, inactive());
}

#[tokio::test]
async fn a_client_ends_its_own_access_token_and_nobody_elses() {
    // The same port for both starts, because the issuer contains it.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut server = Server::start_with(&[("MINTKEY_LISTEN", &free)]).await;
    let admin = server.admin().await;
    let client = server.create_token(&admin.key, json!({"label": "a", "scopes": ["mintkey:tokens.read"]})).await;
    let (token, other) = (access(&server, &client).await, access(&server, &client).await);
    let revoke = |by: &CreatedToken, token: &str| {
        let request = server.post("/oauth/revoke").basic_auth(&by.id, Some(&by.secret));
        send(request.form(&[("token", token), ("token_type_hint", "refresh_token")]))
    };
    for text in [&token, "x", "a.b.c"] {
        assert_eq!(revoke(&admin, text).await.status, 200);
    }
    server.me(&token).await.expect(200);
    for _ in 0..2 {
        let reply = revoke(&client, &token).await;
        assert_eq!((reply.status, reply.text.as_str()), (200, ""));
        server.me(&token).await.expect(401);
    }
    assert_eq!(introspected(&server, &client, &token).await, inactive());
    server.me(&other).await.expect(200);
    assert_eq!(revoke(&client, &client.key).await.expect(400)["error"], "unsupported_token_type");
    let refused = send(server.post("/oauth/revoke").form(&[("token", &token)])).await.expect(401);
    assert_eq!(refused["error"], "invalid_client");
    // Users can revoke an access token that they got with their password.
    let own = server.access_token(EMAIL, PASSWORD).await;
    let request = server.post("/oauth/revoke").bearer_auth(&own).form(&[("token", &own)]);
    assert_eq!(send(request).await.status, 200);
    server.me(&own).await.expect(401);
    server = server.restart().await;
    server.me(&token).await.expect(401);
    server.me(&other).await.expect(200);
}

#[tokio::test]
async fn the_server_describes_itself_truly() {
    let server = Server::start().await;
    let metadata = send(server.get("/.well-known/oauth-authorization-server")).await.expect(200);
    assert_eq!(metadata["issuer"], server.url);
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials"]));
    for endpoint in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let url = metadata[endpoint].as_str().unwrap();
        assert_eq!(send(server.client.post(url).form(&[GRANT])).await.expect(401)["error"], "invalid_client");
    }
    let keys = send(server.client.get(metadata["jwks_uri"].as_str().unwrap())).await.expect(200);
    assert_eq!(keys["keys"][0]["alg"], "ES256");
}
